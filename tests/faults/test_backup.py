"""A backup is worth what a restore gives: a server dies while people vote, and what comes back is counted."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import psutil
import pytest
from msgspec import Struct

from api import cli, embedded
from api.backup import (
    BackupError,
    Drill,
    Standing,
    State,
    Vault,
    copy_files,
    first_log_file,
    program,
    prune,
    take_base,
    troubles,
)
from api.db import Pool, migrate_database, open_pool
from api.restore import pick_base, reached_in, restore, scratch, verify_restore
from api.voting.logbook import LogBook
from api.voting.sealing import freeze_rules, lock_log, seal
from api.voting.signing import Signer
from tests.conftest import ROOT, SECRET
from tests.voting.urn import Urn, as_owner

NOON = datetime(2026, 11, 14, 12, tzinfo=UTC)
PATIENCE = 60


class House(Struct, frozen=True):
    """A server with an award that is being voted in, and a folder for its backups."""

    server: embedded.Server
    pool: Pool
    urn: Urn
    vault: Vault
    env: dict[str, str]

    async def seal(self) -> None:
        book = LogBook(Signer(SECRET.encode()))
        async with self.pool.acquire() as db, db.transaction():
            await lock_log(db, self.urn.award)
            await freeze_rules(db, self.urn.award, book.signer)
            await seal(db, self.urn.award, book)

    async def kill(self) -> None:
        """PostgreSQL and its children at once, by the signal that nothing can answer."""
        root = psutil.Process(self.server.process.pid)
        for process in (root, *root.children(recursive=True)):
            process.send_signal(signal.SIGKILL)
        await self.server.process.wait()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    server = await embedded.start_postgres(tmp_path / "postgres")
    await migrate_database(server.url)
    pool = await open_pool(server.url)
    storage = tmp_path / "storage"
    (storage / "media").mkdir(parents=True)
    env = {
        "TALLSCREEN_DATABASE_URL": server.url,
        "TALLSCREEN_STORAGE_URL": f"file://{storage}",
        "TALLSCREEN_SECRET": SECRET,
    }
    urn = await Urn.open(pool)
    yield House(server, pool, urn, Vault(tmp_path / "vault"), env)
    pool.terminate()
    await server.stop()


def run(house: House, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env={**os.environ, **house.env}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def backing_up(house: House) -> AsyncIterator[None]:
    """`backup --follow` beside what is done here, from its first whole base backup; stopped by SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli", "backup", str(house.vault.folder), "--follow",
        env={**os.environ, **house.env}, cwd=ROOT,
    )  # fmt: skip
    try:
        while not house.vault.bases():
            assert process.returncode is None
            await asyncio.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


async def receipts_in(house: House, folder: Path) -> tuple[set[str], datetime | None]:
    async with scratch(house.vault, folder, house.server.url) as (db, _, reached):
        rows = await db.fetch("SELECT receipt FROM vote_event")
    return {row["receipt"] for row in rows}, reached


async def until_received(house: House) -> None:
    """Until the log of this moment lies in the folder of backups."""
    wanted = await house.pool.fetchval("SELECT pg_current_wal_flush_lsn()")
    for _ in range(PATIENCE * 10):
        if await house.pool.fetchval("SELECT bool_or(flush_lsn >= $1) FROM pg_stat_replication", wanted):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the log was not received")


async def test_votes_up_to_the_last_of_the_log_survive_the_loss_of_the_server(house: House, tmp_path: Path) -> None:
    await house.urn.vote(40)
    await house.seal()
    async with backing_up(house):
        before = {row["receipt"] for row in await house.pool.fetch("SELECT receipt FROM vote_event")}
        late = set(await house.urn.vote(60, seed=2))
        await until_received(house)
        await house.kill()

    found, reached = await receipts_in(house, tmp_path / "scratch")

    assert found == before | late
    assert reached is not None
    assert house.vault.wal_at() is not None


