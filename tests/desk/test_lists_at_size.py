"""Screens, plays, awards and flags by the thousand: a page reads what it shows, and pages together are the whole list once."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from api import errors
from api.db import Connection, prepare_connection
from api.desk import service as desk
from api.kiosk import fleet, plays
from api.kiosk.service import Q as KIOSKS
from api.live import RedisLive
from api.voting import review, voiding
from api.voting.queries import Q as AWARDS
from tests import builders
from tests.conftest import copy_database, drop_database
from tests.desk.reading import rows_read

SCREENS, AWARDS_THERE, FLAGS, SERIES, DAYS = 3000, 300, 10_000, 40, 30
PAGE = 20
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
#: For each row of a page its journal, last vote, findings and commands, or its ballots and people; and one row more.
BOUND = (PAGE + 1) * 8


@pytest.fixture(scope="module")
async def full(postgres: str) -> AsyncIterator[str]:
    url = await copy_database(postgres)
    db = await asyncpg.connect(url)
    await prepare_connection(db)
    festival, section = await builders.a_festival(db), await builders.a_section(db)
    company = await builders.a_company(db)
    await db.execute(
        "INSERT INTO kiosk (festival_id, name, public_key, paired_by, paired_at, seen_at)"
        " SELECT $1, 'Hall ' || n, decode('04' || repeat(md5(n::text), 4), 'hex'), $4, $2::timestamptz, $2::timestamptz - make_interval(secs => n % 3 * 45)"
        " FROM generate_series(1, $3) n", festival, NOW, SCREENS, await builders.an_account(db, "organiser"),
    )  # fmt: skip
    await db.execute("INSERT INTO kiosk_journal (kiosk_id) SELECT id FROM kiosk ON CONFLICT DO NOTHING")
    await db.execute(
        "INSERT INTO series (section_id, company_id, slug, title, country, rating)"
        " SELECT $1, $2, 'film-' || n, jsonb_build_object('en', 'Film ' || n), 'KZ', '12+' FROM generate_series(1, $3) n",
        section, company, SERIES,
    )  # fmt: skip
    await db.execute(
        "INSERT INTO kiosk_play (kiosk_id, counter, kind, series_id, how, started_at, uncertainty_ms, seconds, whole)"
        " SELECT k.id, s.place, 'film', s.id, 'loop', $1::timestamptz - make_interval(days => (s.place % $2)::int), 0, 12, true"
        " FROM (SELECT id FROM kiosk ORDER BY id LIMIT 250) k, (SELECT id, row_number() OVER (ORDER BY id) AS place FROM series) s",
        NOW, DAYS,
    )  # fmt: skip
    award = await builders.an_award(db)
    await db.execute(
        "INSERT INTO award (festival_id, slug, name, kind, min_value, max_value, opens_at, closes_at, tiers)"
        " SELECT festival_id, 'more-' || n, name, kind, min_value, max_value, opens_at, closes_at + make_interval(mins => n % 7), tiers"
        " FROM award, generate_series(1, $2) n WHERE id = $1", award, AWARDS_THERE,
    )  # fmt: skip
    await db.execute(
        "INSERT INTO flag (award_id, what, subject, ballots, numbers, settled_at, outcome)"
        " SELECT $1, 'burst', 'minute ' || n, '{}', '{}', CASE WHEN n % 2 = 0 THEN now() END, CASE WHEN n % 2 = 0 THEN 'dismissed' END"
        " FROM generate_series(1, $2) n", award, FLAGS,
    )  # fmt: skip
    await db.execute("ANALYZE")
    await db.close()
    yield url
    await drop_database(url)


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[RedisLive]:
    live = RedisLive(redis_url)
    yield live
    await live.close()


async def walk(page_after: Callable[[int], Awaitable[tuple[Sequence[int], int | None]]]) -> list[int]:
    """Ids of all pages, each of which is full but for the last."""
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        ids, after = await page_after(after)
        assert len(ids) == 100 or after is None
        seen += ids
    return seen


async def test_pages_of_screens_are_all_of_them_by_name(house_of: Connection, live: RedisLive) -> None:
    async def page_after(after: int) -> tuple[Sequence[int], int | None]:
        page = await fleet.fleet(house_of, live, after, 100, now=NOW)
        return [each.id for each in page.kiosks], page.next

    names = await house_of.fetch("SELECT id FROM kiosk ORDER BY lower(name), id")

    assert await walk(page_after) == [row["id"] for row in names]


@pytest.mark.parametrize("name", ["", "hall 15", "hall 99"])
async def test_page_of_screens_reads_what_it_shows(house_of: Connection, name: str) -> None:
    assert await rows_read(house_of, KIOSKS["fleet"], name, 0, PAGE + 1) <= BOUND


async def test_late_screens_are_told_of_on_every_page(house_of: Connection, live: RedisLive) -> None:
    page = await fleet.fleet(house_of, live, 0, PAGE, now=NOW)

    assert (len(page.kiosks), len(page.late), page.held) == (PAGE, SCREENS // 3, 0)


async def test_pages_of_awards_are_all_of_them_in_the_order_of_their_end(house_of: Connection, live: RedisLive) -> None:
    async def page_after(after: int) -> tuple[Sequence[int], int | None]:
        page = await desk.page_of_awards(house_of, live, after, 100, now=NOW)
        return [each.award.id for each in page.awards], page.next

    ends = await house_of.fetch("SELECT id FROM award ORDER BY closes_at, id")

    assert await walk(page_after) == [row["id"] for row in ends]


async def test_page_of_awards_reads_what_it_shows(house_of: Connection) -> None:
    middle = await house_of.fetchrow("SELECT * FROM award ORDER BY closes_at, id OFFSET $1 LIMIT 1", AWARDS_THERE // 2)
    assert middle is not None

    read = await rows_read(
        house_of, AWARDS["awards_page"], middle["festival_id"], middle["closes_at"], middle["id"], PAGE + 1
    )

    assert read <= BOUND


@pytest.mark.parametrize("settled", [False, True])
async def test_pages_of_flags_are_all_of_them_the_newest_first(house_of: Connection, settled: bool) -> None:
    award = await house_of.fetchval("SELECT award_id FROM flag LIMIT 1")

    async def page_after(after: int) -> tuple[Sequence[int], int | None]:
        page = await review.list_flags(house_of, award, after, 100, settled=settled)
        assert (page.open, page.settled) == (1000, 1000)
        return [each.id for each in page.flags], page.next

    newest = "SELECT id FROM flag WHERE (settled_at IS NOT NULL) = $1 ORDER BY id DESC"

    assert await walk(page_after) == [row["id"] for row in await house_of.fetch(newest, settled)]


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("after", [2**62, 5000, 30])
async def test_page_of_flags_reads_what_it_shows(house_of: Connection, after: int, settled: bool) -> None:
    award = await house_of.fetchval("SELECT award_id FROM flag LIMIT 1")

    assert await rows_read(house_of, voiding.Q["flags"], award, after, settled, PAGE + 1) <= BOUND


async def test_pages_of_plays_are_all_titles_once(house_of: Connection) -> None:
    seen: list[tuple[int, int | None]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await plays.report(house_of, NOW.date() - timedelta(days=40), NOW.date(), cursor, 100, now=NOW)
        seen += [(each.kiosk, each.series) for each in page.titles]
        cursor = page.next

    assert (len(seen), len(set(seen)), sum(day.plays for day in page.days)) == (250 * SERIES,) * 3


@pytest.mark.parametrize("cursor", ["1", "1~2", "1~2~x", "-1~2~3", "1~2~3\n", "9" * 60])
async def test_made_up_cursor_is_refused(house_of: Connection, cursor: str) -> None:
    with pytest.raises(errors.Unprocessable):
        await plays.report(house_of, date(2026, 11, 1), date(2026, 11, 2), cursor, 10, now=NOW)
