"""What a screen stores is signed by the house, and lists every segment it needs and nothing that is not released."""

import base64
import json
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from api.db import Connection
from api.kiosk.manifest import files_of, rung_of
from api.voting.ed25519 import is_signed
from api.voting.notes import read_key
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House
from tests.kiosk.screens import Screen, a_screen
from transcoder.contract import Descriptor

pytest_plugins = ("tests.housing",)
SHA = "ab" * 32


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def manifest_of(screen: Screen) -> tuple[dict[str, Any], Any]:
    """The signed answer, and what it says."""
    signed = (await screen.browser.get("/api/kiosk/manifest")).json()
    return signed, json.loads(signed["text"].split("\n")[1])


async def test_manifest_is_signed_by_the_house_that_paired_the_screen(
    house: House, organiser: httpx.AsyncClient
) -> None:
    screen = await a_screen(house, organiser)

    signed, said = await manifest_of(screen)

    key = read_key(signed["key"])
    assert (signed["key"], signed["text"].split("\n")[0]) == (screen.house_key, key.name)
    assert is_signed(key.public, signed["text"].encode(), base64.b64decode(signed["signature"]))
    assert not is_signed(key.public, signed["text"].encode() + b" ", base64.b64decode(signed["signature"]))
    assert (said["kiosk"], said["version"], said["time_zone"]) == (screen.id, 1, "Asia/Almaty")


async def test_manifest_holds_what_is_released(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen = await a_screen(house, organiser)
    series = await builders.a_watchable_series(rows, episodes=2)
    await rows.execute(
        "UPDATE package SET descriptor = jsonb_set(descriptor, '{files}', $1) WHERE episode_id IN"
        " (SELECT id FROM episode WHERE series_id = $2)",
        {"v540/init.mp4": SHA, "v540/000.m4s": SHA, "v360/000.m4s": SHA, "a64/000.m4s": SHA, "1/en.vtt": SHA,
         "1/master.m3u8": SHA, "posters/a.webp": SHA, "posters/a.avif": SHA},
        series,
    )  # fmt: skip
    hidden = await builders.a_series(rows, released=False)
    await builders.a_package(rows, await builders.an_episode(rows, hidden))

    _, said = await manifest_of(screen)

    [found] = [each for each in said["series"] if each["id"] == series]
    episode = found["episodes"][0]
    assert hidden not in [each["id"] for each in said["series"]]
    assert [each["number"] for each in found["episodes"]] == [1, 2]
    assert [track["name"] for track in episode["stream"]["video"]] == ["v540"]
    assert episode["files"] == dict.fromkeys(["1/en.vtt", "a64/000.m4s", "posters/a.webp", "v540/000.m4s"], SHA)


async def test_rights_decide_what_is_stored_and_for_how_long(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser)
    before = (await screen.beat())["serial"]
    ended, ending, open_end = [await builders.a_watchable_series(rows, episodes=1) for _ in range(3)]
    await rows.execute("UPDATE series SET rights_until = now() - interval '1 second' WHERE id = $1", ended)
    await rows.execute("UPDATE series SET rights_until = '2099-01-01T00:00:00Z' WHERE id = $1", ending)

    _, said = await manifest_of(screen)

    shown = {each["id"]: each["shown_until"] for each in said["series"]}
    assert ended not in shown
    assert (shown[ending], shown[open_end]) == ("2099-01-01T00:00:00Z", None)
    assert (await screen.beat())["serial"] > before
    body = {"series": ended, "episode": await rows.fetchval("SELECT id FROM episode WHERE series_id = $1", ended)}
    refused = await screen.browser.post("/api/kiosk/handoffs", json=body | {"second": 1, "lang": "en"})
    assert code_of(refused) == (404, "not-found")


async def test_awards_are_named_with_the_ways_to_vote_here(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser)
    both, phones = await ballots.an_award(rows, "badge", "device", "kiosk"), await ballots.an_award(rows, "device")
    entry = await builders.an_entry(rows, both)

    _, said = await manifest_of(screen)

    found = {each["id"]: each for each in said["awards"]}
    assert (found[both]["ways"], [each["id"] for each in found[both]["entries"]]) == (["kiosk", "badge"], [entry])
    assert phones not in found


async def test_unchanged_manifest_is_not_sent_again(house: House, organiser: httpx.AsyncClient) -> None:
    screen = await a_screen(house, organiser)
    first = await screen.browser.get("/api/kiosk/manifest")

    again = await screen.browser.get("/api/kiosk/manifest", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_programme_of_a_screen_is_in_its_manifest(house: House, organiser: httpx.AsyncClient) -> None:
    plan = {
        "blocks": [{"starts": "10:00", "ends": "20:00", "items": [{"kind": "all"}]}],
        "sleep": [{"starts": "23:00", "ends": "08:00"}],
    }
    made = (await organiser.post("/api/desk/programmes", json={"name": "Foyers", "plan": plan})).json()
    screen = await a_screen(house, organiser, "With programme", programme=made["id"])

    _, said = await manifest_of(screen)

    assert (said["programme"]["name"], said["programme"]["blocks"][0]["starts"]) == ("Foyers", "10:00")
    assert said["programme"]["sleep"] == [{"starts": "23:00", "ends": "08:00"}]


def a_descriptor(*tracks: tuple[str, int, str]) -> Descriptor:
    plain = builders.descriptor(uuid4())
    plain["video"] = [
        plain["video"][0] | {"name": name, "width": side, "height": side * 16 // 9, "codec": codec}
        for name, side, codec in tracks
    ]
    return msgspec.convert(plain, Descriptor)


@pytest.mark.parametrize(("side", "name"), [(1080, "v1080"), (720, "v720"), (600, "v360"), (100, "v360")])
def test_rung_is_the_largest_that_fits(side: int, name: str) -> None:
    ladder = a_descriptor(
        ("v360", 360, "avc1.4d"), ("v720", 720, "avc1.64"), ("v1080", 1080, "avc1.64"), ("av1-540", 540, "av01.0")
    )

    assert rung_of(ladder, side).name == name


def test_files_of_other_rungs_are_left_out() -> None:
    descriptor = a_descriptor(("v360", 360, "avc1.4d"))
    files = {"v360/000.m4s": SHA, "v3600/000.m4s": SHA, "v360/init.mp4": SHA, "a64/001.m4s": SHA}

    found = files_of(msgspec.structs.replace(descriptor, files=files))

    assert list(found) == ["a64/001.m4s", "v360/000.m4s"]
