"""Opening an upload, looking at it, giving it up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from msgspec import structs

from api import embedded
from api.db import Connection
from api.studio import uploads
from tests import builders
from tests.builders import code_of
from tests.house import House, opened_house
from tests.studio.sending import FILM, PART, Sender, announced
from transcoder.storage import LocalStorage

pytest_plugins = ("tests.housing",)


def folders(house: House) -> set[str]:
    """Uploads under way in the store."""
    return {path.name for path in house.folder.glob("incoming/*")}


async def originals(rows: Connection, episode: int) -> list[str]:
    found = await rows.fetch("SELECT state FROM original WHERE episode_id = $1 ORDER BY created_at", episode)
    return [row["state"] for row in found]


async def test_upload_says_how_the_file_is_to_be_cut(sender: Sender, rows: Connection) -> None:
    answer = await sender.start()

    upload = answer.json()
    expires = await rows.fetchval("SELECT expires_at FROM original WHERE id = $1", UUID(upload["id"]))
    assert (answer.status_code, upload) == (
        201,
        {
            "id": upload["id"],
            "episode": sender.episode,
            "lang": None,
            "file_name": "e01.mp4",
            "size": 2345,
            "part_size": 1000,
            "part_count": 3,
            "state": "open",
            "expires_at": expires.isoformat().replace("+00:00", "Z"),
            "stored": [],
        },
    )


async def test_upload_is_kept_for_seven_days(sender: Sender, rows: Connection) -> None:
    upload = await sender.started()

    kept = await rows.fetchval("SELECT expires_at - created_at FROM original WHERE id = $1", UUID(upload))

    assert round(kept / timedelta(days=1), 2) == 7


async def test_part_size_of_a_festival_is_eight_mebibytes(house: House) -> None:
    assert LocalStorage(house.folder, "secret").part_size == 8 * 1024 * 1024


async def test_second_upload_of_an_episode_is_refused_and_names_the_first(sender: Sender, rows: Connection) -> None:
    first = await sender.started()

    answer = await sender.start(b"another film")

    assert (code_of(answer), answer.json()["values"], await originals(rows, sender.episode)) == (
        (409, "upload-under-way"),
        {"upload": first},
        ["open"],
    )


async def test_two_uploads_opened_at_the_same_moment_leave_one_and_name_it(
    house: House, sender: Sender, rows: Connection
) -> None:
    before = folders(house)

    answers = await asyncio.gather(*(sender.start() for _ in range(6)))

    opened = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    refused = [answer.json()["values"] for answer in answers if answer.status_code == 409]
    assert (len(opened), refused, folders(house) - before) == (1, [{"upload": opened[0]}] * 5, set(opened))


async def test_upload_shows_the_parts_that_have_arrived(sender: Sender) -> None:
    upload = await sender.started()
    await sender.put(upload, 3, 1)

    answer = await sender.show(upload)

    assert answer.json()["stored"] == [announced(FILM, 1), announced(FILM, 3)]


async def test_upload_cut_off_is_taken_up_in_another_browser(house: House, sender: Sender) -> None:
    upload = await sender.started()
    await sender.put(upload, 1)
    later = Sender(await house.signed_in("producer", sender.company), sender.episode, sender.company)

    again = (await later.start()).json()["values"]["upload"]
    await later.put(again, *({1, 2, 3} - set(await later.stored(again))))
    answer = await later.complete(again)

    assert (answer.json()["state"], (house.folder / "originals" / upload).read_bytes()) == ("queued", FILM)


async def test_episode_shows_its_open_upload(sender: Sender) -> None:
    upload = await sender.started()

    state = await sender.state()

    assert (state["state"], state["upload"], state["file_name"], state["size"]) == (
        "uploading",
        upload,
        "e01.mp4",
        2345,
    )


# Refused before a byte is taken


async def test_file_over_two_gibibytes_is_too_large(house: House, sender: Sender, rows: Connection) -> None:
    before = folders(house)

    answer = await sender.browser.post(
        f"/api/studio/episodes/{sender.episode}/uploads", json={"file_name": "long.mp4", "size": 2 * 1024**3 + 1}
    )

    assert (code_of(answer), answer.json()["values"]) == ((413, "too-large"), {"max_bytes": 2147483648})
    assert (await originals(rows, sender.episode), folders(house)) == ([], before)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"file_name": "a.mp4"},
        {"size": 10},
        {"file_name": "", "size": 10},
        {"file_name": "a" * 301, "size": 10},
        {"file_name": "a\u0000.mp4", "size": 10},
        {"file_name": "a.mp4", "size": 0},
        {"file_name": "a.mp4", "size": -1},
        {"file_name": "a.mp4", "size": "10"},
        {"file_name": "a.mp4", "size": 1.5},
        {"file_name": 7, "size": 10},
        {"file_name": "a.mp4", "size": 10, "path": "/etc"},
    ],
)
async def test_upload_that_is_not_described_rightly_leaves_nothing(
    house: House, sender: Sender, rows: Connection, body: dict[str, Any]
) -> None:
    before = folders(house)

    answer = await sender.browser.post(f"/api/studio/episodes/{sender.episode}/uploads", json=body)

    assert code_of(answer) == (400, "bad-request")
    assert (await originals(rows, sender.episode), folders(house)) == ([], before)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..\\..\\boot.ini",
        "a/b/c.mp4",
        "con",
        "<b>.mp4",
        "电影 🎬.mp4",
        "%2e%2e",
        ".",
    ],
)
async def test_name_of_a_file_is_only_shown(house: House, sender: Sender, name: str) -> None:
    before = {path for path in house.folder.rglob("*") if "incoming" not in path.parts}
    upload = await sender.start(file_name=name)
    await sender.put(upload.json()["id"], 1, 2, 3)

    await sender.complete(upload.json()["id"])

    written = {path for path in house.folder.rglob("*") if "incoming" not in path.parts} - before
    made = {path for path in written if path.name != "originals"}
    assert ((await sender.state())["file_name"], made) == (name, {house.folder / "originals" / upload.json()["id"]})


@pytest.mark.parametrize("act", ["show", "complete", "cancel"])
async def test_upload_of_another_company_is_not_found(house: House, sender: Sender, rows: Connection, act: str) -> None:
    upload = await sender.started()
    stranger = Sender(await house.signed_in("producer"), sender.episode, 0)

    answer: httpx.Response = await getattr(stranger, act)(upload)

    assert (code_of(answer), await originals(rows, sender.episode)) == ((404, "not-found"), ["open"])


async def test_parts_of_another_companys_upload_are_not_found(house: House, sender: Sender, rows: Connection) -> None:
    upload = await sender.started()
    stranger = Sender(await house.signed_in("producer"), sender.episode, 0)

    answer = await stranger.announce(upload, announced(FILM, 1))

    assert (code_of(answer), await rows.fetch("SELECT 1 FROM original_part WHERE original_id = $1", UUID(upload))) == (
        (404, "not-found"),
        [],
    )


async def test_upload_for_another_companys_episode_is_not_found(house: House, sender: Sender, rows: Connection) -> None:
    stranger = Sender(await house.signed_in("producer"), sender.episode, 0)

    answer = await stranger.start()

    assert (code_of(answer), await originals(rows, sender.episode)) == ((404, "not-found"), [])


@pytest.mark.parametrize("act", ["show", "complete", "cancel"])
async def test_upload_nobody_opened_is_not_found(sender: Sender, act: str) -> None:
    answer: httpx.Response = await getattr(sender, act)(str(uuid4()))

    assert code_of(answer) == (404, "not-found")


async def test_organiser_may_help_with_an_upload(house: House, sender: Sender) -> None:
    upload = await sender.started()
    organiser = Sender(await house.signed_in("organiser"), sender.episode, 0)

    await organiser.put(upload, 1, 2, 3)
    answer = await organiser.complete(upload)

    assert answer.json()["state"] == "queued"


# Given up


async def test_cancelled_upload_leaves_nothing(house: House, sender: Sender) -> None:
    upload = await sender.started()
    await sender.put(upload, 1)

    answer = await sender.cancel(upload)

    assert (answer.status_code, upload in folders(house), (await sender.state())["state"]) == (
        204,
        False,
        "awaiting_upload",
    )


async def test_part_for_a_cancelled_upload_is_gone(house: House, sender: Sender) -> None:
    upload = await sender.started()
    address = await sender.address(upload, 1)
    await sender.cancel(upload)

    answer = await sender.browser.put(address, content=FILM[:PART])

    assert (code_of(answer), upload in folders(house)) == ((410, "upload-gone"), False)


@pytest.mark.parametrize("act", ["show", "complete", "cancel"])
async def test_cancelled_upload_is_gone(sender: Sender, act: str) -> None:
    upload = await sender.sent()
    await sender.cancel(upload)

    answer: httpx.Response = await getattr(sender, act)(upload)

    assert code_of(answer) == (410, "upload-gone")


async def test_addresses_for_a_cancelled_upload_are_gone(sender: Sender) -> None:
    upload = await sender.started()
    await sender.cancel(upload)

    answer = await sender.announce(upload, announced(FILM, 1))

    assert code_of(answer) == (410, "upload-gone")


async def test_cancelled_upload_makes_room_for_the_next(sender: Sender) -> None:
    first = await sender.started()
    await sender.cancel(first)

    second = await sender.sent(b"a shorter film")

    assert (await sender.complete(second)).json()["state"] == "queued"


async def test_finished_upload_cannot_be_cancelled(house: House, sender: Sender) -> None:
    upload = await sender.sent()
    await sender.complete(upload)

    answer = await sender.cancel(upload)

    assert (code_of(answer), (house.folder / "originals" / upload).read_bytes()) == ((410, "upload-gone"), FILM)


async def test_sweep_gives_up_what_nobody_finished(house: House, sender: Sender, rows: Connection) -> None:
    upload = await sender.started()
    await sender.put(upload, 1)
    store = LocalStorage(house.folder, "secret")

    await uploads.sweep(house.pool, store, now=datetime.now(UTC) + timedelta(days=7, minutes=1))

    assert (await originals(rows, sender.episode), upload in folders(house)) == (["aborted"], False)


async def test_sweep_leaves_what_still_has_time(house: House, sender: Sender, rows: Connection) -> None:
    upload = await sender.started()

    await uploads.sweep(house.pool, LocalStorage(house.folder, "secret"), now=datetime.now(UTC) + timedelta(days=6))

    assert (await originals(rows, sender.episode), upload in folders(house)) == (["open"], True)


async def test_sweep_leaves_what_was_finished(house: House, sender: Sender, rows: Connection) -> None:
    upload = await sender.sent()
    await sender.complete(upload)

    await uploads.sweep(house.pool, LocalStorage(house.folder, "secret"), now=datetime.now(UTC) + timedelta(days=8))

    assert (await originals(rows, sender.episode), (house.folder / "originals" / upload).read_bytes()) == (
        ["received"],
        FILM,
    )


async def test_uploads_go_on_without_redis(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    nowhere = structs.replace(house.settings, redis_url=f"redis://127.0.0.1:{embedded.free_port()}/0")

    async with opened_house(nowhere) as lonely:
        answer = await Sender(await lonely.signed_in("producer", company), episode, company).start()

    assert answer.status_code == 201
