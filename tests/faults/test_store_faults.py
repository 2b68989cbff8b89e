"""The bucket refuses, is slow, breaks off, lies about the time: uploads go on where they were, and nothing half is shown."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from api.db import Connection
from api.settings import Settings
from loadtest.proxy import Proxy
from tests import builders
from tests.conftest import SECRET
from tests.faults.standing import LATER, says_when
from tests.house import House, opened_house
from tests.studio.sending import announced, part_of
from tests.transcoder.bucket import Bucket, Fault, an_open_bucket
from tests.transcoder.hall import Episode, Hall, opened_hall
from tests.transcoder.media import make_clip
from transcoder.storage import make_storage

pytest_plugins = ("tests.housing",)
PART = 8 * 1024 * 1024
FILM = bytes(range(256)) * (PART // 256) + b"and the credits"
REFUSALS = {
    "500": Fault(500, "InternalError"),
    "503": Fault(503, "SlowDown"),
    "clock": Fault(403, "RequestTimeTooSkewed"),
    "cut": Fault(200, "", cut=True),
}


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    yield from an_open_bucket()


@pytest.fixture(scope="module")
async def line(bucket: Bucket) -> AsyncIterator[Proxy]:
    """The way to the bucket."""
    proxy = Proxy([bucket.port])
    yield proxy
    await proxy.close()


@pytest.fixture(scope="module")
async def store(bucket: Bucket, line: Proxy) -> str:
    """The bucket's address by way of the proxy."""
    return bucket.url.replace(f":{bucket.port}", f":{await line.start()}")


@pytest.fixture(scope="module")
async def house(house_settings: Settings, store: str) -> AsyncGenerator[House, None]:
    async with opened_house(house_settings, make_storage(store, SECRET)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _whole_again(bucket: Bucket, line: Proxy) -> Iterator[None]:
    yield
    bucket.fault = bucket.never
    line.delay = line.pace = 0.0
    line.reset_after = None


class Sending:
    """A producer who sends the film in its two parts."""

    def __init__(self, browser: httpx.AsyncClient, upload: str) -> None:
        self.browser, self.upload = browser, f"/api/studio/uploads/{upload}"

    async def put(self, number: int) -> int:
        """The status of one part; the transport's error where the connection breaks."""
        told = await self.browser.post(f"{self.upload}/parts", json={"parts": [announced(FILM, number, PART)]})
        [address] = told.json()["parts"]
        async with httpx.AsyncClient(timeout=60) as plain:
            content = part_of(FILM, number, PART)
            return (await plain.put(address["url"], content=content, headers=address["headers"])).status_code

    async def stored(self) -> list[int]:
        return [part["number"] for part in (await self.browser.get(self.upload)).json()["stored"]]

    async def complete(self) -> httpx.Response:
        return await self.browser.post(f"{self.upload}/complete")


@pytest.fixture
async def sending(house: House, rows: Connection) -> Sending:
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    browser = await house.signed_in("producer", company)
    body = {"file_name": "e01.mp4", "size": len(FILM)}
    told = await browser.post(f"/api/studio/episodes/{episode}/uploads", json=body)
    return Sending(browser, told.json()["id"])


async def test_part_that_is_reset_on_its_way_is_sent_again_and_the_others_stay(
    sending: Sending, bucket: Bucket, line: Proxy
) -> None:
    assert await sending.put(2) == 200
    line.reset_after = PART // 2
    with pytest.raises(httpx.TransportError):
        await sending.put(1)
    assert await sending.stored() == [2]

    assert await sending.put(1) == 200

    done = await sending.complete()
    assert done.json()["state"] == "queued"
    assert await asyncio.to_thread(bucket.read, f"originals/{sending.upload.rsplit('/', 1)[1]}") == FILM


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_bucket_that_refuses_is_told_as_such_and_the_upload_ends_well(
    sending: Sending, bucket: Bucket, refusal: str
) -> None:
    for number in (1, 2):
        assert await sending.put(number) == 200
    bucket.fault = lambda _method, _key: REFUSALS[refusal]
    assert says_when(await sending.complete()) == LATER
    assert says_when(await sending.browser.get(sending.upload)) == LATER

    bucket.fault = bucket.never
    assert await sending.stored() == [1, 2]
    assert (await sending.complete()).json()["state"] == "queued"


async def test_bucket_that_stumbles_is_asked_again(sending: Sending, bucket: Bucket) -> None:
    for number in (1, 2):
        assert await sending.put(number) == 200
    stumbles = iter([REFUSALS["503"], REFUSALS["500"]])
    bucket.fault = lambda _method, _key: next(stumbles, None)

    assert (await sending.complete()).json()["state"] == "queued"


async def test_slow_bucket_holds_up_nobody_who_does_not_need_it(house: House, sending: Sending, line: Proxy) -> None:
    line.delay = 4.0
    slow = [asyncio.create_task(sending.browser.get(sending.upload)) for _ in range(20)]
    await asyncio.sleep(0.5)
    quick = [await house.browser().get(path) for path in ("/api/festival", "/readyz", "/api/awards")]
    assert not any(task.done() for task in slow)

    assert [answer.status_code for answer in quick] == [200, 200, 200]
    assert {answer.status_code for answer in await asyncio.gather(*slow)} <= {200, 503}


async def test_films_are_found_and_listed_while_the_bucket_is_gone(
    house: House, rows: Connection, bucket: Bucket
) -> None:
    """Segments lie in the caches before the bucket; what leads to them is in the database."""
    bucket.fault = lambda _method, _key: REFUSALS["503"]
    series = await builders.a_series(rows, slug="while-away")
    await builders.a_package(rows, await builders.an_episode(rows, series))

    answer = await house.browser().get("/api/feed?series=while-away&limit=3")

    assert [item["episode"]["number"] for item in answer.json()["items"]] == [1]


@pytest.fixture
async def hall(database_url: str, tmp_path: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, Path(__file__).parents[2]) as hall:
        yield hall


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=1.2, width=360, height=640).read_bytes()


