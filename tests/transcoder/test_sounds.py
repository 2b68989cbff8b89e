"""What is heard of a film: mixed, in its languages, as loud as all others."""

from pathlib import Path

import pytest

from tests.transcoder.films import joined, make, play, samples
from tests.transcoder.media import call_ffmpeg, make_clip
from tests.transcoder.test_media import X264, check
from transcoder.pipeline import Tools


async def test_five_channels_become_two_and_nothing_is_cut_off(tools: Tools, tmp_path: Path) -> None:
    picture = ["-f", "lavfi", "-i", "color=gray:s=180x320:d=2:r=24"]
    six = "|".join(f"0.9*sin({frequency}*2*PI*t)" for frequency in (300, 300, 300, 60, 300, 300))
    sound = ["-f", "lavfi", "-i", f"aevalsrc='{six}':c=5.1:d=2:s=48000"]
    call_ffmpeg(*picture, *sound, *X264, "-c:a", "aac", "-b:a", "320k", str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    heard = sorted(loudness for at, loudness in samples(joined(made.package / "a64")) if 0.5 < at < 1.5)
    top = heard[len(heard) * 98 // 100]
    assert 0.15 < top <= heard[-1] < 0.9
    # A sine has a mean that is 0.64 of its peak; one that was cut off comes close to 1.
    assert sum(heard) / len(heard) / top < 0.72


async def test_every_language_of_the_sound_is_there(tools: Tools, tmp_path: Path) -> None:
    inputs = ["-f", "lavfi", "-i", "color=gray:s=180x320:d=2:r=24"]
    for frequency in (300, 600, 900):
        inputs += ["-f", "lavfi", "-i", f"sine={frequency}:d=2:r=44100"]
    tags = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=rus", "-metadata:s:a:2", "language=rus"]
    maps = [arg for number in range(4) for arg in ("-map", str(number))]
    call_ffmpeg(*inputs, *maps, *X264, *tags, str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    check(made, 2)
    play(made)
    assert [(track.name, track.lang) for track in made.descriptor.audio] == [("a64", "en"), ("a64-ru", "ru")]
    assert '"../a64-ru/playlist.m3u8"' in made.master.read_text()
    assert [pitch(joined(made.package / name)) for name in ("a64", "a64-ru")] == pytest.approx([300, 600], rel=0.02)


def pitch(film: Path) -> float:
    """Twice per period of a tone it is louder than just before and louder than just after."""
    heard = [loudness for at, loudness in samples(film) if 0.5 < at < 1.5]
    tops = sum(a < b >= c for a, b, c in zip(heard, heard[1:], heard[2:], strict=False))
    return tops / 2


async def test_a_film_without_sound_gets_a_silent_one(tools: Tools, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", seconds=2, width=180, height=320, audio=False)

    made = await make(tools, clip, tmp_path)

    check(made, 2)
    play(made)
    assert made.descriptor.loudness is None
    assert not any(loudness for _, loudness in samples(joined(made.package / "a64")))


@pytest.mark.parametrize(
    ("volume", "gain"),
    [(-30, 14.0), (-8, -8.0), (-45, 18.0), (-75, None)],
)
async def test_all_films_are_equally_loud_but_silence_stays(
    tools: Tools, tmp_path: Path, volume: int, gain: float | None
) -> None:
    """A sine of 1 kHz in both channels is as many LUFS as its peak is decibels below full scale (BS.1770)."""
    tone = f"aevalsrc='{10 ** (volume / 20)}*sin(2*PI*997*t)':c=stereo:s=48000:d=4"
    picture = ["-f", "lavfi", "-i", "color=gray:s=180x320:d=4:r=10"]
    call_ffmpeg(*picture, "-f", "lavfi", "-i", tone, *X264, "-c:a", "pcm_s24le", str(tmp_path / "a.mov"))

    made = await make(tools, tmp_path / "a.mov", tmp_path)

    loudest = max(loudness for at, loudness in samples(joined(made.package / "a64")) if 1 < at < 3)
    loudness = made.descriptor.loudness
    if gain is None:
        assert loudness is None
        assert loudest < 0.001
    else:
        assert loudness is not None
        assert loudness.gain == pytest.approx(gain, abs=0.3)
        assert loudest == pytest.approx(10 ** ((volume + gain) / 20), rel=0.15)
