"""An API process is stopped under load, killed, talks through a bad line, has a wrong clock, or is laid siege to."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta

import httpx
import psutil
import pytest

from api.voting.batcher import WAITING_LIMIT
from api.voting.line import REQUEST_LIMIT
from loadtest.bench.flood import Flood
from loadtest.bench.rush import post
from loadtest.proxy import Proxy
from tests import builders
from tests.faults.small_disk import SmallDisk, a_small_disk
from tests.faults.standing import LATER, PATIENCE, Service, standing
from tests.studio.sending import announced

MINUTES = 600.0
#: Under way at once when the process is told to end.
UNDER_WAY = 200


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Service, None]:
    async with standing(tmp_path_factory.mktemp("api")) as service:
        yield service


@pytest.fixture(autouse=True)
async def _whole_again(service: Service) -> AsyncIterator[None]:
    yield
    await service.calm_down()


async def until_down(service: Service) -> int:
    """The code it ended with."""
    process = service.api.process
    assert process is not None
    return await asyncio.wait_for(process.wait(), PATIENCE)


@pytest.mark.parametrize("door", ["ordinary", "votes"])
async def test_process_that_is_told_to_end_answers_every_vote_it_has_taken(service: Service, door: str) -> None:
    await service.vote()
    service.to_postgres.delay = 2.0  # so that all of them are under way
    port = service.stage.ports[0] if door == "ordinary" else service.stage.doors[0]
    before = connected(service, port)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, limits=httpx.Limits(max_connections=UNDER_WAY)
    ) as crowd:
        taps = [service.tap() for _ in range(UNDER_WAY)]
        sending = [asyncio.create_task(tap.send(crowd)) for tap in taps]
        await service.eventually(lambda: are_connected(service, port, before + UNDER_WAY))
        await asyncio.sleep(1)  # what is connected has been sent and read
        assert not any(task.done() for task in sending)
        assert service.api.process is not None
        service.api.process.send_signal(signal.SIGTERM)
        statuses = await asyncio.gather(*sending)
    service.to_postgres.delay = 0.0

    assert statuses == [200] * UNDER_WAY
    assert await until_down(service) == 0
    await service.restart()
    assert await service.is_as_confirmed()


def connected(service: Service, port: int) -> int:
    process = service.api.process
    assert process is not None
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    lines = [line for each in family for line in each.net_connections("tcp") if line.laddr.port == port]
    return sum(line.status == psutil.CONN_ESTABLISHED for line in lines)


async def are_connected(service: Service, port: int, amount: int) -> bool:
    return connected(service, port) >= amount


async def test_vote_whose_answer_was_lost_gets_the_same_receipt_again(service: Service) -> None:
    line = Proxy([service.stage.ports[0]])
    port = await line.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as phone:
        tap = service.tap()
        line.cutting = True
        with pytest.raises(httpx.TransportError):
            await tap.send(phone)
        line.cutting = False
        stored = (await service.ledger())[tap.id]

        assert [await tap.send(phone), await tap.send(phone)] == [200, 200]
        assert service.receipts[tap.id] == stored
    await line.close()


@pytest.mark.parametrize("fault", ["slow", "reset", "narrow"])
async def test_vote_over_a_bad_line_counts_once(service: Service, fault: str) -> None:
    line = Proxy([service.stage.ports[0]])
    port = await line.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as phone:
        tap = service.tap()
        match fault:
            case "slow":
                line.delay = 1.0
            case "narrow":
                line.pace = 2_000  # bytes a second
            case "reset":
                line.reset_after = 100  # in the middle of the request
                with pytest.raises(httpx.TransportError):
                    await tap.send(phone)
                assert tap.id not in await service.ledger()
        assert [await tap.send(phone), await tap.send(phone)] == [200, 200]
    await line.close()
    assert (await service.ledger())[tap.id] == service.receipts[tap.id]


async def test_killed_process_costs_no_vote(service: Service) -> None:
    service.to_postgres.delay = 0.5
    taps = [service.tap() for _ in range(20)]
    sending = [asyncio.create_task(tap.send()) for tap in taps]
    await asyncio.sleep(0.3)
    await service.api.kill()
    service.to_postgres.delay = 0.0
    await asyncio.gather(*sending, return_exceptions=True)

    await service.restart()
    for tap in taps:
        await tap.insist()
    assert await service.is_as_confirmed()


@pytest.mark.parametrize("shift", [MINUTES, -MINUTES], ids=["ahead", "behind"])
async def test_closing_is_the_databases_whatever_the_process_believes(service: Service, shift: float) -> None:
    """What is open by the database's clock takes votes, and what is over by it takes none, ten minutes off or not."""
    await service.restart(shift=shift)
    try:
        for minutes, status in ((5, 200), (-5, 410), (5, 200)):
            await close_in(service, timedelta(minutes=minutes))
            assert await service.tap().send() == status
    finally:
        await close_in(service, timedelta(hours=6))
        await service.restart()
    assert await service.is_as_confirmed()


async def close_in(service: Service, time: timedelta) -> None:
    async with service.database() as db:
        await db.execute("UPDATE award SET closes_at = now() + $2, grace = '0' WHERE id = $1", service.award, time)


