"""Parts: announced before they are sent, put at signed addresses, kept only when they are what was announced."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID, uuid4

import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.conftest import SECRET
from tests.house import House
from tests.studio.sending import FILM, PART, Sender, announced, part_of
from transcoder.storage import LocalStorage, PartGrant

pytest_plugins = ("tests.housing",)
OTHER = bytes(PART)


async def chunks(content: bytes, size: int = 100) -> AsyncIterator[bytes]:
    """A body whose length nobody told."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def changed(address: str, **query: str) -> str:
    path, _, old = address.partition("?")
    return f"{path}?{urlencode({**dict(parse_qsl(old)), **query})}"


async def saved(rows: Connection, upload: str) -> list[int]:
    """Numbers of the parts announced so far."""
    found = await rows.fetch("SELECT number FROM original_part WHERE original_id = $1 ORDER BY number", UUID(upload))
    return [row["number"] for row in found]


# Announced


async def test_announced_part_gets_an_address_to_put_it_at(sender: Sender) -> None:
    upload = await sender.started()

    answer = await sender.announce(upload, announced(FILM, 3), announced(FILM, 1))

    told = answer.json()["parts"]
    assert [(part["number"], urlsplit(part["url"]).path, part["headers"]) for part in told] == [
        (3, f"/storage/parts/originals/{upload}/3", {}),
        (1, f"/storage/parts/originals/{upload}/1", {}),
    ]


async def test_part_announced_again_the_same_gets_another_address(sender: Sender, rows: Connection) -> None:
    upload = await sender.started()
    await sender.announce(upload, announced(FILM, 1))

    answer = await sender.announce(upload, announced(FILM, 1))

    assert (answer.status_code, await saved(rows, upload)) == (200, [1])


async def test_part_announced_again_differently_is_a_conflict(sender: Sender) -> None:
    upload = await sender.started()
    await sender.announce(upload, announced(FILM, 1))

    answer = await sender.announce(upload, announced(OTHER, 1), announced(FILM, 2))

    assert (code_of(answer), answer.json()["values"]) == ((409, "part-conflict"), {"parts": [1]})


async def test_conflict_keeps_what_was_announced_first_and_nothing_else(sender: Sender, rows: Connection) -> None:
    upload = await sender.started()
    await sender.announce(upload, announced(FILM, 1))

    await sender.announce(upload, announced(OTHER, 1), announced(FILM, 2))

    kept = await rows.fetch("SELECT number, sha256 FROM original_part WHERE original_id = $1", UUID(upload))
    assert [tuple(row) for row in kept] == [(1, announced(FILM, 1)["sha256"])]


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({**announced(FILM, 1), "number": 4}, "number"),
        ({**announced(FILM, 1), "size": 999}, "size"),
        ({**announced(FILM, 1), "size": 1001}, "size"),
        ({**announced(FILM, 1), "size": 2**40}, "size"),
        ({**announced(FILM, 1), "number": 3}, "size"),
    ],
)
async def test_part_that_is_none_of_this_file_is_refused(
    sender: Sender, rows: Connection, part: dict[str, Any], field: str
) -> None:
    upload = await sender.started()

    answer = await sender.announce(upload, announced(FILM, 2), part)

    assert (code_of(answer), answer.json()["values"], await saved(rows, upload)) == (
        (422, "invalid-value"),
        {"field": field},
        [],
    )


@pytest.mark.parametrize(
    "part",
    [
        {**announced(FILM, 1), "number": 0},
        {**announced(FILM, 1), "number": 10_001},
        {**announced(FILM, 1), "size": 0},
        {**announced(FILM, 1), "sha256": "A" * 64},
        {**announced(FILM, 1), "sha256": "0" * 63},
        {**announced(FILM, 1), "sha256": "0" * 64 + "\n"},
        {**announced(FILM, 1), "url": "http://evil.example"},
        {"number": 1},
    ],
)
async def test_part_that_is_not_described_rightly_is_a_bad_request(
    sender: Sender, rows: Connection, part: dict[str, Any]
) -> None:
    upload = await sender.started()

    answer = await sender.announce(upload, part)

    assert (code_of(answer), await saved(rows, upload)) == ((400, "bad-request"), [])


