"""Backups used: a data folder for PostgreSQL out of a base backup and the log, and the proof that it is good.

The proof starts a server of its own on a copy, lets it read the log to the end, seals what was not sealed, and then
compares what a publication compares: the leaves give the head that was signed, and the ledger line by line is what the
leaves say. Nothing of it reaches the festival's own servers.
"""

import asyncio
import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import asyncpg
from msgspec import Struct

from api import embedded
from api.backup import BackupError, Base, Drill, State, Vault, check_base, program
from api.db import Connection, prepare_connection
from api.voting.logbook import LogBook
from api.voting.notes import NoteError, read_note, split_notes
from api.voting.proving import Proof, prove_award
from api.voting.signing import Signer

#: Reading the log of a day takes minutes; a server that says nothing for longer is not going to be one.
RECOVERY_SECONDS: Final = 900.0
_REACHED: Final = re.compile(
    r"last completed transaction was at log time ([0-9-]+ [0-9:.]+)([+-][0-9]{2}(?::?[0-9]{2})?)"
)


class Restored(Struct, frozen=True, kw_only=True):
    base: Base
    data: Path


def pick_base(bases: Sequence[Base], until: datetime | None) -> Base:
    """The newest base backup from which that moment can be reached."""
    fit = [base for base in bases if until is None or base.at <= until]
    if not fit:
        raise BackupError(
            "There is no base backup here."
            if not bases
            else f"The oldest base backup is of {bases[0].at:%Y-%m-%d %H:%M} UTC."
        )
    return fit[-1]


def restore(
    vault: Vault, data: Path, *, until: datetime | None = None, owner: tuple[int, int] | None = None
) -> Restored:
    """Make `data`, which must be empty or missing, a data folder that reads the log up to `until` when started."""
    base = pick_base(vault.bases(), until)
    if data.exists() and any(data.iterdir()):
        raise BackupError(f"{data} is not empty. Restore into a new folder; nothing is ever overwritten.")
    check_base(base.path)
    shutil.copytree(base.path, data, symlinks=True, dirs_exist_ok=True)
    data.chmod(0o700)
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write("\n".join(["", *recovery_settings(vault.wal, until), ""]))
    (data / "recovery.signal").touch()
    if owner is not None:
        for path in (data, *data.rglob("*")):
            os.chown(path, *owner, follow_symlinks=False)
    return Restored(base=base, data=data)


def recovery_settings(wal: Path, until: datetime | None) -> list[str]:
    """Lines of postgresql.conf. The file still being received is named `.partial` and used as far as it goes."""
    name = str(wal).replace("'", "'\\''")
    take = f"cp '{name}/%f' '%p' 2>/dev/null || cp '{name}/%f.partial' '%p'"
    lines = [f"restore_command = '{_quoted(take)}'", "recovery_target_timeline = 'latest'"]
    lines.append("recovery_target_action = 'promote'")
    if until is not None:
        lines.append(f"recovery_target_time = '{until.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'")
    return lines


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def restore_files(vault: Vault, target: Path) -> int:
    """Copy the files of the store to `target`, those that are not there yet; how many they were."""
    copied = 0
    for path in vault.files.rglob("*"):
        copy = target / path.relative_to(vault.files)
        if path.is_file() and not path.name.startswith(".") and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
            copied += 1
    return copied


class Outcome(Struct, frozen=True, kw_only=True):
    """`wrong` has a sentence for each thing that is not as it was signed; the backup is good where it is empty."""

    drill: Drill
    proofs: list[Proof]
    wrong: list[str]


