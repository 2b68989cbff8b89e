"""What is read off the encodes of the bytes bench, and that it never measures anything but footage."""

from fractions import Fraction
from pathlib import Path

import pytest

from loadtest.bench import clips, rival
from loadtest.bench.bytes import GOALS, Made, Row, bytes_at, margin, ratios
from transcoder.contract import Decision
from transcoder.plan import Picture
from transcoder.profiles import PROFILES
from transcoder.quality import Measured
from transcoder.search import Score

WANTED = Score(mean=95, low=90)


def made(size: int, mean: float, low: float) -> Made:
    return Made(crf=26, bytes=size, found=Measured(score=Score(mean=mean, low=low)), cpu=1)


def row(clip: int, rung: int, equal: float | None) -> Row:
    profile = PROFILES["festival"]
    picture = Picture(rung=profile.refine[rung], width=360, height=640)
    one = made(1000, 96, 92)
    decision = Decision(rung=picture.name, preset="slow", crf=26, cap=1)
    return Row(
        clip=clips.CLIPS[clip],
        picture=picture,
        minutes=0.1,
        base=one,
        chosen=one,
        decision=decision,
        equal=equal,
        target=None,
    )


def test_the_worse_of_mean_and_percentile_decides() -> None:
    assert margin(Score(mean=96, low=89), WANTED) == -1
    assert margin(Score(mean=95.5, low=99), WANTED) == 0.5


def test_bytes_are_read_off_between_the_encodes_around_the_quality_wanted() -> None:
    found = bytes_at([made(400, 91, 88), made(100, 80, 70), made(1600, 97, 92)], WANTED)

    assert found == pytest.approx(400 * 4 ** (4 / 6))


def test_an_encode_that_is_close_above_counts_as_it_is() -> None:
    assert bytes_at([made(500, 95.1, 90.1)], WANTED) == pytest.approx(500)


@pytest.mark.parametrize("mean", [90, 99])
def test_nothing_is_read_off_beyond_the_encodes(mean: float) -> None:
    assert bytes_at([made(500, mean, mean - 2), made(600, mean + 0.5, mean - 1)], WANTED) is None


def test_a_clip_counts_once_and_rows_without_an_answer_do_not() -> None:
    rows = [row(0, 0, 500), row(0, 1, 720), row(1, 0, 800), row(1, 1, None)]

    assert ratios(rows, "h264_equal") == pytest.approx([0.6, 0.8])
    assert ratios(rows, "h264_target") == ratios(rows, "av1_equal") == []


def test_the_goals_are_those_of_the_issue() -> None:
    assert {name: goal.goal for name, goal in GOALS.items()} == {
        "h264_equal": 0.75,
        "av1_equal": 0.4,
        "h264_target": 0.55,
        "av1_target": 0.28,
    }
    assert {goal.better for goal in GOALS.values()} == {"lower"}


def test_the_baseline_is_not_starved() -> None:
    assert rival.maxrate((360, 640), Fraction(30)) == 1_036_800
    assert rival.maxrate((540, 960), Fraction(24)) == 1_492_992
    assert rival.maxrate((720, 1280), Fraction(30)) == 3_041_280


def test_without_footage_there_is_no_measurement(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TEST_MEDIA", raising=False)
    with pytest.raises(SystemExit) as unnamed:
        clips.find()
    monkeypatch.setenv("TEST_MEDIA", str(tmp_path))
    with pytest.raises(SystemExit) as empty:
        clips.find()

    assert unnamed.value.code == empty.value.code == 2
    assert "lacks clips" in capsys.readouterr().err


def test_there_are_enough_clips_of_different_films() -> None:
    assert len(clips.CLIPS) >= 6
    assert len({clip.file for clip in clips.CLIPS}) == len(clips.CLIPS)
    assert set(clips.FEW) <= {clip.name for clip in clips.CLIPS}