@pytest.mark.parametrize("count", [0, 101])
async def test_one_to_a_hundred_parts_are_announced_at_once(sender: Sender, count: int) -> None:
    upload = await sender.started()

    answer = await sender.announce(upload, *[announced(FILM, 1)] * count)

    assert code_of(answer) == (400, "bad-request")


async def test_two_who_announce_one_part_differently_at_the_same_moment_do_not_both_win(
    sender: Sender, rows: Connection
) -> None:
    upload = await sender.started()

    answers = await asyncio.gather(
        *(sender.announce(upload, announced(content, 1)) for content in (FILM, OTHER, FILM, OTHER))
    )

    kept = await rows.fetchval("SELECT sha256 FROM original_part WHERE original_id = $1", UUID(upload))
    told = [200 if announced(content, 1)["sha256"] == kept else 409 for content in (FILM, OTHER, FILM, OTHER)]
    assert [answer.status_code for answer in answers] == told


# Put


async def test_part_that_arrives_whole_is_stored(sender: Sender) -> None:
    upload = await sender.started()

    answer = await sender.browser.put(await sender.address(upload, 2), content=part_of(FILM, 2))

    assert (answer.json(), await sender.stored(upload)) == (announced(FILM, 2), [2])


async def test_part_of_a_length_nobody_told_is_stored(sender: Sender) -> None:
    upload = await sender.started()

    answer = await sender.browser.put(await sender.address(upload, 1), content=chunks(part_of(FILM, 1)))

    assert (answer.status_code, await sender.stored(upload)) == (200, [1])


async def test_part_put_twice_is_stored_once(sender: Sender) -> None:
    upload = await sender.started()
    address = await sender.address(upload, 1)

    answers = [await sender.browser.put(address, content=part_of(FILM, 1)) for _ in range(2)]

    assert ([answer.json() for answer in answers], await sender.stored(upload)) == ([announced(FILM, 1)] * 2, [1])


async def test_parts_put_at_the_same_moment_are_all_stored(house: House, sender: Sender) -> None:
    upload = await sender.started()
    addresses = [await sender.address(upload, number) for number in (1, 2, 3)] * 3

    await asyncio.gather(
        *(sender.browser.put(address, content=part_of(FILM, index % 3 + 1)) for index, address in enumerate(addresses))
    )
    await sender.complete(upload)

    assert (house.folder / "originals" / upload).read_bytes() == FILM


@pytest.mark.parametrize(
    "body",
    [b"", part_of(FILM, 2)[:-1], part_of(FILM, 2) + b"x", part_of(FILM, 2) * 500, OTHER, part_of(FILM, 1)],
    ids=["nothing", "short", "long", "very long", "damaged", "another part"],
)
@pytest.mark.parametrize("streamed", [False, True])
async def test_body_that_is_not_the_part_is_refused_and_the_others_are_kept(
    house: House, sender: Sender, body: bytes, streamed: bool
) -> None:
    upload = await sender.started()
    await sender.put(upload, 1, 3)
    address = await sender.address(upload, 2)

    answer = await sender.browser.put(address, content=chunks(body, 700) if streamed else body)

    assert (code_of(answer), await sender.stored(upload)) == ((422, "part-refused"), [1, 3])
    await sender.put(upload, 2)
    await sender.complete(upload)
    assert (house.folder / "originals" / upload).read_bytes() == FILM


async def test_damaged_repetition_leaves_the_part_that_had_arrived(house: House, sender: Sender) -> None:
    upload = await sender.sent()

    await sender.browser.put(await sender.address(upload, 1), content=OTHER)
    await sender.complete(upload)

    assert (house.folder / "originals" / upload).read_bytes() == FILM


async def test_sender_who_breaks_off_leaves_no_part(sender: Sender) -> None:
    upload = await sender.started()
    address = await sender.address(upload, 1)

    async def breaking() -> AsyncIterator[bytes]:
        yield part_of(FILM, 1)[:400]
        raise ConnectionResetError

    answer = await sender.browser.put(address, content=breaking())

    assert (answer.status_code, await sender.stored(upload)) == (503, [])


