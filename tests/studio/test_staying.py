"""Who stayed, from the lines of phones to what a producer sees."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.db import Connection
from api.studio import staying
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


class Series:
    """A released series of three episodes, its producer, and phones that watch it."""

    def __init__(self, browser: httpx.AsyncClient, phone: httpx.AsyncClient, rows: Connection, id_: int) -> None:
        self.browser, self.phone, self.rows, self.id = browser, phone, rows, id_
        self.episodes: list[int] = []

    @property
    def address(self) -> str:
        return f"/api/studio/series/{self.id}/stayed"

    async def stayed(self) -> Any:
        answer = await self.browser.get(self.address)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def look_later(self) -> Any:
        """As if the last count were a while ago."""
        await self.rows.execute(
            "UPDATE staying SET counted_at = counted_at - interval '1 hour' WHERE series_id = $1", self.id
        )
        return await self.stayed()

    async def tell(self, viewing: str | None, number: int, **changed: Any) -> None:
        told = {
            "session": str(uuid4()), "episode": self.episodes[number - 1], "start_ms": 400, "stalls": 0, "stalled_ms": 0,
            "seconds": 12.0, "rungs": {"v360": 12.0}, "viewing": viewing, "left_at": 12.0, "finished": True,
            "interface": "en", "subtitles": "en", "sound": None, **changed,
        }  # fmt: skip
        answer = await self.phone.post("/api/playback/summaries", json=told)
        assert answer.status_code == 204, answer.text

    async def watched(self, viewers: int, episodes: int, **changed: Any) -> list[str]:
        viewings = [str(uuid4()) for _ in range(viewers)]
        for viewing in viewings:
            for number in range(1, episodes + 1):
                await self.tell(viewing, number, **(changed if number == episodes else {}))
        return viewings


@pytest.fixture
async def series(house: House, rows: Connection) -> Series:
    company = await builders.a_company(rows)
    made = Series(
        await house.signed_in("producer", company),
        house.browser(),
        rows,
        await builders.a_series(rows, company=company),
    )
    for number in (1, 2, 3):
        made.episodes.append(await builders.an_episode(rows, made.id, number))
        await builders.a_package(rows, made.episodes[-1])
    return made


async def test_nineteen_viewers_are_too_few_and_twenty_are_enough(series: Series) -> None:
    await series.watched(19, 3)
    assert (await series.stayed())["whole"] is None

    await series.watched(1, 3)

    told = await series.stayed()
    assert (told["whole"]["viewers"], told["floor"], told["counted_at"] is not None) == (20, 20, True)


async def test_figures_are_those_of_the_lines(series: Series) -> None:
    await series.watched(40, 3, liked=True)
    await series.watched(30, 2, finished=False, left_at=6.5, subtitles=None, interface="fa")
    await series.watched(30, 1, finished=False, left_at=2.5, stalls=2)

    whole, leaving = (told := await series.stayed())["whole"], told["leaving"]

    assert [(each["number"], each["share"]["viewers"]) for each in whole["carried"]] == [(1, 100), (2, 70), (3, 40)]
    assert (whole["began"], whole["completed"]["viewers"], whole["typical"], whole["liked"]["viewers"]) == (
        100,
        40,
        2,
        40,
    )
    assert (whole["step"]["leaving"], whole["step"]["clear"]) == (1, False)
    assert whole["subtitled"]["value"] == 1.0
    assert [(use["lang"], use["viewers"]) for use in whole["languages"]["interface"]] == [("en", 100)]
    assert (whole["playing"]["playings"], whole["playing"]["steady"]) == (210, round(180 / 210, 4))
    assert [(each["start"], each["viewers"]) for each in leaving[0]["stretches"]] == [(0, 30)]
    assert (leaving[1]["finished"]["viewers"], leaving[1]["started"], leaving[2]["stretches"]) == (40, 70, [])


async def test_viewing_counts_once_however_many_lines_it_sends(series: Series) -> None:
    viewings = await series.watched(20, 1)
    for _ in range(30):
        await series.tell(viewings[0], 1, stalls=9_000, start_ms=14_000_000, left_at=14_000.0, finished=False)

    whole = (told := await series.stayed())["whole"]

    assert (whole["viewers"], whole["playing"]["playings"], whole["playing"]["nine_ms"]) == (20, 20, 400)
    assert told["leaving"][0]["started"] == 20


async def test_lines_of_older_pages_are_taken_and_tie_nothing_together(series: Series) -> None:
    for _ in range(25):
        await series.tell(None, 1, left_at=None, finished=None, interface=None, subtitles=None)

    assert (await series.stayed())["whole"] is None


async def test_one_more_viewer_changes_nothing_and_twenty_more_do(series: Series) -> None:
    await series.watched(20, 2)
    before = await series.stayed()

    await series.watched(1, 3)
    assert await series.look_later() == {**before, "counted_at": (await series.stayed())["counted_at"]}
    await series.watched(18, 3)
    assert (await series.look_later())["whole"] == before["whole"]
    await series.watched(1, 3)

    assert (await series.look_later())["whole"]["viewers"] == 40


async def test_count_of_a_moment_ago_is_not_made_anew(series: Series) -> None:
    await series.watched(20, 1)
    before = await series.stayed()

    await series.watched(20, 1)

    assert await series.stayed() == before


async def test_new_episode_is_shown_without_counting_new_viewers(series: Series) -> None:
    await series.watched(20, 2)
    await series.stayed()
    await series.watched(3, 3)
    fourth = await builders.an_episode(series.rows, series.id, 4)
    await builders.a_package(series.rows, fourth)

    told = await series.stayed()

    assert [each["number"] for each in told["leaving"]] == [1, 2, 3, 4]
    assert told["whole"]["viewers"] == 20


async def test_border_of_the_recent_days_passes_over_groups_only(series: Series) -> None:
    """Ten whose lines are older than a week stay among the recent, until twenty are."""
    await series.rows.execute("UPDATE series SET released_at = now() - interval '30 days' WHERE id = $1", series.id)
    old = await series.watched(10, 1)
    await series.rows.execute(
        "UPDATE playback_summary SET hour = hour - interval '9 days' WHERE viewing = ANY($1::uuid[])", old
    )
    await series.watched(25, 1)
    assert (await series.stayed())["recent"]["viewers"] == 35

    older = await series.watched(15, 1)
    await series.rows.execute(
        "UPDATE playback_summary SET hour = hour - interval '9 days' WHERE viewing = ANY($1::uuid[])", older
    )
    await series.watched(20, 1)

    told = await series.look_later()
    assert (told["whole"]["viewers"], told["recent"]["viewers"]) == (70, 45)


async def test_unreleased_series_has_no_figures(series: Series) -> None:
    await series.rows.execute("UPDATE series SET released_at = NULL WHERE id = $1", series.id)

    told = await series.stayed()

    assert (told["released_at"], told["whole"], told["leaving"]) == (None, None, [])


async def test_figures_of_another_company_do_not_exist(series: Series, house: House, rows: Connection) -> None:
    stranger = await house.signed_in("producer", await builders.a_company(rows))

    answers = [await stranger.get(series.address), await stranger.get(f"{series.address}.csv")]

    assert [code_of(answer) for answer in answers] == [(404, "not-found")] * 2
    assert (await (await house.signed_in("organiser")).get(series.address)).status_code == 200


async def test_all_that_is_shown_comes_as_a_file(series: Series) -> None:
    await series.watched(20, 3)

    answer = await series.browser.get(f"{series.address}.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].endswith('.csv"')
    assert "whole,carried,3,,,,20,1.0,0.8389,1.0" in answer.text.splitlines()


async def test_series_nobody_can_watch_yet_is_no_error(series: Series) -> None:
    await series.rows.execute(
        "UPDATE package SET state = 'failed', ready_at = NULL, failure_code = 'superseded' WHERE episode_id = ANY($1)",
        series.episodes,
    )

    assert (await series.stayed())["whole"] is None


async def test_newcomers_are_found_by_an_index(db: Connection) -> None:
    await db.execute("SET LOCAL enable_seqscan = off")
    # On a table without lines every index costs the same: only the one it was made for is left to choose.
    await db.execute("DROP INDEX playback_summary_by_episode")
    sql = staying.Q["newcomers"].replace("$1", "'{1,2}'").replace("$2", "7")

    plan = "\n".join(row[0] for row in await db.fetch(f"EXPLAIN {sql}"))

    assert "playback_summary_by_arrival" in plan, plan


def test_counts_rest_for_a_minute() -> None:
    assert timedelta(0) < staying.REST <= timedelta(minutes=5)
