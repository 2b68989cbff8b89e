"""Files that hold no film but say where one could be found: here, on this disk, or in the network."""

import gzip
import struct
from typing import Final

from tests.faults.attack_corpus.corpus import Table, Traps
from tests.faults.attack_corpus.films import MP4, edit, film
from tests.transcoder.mp4 import FTYP, a_film, a_track, box, dref, table

_PLAYLIST = "playlist-not-video"


def _hls(*lines: str) -> bytes:
    return "\n".join(["#EXTM3U", "#EXT-X-TARGETDURATION:4", *lines, "#EXT-X-ENDLIST", ""]).encode()


def _entry(url: str) -> bytes:
    return _hls("#EXTINF:4,", url)


def _dash(url: str) -> bytes:
    return f"""<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT4S"><Period><AdaptationSet>
<Representation id="1" bandwidth="1" mimeType="video/mp4"><BaseURL>{url}</BaseURL></Representation>
</AdaptationSet></Period></MPD>""".encode()


def _sdp(port: int) -> bytes:
    lines = ("v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=x", "c=IN IP4 127.0.0.1", "t=0 0", f"m=video {port} RTP/AVP 96")
    return "\r\n".join([*lines, "a=rtpmap:96 H264/90000", ""]).encode()


def _imf(traps: Traps) -> bytes:
    return f"""<?xml version="1.0"?>
<CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0</Id>
<SegmentList><Segment><Resource><TrackFileId>{traps.film}</TrackFileId></Resource></Segment></SegmentList>
</CompositionPlaylist>""".encode()


def _xml(root: str, traps: Traps) -> bytes:
    return f'<{root}><body><video src="file://{traps.film}"/><ref href="{traps.url}"/></body></{root}>'.encode()


def _avi_with_subtitles(traps: Traps) -> bytes:
    """CVE-2017-9993: a playlist as the subtitles of an AVI, whose reader then drew the file it named."""
    gab2 = b"GAB2\0\2\0\0\0\0\0\0\0\0\0\0\0" + _entry(f"file://{traps.secret}")
    chunk = b"01tx" + struct.pack("<I", len(gab2)) + gab2
    inner = b"AVI LIST" + struct.pack("<I", 4 + len(chunk)) + b"movi" + chunk
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def _elsewhere(kind: bytes, content: bytes, flags: int = 0) -> bytes:
    return a_film(a_track(data=dref(flags, kind, content)))


def _points_but_says_it_does_not(traps: Traps) -> bytes:
    reference = table(b"dref", box(b"url ", struct.pack(">I", 1), f"file://{traps.film}".encode() + b"\0"))
    return edit(film(MP4), "moov/trak/mdia/minf/dinf", lambda _content: reference)


