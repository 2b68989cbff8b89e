"""Films in codecs that hardly anybody uses, and whose decoders are where the holes are found."""

from functools import partial
from typing import Final

from tests.faults.attack_corpus.corpus import EPISODE, Table, Traps
from tests.faults.attack_corpus.films import H264, MP4, PICTURE, film, made

_REFUSED = "unsupported-codec"
_SMALL = "testsrc2=s=176x144:r=24:d=0.5"
#: Container, and what ffmpeg is told.
_PICTURES: Final = {
    "MagicYUV": ("a.mkv", "-c:v magicyuv -pix_fmt gbrp"),
    "FFV1": ("a.mkv", "-c:v ffv1"),
    "Ut Video": ("a.mkv", "-c:v utvideo"),
    "HuffYUV": ("a.mkv", "-c:v huffyuv"),
    "Dirac": ("a.mkv", "-c:v vc2 -strict -1 -pix_fmt yuv422p"),
    "Theora": ("a.mkv", "-c:v libtheora"),
    "VP8": ("a.webm", "-c:v libvpx -deadline realtime"),
    "MPEG-2": ("a.mkv", "-c:v mpeg2video"),
    "MPEG-4 part 2": ("a.mp4", "-c:v mpeg4"),
    "Windows Media": ("a.mkv", "-c:v wmv2"),
    "Flash": ("a.mkv", "-c:v flv1"),
    "ZMBV": ("a.mkv", "-c:v zmbv"),
    "ASUS": ("a.mkv", "-c:v asv2"),
    "raw": ("a.mov", "-c:v rawvideo -pix_fmt yuyv422"),
    "Cinepak": ("a.mov", "-c:v cinepak"),
    "Animation": ("a.mov", "-c:v qtrle"),
    "Video": ("a.mov", "-c:v rpza"),
    "Sorenson": ("a.mov", "-c:v svq1"),
    "JPEG": ("a.mov", "-c:v mjpeg -pix_fmt yuvj420p"),
    "JPEG 2000": ("a.mov", "-c:v jpeg2000"),
    "PNG": ("a.mov", "-c:v png"),
    "HAP": ("a.mov", "-c:v hap"),
}
_SOUNDS: Final = {
    "Windows Media sound": ("a.mkv", f"{H264} -c:a wmav2"),
    "ADPCM": ("a.mov", f"{H264} -c:a adpcm_ima_qt -ac 1"),
    "G.711": ("a.mov", f"{H264} -c:a pcm_alaw"),
    "TrueHD": ("a.mkv", f"{H264} -c:a truehd -strict -2"),
    "DTS": ("a.mkv", f"{H264} -c:a dca -strict -2 -ac 2"),
}
#: QuickTime's names of codecs that nothing can encode any more.
_NAMES: Final = (
    b"flic",
    b"smc ",
    b"8BPS",
    b"SVQ3",
    b"M8RG",
    b"icod",
    b"rle ",
    b"WRAW",
    b"mvc1",
    b"CFHD",
    b"Hap5",
    b"VP6A",
)


def _in_pictures(name: str, coding: str, _traps: Traps) -> bytes:
    return film(
        name, coding, _SMALL if coding.split()[1] in ("wmv2", "hap", "flv1", "cinepak") else PICTURE, sound=False
    )


def _with_sound(name: str, coding: str, _traps: Traps) -> bytes:
    return film(name, coding)


def _renamed(name: bytes, _traps: Traps) -> bytes:
    return film(MP4, H264, sound=False).replace(b"avc1", name).replace(b"avcC", b"free")


def _with_cover(traps: Traps) -> bytes:
    cover = made("a.png", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-frames:v", "1")
    args = ["-i", "@a", "-i", "@b", "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic"]
    return made(MP4, *args, "-metadata", f"comment={traps.secret}", a=film(MP4), b=cover)


TABLE: Final[Table] = {
    **{f"pictures in {name}": (_REFUSED, partial(_in_pictures, *coded)) for name, coded in _PICTURES.items()},
    **{name: (_REFUSED, partial(_with_sound, *coded)) for name, coded in _SOUNDS.items()},
    **{
        f"pictures named {name.decode().strip()}": (f"{_REFUSED} unreadable-file", partial(_renamed, name))
        for name in _NAMES
    },
    "a cover": (EPISODE, _with_cover),
}
