"""What a file that is no MP4, MOV or Matroska most likely is, so that its sender reads the right word."""

from typing import Final

from transcoder.contract import Rejected

_PLAYLISTS: Final = (
    *(b"#extm3u", b"ffconcat", b"[playlist]", b"[reference]", b"v=0\n", b"v=0\r", b"rtsptext", b"concat:", b"subfile,"),
)
#: Ways of listing other files in XML: DASH, SMIL, IMF, XSPF, ASX, WPL, Smooth Streaming.
_XML_PLAYLISTS: Final = (
    *(b"<mpd", b"<smil", b"compositionplaylist", b"<assetmap", b"<playlist", b"<asx", b"<smoothstreamingmedia"),
)
_IMAGES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"8BPS", b"\0\0\0\x0cJXL ")
_NAMED: Final = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "an archive or an office document",
    b"Rar!": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"\x1f\x8b": "an archive",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"#!": "a program",
    b"{\\rtf": "a text document",
    b"WEBVTT": "a file of subtitles",
    b"1\r\n00:": "a file of subtitles",
    b"1\n00:": "a file of subtitles",
}
_SOUNDS: Final = (b"ID3", b"fLaC", b"OggS", b"MThd", b"FORM", b"\xff\xfb", b"\xff\xf1")
_OTHER_VIDEO: Final = {
    b"FLV\x01": "FLV",
    b"0&\xb2u\x8ef\xcf\x11": "WMV",
    b"\0\0\x01\xba": "MPEG",
    b"\0\0\x01\xb3": "MPEG",
    b"\x06\x0e+4\x02\x05\x01\x01": "MXF",
    b".RMF": "RealMedia",
}


def refusal_of(head: bytes) -> Rejected:
    if not head.strip(b"\0"):
        return Rejected("not-a-video", found="empty") if not head else Rejected("unreadable-file")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if _is_playlist(start[:1024].lower()):
        return Rejected("playlist-not-video")
    if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or b"<svg" in start[:1024]:
        return Rejected("image-not-video")
    return _other_media(head) or _other_file(start)


def _is_playlist(start: bytes) -> bool:
    """Whatever case it is written in; readers do not care either."""
    return start.startswith(_PLAYLISTS) or (start.startswith(b"<") and any(mark in start for mark in _XML_PLAYLISTS))


def _other_media(head: bytes) -> Rejected | None:
    for magic, name in _OTHER_VIDEO.items():
        if head.startswith(magic):
            return Rejected("unsupported-codec", codec=name)
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return Rejected("unsupported-codec", codec="MPEG-TS")
    if head[:4] == b"RIFF":
        return (
            Rejected("unsupported-codec", codec="AVI")
            if head[8:12] == b"AVI "
            else Rejected("no-video-track", found="sound")
        )
    return Rejected("no-video-track", found="sound") if head.startswith(_SOUNDS) else None


def _other_file(start: bytes) -> Rejected:
    for magic, name in _NAMED.items():
        if start.startswith(magic):
            return Rejected("not-a-video", found=name)
    if start[:1] == b"<":
        return Rejected("not-a-video", found="a web page or another text")
    if all(byte in b"\t\r\n\f" or byte >= 0x20 for byte in start[:512]):
        return Rejected("not-a-video", found="a text")
    return Rejected("not-a-video", found="of a kind that is not known here")
