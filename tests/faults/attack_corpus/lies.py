"""Films whose headers say what is not so: about size, time, place, direction or themselves."""

from functools import cache
from typing import Final

from tests.faults.attack_corpus.corpus import EPISODE, Table
from tests.faults.attack_corpus.films import H264, MP4, PICTURE, STBL, boxes_of, edit, film, made, put
from tests.transcoder.mp4 import table

#: A word that stands in what surrounds a film, and must not be in what is made of it.
TRAVELLER: Final = "+52.5200+013.4050/"

_BROKEN = "unreadable-file"
_DAMAGED = f"{_BROKEN} damaged-file"
_ANY = f"{EPISODE} {_DAMAGED} too-long encode-failed"
_MDHD, _TKHD = "moov/trak/mdia/mdhd", "moov/trak/tkhd"
_UNITS = 24 * 512  # of the time scale of a film of 24 pictures a second


def _silent() -> bytes:
    return film(MP4, H264, sound=False)


def _entry(kind: bytes, *numbers: int) -> bytes:
    """A table of one entry, as the content of its box."""
    return table(kind, b"".join(number.to_bytes(4) for number in numbers))[8:]


def _tabled(kind: str, *numbers: int) -> bytes:
    return edit(_silent(), f"{STBL}/{kind}", lambda _content: _entry(kind.encode(), *numbers))


def _cut_from(duration: int, start: int, rate: int = 0x10000) -> bytes:
    return edit(_silent(), "moov/trak/edts/elst", lambda _content: _entry(b"elst", duration, start, rate))


def _turned(*matrix: int) -> bytes:
    change = b"".join((number % 2**32).to_bytes(4) for number in matrix)
    return edit(_silent(), _TKHD, lambda content: content[:40] + change + content[76:])


def _sized(width: int, height: int) -> bytes:
    inner = width.to_bytes(2) + height.to_bytes(2)
    lying = edit(_silent(), f"{STBL}/stsd", lambda content: content[:40] + inner + content[44:])
    return edit(lying, _TKHD, lambda content: content[:76] + bytes(8))


def _shaped(width: int, height: int) -> bytes:
    old = b"pasp" + (1).to_bytes(4) * 2
    assert old in _silent()
    return _silent().replace(old, b"pasp" + width.to_bytes(4) + height.to_bytes(4))


@cache
def _day() -> bytes:
    """A picture a minute."""
    return made(MP4, "-f", "lavfi", "-i", "color=s=180x320:r=1/60:d=86400", *H264.split())


def _day_that_claims_a_second() -> bytes:
    scale = int.from_bytes(_day()[_day().index(b"mdhd") + 16 :][:4])
    second = edit(edit(_day(), _MDHD, put(16, scale)), "moov/mvhd", put(16, 1000))
    return edit(edit(second, _TKHD, put(20, 1000)), "moov/trak/edts/elst", put(8, 1000))


def _changing(second: str, coding: str, name: str = "h264") -> bytes:
    """Two streams one behind the other, in one track with the header of the first."""
    first, other = (
        film(f"a.{name}", coded, picture, sound=False) for coded, picture in ((H264, PICTURE), (coding, second))
    )
    return made(MP4, "-f", name, "-framerate", "24", "-i", "@both", "-c", "copy", both=first + other)


def _titled() -> bytes:
    tags = [f"{key}=<script>{TRAVELLER}" for key in ("title", "comment", "location", "artist")]
    given = [part for tag in tags for part in ("-metadata", tag, "-metadata:s:v", tag)]
    return made(MP4, "-i", "@a", "-c", "copy", *given, "-movflags", "use_metadata_tags", a=film(MP4))


def _whispering() -> bytes:
    """Words between the pictures of the stream itself."""
    words = f"h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+{TRAVELLER}"
    return made(MP4, "-i", "@a", "-c", "copy", "-bsf:v", words, a=_silent())


