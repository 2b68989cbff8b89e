"""Backups of a festival, taken by PostgreSQL's own programs: base backups, the write-ahead log as it is written, and
the files of a local store.

A folder of backups holds `base-<time>/` (what pg_basebackup made, each file of it compared with the server's list),
`wal/` (what pg_receivewal wrote: behind the server by what is on its way), `files/` (copies of a `file://` store) and
`state.json`.
Of an S3 store no copy is made here: versions and replication are the store's own.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg
import msgspec
from msgspec import Struct

from api.errors import SettingsError

#: The server keeps the log until this slot's reader has it; `max_slot_wal_keep_size` bounds how much.
SLOT: Final = "tallscreen_backup"
BASE_EVERY: Final = timedelta(days=1)
KEEP: Final = 2
#: When somebody is told: a day and what a base backup may take, a server that writes little, a day.
BASE_LATE, LOG_LATE, PROVEN_LATE = timedelta(hours=26), timedelta(minutes=10), timedelta(hours=24)
#: Seconds between two looks of a backup that goes on.
LOOK_EVERY: Final = 5.0
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_START: Final = re.compile(r"^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)", re.MULTILINE)


class BackupError(SettingsError):
    """A backup could not be taken or used; the message is the sentence."""


class Drill(Struct, frozen=True, kw_only=True):
    """A restore that was proven: which base, how far the log went, and what was recounted."""

    at: datetime
    base: str
    reached: datetime | None
    awards: int
    lines: int


class State(Struct, frozen=True, kw_only=True):
    """What a folder of backups remembers: the last restore that was proven."""

    drill: Drill | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """How a folder of backups stands; None where there is nothing yet."""

    base_at: datetime | None
    log_at: datetime | None
    proven_at: datetime | None


class Base(Struct, frozen=True):
    path: Path
    at: datetime


class Vault:
    """A folder of backups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.wal = self.folder / "wal"
        self.files = self.folder / "files"
        self._state = self.folder / "state.json"

    def open(self) -> None:
        for folder in (self.folder, self.wal, self.files):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def bases(self) -> list[Base]:
        """Whole base backups, the oldest first."""
        found = []
        for path in sorted(self.folder.glob("base-*Z")):
            with contextlib.suppress(ValueError):
                found.append(Base(path, datetime.strptime(path.name, f"base-{_STAMP}").replace(tzinfo=UTC)))
        return found

    def state(self) -> State:
        try:
            return msgspec.json.decode(self._state.read_bytes(), type=State)
        except (OSError, msgspec.MsgspecError):
            return State()

    def note(self, state: State) -> None:
        """Replaced as a whole: who reads it at that moment sees one or the other."""
        part = self._state.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(state))
        part.replace(self._state)

    def wal_at(self) -> datetime | None:
        """When the log was written to last."""
        times = [path.stat().st_mtime for path in self.wal.glob("*") if path.is_file()]
        return datetime.fromtimestamp(max(times), UTC) if times else None


def standing(vault: Vault) -> Standing:
    state, bases = vault.state(), vault.bases()
    return Standing(
        base_at=bases[-1].at if bases else None,
        log_at=vault.wal_at(),
        proven_at=None if state.drill is None else state.drill.at,
    )


def troubles(found: Standing, now: datetime) -> list[str]:
    """What somebody should do something about, in sentences."""
    if found.base_at is None:
        return ["There is no base backup. Run: python -m api.cli backup FOLDER --follow"]
    said = []
    if now - found.base_at > BASE_LATE:
        said.append(f"The newest base backup is of {found.base_at:%Y-%m-%d %H:%M} UTC. Does backup --follow still run?")
    if found.log_at is None or now - found.log_at > LOG_LATE:
        said.append("Nothing of the write-ahead log came for ten minutes. Does backup --follow still run?")
    if found.proven_at is None or now - found.proven_at > PROVEN_LATE:
        said.append("No restore was proven for a day. Run: python -m api.cli verify-restore FOLDER")
    return said


def program(name: str, major: int, env: Mapping[str, str] = os.environ) -> str:
    """One of PostgreSQL's programs of the server's own version; others refuse it, or read its files wrongly."""
    for folder in _folders(name, env):
        found = shutil.which(name, path=folder)
        if found is not None and _major_of(found) == major:
            return found
    raise BackupError(
        f"There is no {name} of PostgreSQL {major} here, which is the server's version. Install its programs, or name"
        " their folder in TALLSCREEN_POSTGRES_BIN."
    )


