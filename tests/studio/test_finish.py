"""Completing an upload: the original, its package and its job come into being together."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from api import errors
from api.access.schemas import Account
from api.db import Connection
from api.studio import uploads
from tests import builders
from tests.builders import code_of
from tests.conftest import SECRET
from tests.house import House
from tests.studio.sending import FILM, PART, Sender
from transcoder.contract import PREVIEW_QUEUE, TranscodeJob
from transcoder.storage import LocalStorage, StoredPart

pytest_plugins = ("tests.housing",)


async def packages(rows: Connection, episode: int) -> list[Any]:
    return await rows.fetch(
        "SELECT id, state, original_id FROM package WHERE episode_id = $1 ORDER BY created_at", episode
    )


async def jobs(rows: Connection, episode: int) -> list[UUID]:
    """Packages of this episode that the queue holds a job for."""
    own = {row["id"] for row in await packages(rows, episode)}
    payloads = await rows.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = $1 ORDER BY id", PREVIEW_QUEUE)
    queued = [msgspec.json.decode(row["payload"], type=TranscodeJob).package for row in payloads]
    return [package for package in queued if package in own]


async def original(rows: Connection, upload: str) -> str:
    return str(await rows.fetchval("SELECT state FROM original WHERE id = $1", UUID(upload)))


async def test_completed_upload_is_the_file_as_it_was(house: House, sender: Sender) -> None:
    upload = await sender.sent()

    await sender.complete(upload)

    assert (house.folder / "originals" / upload).read_bytes() == FILM


async def test_completed_upload_is_queued_with_one_job(sender: Sender, rows: Connection) -> None:
    upload = await sender.sent()

    answer = await sender.complete(upload)

    [package] = await packages(rows, sender.episode)
    assert (answer.status_code, answer.json()["state"]) == (200, "queued")
    assert (package["state"], str(package["original_id"])) == ("queued", upload)
    assert await jobs(rows, sender.episode) == [package["id"]]


async def test_completed_upload_shows_itself_as_received(sender: Sender) -> None:
    upload = await sender.sent()
    await sender.complete(upload)

    answer = await sender.show(upload)

    assert (answer.json()["state"], answer.json()["stored"]) == ("received", [])


async def test_completing_twice_makes_one_package_and_one_job(sender: Sender, rows: Connection) -> None:
    upload = await sender.sent()

    answers = [await sender.complete(upload) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert (len(await packages(rows, sender.episode)), len(await jobs(rows, sender.episode))) == (1, 1)


async def test_completing_at_the_same_moment_makes_one_package_and_one_job(sender: Sender, rows: Connection) -> None:
    upload = await sender.sent()

    answers = await asyncio.gather(*(sender.complete(upload) for _ in range(8)))

    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "queued")] * 8
    assert (len(await packages(rows, sender.episode)), len(await jobs(rows, sender.episode))) == (1, 1)


@pytest.mark.parametrize(("sent", "missing"), [([], [1, 2, 3]), ([2], [1, 3]), ([1, 2], [3])])
async def test_completing_without_all_parts_names_those_that_are_missing(
    sender: Sender, rows: Connection, sent: list[int], missing: list[int]
) -> None:
    upload = await sender.started()
    await sender.put(upload, *sent)

    answer = await sender.complete(upload)

    assert (code_of(answer), answer.json()["values"]) == ((409, "parts-missing"), {"parts": missing})
    assert (await original(rows, upload), await sender.stored(upload)) == ("open", sent)


async def test_part_announced_but_never_put_is_missing(sender: Sender) -> None:
    upload = await sender.started()
    await sender.put(upload, 1, 2)
    await sender.address(upload, 3)

    answer = await sender.complete(upload)

    assert (code_of(answer), answer.json()["values"]) == ((409, "parts-missing"), {"parts": [3]})


async def test_upload_that_lacked_a_part_is_completed_when_it_has_come(house: House, sender: Sender) -> None:
    upload = await sender.started()
    await sender.put(upload, 1, 3)
    await sender.complete(upload)

    await sender.put(upload, 2)
    await sender.complete(upload)

    assert (house.folder / "originals" / upload).read_bytes() == FILM


async def test_part_put_after_the_upload_was_completed_is_gone(house: House, sender: Sender) -> None:
    upload = await sender.sent()
    address = await sender.address(upload, 1)
    await sender.complete(upload)

    answer = await sender.browser.put(address, content=bytes(1000))

    assert (code_of(answer), (house.folder / "originals" / upload).read_bytes()) == ((410, "upload-gone"), FILM)


async def test_completion_that_is_rolled_back_leaves_no_package_and_no_job(sender: Sender, rows: Connection) -> None:
    upload = await sender.sent()

    async with refusing_jobs(rows):
        answer = await sender.complete(upload)

    assert code_of(answer) == (500, "error")
    assert (await original(rows, upload), await packages(rows, sender.episode), await jobs(rows, sender.episode)) == (
        "open",
        [],
        [],
    )


async def test_upload_whose_completion_was_rolled_back_still_shows_its_parts(sender: Sender, rows: Connection) -> None:
    upload = await sender.sent()
    async with refusing_jobs(rows):
        await sender.complete(upload)

    answer = await sender.show(upload)

    assert (answer.json()["state"], [part["number"] for part in answer.json()["stored"]]) == ("open", [1, 2, 3])


async def test_completion_that_was_rolled_back_can_be_repeated(house: House, sender: Sender, rows: Connection) -> None:
    upload = await sender.sent()
    async with refusing_jobs(rows):
        await sender.complete(upload)

    answer = await sender.complete(upload)

    assert (answer.json()["state"], len(await jobs(rows, sender.episode))) == ("queued", 1)
    assert (house.folder / "originals" / upload).read_bytes() == FILM


@pytest.mark.parametrize("state", ["queued", "encoding"])
async def test_newer_file_supersedes_a_package_under_way(sender: Sender, rows: Connection, state: str) -> None:
    older = await builders.a_package(rows, sender.episode, state=state)
    upload = await sender.sent()

    answer = await sender.complete(upload)

    found = await packages(rows, sender.episode)
    assert [(row["id"] == older, row["state"], str(row["original_id"]) == upload) for row in found] == [
        (True, "failed", False),
        (False, "queued", True),
    ]
    assert (answer.json()["state"], answer.json()["failure"]) == ("queued", None)


async def test_newer_file_leaves_the_ready_package_to_be_watched(sender: Sender, rows: Connection) -> None:
    ready = await builders.a_package(rows, sender.episode)
    upload = await sender.sent()

    answer = await sender.complete(upload)

    assert (answer.json()["state"], answer.json()["package"]) == ("queued", str(ready))


class CancelledMeanwhile(LocalStorage):
    """A store during whose work at the file the producer cancels the upload elsewhere."""

    rows: Connection

    async def finish_upload(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> None:
        await super().finish_upload(key, upload_id, parts)
        await self.rows.execute("UPDATE original SET state = 'aborted' WHERE id = $1", UUID(upload_id))


async def test_upload_cancelled_while_it_is_completed_leaves_nothing(
    house: House, sender: Sender, rows: Connection
) -> None:
    upload = await sender.sent()
    organiser = Account(id=1, email="o@festival.example", name="O", role="organiser", company=None)
    store = CancelledMeanwhile(house.folder, SECRET, part_size=PART)
    store.rows = rows

    with pytest.raises(errors.UploadGone):
        await uploads.finish(house.pool, store, organiser, UUID(upload), now=datetime.now(UTC))

    assert (await packages(rows, sender.episode), (house.folder / "originals" / upload).exists()) == ([], False)


class refusing_jobs:  # noqa: N801 - reads as a sentence where it is used
    """A queue that takes no job while this lasts, as if the database failed at the very last step."""

    def __init__(self, rows: Connection) -> None:
        self._rows = rows

    async def __aenter__(self) -> None:
        await self._rows.execute("ALTER TABLE pgqueuer ADD CONSTRAINT closed CHECK (entrypoint <> 'preview') NOT VALID")

    async def __aexit__(self, *_: object) -> None:
        await self._rows.execute("ALTER TABLE pgqueuer DROP CONSTRAINT closed")
