"""The sound of a film: measured once, brought to the loudness of the festival, exactly as long as the picture. Pure."""

from typing import Any, Final

import ffmpeg

from transcoder.contract import Loudness
from transcoder.probe import SourceInfo
from transcoder.profiles import (
    AAC_PRIMING,
    AUDIO_BITRATE,
    AUDIO_NAME,
    AUDIO_RATE,
    TRUE_PEAK,
)
from transcoder.study import Source

# A hole in the sound of this length (s) is filled, and as much too much taken out; less, nobody hears or sees.
_GAP: Final = 0.02
# Peaks between two samples show themselves at four times their rate (ITU-R BS.1770-5, annex 2).
_OVERSAMPLED: Final = 4 * AUDIO_RATE
# AAC does not keep peaks to the letter.
_MARGIN: Final = 0.5


def sound_name(lang: str | None, *, first: bool) -> str:
    return AUDIO_NAME if first or lang is None else f"{AUDIO_NAME}-{lang}"


def sound_file(number: int) -> str:
    return f"sound-{number}.mp4"


def heard(film: Any, info: SourceInfo, number: int) -> Any:
    """Two channels from the film's first picture on. Samples stay fractions, so that nothing is cut off by mixing."""
    stream = film[str(info.sounds[number].index)]
    return mixed(stream.filter("asetpts", f"PTS-({info.phase:.6f})/TB") if info.phase else stream)


def mixed(stream: Any) -> Any:
    """Two channels that begin at 0, at the rate everything is published in."""
    stream = stream.filter("aresample", AUDIO_RATE, **{"async": 1, "min_hard_comp": _GAP, "first_pts": 0})
    return stream.filter("aformat", sample_fmts="fltp", channel_layouts="stereo")


def levelled(stream: Any, loudness: Loudness | None) -> Any:
    if loudness is None or not loudness.gain:
        return stream
    louder = stream.filter("volume", f"{loudness.gain:.2f}dB")
    if loudness.true_peak + loudness.gain <= TRUE_PEAK:
        return louder
    limit = f"{TRUE_PEAK - _MARGIN:.2f}dB"
    fine = louder.filter("aresample", _OVERSAMPLED)
    held = fine.filter("alimiter", limit=limit, attack=5, release=60, level=0, latency=1)
    return held.filter("aresample", AUDIO_RATE).filter("aformat", sample_fmts="fltp", channel_layouts="stereo")


def fitted(stream: Any, seconds: float) -> Any:
    """As long as the picture. The encoder puts 1024 samples before the first; as many are cut here, so that sound and
    picture meet without edit lists."""
    samples = round(seconds * AUDIO_RATE)
    whole = stream.filter("apad", whole_len=samples)
    return whole.filter("atrim", start_sample=AAC_PRIMING, end_sample=samples)


def sound_stream(film: Any, info: SourceInfo, number: int, loudness: Loudness | None) -> Any:
    if not info.sounds:
        silence = ffmpeg.input(f"anullsrc=r={AUDIO_RATE}:cl=stereo", f="lavfi", t=f"{info.duration:.6f}")["0"]
        return fitted(silence, info.duration)
    return fitted(levelled(heard(film, info, number), loudness), info.duration)


def aac_options() -> dict[str, Any]:
    return {"c:a": "aac", "b:a": AUDIO_BITRATE, "ac": 2, "ar": AUDIO_RATE}


def sound_output(film: Any, source: Source, number: int) -> Any:
    return sound_written(sound_stream(film, source.info, number, source.loudness), sound_file(number))


def sound_written(stream: Any, file: str) -> Any:
    """One fragmented file per sound; it is cut where the pictures are when those are known."""
    muxer = {
        "format": "mp4",
        "map_metadata": -1,
        "map_chapters": -1,
        "fflags": "+bitexact",
        "movflags": "+empty_moov+default_base_moof+skip_sidx+skip_trailer",
        "use_editlist": 0,
        "frag_duration": 1_000_000,
    }
    return ffmpeg.output(stream, file, **aac_options(), **muxer)