async def test_a_backup_is_proven_by_the_votes_in_it(house: House) -> None:
    await house.urn.vote(30)
    await house.seal()
    await house.urn.vote(10, seed=2)

    assert run(house, "backup", str(house.vault.folder)).returncode == 0
    proven = run(house, "verify-restore", str(house.vault.folder))

    assert proven.returncode == 0, proven.stdout + proven.stderr
    assert "40 lines, 41 leaves" in proven.stdout
    drill = house.vault.state().drill
    assert drill is not None
    assert (drill.awards, drill.lines, drill.base) == (1, 40, house.vault.bases()[0].path.name)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE vote_event SET value = 6 - value WHERE value <> 3",
        "DELETE FROM vote_event WHERE receipt = (SELECT min(receipt) FROM vote_event)",
        "UPDATE sealed SET leaf = replace(leaf, '\"value\":1', '\"value\":5')",
        "DELETE FROM sealed WHERE log_index = (SELECT max(log_index) FROM sealed)",
        "UPDATE checkpoint SET note = replace(note, 'time 20', 'time 21')",
    ],
)
async def test_a_changed_ledger_is_no_backup(house: House, tampering: str) -> None:
    await house.urn.vote(30)
    await house.seal()
    await as_owner(house.pool, tampering)
    await asyncio.to_thread(take_base, house.vault, house.server.url, now=NOON)

    outcome = await verify_restore(house.vault, house.env)

    assert outcome.wrong
    assert house.vault.state().drill is None


async def test_a_checkpoint_somebody_kept_must_be_in_it(house: House) -> None:
    """A server that was set back to before a checkpoint and went on from there has a log in itself whole."""
    await house.urn.vote(10)
    await house.seal()
    await asyncio.to_thread(take_base, house.vault, house.server.url, now=NOON)
    kept_before = (await house.urn.notes())[-1]
    await house.urn.vote(10, seed=2)
    await house.seal()
    kept_after = (await house.urn.notes())[-1]

    assert (await verify_restore(house.vault, house.env, seen=[kept_before])).wrong == []
    assert (await verify_restore(house.vault, house.env, seen=[kept_before, kept_after])).wrong != []


async def test_another_secret_is_found(house: House) -> None:
    await house.urn.vote(5)
    await house.seal()
    await asyncio.to_thread(take_base, house.vault, house.server.url, now=NOON)

    outcome = await verify_restore(house.vault, {**house.env, "TALLSCREEN_SECRET": "x" * 32})

    assert outcome.wrong


async def test_a_moment_in_between_can_be_reached(house: House, tmp_path: Path) -> None:
    """After a mistake of ours: the state just before it."""
    async with backing_up(house):
        kept = set(await house.urn.vote(8))
        moment: datetime = await house.pool.fetchval("SELECT clock_timestamp()")
        await asyncio.sleep(0.01)
        await house.urn.vote(8, seed=2)
        await until_received(house)
    data = tmp_path / "data"
    restored = run(house, "restore", str(house.vault.folder), str(data), "--until", moment.isoformat())
    assert restored.returncode == 0, restored.stderr

    found = await _read(data, tmp_path / "second")

    assert found == kept


async def _read(data: Path, folder: Path) -> set[str]:
    """As an operator would: PostgreSQL started on what `restore` made."""
    port = embedded.free_port()
    if owned := embedded.owner():
        for path in (data, *data.rglob("*")):
            os.chown(path, *owned, follow_symlinks=False)
    settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "hot_standby=off"]
    options = [option for setting in settings for option in ("-c", setting)]
    process = await embedded.spawn(
        [*embedded.as_owner(folder), str(embedded.binaries() / "postgres"), "-D", str(data), *options], folder / "log"
    )
    password = (data.parent / "postgres" / "password").read_text()
    try:
        for _ in range(PATIENCE * 10):
            try:
                db = await asyncpg.connect(f"postgresql://postgres:{password}@127.0.0.1:{port}/tallscreen")
            except (OSError, asyncpg.CannotConnectNowError):
                await asyncio.sleep(0.1)
                continue
            rows = await db.fetch("SELECT receipt FROM vote_event")
            await db.close()
            return {row["receipt"] for row in rows}
        raise AssertionError((folder / "log").read_text())
    finally:
        process.send_signal(signal.SIGINT)
        await process.wait()


async def test_nothing_is_overwritten(house: House, tmp_path: Path) -> None:
    await asyncio.to_thread(take_base, house.vault, house.server.url, now=NOON)
    data = tmp_path / "in-use"
    data.mkdir()
    (data / "PG_VERSION").write_text("18")

    with pytest.raises(BackupError, match="not empty"):
        restore(house.vault, data)


@pytest.mark.parametrize("harm", ["changed", "gone", "unlisted"])
async def test_a_base_that_rotted_is_not_restored(house: House, tmp_path: Path, harm: str) -> None:
    base = await asyncio.to_thread(take_base, house.vault, house.server.url, now=NOON)
    file = next(path for path in sorted((base.path / "base").rglob("*")) if path.is_file() and path.stat().st_size)
    if harm == "changed":
        file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])
    elif harm == "gone":
        file.unlink()
    else:
        (base.path / "backup_manifest").unlink()

    with pytest.raises(BackupError, match=base.path.name):
        restore(house.vault, tmp_path / "data")


