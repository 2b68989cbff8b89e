"""Which samples are taken, what is asked of ffmpeg, and one search on a film made on the spot."""

import subprocess
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.transcoder.sources import a_source
from transcoder import quality
from transcoder.bench import Bench, EncodeFailed, Tools
from transcoder.plan import Picture
from transcoder.profiles import PROFILES, Rung
from transcoder.search import Score
from transcoder.study import Source

UPRIGHT = a_source(rate="25", sounds=[])
FESTIVAL, QUICK = PROFILES["festival"], PROFILES["quick"]


def source(duration: float, keys: list[int]) -> Source:
    info = replace(UPRIGHT, duration=duration)
    return Source(info=info, keys=keys, shots=[], loudness=None)


def unheard(_share: float) -> None:
    """Nobody asks how far it is."""


def test_a_short_film_is_its_own_sample() -> None:
    assert quality.sample_windows(source(5.2, [0, 25, 75])) == [(0.0, 5.2)]


def test_samples_begin_with_segments_and_are_spread_over_the_film() -> None:
    keys = [0, 25, *range(75, 90 * 25, 100)]

    windows = quality.sample_windows(source(90, keys))

    assert [round(start) for start, _ in windows] == [15, 43, 75]
    assert all(seconds == 2 for _, seconds in windows)
    assert all(start * 25 in keys for start, _ in windows)


def test_samples_are_never_the_same_seconds_nor_beyond_the_end() -> None:
    windows = quality.sample_windows(source(7, [0, 25, 75]))

    starts = [start for start, _ in windows]
    assert starts == sorted(set(starts))
    assert all(later - earlier >= 1 for earlier, later in pairwise(starts))
    assert all(start + seconds <= 7 for start, seconds in windows)


def test_both_films_are_scaled_alike_and_compared_as_a_phone_shows_them() -> None:
    args = quality.comparison("a.mp4", "b.mov", "log.json", Fraction(25))

    graph = args[args.index("-filter_complex") + 1]
    assert graph.count("scale=flags=bicubic:h=1920:w=1080") == 2
    assert "enable_transform" in graph
    assert "n_subsample=3" in graph
    assert "default" not in graph
    assert "default" in " ".join(quality.comparison("a", "b", "c", Fraction(25), thorough=True))


def test_fast_films_are_sampled_less_often() -> None:
    assert "n_subsample=7" in " ".join(quality.comparison("a", "b", "c", Fraction(60)))


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"frames": []}', b'{"frames": [{"metrics": {}}]}'])
def test_a_comparison_without_scores_is_a_failure(content: bytes | None, tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    if content is not None:
        log.write_bytes(content)

    with pytest.raises(EncodeFailed):
        quality.read_scores(log)


def test_scores_are_the_mean_and_the_worst_twentieth(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    frames = ",".join(f'{{"frameNum": {n}, "metrics": {{"phone": {n}, "psnr_y": 40}}}}' for n in range(101))
    log.write_text(f'{{"frames": [{frames}]}}')

    found = quality.read_scores(log)

    assert (found.score.mean, found.score.low) == (50, 5)
    assert (found.psnr, found.default) == (40, None)


def test_the_search_is_a_part_of_the_work_that_shrinks_with_the_film(tools: Tools) -> None:
    parts = [quality.search_share(seconds, FESTIVAL, tools.build) for seconds in (5, 20, 90)]

    assert parts == sorted(parts, reverse=True)
    assert all(0 < part < 1 for part in parts)
    assert quality.search_share(90, QUICK, tools.build) == 0


async def test_a_profile_without_search_takes_the_table(tmp_path: Path, tools: Tools) -> None:
    pictures = [Picture(rung=rung, width=rung.short_side, height=640) for rung in QUICK.ladder]

    decisions = await quality.choose_quality(Bench(folder=tmp_path), tools, source(5, [0]), pictures, QUICK, unheard)

    assert [(each.rung, each.crf, each.mean) for each in decisions] == [
        (rung.name, rung.crf, None) for rung in QUICK.ladder
    ]


def film(ffmpeg: str, path: Path) -> None:
    """Two seconds of slowly moving soft shapes."""
    picture = "testsrc2=s=180x320:r=25:d=2,gblur=2.5"
    lossless = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p", "-f", "mov"]
    subprocess.run([ffmpeg, "-v", "error", "-f", "lavfi", "-i", picture, *lossless, str(path)], check=True)


def small(crf: float, cap: int = 4_000_000) -> Picture:
    rung = Rung(short_side=180, preset="veryfast", crf=crf, cap=cap)
    return Picture(rung=rung, width=180, height=320)


async def test_a_real_search_meets_its_target_and_leaves_nothing(tmp_path: Path, tools: Tools) -> None:
    bench = Bench.lay(tmp_path)
    film(tools.ffmpeg, bench.original)
    known = replace(source(2.0, [0, 25]), info=replace(UPRIGHT, duration=2.0, width=180, height=320))

    (found,) = await quality.choose_quality(bench, tools, known, [small(26)], FESTIVAL, unheard)

    assert found.mean is not None
    assert found.low is not None
    assert found.mean >= 94
    assert found.low >= 89
    assert quality.RANGES["h264"].least <= found.crf <= quality.RANGES["h264"].most
    assert list(bench.out.iterdir()) == []


async def test_rungs_for_halls_take_the_crf_of_the_largest_for_phones(
    tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def measure(_search: object, picture: Picture, crf: float) -> Score:
        asked.append(picture.name)
        return Score(mean=100 - (crf - 20), low=96 - (crf - 20))

    async def cut_samples(_search: object) -> None:
        """There is no film."""

    monkeypatch.setattr(quality._Search, "measure", measure)
    monkeypatch.setattr(quality._Search, "cut_samples", cut_samples)
    pictures = [Picture(rung=rung, width=rung.short_side, height=640) for rung in FESTIVAL.ladder]

    told: list[float] = []

    decisions = await quality.choose_quality(
        Bench.lay(tmp_path), tools, source(90, [0]), pictures, FESTIVAL, told.append
    )

    assert [each.rung for each in decisions] == ["v360", "v540", "v720", "v1080"]
    assert asked[0] == "v540"
    assert "v1080" not in asked
    assert decisions[3].crf == decisions[2].crf == pytest.approx(25, abs=0.5)
    assert decisions[3].mean is None
    assert told == pytest.approx([1 / 3, 2 / 3])


async def test_what_cannot_be_sampled_gets_the_table(tmp_path: Path, tools: Tools) -> None:
    bench = Bench.lay(tmp_path)
    bench.original.write_bytes(b"not a film at all")

    (found,) = await quality.choose_quality(bench, tools, source(2.0, [0]), [small(26)], FESTIVAL, unheard)

    assert (found.crf, found.mean) == (26, None)