def _folders(name: str, env: Mapping[str, str]) -> Iterator[str]:
    """Where programs of PostgreSQL may lie: as the environment says, on the path, in Debian's places, in the wheel."""
    if folder := env.get("TALLSCREEN_POSTGRES_BIN"):
        yield folder
    if found := shutil.which(name):
        yield str(Path(found).parent)
    yield from (str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin")))
    from api import embedded

    with contextlib.suppress(embedded.StartError):
        yield str(embedded.binaries())


def _major_of(path: str) -> int | None:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else None


async def server_major(url: str) -> int:
    """The server's version, such as 18."""
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise BackupError(f"The server cannot be asked: {str(error) or type(error).__name__}") from error
    try:
        return int(await connection.fetchval("SHOW server_version_num")) // 10_000
    finally:
        await connection.close()


def take_base(vault: Vault, url: str, *, now: datetime) -> Base:
    """A base backup, checked byte for byte against its manifest; what is not whole never bears the name of one."""
    vault.open()
    target = vault.folder / f"base-{now:{_STAMP}}"
    part = target.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    major = asyncio.run(server_major(url))
    copy = [program("pg_basebackup", major), *_server(url), "-D", str(part), "--manifest-checksums=SHA256"]
    _run([*copy, "--wal-method=stream", "--checkpoint=fast"], url)
    check_base(part)
    part.rename(target)
    return Base(target, now)


class Listed(Struct, frozen=True, rename={"path": "Path", "size": "Size", "checksum": "Checksum"}):
    """A file as the server lists it in backup_manifest."""

    path: str
    size: int
    checksum: str


class Manifest(Struct, frozen=True, rename={"files": "Files"}):
    files: list[Listed]


def check_base(folder: Path) -> None:
    """Every file is there as the server read it, by SHA-256; BackupError names the first that is not.

    As pg_verifybackup does, which not every distribution of PostgreSQL's programs has.
    """
    try:
        listed = msgspec.json.decode((folder / "backup_manifest").read_bytes(), type=Manifest).files
    except (OSError, msgspec.MsgspecError) as error:
        raise BackupError(f"{folder.name} has no list of its files that can be read.") from error
    for each in listed:
        path = folder / each.path
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise BackupError(f"{folder.name} lacks {each.path}.") from error
        if found != each.checksum or path.stat().st_size != each.size:
            raise BackupError(f"{folder.name}: {each.path} is not what the server had.")


def copy_files(vault: Vault, storage_url: str) -> int:
    """Copy what is new of a local store and say how many files that were. What has a name in it never changes."""
    parts = urlsplit(storage_url)
    if parts.scheme != "file":
        return 0
    source, copied = Path(unquote(parts.path)), 0
    for path in _files(source):
        copy = vault.files / path.relative_to(source)
        if copy.exists() and copy.stat().st_size == path.stat().st_size:
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(f".{copy.name}.part")
        try:
            shutil.copy2(path, part)
        except FileNotFoundError:  # taken away meanwhile
            continue
        part.replace(copy)
        copied += 1
    return copied


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def prune(vault: Vault, keep: int = KEEP) -> None:
    """Forget base backups but the newest `keep`, and the log that only those needed."""
    bases = vault.bases()
    for old in bases[:-keep]:
        shutil.rmtree(old.path)
    if len(bases) > keep:
        first = first_log_file(bases[-keep].path)
        for path in vault.wal.glob("[0-9A-F]*"):
            if path.name[:24] < first:
                path.unlink()


def first_log_file(base: Path) -> str:
    """The file of the log with which a base backup begins."""
    found = _START.search((base / "backup_label").read_text(encoding="utf-8"))
    if found is None:
        raise BackupError(f"{base.name} is not a base backup: its backup_label names no log.")
    return found[1]


def follow(vault: Vault, url: str, storage_url: str) -> None:
    """Back up until SIGTERM: the log as it is written, a base backup a day, new files as they come."""
    vault.open()
    for part in vault.folder.glob("base-*.part"):  # of a base backup that was broken off
        shutil.rmtree(part)
    with _receiving(vault, url) as receiver:
        while True:
            _check(receiver, vault)
            newest = vault.bases()[-1:]
            now = datetime.now(UTC)
            if not newest or now - newest[0].at >= BASE_EVERY:
                take_base(vault, url, now=now)
                prune(vault)
            copy_files(vault, storage_url)
            time.sleep(LOOK_EVERY)


@contextlib.contextmanager
def _receiving(vault: Vault, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """pg_receivewal goes on by itself when the server was away."""
    receiver = program("pg_receivewal", asyncio.run(server_major(url)))
    command = [receiver, *_server(url), "-D", str(vault.wal), "--slot", SLOT, "--synchronous"]
    _run([*command, "--create-slot", "--if-not-exists"], url)
    with (vault.folder / "receiver.log").open("ab") as log:
        process = subprocess.Popen(command, env=_environment(url), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield process
    finally:
        signal.signal(signal.SIGTERM, before)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _check(receiver: subprocess.Popen[bytes], vault: Vault) -> None:
    if receiver.poll() is not None:
        said = (vault.folder / "receiver.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise BackupError(f"The log is not received any more: {said[-1] if said else 'pg_receivewal gave no reason'}")


def _server(url: str) -> list[str]:
    """Where the server is, without its password: a command line can be read by everybody on the machine."""
    parts = urlsplit(url)
    host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    user = f"{parts.username}@" if parts.username else ""
    return ["-d", urlunsplit((parts.scheme, f"{user}{host}", parts.path, parts.query, ""))]


def _environment(url: str) -> dict[str, str]:
    password = urlsplit(url).password
    return {**os.environ, **({"PGPASSWORD": unquote(password)} if password else {})}


def _run(command: list[str], url: str) -> None:
    done = subprocess.run(
        command, env=_environment(url), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if "error:" in line] or done.stderr.splitlines()[-1:]
        raise BackupError(f"{Path(command[0]).name} failed: {' '.join(said) or f'it ended with {done.returncode}'}")
