"""Lists of a festival with ten thousand episodes: a page reads the rows it shows, wherever it lies and whatever is looked for.

Rows are counted as PostgreSQL counts them while it runs the very statements; nothing here is timed.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from api.db import Connection, prepare_connection, read_queries
from api.desk import listing
from api.desk.listing import Wanted
from api.desk.service import FOLDER
from tests import builders
from tests.conftest import copy_database, drop_database
from tests.desk.reading import rows_read

SERIES, EPISODES = 200, 50
PAGE = 20
#: A page and one row more; for each its company, person, poster and first still, and for each episode itself and its package.
BOUND = (PAGE + 1) * (EPISODES * 4 + 12)
Q = read_queries(FOLDER, "listing.sql")


@pytest.fixture(scope="module")
async def full(postgres: str) -> AsyncIterator[str]:
    """200 series of 50 episodes, four of five watchable; each of them submitted."""
    url = await copy_database(postgres)
    db = await asyncpg.connect(url)
    await prepare_connection(db)
    section, company = await builders.a_section(db), await builders.a_company(db, "Night Depot Films")
    account = await builders.an_account(db, "producer", company)
    await db.execute(
        "INSERT INTO series (section_id, company_id, slug, title, country, rating)"
        " SELECT $1, $2, 'series-' || n, jsonb_build_object('en', 'Window ' || n, 'zh', '第' || n || '扇窗'), 'KZ', '12+'"
        " FROM generate_series(1, $3) n", section, company, SERIES,
    )  # fmt: skip
    await db.execute(
        "INSERT INTO episode (series_id, number) SELECT s.id, n FROM series s, generate_series(1, $1) n", EPISODES
    )
    await db.execute(
        "INSERT INTO original (id, episode_id, account_id, file_name, size, part_size, storage_key, storage_upload, state, expires_at, received_at)"
        " SELECT gen_random_uuid(), e.id, $1, s.slug || '_take' || e.number || '.mp4', 1000, 8388608, 'o/' || e.id, 'u' || e.id, 'received', now(), now()"
        " FROM episode e JOIN series s ON s.id = e.series_id", account,
    )  # fmt: skip
    await db.execute(
        "INSERT INTO package (id, episode_id, original_id, state, ready_at, descriptor)"
        " SELECT gen_random_uuid(), o.episode_id, o.id, 'ready', now(), '{}' FROM original o JOIN episode e ON e.id = o.episode_id WHERE e.number % 5 > 0"
    )
    await db.execute(
        "INSERT INTO submission (series_id, section_id, submitted_at, submitted_by) SELECT id, section_id, now(), $1 FROM series",
        account,
    )
    await db.execute("UPDATE submission SET state = 'accepted' WHERE id % 10 = 0")
    await db.execute("ANALYZE")
    await db.close()
    yield url
    await drop_database(url)


@pytest.mark.parametrize("after", [0, 100, 180])
@pytest.mark.parametrize("tray", [None, "waiting", "accepted"], ids=["all", "waiting", "accepted"])
async def test_page_of_the_queue_reads_what_it_shows(house_of: Connection, tray: str | None, after: int) -> None:
    first = await house_of.fetchval("SELECT min(id) FROM submission")

    sections = [await house_of.fetchval("SELECT id FROM section")]
    read = await rows_read(house_of, Q["submissions"], tray, sections, None, first + after - 1, PAGE + 1)

    assert read <= BOUND


@pytest.mark.parametrize("after", [0, 100, 180])
async def test_page_of_the_programme_reads_what_it_shows(house_of: Connection, after: int) -> None:
    last = await house_of.fetchrow(
        "SELECT section_id, place, id FROM series ORDER BY id OFFSET $1 LIMIT 1", max(after - 1, 0)
    )
    assert last is not None
    place = (last["section_id"], last["place"], last["id"]) if after else (0, 0, 0)

    read = await rows_read(house_of, Q["series_list"], [last["section_id"]], None, None, *place, PAGE + 1)

    assert read <= BOUND


async def test_stage_is_found_without_counting_the_episodes_of_the_others(house_of: Connection) -> None:
    sections = [await house_of.fetchval("SELECT id FROM section")]
    read = await rows_read(house_of, Q["series_list"], sections, "accepted", None, 0, 0, 0, PAGE + 1)

    assert read <= BOUND + 4 * SERIES


@pytest.mark.parametrize("looked_for", ["扇窗", "depot", "SERIES-77_take3", "no such thing"])
async def test_search_looks_at_no_episode(house_of: Connection, looked_for: str) -> None:
    read = await rows_read(house_of, Q["found_series"], looked_for, listing.pattern_of(looked_for))

    assert read <= 2 * SERIES + 2


async def test_search_is_answered_by_the_pairs_of_letters(house_of: Connection) -> None:
    await house_of.execute("SET LOCAL enable_seqscan = off")
    await house_of.execute("SET LOCAL enable_indexscan = off")
    sql = Q["found_series"].replace("$1", "'take33'").replace("$2", "'%take33%'")

    plan = "\n".join(str(row[0]) for row in await house_of.fetch(f"EXPLAIN {sql}"))

    assert "series_search_by_pair" in plan


async def test_whole_list_is_walked_once_and_in_order(house_of: Connection) -> None:
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = await listing.series(house_of, None, Wanted(after=after, limit=PAGE))
        seen += [each.id for each in page.series]
        after = page.next

    assert (len(seen), seen) == (SERIES, sorted(set(seen)))
    assert (page.series[0].episodes, page.series[0].ready) == (EPISODES, EPISODES * 4 // 5)


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        ("Window 77", ["series-77"]),
        ("第77扇", ["series-77"]),
        ("series-77_TAKE3.mp4", ["series-77"]),
        ("100%", []),
        ("_ake", []),
    ],
    ids=["title", "chinese", "file", "percent", "underscore"],
)
async def test_series_is_found_in_any_language_and_by_its_files(
    house_of: Connection, looked_for: str, found: list[str]
) -> None:
    page = await listing.series(house_of, None, Wanted(looked_for=looked_for))

    assert [each.slug for each in page.series] == found


async def test_company_and_people_are_found_after_they_change_their_names(house_of: Connection) -> None:
    await house_of.execute("UPDATE company SET name = 'Ночное депо'", timeout=120)
    await house_of.execute("UPDATE account SET name = 'Алеся' WHERE role = 'producer'", timeout=120)

    pages = [
        await listing.submissions(house_of, None, Wanted(looked_for=each, limit=1))
        for each in ("НОЧНОЕ", "алеся", "Night Depot")
    ]

    assert [len(page.submissions) for page in pages] == [1, 1, 0]
