"""The servers of one machine: real ones, kept to this machine, and never left behind."""

import asyncio
import os
import signal
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from redis.asyncio import Redis

from api import embedded
from tests.conftest import ROOT

PATIENCE = 20
PARENT = """
import asyncio, sys
from pathlib import Path
from api import embedded

async def main():
    postgres = await embedded.start_postgres(Path(sys.argv[1]) / "postgres")
    valkey = await embedded.start_valkey(Path(sys.argv[1]) / "valkey")
    print(postgres.process.pid, valkey.process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def processes_of(folder: Path) -> list[int]:
    """Every process that names this folder on its command line or works in it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            place = (entry / "cwd").readlink()
        except (OSError, PermissionError):
            continue
        if str(folder).encode() in command or place.is_relative_to(folder):
            found.append(int(entry.name))
    return found


async def gone(folder: Path) -> bool:
    """Whether all processes of this folder end."""
    for _ in range(PATIENCE * 20):
        if not processes_of(folder):
            return True
        await asyncio.sleep(0.05)
    return False


async def sql(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PostgreSQL folder that has been started once, with a row in it."""
    made = tmp_path_factory.mktemp("embedded")
    server = await embedded.start_postgres(made)
    await sql(server.url, "CREATE TABLE kept AS SELECT 'a row' AS text")
    await server.stop()
    return made


async def test_stopped_postgres_leaves_no_process(folder: Path) -> None:
    server = await embedded.start_postgres(folder)
    running = processes_of(folder)

    await server.stop()

    assert (len(running) > 1, processes_of(folder)) == (True, [])


async def test_stopping_postgres_twice_is_no_error(folder: Path) -> None:
    server = await embedded.start_postgres(folder)

    await server.stop()
    await server.stop()

    assert server.process.returncode == 0


async def test_stop_does_not_wait_for_open_sessions(folder: Path) -> None:
    server = await embedded.start_postgres(folder)
    connection = await asyncpg.connect(server.url)

    await server.stop()

    assert (server.process.returncode, connection.is_closed()) == (0, True)


async def test_data_are_kept_between_starts(folder: Path) -> None:
    server = await embedded.start_postgres(folder)

    found = await sql(server.url, "SELECT text FROM kept")

    await server.stop()
    assert found == "a row"


async def test_data_are_kept_when_postgres_is_killed(folder: Path) -> None:
    killed = await embedded.start_postgres(folder)
    await sql(killed.url, "CREATE TABLE IF NOT EXISTS confirmed AS SELECT 1 AS one")
    killed.process.kill()
    await killed.process.wait()
    assert await gone(folder)

    server = await embedded.start_postgres(folder)
    found = await sql(server.url, "SELECT one FROM confirmed")

    await server.stop()
    assert found == 1


async def test_database_named_by_the_caller_is_made(folder: Path) -> None:
    server = await embedded.start_postgres(folder, database="another")

    name = await sql(server.url, "SELECT current_database()")

    await server.stop()
    assert name == "another"


async def test_postgres_keeps_what_it_confirms(folder: Path) -> None:
    server = await embedded.start_postgres(folder)

    settings = [await sql(server.url, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")]

    await server.stop()
    assert settings == ["on", "on", "on"]


async def test_postgres_listens_on_this_machine_only_and_asks_for_its_password(folder: Path) -> None:
    server = await embedded.start_postgres(folder)
    place = urlsplit(server.url)

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(server.url.replace(str(place.password), "guess"))
    addresses = await sql(server.url, "SHOW listen_addresses")

    await server.stop()
    assert (addresses, place.hostname) == ("127.0.0.1", "127.0.0.1")


async def test_options_of_the_caller_are_taken(folder: Path) -> None:
    server = await embedded.start_postgres(folder, options=["max_connections=17"])

    taken = await sql(server.url, "SHOW max_connections")

    await server.stop()
    assert taken == "17"


async def test_postgres_that_cannot_start_says_why_and_leaves_no_process(folder: Path) -> None:
    with pytest.raises(embedded.StartError) as refused:
        await embedded.start_postgres(folder, options=["max_connections=nonsense"])

    assert str(refused.value).startswith("PostgreSQL did not start: ")
    assert processes_of(folder) == []


async def test_valkey_asks_for_its_password(tmp_path: Path) -> None:
    server = await embedded.start_valkey(tmp_path)
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(server.url).port)

    writer.write(b"PING\r\n")
    answer = await reader.readline()

    writer.close()
    await server.stop()
    assert answer == b"-NOAUTH Authentication required.\r\n"


async def test_stopped_valkey_leaves_no_process_and_no_data(tmp_path: Path) -> None:
    server = await embedded.start_valkey(tmp_path)
    client = Redis.from_url(server.url)
    await client.set("board", "1")
    await client.aclose()
    await server.stop()
    left = processes_of(tmp_path)

    server = await embedded.start_valkey(tmp_path)
    client = Redis.from_url(server.url)
    found = await client.get("board")

    await client.aclose()
    await server.stop()
    assert (left, found) == ([], None)


async def test_passwords_are_for_their_owner_and_on_no_command_line(folder: Path, tmp_path: Path) -> None:
    postgres, valkey = await embedded.start_postgres(folder), await embedded.start_valkey(tmp_path)
    passwords = [str(urlsplit(server.url).password).encode() for server in (postgres, valkey)]
    commands = b"".join(Path(f"/proc/{server.process.pid}/cmdline").read_bytes() for server in (postgres, valkey))

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder / "password", tmp_path / "valkey.conf")]

    await postgres.stop()
    await valkey.stop()
    assert (modes, [password for password in passwords if password in commands]) == ([0o600, 0o600], [])


async def test_every_start_has_a_port_of_its_own(folder: Path, tmp_path: Path) -> None:
    servers = [await embedded.start_postgres(folder)]
    servers += [await embedded.start_valkey(tmp_path / name) for name in ("one", "two")]

    ports = {urlsplit(server.url).port for server in servers}

    for server in servers:
        await server.stop()
    assert len(ports) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL changes its user only where it is started by root")
async def test_postgres_is_not_run_by_root(folder: Path) -> None:
    server = await embedded.start_postgres(folder)

    owner = Path(f"/proc/{server.process.pid}").stat().st_uid

    await server.stop()
    assert owner != 0


async def test_servers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), env=env, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    started = [int(number) for number in (await parent.stdout.readline()).split()]
    assert set(started) <= set(processes_of(tmp_path))

    parent.send_signal(signal.SIGKILL)
    await parent.wait()

    assert await gone(tmp_path)


def test_missing_wheel_is_named() -> None:
    with pytest.raises(embedded.StartError) as refused:
        embedded._wheel("a_wheel_nobody_made")

    assert str(refused.value) == "The wheel a_wheel_nobody_made is not installed; run `make install`."
