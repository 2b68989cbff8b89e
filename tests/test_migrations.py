"""A house that is already running is brought to this version without losing an episode."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from pogo_core.util import migrate

from api.db import MIGRATIONS, Connection, prepare_connection
from api.jury import rules
from api.jury.schemas import Rubric
from api.voting.service import list_awards
from tests import builders
from tests.conftest import to_database


async def bring_to(db: Connection, folder: Path, last: str) -> None:
    """Run the migrations whose names begin with at most `last`."""
    for path in sorted(MIGRATIONS.glob("*.sql")):
        if path.name[:11] <= last:
            shutil.copy(path, folder)
    await migrate.apply(cast("asyncpg.Connection[asyncpg.Record]", db), folder, schema_name="public")


@pytest.fixture
async def empty(postgres: str) -> AsyncIterator[Connection]:
    """A database without any tables."""
    name = f"migrated_{uuid4().hex}"
    server = await asyncpg.connect(to_database(postgres, "postgres"))
    await server.execute(f'CREATE DATABASE "{name}"')
    db = await asyncpg.connect(to_database(postgres, name))
    await prepare_connection(db)
    yield db
    await db.close()
    await server.execute(f'DROP DATABASE "{name}"')
    await server.close()


async def an_old_package(db: Connection, episode: int, state: str) -> UUID:
    """As the version before wrote it."""
    package, ready = uuid4(), state == "ready"
    await db.execute(
        "INSERT INTO package (id, episode_id, original_id, state, descriptor, ready_at) VALUES ($1, $2, $3, $4, $5, $6)",
        package,
        episode,
        await builders.an_original(db, episode),
        state,
        {"version": 1, "package": str(package)} if ready else None,
        datetime.now(UTC) if ready else None,
    )
    return package


async def test_packages_of_the_old_form_are_made_anew_and_what_was_under_way_goes_on(
    empty: Connection, tmp_path: Path
) -> None:
    await bring_to(empty, tmp_path, "20261120_05")
    festival = await builders.a_festival(empty)
    section = await empty.fetchval(
        "INSERT INTO section (festival_id, slug, name) VALUES ($1, 'main', '{}') RETURNING id", festival
    )
    series = await empty.fetchval(
        "INSERT INTO series (section_id, company_id, slug, title, country, rating) VALUES ($1, $2, 'old', '{}', 'KZ', '12+') RETURNING id",
        section,
        await builders.a_company(empty),
    )
    episodes = [await builders.an_episode(empty, series, number) for number in range(1, 4)]
    await an_old_package(empty, episodes[0], "ready")
    watched = await an_old_package(empty, episodes[0], "ready")
    encoding = await an_old_package(empty, episodes[1], "encoding")
    await an_old_package(empty, episodes[2], "ready")
    replacing = await an_old_package(empty, episodes[2], "queued")

    await bring_to(empty, tmp_path, "20261120_06")

    under_way = await empty.fetch(
        "SELECT p.episode_id, p.id, p.original_id, array_agg(t.name ORDER BY t.name) AS tiers"
        " FROM package p JOIN tier t ON t.package_id = p.id WHERE p.state IN ('queued', 'encoding')"
        " GROUP BY p.id ORDER BY p.episode_id"
    )
    assert [(row["episode_id"], row["tiers"]) for row in under_way] == [
        (episode, ["ladder", "start"]) for episode in episodes
    ]
    assert [row["id"] for row in under_way[1:]] == [encoding, replacing]
    assert under_way[0]["original_id"] == await empty.fetchval("SELECT original_id FROM package WHERE id = $1", watched)
    assert await empty.fetchval("SELECT count(*) FROM current_package") == 0


async def test_shortlists_become_juries_that_go_on_where_they_were(empty: Connection, tmp_path: Path) -> None:
    await bring_to(empty, tmp_path, "20261126_20")
    festival, name = await builders.a_festival(empty), builders.words("Main competition")
    series, juror = await builders.a_series(empty), await builders.an_account(empty, "juror")
    made = "INSERT INTO shortlist (festival_id, name, round) VALUES ($1, $2, $3) RETURNING id"
    lists = [await empty.fetchval(made, festival, name, number) for number in (1, 1)]
    for each in lists:
        await empty.execute("INSERT INTO shortlist_series VALUES ($1, $2)", each, series)
    await empty.execute("INSERT INTO assignment (shortlist_id, account_id) VALUES ($1, $2)", lists[0], juror)

    await bring_to(empty, tmp_path, "20261127_21")

    found = await empty.fetch(
        "SELECT l.phase, j.name, j.rubric FROM shortlist l JOIN jury j ON j.id = l.jury_id ORDER BY l.id"
    )
    assert [(row["phase"], row["name"]) for row in found] == [("scoring", name)] * 2
    rules.check_rubric(msgspec.convert(found[0]["rubric"], Rubric))
    given = await empty.fetch("SELECT shortlist_id, account_id, series_id FROM juror_series")
    assert [tuple(row) for row in given] == [(lists[0], juror, series)]
    assert await empty.fetchval("SELECT array_agg(account_id) FROM jury_member") == [juror]


async def test_award_without_the_rule_of_its_minimum_is_read_again(empty: Connection, tmp_path: Path) -> None:
    await bring_to(empty, tmp_path, "20261126_12")
    await builders.a_festival(empty)
    award = await builders.an_award(empty)
    await empty.execute("UPDATE award SET minimum = '{}' WHERE id = $1", award)

    await bring_to(empty, tmp_path, "29991231_99")

    [read] = await list_awards(empty, now=datetime.now(UTC))
    assert read.id == award
    assert await empty.fetchval("SELECT minimum FROM award WHERE id = $1", award) == {"rule": "none"}
