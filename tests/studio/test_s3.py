"""The same three calls with a bucket behind them: the bytes go straight there and never through the API."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from api.db import Connection
from api.settings import Settings
from tests import builders
from tests.builders import code_of
from tests.conftest import SECRET
from tests.house import House, opened_house
from tests.studio.sending import announced, part_of
from tests.studio.test_finish import refusing_jobs
from transcoder.storage import make_storage

pytest_plugins = ("tests.housing",)
BUCKET = "festival"
PART = 8 * 1024 * 1024
FILM = bytes(range(256)) * (PART // 256) + b"and the credits"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server that speaks S3 on a loopback port, with one bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def bucket(endpoint: str) -> Iterator[Any]:
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    yield client
    client.close()


@pytest.fixture(scope="module")
async def house(house_settings: Settings, endpoint: str, bucket: object) -> AsyncGenerator[House, None]:
    """A house whose store is the bucket."""
    async with opened_house(house_settings, make_storage(f"s3://{BUCKET}?endpoint={endpoint}", SECRET)) as opened:
        yield opened


class Uploading:
    """A producer with an upload of the film under way."""

    def __init__(self, browser: httpx.AsyncClient, upload: dict[str, Any]) -> None:
        self.browser, self.told, self.id = browser, upload, upload["id"]

    async def address(self, number: int) -> dict[str, Any]:
        body = {"parts": [announced(FILM, number, PART)]}
        answer = await self.browser.post(f"/api/studio/uploads/{self.id}/parts", json=body)
        part: dict[str, Any] = answer.json()["parts"][0]
        return part

    async def put(self, number: int) -> None:
        """The part by a plain request to the address, as a browser sends it."""
        address = await self.address(number)
        async with httpx.AsyncClient() as plain:
            answer = await plain.put(address["url"], content=part_of(FILM, number, PART), headers=address["headers"])
        assert answer.status_code == 200, answer.text

    async def show(self) -> httpx.Response:
        return await self.browser.get(f"/api/studio/uploads/{self.id}")

    async def complete(self) -> httpx.Response:
        return await self.browser.post(f"/api/studio/uploads/{self.id}/complete")


@pytest.fixture
async def uploading(house: House, rows: Connection) -> Uploading:
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    producer = await house.signed_in("producer", company)
    body = {"file_name": "e01.mp4", "size": len(FILM)}
    return Uploading(producer, (await producer.post(f"/api/studio/episodes/{episode}/uploads", json=body)).json())


async def in_bucket(bucket: Any, upload: str) -> bytes:
    found = await asyncio.to_thread(bucket.get_object, Bucket=BUCKET, Key=f"originals/{upload}")
    with found["Body"] as body:
        content: bytes = await asyncio.to_thread(body.read)
        return content


async def test_parts_are_put_straight_into_the_bucket(uploading: Uploading, endpoint: str) -> None:
    address = await uploading.address(1)

    place = urlsplit(address["url"])
    assert (f"{place.scheme}://{place.netloc}", place.path, list(address["headers"])) == (
        endpoint,
        f"/{BUCKET}/originals/{uploading.id}",
        ["x-amz-checksum-sha256"],
    )


async def test_completed_upload_is_the_file_in_the_bucket(uploading: Uploading, bucket: Any) -> None:
    await uploading.put(2)
    await uploading.put(1)

    answer = await uploading.complete()

    assert (answer.json()["state"], await in_bucket(bucket, uploading.id)) == ("queued", FILM)


async def test_parts_that_have_arrived_are_shown(uploading: Uploading) -> None:
    await uploading.put(2)

    [stored] = (await uploading.show()).json()["stored"]

    assert (stored["number"], stored["size"]) == (2, 15)


async def test_completing_without_all_parts_names_those_that_are_missing(uploading: Uploading) -> None:
    await uploading.address(1)
    await uploading.put(2)

    answer = await uploading.complete()

    assert (code_of(answer), answer.json()["values"]) == ((409, "parts-missing"), {"parts": [1]})


async def test_completing_twice_is_the_same_as_once(uploading: Uploading, bucket: Any) -> None:
    await uploading.put(1)
    await uploading.put(2)

    answers = [await uploading.complete() for _ in range(2)]

    assert (answers[0].json(), await in_bucket(bucket, uploading.id)) == (answers[1].json(), FILM)


async def test_completion_that_was_rolled_back_can_be_repeated(
    uploading: Uploading, rows: Connection, bucket: Any
) -> None:
    await uploading.put(1)
    await uploading.put(2)
    async with refusing_jobs(rows):
        await uploading.complete()

    shown = [part["number"] for part in (await uploading.show()).json()["stored"]]
    answer = await uploading.complete()

    assert (shown, answer.json()["state"], await in_bucket(bucket, uploading.id)) == ([1, 2], "queued", FILM)


async def test_cancelled_upload_leaves_nothing_in_the_bucket(uploading: Uploading, bucket: Any) -> None:
    await uploading.put(1)

    await uploading.browser.delete(f"/api/studio/uploads/{uploading.id}")

    left = await asyncio.to_thread(bucket.list_multipart_uploads, Bucket=BUCKET)
    assert [each["Key"] for each in left.get("Uploads", []) if uploading.id in each["Key"]] == []


async def test_address_of_the_local_store_is_not_found(house: House) -> None:
    answer = await house.browser().put(f"/storage/parts/originals/{uuid4()}/1?sig=x", content=b"x")

    assert code_of(answer) == (404, "not-found")


async def test_media_are_not_served_from_a_bucket_by_the_api(house: House, rows: Connection) -> None:
    package = await builders.a_package(rows, await builders.an_episode(rows, await builders.a_series(rows)))

    answer = await house.browser().get(f"/media/{package}/master.m3u8")

    assert code_of(answer) == (404, "not-found")