async def submit(hall: Hall, bucket: Bucket, film: bytes) -> Episode:
    episode = await hall.submit(film)
    await asyncio.to_thread(bucket.put, episode.key, film)
    return episode


@pytest.mark.timeout(240)
async def test_package_that_cannot_be_stored_is_given_up_and_nothing_of_it_is_there(
    hall: Hall, bucket: Bucket, film: bytes
) -> None:
    """Three attempts for each tier, each later than the one before; then a code and an empty place."""
    episode = await submit(hall, bucket, film)
    bucket.fault = lambda method, key: REFUSALS["500"] if method == "PUT" and key.startswith("media/") else None
    worker = await hall.start_worker(TALLSCREEN_STORAGE_URL=bucket.url)

    row = await hall.is_at_rest(episode)

    assert (row["state"], row["failure_code"]) == ("failed", "storage-failed")
    assert set((await hall.tiers(episode)).values()) == {("failed", 3)}
    assert await asyncio.to_thread(bucket.keys, f"media/{episode.package}") == set()
    assert worker.returncode is None


@pytest.mark.timeout(240)
async def test_film_that_comes_in_pieces_is_fetched_until_it_is_whole(hall: Hall, bucket: Bucket, film: bytes) -> None:
    """The first fetches break off; what viewers get in the end is whole, and named by its digests."""
    episode = await submit(hall, bucket, film)
    breaks = iter([REFUSALS["cut"], REFUSALS["503"], REFUSALS["cut"]])
    bucket.fault = lambda method, key: next(breaks, None) if method == "GET" and key.startswith("originals/") else None
    await hall.start_worker(TALLSCREEN_STORAGE_URL=bucket.url)

    row = await hall.is_at_rest(episode)

    assert row["state"] == "ready"
    named = row["descriptor"]["files"]
    assert named.keys() <= {
        key.removeprefix(f"media/{episode.package}/")
        for key in await asyncio.to_thread(bucket.keys, f"media/{episode.package}")
    }
    assert next(breaks, None) is None