async def test_more_votes_than_can_wait_are_refused_at_once_and_come_in_later(service: Service) -> None:
    """The database stands still; a queue's worth of votes waits for it, and everybody else hears when to come back."""
    over = 300
    taps = [service.tap() for _ in range(WAITING_LIMIT + over)]
    door = f"http://127.0.0.1:{service.stage.doors[0]}"
    requests = [post(door, tap.path, tap.text, *tap.headers.items()) for tap in taps]
    await service.vote()
    memory = resident(service)
    service.stage.postgres.signal(signal.SIGSTOP)
    try:
        async with Flood(door, len(taps)) as flood:
            answers = await flood.fire(requests, rate=5_000)
    finally:
        service.stage.postgres.signal(signal.SIGCONT)

    assert {(each.status, each.later) for each in answers} == {LATER}
    assert resident(service) - memory < 100 * 1024**2
    for tap in taps[:: len(taps) // 50]:
        await tap.insist()


def resident(service: Service) -> int:
    """Bytes of memory of the API's processes."""
    process = service.api.process
    assert process is not None
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    return sum(each.memory_info().rss for each in family)


async def goes_on(service: Service) -> None:
    assert (await service.browser.get("/api/festival")).status_code == 200
    await service.vote(3)


async def test_full_store_is_told_as_such_and_the_upload_goes_on_when_there_is_room(service: Service) -> None:
    film = bytes(3 * 1024**2)
    async with on_a_small_store(service) as disk:
        producer, upload = await an_upload(service, film)
        assert await put(producer, upload, film) == 200
        await asyncio.to_thread(disk.fill)
        other, refused = await an_upload(service, film)
        assert await put(other, refused, film) == 507
        assert await service.tap().send() == 200

        disk.clear()
        assert await put(other, refused, film) == 200
        for browser, each in ((producer, upload), (other, refused)):
            assert (await browser.post(f"/api/studio/uploads/{each}/complete")).json()["state"] == "queued"
            await browser.aclose()


@contextlib.asynccontextmanager
async def on_a_small_store(service: Service) -> AsyncIterator[SmallDisk]:
    """The API with its store on a disk of its own."""
    plain = service.api._command
    async with a_small_disk(service.stage.folder / "storage", "32m") as disk:
        service.api._command = [*disk.enter, *plain]
        try:
            await service.restart()
            yield disk
        finally:
            service.api._command = plain
            await service.restart()


async def an_upload(service: Service, film: bytes) -> tuple[httpx.AsyncClient, str]:
    """A producer who has announced a film."""
    async with service.database() as db:
        company = await builders.a_company(db)
        episode = await builders.an_episode(db, await builders.a_series(db, company=company))
    producer = await service.signed_in("producer", company)
    body = {"file_name": "e01.mp4", "size": len(film)}
    told = (await producer.post(f"/api/studio/episodes/{episode}/uploads", json=body)).json()
    return producer, str(told["id"])


async def put(producer: httpx.AsyncClient, upload: str, film: bytes) -> int:
    """All of the film as one part; the status."""
    body = {"parts": [announced(film, 1, len(film))]}
    [address] = (await producer.post(f"/api/studio/uploads/{upload}/parts", json=body)).json()["parts"]
    return (await producer.put(address["url"], content=film, headers=address["headers"])).status_code


async def test_hundreds_who_never_finish_their_request_keep_nobody_out(service: Service) -> None:
    """At the ordinary port, at the votes' own, and in the middle of a body."""
    heads = [b"GET /api/festival HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"POST /api/awards/1/votes HTTP/1.1\r\nHost: x\r\n"]
    heads += [heads[1] + b"Content-Type: application/json\r\nContent-Length: 300\r\n\r\n{"]
    async with contextlib.AsyncExitStack() as stack:
        for port in (service.stage.ports[0], service.stage.doors[0]):
            for number in range(300):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                stack.callback(writer.close)
                writer.write(heads[number % len(heads)])
        await goes_on(service)


async def test_huge_heads_are_turned_away_and_keep_nobody_out(service: Service) -> None:
    for port, size in ((service.stage.ports[0], 4_000_000), (service.stage.doors[0], 4 * REQUEST_LIMIT)):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /api/festival HTTP/1.1\r\nHost: x\r\nX-Huge: ")
        with contextlib.suppress(ConnectionError):
            writer.write(b"x" * size)
            await writer.drain()
        said = b""
        with contextlib.suppress(ConnectionError):
            said = await asyncio.wait_for(reader.read(), PATIENCE)
        assert b" 200 " not in said.split(b"\r\n")[0]
        writer.close()
        await goes_on(service)


@pytest.mark.timeout(240)
async def test_flood_of_live_pages_is_turned_away_and_keeps_nobody_out(service: Service) -> None:
    """More than a process carries: the first are carried, the others hear when to come back, and votes go on."""
    asked = f"GET /api/live?topic=award:{service.award}:board HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    heads = []
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(2_100):
            reader, writer = await asyncio.open_connection("127.0.0.1", service.stage.ports[0])
            stack.callback(writer.close)
            writer.write(asked)
            heads.append(reader.readuntil(b"\r\n\r\n"))
        answers = [head.lower() for head in await asyncio.gather(*heads)]
        await goes_on(service)

    carried = [head for head in answers if head.startswith(b"http/1.1 200")]
    turned_away = [head for head in answers if head.startswith(b"http/1.1 503")]
    assert (len(carried), len(turned_away)) == (2_000, 100)
    assert all(b"retry-after: 5" in head for head in turned_away)
    await service.eventually(lambda: takes_one_more(service))


async def takes_one_more(service: Service) -> bool:
    """Those who have left have left room."""
    async with service.browser.stream("GET", f"/api/live?topic=award:{service.award}:board") as stream:
        return stream.status_code == 200
