"""How films played, as the report tells it: true, and of nobody who is one of a few."""

import random
import statistics
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from api.db import Connection
from api.desk import report as reports
from api.desk import report_files as files
from api.desk.playing import PlayedRow, RungRow, played_of
from api.playback.lines import lines_of
from api.studio.stay_rules import FLOOR
from tests import builders

BEGAN = datetime(2026, 11, 6, 4, tzinfo=UTC)


def a_row(kind: str, key: str, viewers: int, **more: Any) -> PlayedRow:
    told = {"views": viewers, "seconds": 60.0 * viewers, "starts": [300.0, 900.4], "stalls": 3, "stalled": 6.0}
    return msgspec.convert({"kind": kind, "key": key, "viewers": viewers, **told, **more}, PlayedRow)


@pytest.mark.parametrize(
    ("rung", "lines"),
    [("v540", 540), ("v540s", 540), ("av1-720", 720), ("v228s", 240), ("v1080", 1080), ("v2160", 1080), ("odd", None), ("v1", None),
     ("12345", None)],
)  # fmt: skip
def test_a_rung_is_told_by_its_lines(rung: str, lines: int | None) -> None:
    assert lines_of(rung) == lines


def test_whole_is_told_in_people_s_units() -> None:
    played = played_of(
        [a_row("all", "", 40)], [RungRow(kind="all", key="", rung=rung, seconds=seconds) for rung, seconds in
                                 (("v360", 300.0), ("v540", 600.0), ("av1-540", 300.0), ("odd", 99.0))],
    )  # fmt: skip

    assert played is not None
    whole = played.whole
    assert (whole.start_ms, whole.slow_ms) == (300, 900)
    assert whole.stalls_hour == pytest.approx(3 / (2400 / 3600))
    assert whole.stalled == pytest.approx(6 / 2406, abs=1e-4)
    assert [(each.lines, each.share) for each in whole.lines] == [(360, 0.25), (540, 0.75)]


@pytest.mark.parametrize("viewers", [0, 1, FLOOR - 1])
def test_few_viewers_are_told_of_by_nothing(viewers: int) -> None:
    assert played_of([a_row("all", "", viewers)], []) is None


def test_part_of_too_few_takes_the_next_smallest_with_it() -> None:
    rows = [a_row("all", "", 90), a_row("section", "a", 50), a_row("section", "b", 38), a_row("section", "c", 2)]

    played = played_of(rows, [])

    assert played is not None
    assert [part.key for part in played.sections] == ["a"]


def test_nobody_told_when_it_began_and_nothing_was_played() -> None:
    played = played_of([a_row("all", "", 30, starts=[None, None], seconds=0.0)], [])

    assert played is not None
    assert (played.whole.start_ms, played.whole.slow_ms, played.whole.stalls_hour, played.whole.lines) == (
        None,
        None,
        0.0,
        [],
    )


async def test_figures_are_those_of_an_independent_count(db: Connection) -> None:
    dice = random.Random(5)
    await builders.a_festival(db)
    section = await builders.a_section_that(db, slug="main")
    episode = await builders.an_episode(db, await builders.a_series(db, section=section, released=True))
    await builders.a_package(db, episode)
    starts: dict[tuple[str, int], list[int]] = defaultdict(list)
    for person in range(240):
        network, day, start = ("hall", "elsewhere")[person % 2], dice.choice((0, 0, 0, 2)), dice.randint(80, 4_000)
        starts[network, day].append(start)
        await db.execute(
            "INSERT INTO playback_summary (session, episode_id, hour, start_ms, stalls, stalled_ms, seconds, rungs, liked, viewing,"
            " interface, network) VALUES (gen_random_uuid(), $1, $2, $3, $4, 500, 30, $5, false, $6, 'en', $7)",
            episode, BEGAN + timedelta(days=day), start, person % 3 == 0, {"v540": 20, "v720": 10},
            UUID(int=dice.getrandbits(128), version=4), network,
        )  # fmt: skip

    report = await reports.report(db, None, now=BEGAN + timedelta(days=3))

    played = report.watched.played if report.watched is not None else None
    assert played is not None
    everyone = [start for each in starts.values() for start in each]
    assert played.whole.start_ms == pytest.approx(statistics.median(everyone), abs=1)
    assert played.whole.slow_ms == pytest.approx(statistics.quantiles(everyone, n=10, method="inclusive")[8], abs=1)
    assert played.whole.stalls_hour == pytest.approx(80 / (240 * 30 / 3600), abs=0.01)
    assert [(part.key, part.viewers) for part in played.networks] == [("elsewhere", 120), ("hall", 120)]
    halls = [start for (network, _), each in starts.items() if network == "hall" for start in each]
    assert played.networks[1].start_ms == pytest.approx(statistics.median(halls), abs=1)
    assert [part.key for part in played.days] == ["2026-11-06", "2026-11-08"]
    assert [(each.lines, each.share) for each in played.sections[0].lines] == [(540, 0.6667), (720, 0.3333)]
    assert {bar.key: bar.value for bar in report.plots.starts.bars if bar.value} == {
        part.key: part.slow_ms for part in played.days
    }
    told = files.to_csv(report, "en")
    assert f"network_start_ms,hall,,{played.networks[1].start_ms}" in told