async def test_a_server_that_is_away_is_said_and_leaves_no_half_of_a_backup(house: House) -> None:
    away = f"postgresql://postgres:nothing@127.0.0.1:{embedded.free_port()}/tallscreen"

    with pytest.raises(BackupError, match="cannot be asked"):
        await asyncio.to_thread(take_base, house.vault, away, now=NOON)

    assert house.vault.bases() == []
    assert house.vault.state() == State()


async def test_old_bases_are_forgotten_with_the_log_only_they_need(house: House) -> None:
    house.vault.open()
    for day in range(3):
        await house.pool.execute("SELECT pg_switch_wal()")
        await asyncio.to_thread(take_base, house.vault, house.server.url, now=NOON + timedelta(days=day))
    first, second, third = house.vault.bases()
    needed, gone = first_log_file(second.path), first_log_file(first.path)
    for name in (gone, needed, first_log_file(third.path)):
        (house.vault.wal / name).touch()

    prune(house.vault, keep=2)

    assert [base.at for base in house.vault.bases()] == [second.at, third.at]
    assert sorted(path.name for path in house.vault.wal.iterdir()) == sorted({needed, first_log_file(third.path)})


def test_programs_are_of_the_servers_version(tmp_path: Path) -> None:
    """A tool of another version is the one that fails on the day."""
    older = tmp_path / "pg_basebackup"
    older.write_text("#!/bin/sh\necho 'pg_basebackup (PostgreSQL) 15.18 (Debian 15.18-0)'\n")
    older.chmod(0o755)
    env = {"TALLSCREEN_POSTGRES_BIN": str(tmp_path)}

    assert program("pg_basebackup", 15, env) == str(older)
    assert program("pg_basebackup", 18, env) == str(embedded.binaries() / "pg_basebackup")
    with pytest.raises(BackupError, match="PostgreSQL 9"):
        program("pg_basebackup", 9, env)


def test_files_are_copied_once(tmp_path: Path) -> None:
    store, vault = tmp_path / "store", Vault(tmp_path / "vault")
    (store / "media" / "one").mkdir(parents=True)
    (store / "media" / "one" / "000.m4s").write_bytes(b"film")
    vault.open()

    assert copy_files(vault, f"file://{store}") == 1
    assert copy_files(vault, f"file://{store}") == 0
    assert (vault.files / "media" / "one" / "000.m4s").read_bytes() == b"film"
    assert copy_files(vault, "s3://bucket") == 0


def test_the_moment_decides_the_base(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    for hour in (9, 12):
        (tmp_path / f"base-20261114T{hour:02}0000Z").mkdir()
    (tmp_path / "base-20261114T130000Z.part").mkdir()
    bases = vault.bases()

    assert pick_base(bases, None).at == NOON
    assert pick_base(bases, NOON - timedelta(minutes=1)).at == NOON - timedelta(hours=3)
    with pytest.raises(BackupError, match="oldest"):
        pick_base(bases, NOON - timedelta(days=1))
    with pytest.raises(BackupError, match="no base"):
        pick_base([], None)


def test_state_outlives_what_cannot_be_read(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    drill = Drill(at=NOON, base="base", reached=None, awards=1, lines=2)
    vault.note(State(drill=drill))
    assert vault.state().drill == drill
    (tmp_path / "state.json").write_text("{")
    assert vault.state() == State()


def test_what_is_late_is_trouble() -> None:
    good = Standing(base_at=NOON, log_at=NOON, proven_at=NOON)
    assert troubles(good, NOON + timedelta(minutes=9)) == []
    assert len(troubles(good, NOON + timedelta(minutes=11))) == 1
    assert len(troubles(good, NOON + timedelta(hours=27))) == 3
    [nothing] = troubles(Standing(base_at=None, log_at=None, proven_at=None), NOON)
    assert "no base backup" in nothing


@pytest.mark.parametrize(
    ("log", "moment"),
    [
        ("LOG:  last completed transaction was at log time 2026-11-14 12:00:00.5+00", NOON + timedelta(seconds=0.5)),
        (
            "... at log time 2026-11-14 17:00:00+05\nlast completed transaction was at log time 2026-11-14 17:30:00+05:30",
            NOON,
        ),
        ("LOG:  redo is not required", None),
    ],
)
def test_how_far_the_log_went(log: str, moment: datetime | None) -> None:
    assert reached_in(log) == moment


def test_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("TALLSCREEN_DATABASE_URL", raising=False)
    monkeypatch.setattr(sys, "argv", ["api.cli", "backup", str(tmp_path)])

    assert cli.main() == 1
    assert "TALLSCREEN_DATABASE_URL" in capsys.readouterr().err