async def verify_restore(vault: Vault, env: Mapping[str, str], *, seen: Sequence[str] = ()) -> Outcome:
    """Restore into a scratch server, recount every award and compare; a good outcome is noted in the vault.

    `seen`: checkpoints somebody kept, which the restored logs must contain.
    """
    secret = env.get("TALLSCREEN_SECRET")
    if not secret:
        raise BackupError("Set TALLSCREEN_SECRET: checkpoints are checked with the key that is made from it.")
    url = env.get("TALLSCREEN_DATABASE_URL") or "postgresql://postgres@/tallscreen"
    with tempfile.TemporaryDirectory(prefix="tallscreen-restore-") as folder:
        async with scratch(vault, Path(folder), url) as (db, restored, reached):
            book = LogBook(Signer(secret.encode()))
            awards = [row["award_id"] for row in await db.fetch("SELECT award_id FROM award_rules ORDER BY award_id")]
            proofs = [await prove_award(db, award, book) for award in awards]
            wrong = [found for proof in proofs for found in proof.wrong]
            wrong += [found for text in seen for note in split_notes(text) for found in _check_seen(note, proofs)]
            lines = int(await db.fetchval("SELECT count(*) FROM vote_event"))
    drill = Drill(at=datetime.now(UTC), base=restored.base.path.name, reached=reached, awards=len(awards), lines=lines)
    if not wrong:
        vault.note(State(drill=drill))
    return Outcome(drill=drill, proofs=proofs, wrong=wrong)


def _check_seen(note: str, proofs: Sequence[Proof]) -> list[str]:
    origin = note.split("\n", 1)[0]
    proof = next((each for each in proofs if each.key.name == origin), None)
    if proof is None:
        return [f"A checkpoint you kept is of {origin}, which is not in this backup."]
    try:
        checkpoint = read_note(note, proof.key)
    except NoteError as error:
        return [f"A checkpoint you kept: {error}"]
    if checkpoint.size > len(proof.tree) or proof.tree.root(checkpoint.size) != checkpoint.root:
        return [f"The checkpoint of {checkpoint.size} leaves you kept is not of the log in this backup."]
    return []


@contextlib.asynccontextmanager
async def scratch(vault: Vault, folder: Path, url: str) -> AsyncIterator[tuple[Connection, Restored, datetime | None]]:
    """A server on a restored copy that has read the log to its end, on a socket that only we can reach."""
    data, log = folder / "data", folder / "log"
    restored = await asyncio.to_thread(restore, vault, data, owner=embedded.owner())
    (folder / "hba").write_text("local all all trust\n")
    (folder / "conf").write_text("")
    (folder / "socket").mkdir(mode=0o777)
    (folder / "socket").chmod(0o777)
    settings = {
        "config_file": str(folder / "conf"),
        "hba_file": str(folder / "hba"),
        "ident_file": str(folder / "conf"),
        "listen_addresses": "",
        "unix_socket_directories": str(folder / "socket"),
        "port": "5432",
        "hot_standby": "off",
        "archive_mode": "off",
        "fsync": "off",
        "shared_preload_libraries": "",
        "ssl": "off",
        "logging_collector": "off",
        "log_destination": "stderr",
        "log_min_messages": "log",
        "lc_messages": "C",
    }
    major = int((data / "PG_VERSION").read_text())
    arguments = [program("postgres", major), "-D", str(data)]
    for name, value in settings.items():
        arguments += ["-c", f"{name}={value}"]
    process = await embedded.spawn([*embedded.as_owner(folder), *arguments], log)
    try:
        db = await _until_open(process, log, folder / "socket", url)
        try:
            yield db, restored, reached_in(log.read_text(encoding="utf-8", errors="replace"))
        finally:
            await db.close()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def reached_in(log: str) -> datetime | None:
    """The last transaction that the log brought back, by the server's own words; None where there was none."""
    found = _REACHED.findall(log)
    if not found:
        return None
    moment, zone = found[-1]
    zone = zone if len(zone) > 3 else f"{zone}:00"
    return datetime.fromisoformat(f"{moment}{zone}").astimezone(UTC)


async def _until_open(process: asyncio.subprocess.Process, log: Path, socket: Path, url: str) -> Connection:
    """As the role the service has, which the copy knows too."""
    named = urlsplit(url)
    user, database = unquote(named.username or "postgres"), unquote(named.path.lstrip("/"))
    for _ in range(int(RECOVERY_SECONDS / 0.2)):
        if process.returncode is not None:
            break
        with contextlib.suppress(
            OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError, TimeoutError
        ):
            db = await asyncpg.connect(host=str(socket), port=5432, user=user, database=database, timeout=10)
            if not await db.fetchval("SELECT pg_is_in_recovery()"):
                await prepare_connection(db)
                return db
            await db.close()
        await asyncio.sleep(0.2)
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise BackupError(f"The restored server did not open: {lines[-1] if lines else 'it gave no reason'}")
