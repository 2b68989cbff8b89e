"""PostgreSQL dies, freezes, is full, has no connection left, deadlocks, moves: nobody hangs, and no tick is untrue."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from api import embedded, status
from tests.faults.chaos_servers import Backend
from tests.faults.small_disk import SmallDisk, a_small_disk
from tests.faults.standing import LATER, Service, Tap, says_when, standing

CONNECTIONS = 40
#: A route that reads, and one that writes.
READS = "/api/festival"
#: Waits for the lock 4711 once it has changed a series.
SLOW_SERIES = """
CREATE FUNCTION wait_4711() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
CREATE TRIGGER wait_4711 AFTER UPDATE ON series FOR EACH ROW EXECUTE FUNCTION wait_4711();
"""


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Service, None]:
    folder = tmp_path_factory.mktemp("database")
    async with standing(folder, options=[f"max_connections={CONNECTIONS}"]) as service:
        yield service


@pytest.fixture(autouse=True)
async def _whole_again(service: Service) -> AsyncIterator[None]:
    yield
    await service.calm_down()


async def test_dead_database_is_told_at_once_and_votes_go_on_when_it_is_back(service: Service) -> None:
    await service.vote()
    await service.stage.postgres.kill()
    tap = service.tap()

    refused = [await tap.send(), (await service.browser.get(READS)).status_code]
    assert (refused, says_when(tap.answer)) == ([503, 503], LATER)

    await service.stage.postgres.start()
    await tap.insist()
    assert (await service.browser.get(READS)).status_code == 200
    assert await service.is_as_confirmed()


async def freeze(service: Service, rounds: int) -> list[Tap]:
    """Taps and readers in so many rounds, each begun when the one before was answered, while PostgreSQL stands still."""
    taps = []
    service.stage.postgres.signal(signal.SIGSTOP)
    try:
        for _ in range(rounds):
            some = [service.tap() for _ in range(5)]
            readers = [service.browser.get(READS) for _ in range(5)]
            await asyncio.gather(*(tap.send() for tap in some))
            assert [says_when(tap.answer) for tap in some] == [LATER] * 5
            assert [says_when(answer) for answer in await asyncio.gather(*readers)] == [LATER] * 5
            taps += some
    finally:
        service.stage.postgres.signal(signal.SIGCONT)
    return taps


async def test_frozen_database_is_not_waited_for(service: Service) -> None:
    await service.vote()

    taps = await freeze(service, rounds=2)

    for tap in taps:
        await tap.insist()
    assert await service.is_as_confirmed()


async def test_house_without_a_free_connection_refuses_readers_and_stores_votes(service: Service) -> None:
    await service.vote()
    async with contextlib.AsyncExitStack() as stack:
        with contextlib.suppress(asyncpg.TooManyConnectionsError):
            for _ in range(CONNECTIONS):
                held = await asyncpg.connect(service.stage.database_url)
                stack.push_async_callback(held.close)
        answers = await asyncio.gather(*(service.browser.get(READS) for _ in range(40)))
        await service.vote(3)

    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert {says_when(answer) for answer in refused} == {LATER}
    await service.eventually(lambda: _reads(service))


async def _reads(service: Service) -> bool:
    return (await service.browser.get(READS)).status_code == 200


async def test_request_that_gives_way_in_a_deadlock_is_asked_to_come_again(service: Service) -> None:
    organiser = await service.signed_in("organiser")
    path = f"/api/desk/series/{service.series}/keeping"
    async with service.database() as other:
        await other.execute(SLOW_SERIES)
        async with other.transaction():
            await other.execute("SELECT pg_advisory_xact_lock(4711)")
            asked = asyncio.create_task(organiser.put(path, json={"allowed": False}))
            await service.eventually(lambda: _waits_for_4711(service))
            # Now each waits for what the other has; who has waited longer looks first, and gives in.
            await other.execute("UPDATE series SET slug = slug WHERE id = $1", service.series)
        answer = await asked
        again = await organiser.put(path, json={"allowed": False})
        await other.execute("DROP FUNCTION wait_4711 CASCADE")
    await organiser.aclose()

    assert says_when(answer) == LATER
    assert again.status_code == 204


async def _waits_for_4711(service: Service) -> bool:
    async with service.database() as db:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"
        return bool(await db.fetchval(waiting))


async def test_standby_that_takes_over_has_every_confirmed_vote(service: Service, tmp_path: Path) -> None:
    """The address stays and the server behind it is another one, as with a managed PostgreSQL."""
    primary = service.stage.postgres
    standby = await a_standby(service, tmp_path / "standby")
    try:
        await service.vote(5)
        await primary.kill()
        service.to_postgres.targets = [standby.port]
        tap = service.tap()
        assert await tap.send() == 503
        assert says_when(await service.browser.get("/readyz"))[0] == 503

        await standby.promote()
        await tap.insist()
        await service.vote(5)

        service.stage.database_url, old = standby.url, service.stage.database_url
        assert await service.is_as_confirmed()
        service.stage.database_url = old
    finally:
        await standby.stop()
        # The old primary knows nothing of what came after it, so the votes since then are no business of other tests.
        service.to_postgres.targets = [standby.first]
        service.receipts.clear()
        await primary.start()
        await service.stage.postgres_is_up()
        await unfollow(service)
    await service.eventually(lambda: _reads(service))


class Standby:
    """A copy that follows, without which nothing counts as committed; `first` is the port of the primary."""

    def __init__(self, folder: Path, url: str, first: int, server: Backend) -> None:
        self._folder, self.first, self._server = folder, first, server
        self.url = url
        self.port = urlsplit(url).port or 0

    async def promote(self) -> None:
        db = await asyncpg.connect(self.url)
        assert await db.fetchval("SELECT pg_promote(wait => true)")
        await db.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await db.execute("SELECT pg_reload_conf()")
        await db.close()

    async def stop(self) -> None:
        await self._server.kill()


async def a_standby(service: Service, folder: Path) -> Standby:
    url, port = service.stage.database_url, embedded.free_port()
    first = urlsplit(url).port or 0
    before = embedded.as_owner(folder)
    if owned := embedded.owner():
        os.chown(folder, *owned)
    copy = [str(embedded.binaries() / "pg_basebackup"), "-D", str(folder / "data"), "-R", "-X", "stream", "-c", "fast"]
    made = await embedded.spawn([*before, *copy, "-d", url], folder.parent / "copy.log")
    assert await made.wait() == 0, (folder.parent / "copy.log").read_text()
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", f"port={port}"]
    options += ["-c", f"max_connections={CONNECTIONS}", "-c", "hot_standby=on"]
    program = [str(embedded.binaries() / "postgres"), "-D", str(folder / "data"), *options]
    server = Backend("standby", [*before, *program], folder.parent / "standby.log")
    await server.start()
    async with service.database() as db:
        await db.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        await db.execute("SELECT pg_reload_conf()")
    await service.eventually(lambda: _is_followed(service))
    return Standby(folder, url.replace(f":{first}/", f":{port}/"), first, server)


async def _is_followed(service: Service) -> bool:
    async with service.database() as db:
        return bool(await db.fetchval("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"))


async def unfollow(service: Service) -> None:
    async with service.database() as db:
        await db.execute("SET synchronous_commit = local")
        await db.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await db.execute("SELECT pg_reload_conf()")


@contextlib.asynccontextmanager
async def on_a_small_disk(service: Service) -> AsyncIterator[SmallDisk]:
    server, data = service.stage.postgres, service.stage.folder / "postgres" / "data"
    await server.kill()
    try:
        async with a_small_disk(data, "384m") as disk:
            small = Backend("postgres", [*disk.enter, *server._command], server._log)
            service.stage.postgres = small
            try:
                await small.start()
                await service.stage.postgres_is_up()
                yield disk
            finally:
                await small.kill()
    finally:
        service.stage.postgres = server
        service.receipts.clear()  # that ledger is gone with its disk
        await server.start()
        await service.stage.postgres_is_up()


@pytest.mark.parametrize("log_too", [False, True], ids=["rows", "log"])
async def test_full_disk_refuses_votes_with_an_alarm_and_needs_no_repair(service: Service, log_too: bool) -> None:
    async with on_a_small_disk(service) as disk:
        await service.tap().insist()
        await asyncio.to_thread(disk.fill)
        if log_too:
            await use_up_the_log(service)

        refused = await first_refused(service)
        assert says_when(refused.answer) == LATER
        report = await status.look({"TALLSCREEN_DATABASE_URL": service.stage.database_url})
        assert [each.error for each in report.servers if each.name == "PostgreSQL"] != [None]
        assert any("PostgreSQL" in trouble for trouble in report.troubles)

        await asyncio.to_thread(disk.clear)
        process = service.stage.postgres.process
        if process is not None and process.returncode is not None:
            await service.stage.postgres.start()  # it has ended itself; whoever supervises it starts it again
        await refused.insist()
        await service.vote(5)
        assert await service.is_as_confirmed()


async def first_refused(service: Service) -> Tap:
    """Voters tap until there is no room for one of them."""
    for _ in range(2_000):
        tap = service.tap()
        if await tap.send() != 200:
            return tap
    raise AssertionError("the disk was not full")


async def use_up_the_log(service: Service) -> None:
    """What is left of the log's present file, which was there before the disk was full."""
    with contextlib.suppress(asyncpg.PostgresError, OSError, TimeoutError):
        async with service.database() as db:
            for _ in range(30):
                await db.execute("SELECT pg_logical_emit_message(true, 'filler', repeat('x', 1000000))")
