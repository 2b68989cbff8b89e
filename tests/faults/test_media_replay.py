"""Every media address an allowed session is given, replayed by everyone else: nothing unreleased plays."""

import time
from pathlib import Path

import httpx

from api.access.rules import digest
from api.db import Connection
from api.playback.grants import Grants
from tests import builders
from tests.house import House
from tests.playback.screeners import PLAIN, Screener, a_screener, an_assigned, another_device, harvest, revoke

pytest_plugins = ("tests.housing", "tests.playback.booth")
#: Of what a package has for those who may read it as it is stored.
ALLOWED = ("organiser", "own")


async def everyone(house: House, rows: Connection, film: Path, screener: Screener) -> dict[str, httpx.AsyncClient]:
    voter, award = house.browser(), await builders.an_award(rows)
    voter.headers["Ballot"] = (await voter.post(f"/api/awards/{award}/ballot", json={})).json()["ballot"]
    return {
        "anonymous": house.browser(),
        "voter": voter,
        "own": await house.signed_in("producer", screener.company),
        "other": await house.signed_in("producer"),
        "assigned": await an_assigned(house, rows, screener),
        "juror": await an_assigned(house, rows, await a_screener(rows, film, house.folder)),
        "organiser": await house.signed_in("organiser"),
        "auditor": await house.signed_in("auditor"),
    }


async def plays(browser: httpx.AsyncClient, addresses: list[str]) -> list[str]:
    """Those that give anything: also where they are asked for in part, or by a player of another page."""
    asked = [(address, headers) for address in addresses for headers in ({}, {"Range": "bytes=0-99"})]
    return [address for address, headers in asked if (await browser.get(address, headers=headers)).is_success]


async def test_harvested_addresses_play_for_nobody_else(
    house: House, rows: Connection, film: Path, screener: Screener
) -> None:
    people = await everyone(house, rows, film, screener)
    harvested = {who: await harvest(people[who], screener.package) for who in ("assigned", *ALLOWED)}
    key = f"/api/screeners/{screener.package}/key"
    stored = [f"/media/{screener.package}/{name}" for name in PLAIN]
    harvested["assigned"].append(key)
    for who in ALLOWED:
        harvested[who] += stored

    assert min(len(addresses) for addresses in harvested.values()) > 15
    for who, addresses in harvested.items():
        assert len(await plays(people[who], addresses)) == 2 * len(addresses)
        others = [each for each in people if each != who and not (who in ALLOWED and each in ALLOWED)]
        assert {other: await plays(people[other], addresses) for other in others} == {other: [] for other in others}


async def test_another_device_of_the_same_juror_gets_playlists_of_its_own_and_no_file(
    house: House, rows: Connection, screener: Screener
) -> None:
    juror = await an_assigned(house, rows, screener)
    files = [address for address in await harvest(juror, screener.package) if "/files/" in address]

    assert await plays(await another_device(house, rows, juror), files) == []


async def test_cookie_of_a_juror_alone_is_needed_with_each_address(
    house: House, rows: Connection, screener: Screener
) -> None:
    """An address from a log, a history or a message opens nothing for whoever has no session."""
    juror = await an_assigned(house, rows, screener)

    assert await plays(house.browser(), await harvest(juror, screener.package)) == []


async def test_revoked_juror_has_no_playlist_key_or_segment_at_once_and_none_later(
    house: House, rows: Connection, screener: Screener
) -> None:
    juror = await an_assigned(house, rows, screener)
    addresses = [*await harvest(juror, screener.package), f"/api/screeners/{screener.package}/key"]
    await revoke(rows, juror, screener)

    assert await plays(juror, addresses) == []


async def test_address_that_is_over_plays_for_nobody_even_with_the_right(
    house: House, rows: Connection, screener: Screener
) -> None:
    juror = await an_assigned(house, rows, screener)
    names = [
        address.split("/files/")[1].split("?")[0]
        for address in await harvest(juror, screener.package)
        if "/files/" in address
    ]
    then = Grants(house.settings.key, digest(juror.cookies["sid"]), time.time() - 3700)
    over = [then.for_film(screener.package, 6), then.for_stills(screener.package)]

    assert await plays(juror, [grant.address(name) for grant in over for name in names]) == []