TABLE: Final[Table] = {
    "HLS to a file": (_PLAYLIST, lambda traps: _entry(f"file://{traps.secret}")),
    "HLS to a path": (_PLAYLIST, lambda traps: _entry(str(traps.film))),
    "HLS to a neighbour": (_PLAYLIST, lambda _traps: _entry("../../other/in/original")),
    "HLS to the network": (_PLAYLIST, lambda traps: _entry(traps.url)),
    "HLS to itself": (_PLAYLIST, lambda _traps: _entry("original")),
    "HLS of a playlist": (_PLAYLIST, lambda traps: _hls("#EXT-X-STREAM-INF:BANDWIDTH=1", f"{traps.url}a.m3u8")),
    "HLS with a key": (
        _PLAYLIST,
        lambda traps: _hls(f'#EXT-X-KEY:METHOD=AES-128,URI="{traps.url}"', "#EXTINF:4,", "a"),
    ),
    "HLS with a map": (_PLAYLIST, lambda traps: _hls(f'#EXT-X-MAP:URI="file://{traps.film}"', "#EXTINF:4,", "a")),
    "HLS of joined pieces": (
        _PLAYLIST,
        lambda traps: _entry(f"concat:{traps.url}|subfile,,start,0,end,64,,:{traps.secret}"),
    ),
    "HLS behind a mark of byte order": (_PLAYLIST, lambda traps: b"\xef\xbb\xbf" + _entry(traps.url)),
    "HLS behind empty lines": (_PLAYLIST, lambda traps: b"\r\n\r\n " + _entry(traps.url)),
    "HLS in small letters": (_PLAYLIST, lambda traps: _entry(traps.url).replace(b"#EXTM3U", b"#extm3u")),
    "HLS in an archive": ("not-a-video", lambda traps: gzip.compress(_entry(traps.url), mtime=0)),
    "HLS in other letters": ("not-a-video", lambda traps: _entry(traps.url).decode().encode("utf-16")),
    "HLS in a film's clothes": ("unreadable-file", lambda traps: FTYP + _entry(traps.url)),
    "HLS where the media is": ("unreadable-file", lambda traps: FTYP + box(b"mdat", _entry(f"file://{traps.secret}"))),
    "DASH to a file": (_PLAYLIST, lambda traps: _dash(f"file://{traps.film}")),
    "DASH to the network": (_PLAYLIST, lambda traps: _dash(traps.url)),
    "ffconcat": (_PLAYLIST, lambda traps: f"ffconcat version 1.0\nfile '{traps.film}'\n".encode()),
    "ffconcat with options": (
        _PLAYLIST,
        lambda traps: (
            f"ffconcat version 1.0\nfile 'original'\noption protocol_whitelist file\nfile '{traps.url}'".encode()
        ),
    ),
    "concat without its name": ("not-a-video", lambda traps: f"file '{traps.film}'\n".encode()),
    "the concat protocol": (_PLAYLIST, lambda traps: f"concat:{traps.film}|{traps.secret}".encode()),
    "the subfile protocol": (_PLAYLIST, lambda traps: f"subfile,,start,0,end,99,,:{traps.secret}".encode()),
    "SDP": (_PLAYLIST, lambda traps: _sdp(traps.port)),
    "an RTSP text": (_PLAYLIST, lambda traps: f"RTSPtextRTSP://127.0.0.1:{traps.port}/\r\n".encode()),
    "IMF": (_PLAYLIST, _imf),
    "IMF's map": (_PLAYLIST, lambda traps: _xml("AssetMap", traps)),
    "SMIL": (_PLAYLIST, lambda traps: _xml("smil", traps)),
    "XSPF": (_PLAYLIST, lambda traps: b"<?xml version='1.0'?>" + _xml("playlist", traps)),
    "ASX": (_PLAYLIST, lambda traps: _xml("ASX", traps)),
    "Smooth Streaming": (_PLAYLIST, lambda traps: _xml("SmoothStreamingMedia", traps)),
    "PLS": (_PLAYLIST, lambda traps: f"[playlist]\nFile1={traps.url}\n".encode()),
    "an AVI with a playlist": ("unsupported-codec", _avi_with_subtitles),
    "a script of pictures": ("not-a-video", lambda traps: f'Import("{traps.secret}")\n'.encode()),
    "an index of subtitles": ("not-a-video", lambda _traps: b"# VobSub index file, v7\nsize: 720x576\n"),
    "a drawing that reads": (
        "image-not-video",
        lambda traps: f'<svg><image href="file://{traps.secret}"/></svg>'.encode(),
    ),
    "a reference to a file": (_PLAYLIST, lambda traps: _elsewhere(b"url ", f"file://{traps.film}".encode())),
    "a reference to the network": (_PLAYLIST, lambda traps: _elsewhere(b"url ", traps.url.encode())),
    "a reference by name": (_PLAYLIST, lambda traps: _elsewhere(b"urn ", f"a\0{traps.film}".encode())),
    "a reference by alias": (_PLAYLIST, lambda traps: _elsewhere(b"alis", bytes(150) + str(traps.film).encode())),
    "a reference to a fork": (_PLAYLIST, lambda traps: _elsewhere(b"rsrc", str(traps.film).encode())),
    "a reference that denies it": ("episode", _points_but_says_it_does_not),
    "a film that refers to films": (
        _PLAYLIST,
        lambda traps: (
            FTYP + box(b"moov", box(b"rmra", box(b"rmda", box(b"rdrf", bytes(8), b"url ", traps.url.encode()))))
        ),
    ),
}
