"""Every statement is prepared against the migrated schema; the hot ones also keep their plan."""

from pathlib import Path

import asyncpg
import pytest

from api.db import Connection, read_queries
from tests import builders

ROOT = Path(__file__).parents[2]
FILES = sorted(path for folder in ("api", "transcoder") for path in (ROOT / folder).rglob("*.sql"))
STATEMENTS = [
    (f"{path.parent.name}/{path.stem}", name, sql)
    for path in FILES
    for name, sql in read_queries(path.parent, path.name).items()
]


@pytest.mark.parametrize(("file", "name", "sql"), STATEMENTS, ids=[f"{file}.{name}" for file, name, _ in STATEMENTS])
async def test_statement_is_valid(db: Connection, file: str, name: str, sql: str) -> None:
    await db.prepare(sql)


def test_every_folder_with_statements_is_found() -> None:
    found = {path.parent.name for path in FILES}

    assert found == {
        "access",
        "catalog",
        "playback",
        "voting",
        "studio",
        "jury",
        "desk",
        "kiosk",
        "operations",
        "transcoder",
    }


@pytest.mark.parametrize(
    ("folder", "name", "values", "index"),
    [
        ("voting", "my_votes", (1, 1), "vote_event_revision"),
        ("studio", "open_upload_of", (1, None), "original_open"),
        ("access", "session_by_token", (b"x", builders.NOW), "session_pkey"),
    ],
)
async def test_hot_statement_uses_its_index(
    db: Connection, folder: str, name: str, values: tuple[object, ...], index: str
) -> None:
    await db.execute("SET LOCAL enable_seqscan = off")
    sql = read_queries(ROOT / "api" / folder)[name]

    plan = "\n".join(str(row[0]) for row in await db.fetch(f"EXPLAIN {_filled(sql, values)}"))

    assert index in plan, plan


def _filled(sql: str, values: tuple[object, ...]) -> str:
    """EXPLAIN takes no parameters: the few values here are written in."""
    for position, value in reversed(list(enumerate(values, start=1))):
        text = "'\\x00'" if isinstance(value, bytes) else f"'{value}'" if not isinstance(value, int) else str(value)
        sql = sql.replace(f"${position}", text)
    return sql


def test_no_statement_takes_the_first_festival_for_the_current_one() -> None:
    taken = [f"{file}.{name}" for file, name, sql in STATEMENTS if "FROM festival ORDER BY id LIMIT 1" in sql]

    assert taken == []


async def test_name_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "queries.sql").write_text("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n")

    with pytest.raises(ValueError, match="names a twice"):
        read_queries(tmp_path)


async def test_migrations_run_twice_without_harm(database_url: str) -> None:
    from api.db import migrate_database

    await migrate_database(database_url)

    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM _pogo_migration") == len(
            list((ROOT / "migrations").glob("*.sql"))
        )
    finally:
        await connection.close()