# Signed addresses


@pytest.mark.parametrize(
    "query",
    [
        {"sig": "0" * 64},
        {"sig": ""},
        {"sig": "ü"},
        {"size": "2000"},
        {"size": "-1"},
        {"size": "many"},
        {"sha256": hashlib.sha256(OTHER).hexdigest()},
        {"expires": "9999999999"},
        {"expires": "never"},
        {"expires": "9" * 400},
    ],
)
async def test_changed_address_is_refused(sender: Sender, query: dict[str, str]) -> None:
    upload = await sender.started()
    address = await sender.address(upload, 1)

    answer = await sender.browser.put(changed(address, **query), content=part_of(FILM, 1))

    assert (code_of(answer), await sender.stored(upload)) == ((403, "not-allowed"), [])


async def test_address_without_a_signature_is_refused(sender: Sender) -> None:
    upload = await sender.started()
    address = await sender.address(upload, 1)

    answer = await sender.browser.put(address.partition("?")[0], content=part_of(FILM, 1))

    assert code_of(answer) == (403, "not-allowed")


@pytest.mark.parametrize("number", ["2", "3", "999999999", "0"])
async def test_address_of_one_part_takes_no_other(sender: Sender, number: str) -> None:
    upload = await sender.started()
    path, _, query = (await sender.address(upload, 1)).partition("?")

    answer = await sender.browser.put(f"{path.rpartition('/')[0]}/{number}?{query}", content=part_of(FILM, 1))

    assert (code_of(answer), await sender.stored(upload)) == ((403, "not-allowed"), [])


async def test_address_of_one_upload_takes_no_part_of_another(house: House, sender: Sender, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    other = Sender(await house.signed_in("producer", company), episode, company)
    mine, theirs = await sender.started(), await other.started()

    answer = await sender.browser.put((await sender.address(mine, 1)).replace(mine, theirs), content=part_of(FILM, 1))

    assert (code_of(answer), await other.stored(theirs)) == ((403, "not-allowed"), [])


@pytest.mark.parametrize(("seconds", "status"), [(-1, 403), (60, 200)])
async def test_address_is_good_until_its_hour_is_over(house: House, sender: Sender, seconds: int, status: int) -> None:
    upload = await sender.started()
    part = announced(FILM, 1)
    expires = datetime.now(UTC) + timedelta(seconds=seconds)
    grant = PartGrant(key=f"originals/{upload}", upload_id=upload, expires=expires, **part)
    address = (await LocalStorage(house.folder, SECRET).part_url(grant)).url

    answer = await sender.browser.put(address, content=part_of(FILM, 1))

    assert answer.status_code == status


async def test_address_signed_with_another_secret_is_refused(house: House, sender: Sender) -> None:
    upload = await sender.started()
    expires = datetime.now(UTC) + timedelta(hours=1)
    grant = PartGrant(key=f"originals/{upload}", upload_id=upload, expires=expires, **announced(FILM, 1))
    address = (await LocalStorage(house.folder, "another secret").part_url(grant)).url

    answer = await sender.browser.put(address, content=part_of(FILM, 1))

    assert code_of(answer) == (403, "not-allowed")


async def test_address_is_good_for_an_hour(sender: Sender) -> None:
    upload = await sender.started()

    query = dict(parse_qsl(urlsplit(await sender.address(upload, 1)).query))

    left = datetime.fromtimestamp(int(query["expires"]), UTC) - datetime.now(UTC)
    assert round(left / timedelta(minutes=1)) == 60


@pytest.mark.parametrize("path", ["originals/{}/x", "originals/not-an-id/1", "media/{}/1", "originals/..%2f..%2fx/1"])
async def test_address_of_no_part_is_not_found(sender: Sender, path: str) -> None:
    answer = await sender.browser.put(f"/storage/parts/{path.format(uuid4())}", content=b"x")

    assert code_of(answer) == (404, "not-found")


async def test_part_is_put_without_a_session(house: House, sender: Sender) -> None:
    upload = await sender.started()
    address = await sender.address(upload, 1)

    answer = await house.browser().put(address, content=part_of(FILM, 1))

    assert answer.status_code == 200