def _encrypted() -> bytes:
    key = "00112233445566778899aabbccddeeff"
    how = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", key]
    return made(MP4, "-i", "@a", "-c", "copy", *how, a=_silent())


def _header_of_a_larger_film() -> bytes:
    large = made(MP4, "-f", "lavfi", "-i", "color=s=4096x4096:r=24:d=0.1", *H264.split())
    return edit(_silent(), f"{STBL}/stsd", lambda _content: _found(large, f"{STBL}/stsd"))


def _found(content: bytes, path: str) -> bytes:
    for name in path.split("/"):
        content = dict(boxes_of(content))[name.encode()]
    return content


def _early(start: str) -> bytes:
    moved = ["-output_ts_offset", start, "-avoid_negative_ts", "disabled", "-use_editlist", "1"]
    return made(MP4, "-i", "@a", "-c", "copy", *moved, a=film(MP4))


def _with_a_clock() -> bytes:
    return made("a.mov", "-i", "@a", "-c", "copy", "-timecode", "99:59:59:23", a=film(MP4))


TABLE: Final[Table] = {
    "65535 wide and high": (f"{EPISODE} too-many-pixels", lambda _traps: _sized(65535, 65535)),
    "no width and no height": (EPISODE, lambda _traps: _sized(0, 0)),
    "the header of a larger film": (f"too-many-pixels {_DAMAGED}", lambda _traps: _header_of_a_larger_film()),
    "a million pictures a second": (_ANY, lambda _traps: edit(_tabled("stts", 24, 1), _MDHD, put(12, 10**6))),
    "a day": ("too-long", lambda _traps: _day()),
    "a day that claims a second": (_ANY, lambda _traps: _day_that_claims_a_second()),
    "a second that claims a day": (_ANY, lambda _traps: edit(_silent(), _MDHD, put(16, 86400 * _UNITS))),
    "a picture that lasts a minute": (
        _ANY,
        lambda _traps: edit(_tabled("stts", 24, 512), _MDHD, put(16, 60 * _UNITS)).replace(b"elst", b"free"),
    ),
    "no time scale": (_ANY, lambda _traps: edit(_silent(), _MDHD, put(12, 0))),
    "the finest time scale": (_ANY, lambda _traps: edit(_silent(), _MDHD, put(12, 2**32 - 1))),
    "all pictures at once": (_ANY, lambda _traps: _tabled("stts", 24, 0)),
    "steps of years": (_ANY, lambda _traps: _tabled("stts", 24, 2**31 - 1)),
    "steps back": (_ANY, lambda _traps: _tabled("stts", 24, 2**32 - 512)),
    "times for a million pictures": (_ANY, lambda _traps: _tabled("stts", 2**31, 512)),
    "shown long before": (_ANY, lambda _traps: _shown_at(2**31)),
    "shown long after": (_ANY, lambda _traps: _shown_at(2**31 - 1)),
    "pictures outside of the file": (_ANY, lambda _traps: _tabled("stco", 2**32 - 16)),
    "pictures in the index": (_ANY, lambda _traps: _tabled("stco", len(_silent()) - 400)),
    "pictures in the file's first bytes": (_ANY, lambda _traps: _tabled("stco", 0)),
    "a chunk before the first": (_ANY, lambda _traps: _tabled("stsc", 0, 24, 1)),
    "chunks without end": (_ANY, lambda _traps: _tabled("stsc", 1, 2**31 - 1, 1)),
    "a picture larger than the file": (_ANY, lambda _traps: edit(_silent(), f"{STBL}/stsz", put(12, 2**31 - 1))),
    "every picture a key": (
        _ANY,
        lambda _traps: edit(_silent(), STBL, lambda content: content.replace(b"stss", b"free")),
    ),
    "cut before the beginning": (_ANY, lambda _traps: _cut_from(1000, 2**32 - 512)),
    "cut behind the end": (_ANY, lambda _traps: _cut_from(1000, 2**31 - 1)),
    "cut for a month": (_ANY, lambda _traps: _cut_from(2**31 - 1, 0)),
    "cut to nothing": (_ANY, lambda _traps: _cut_from(0, 0)),
    "standing still": (_ANY, lambda _traps: _cut_from(1000, 0, 0)),
    "backwards": (_ANY, lambda _traps: _cut_from(1000, 0, 0xFFFF0000)),
    "a thousand cuts": (_ANY, lambda _traps: _many_cuts()),
    "turned into nothing": (_ANY, lambda _traps: _turned(*[0] * 9)),
    "turned by a hair": (_ANY, lambda _traps: _turned(65536, 3000, 0, -3000, 65536, 0, 0, 0, 1 << 30)),
    "turned inside out": (_ANY, lambda _traps: _turned(-(2**31), 2**31 - 1, 7, 2**31 - 1, 5, 3, 2**31 - 1, 9, -1)),
    "mirrored": (_ANY, lambda _traps: _turned(-65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)),
    "points as wide as the earth": (f"{_ANY} not-vertical too-many-pixels", lambda _traps: _shaped(65535, 1)),
    "points as high as the moon": (f"{_ANY} too-many-pixels", lambda _traps: _shaped(1, 65535)),
    "points without a shape": (EPISODE, lambda _traps: _shaped(0, 0)),
    "a size that changes": (f"{EPISODE} damaged-file", lambda _traps: _changing("testsrc2=s=540x960:r=24:d=1", H264)),
    "a size that becomes huge": (
        f"{EPISODE} damaged-file",
        lambda _traps: _changing("color=s=4096x4096:r=24:d=0.2", H264),
    ),
    "colours that change": (
        f"{EPISODE} damaged-file",
        lambda _traps: _changing(PICTURE, "-c:v libx264 -preset ultrafast -pix_fmt yuv444p10le"),
    ),
    "no decoder's header": (_ANY, lambda _traps: _silent().replace(b"avcC", b"free")),
    "a decoder's header of nonsense": (
        _ANY,
        lambda _traps: _muddled(b"avcC", 4, 40),
    ),
    "HEVC parameters without end": (f"{_ANY} unsupported-codec", lambda _traps: _hevc_without_end()),
    "sound described by nonsense": (f"{_ANY} unsupported-codec", lambda _traps: _deaf()),
    "words everywhere": (EPISODE, lambda _traps: _titled()),
    "words between pictures": (EPISODE, lambda _traps: _whispering()),
    "encrypted": (_DAMAGED, lambda _traps: _encrypted()),
    "all times before zero": (_DAMAGED, lambda _traps: _early("-5")),
    "times before zero": (EPISODE, lambda _traps: _early("-0.5")),
    "a clock beside": (EPISODE, lambda _traps: _with_a_clock()),
}


def _muddled(mark: bytes, after: int, count: int) -> bytes:
    place = _silent().index(mark) + len(mark) + after
    return _silent()[:place] + b"\xff" * count + _silent()[place + count :]


def _shown_at(offset: int) -> bytes:
    moved = film(MP4, H264.replace("ultrafast", "veryfast"), sound=False)
    return edit(moved, f"{STBL}/ctts", put(12, offset))


def _many_cuts() -> bytes:
    cuts = [b"".join(n.to_bytes(4) for n in (1, at % _UNITS, 0x10000)) for at in range(1000)]
    return edit(_silent(), "moov/trak/edts/elst", lambda _content: table(b"elst", *cuts)[8:])


def _hevc_without_end() -> bytes:
    hevc = film(MP4, "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1", sound=False)
    place = hevc.index(b"hvcC") + 4 + 22
    return hevc[:place] + b"\xff" + hevc[place + 1 :]


def _deaf() -> bytes:
    heard = film(MP4)
    place = heard.index(b"esds") + 8
    return heard[:place] + b"\3\xff\xff\xff\x7f" + heard[place + 5 :]
