"""Unreleased titles: what a juror is given plays in that session, for that juror, for a while, and nowhere else."""

import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from cryptography.exceptions import InvalidTag

from api.access.rules import digest
from api.db import Connection
from api.playback import ciphers
from api.playback.grants import Grant, Grants
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.playback.screeners import (
    PLAIN,
    Screener,
    a_screener,
    account_of,
    an_assigned,
    another_device,
    decrypted,
    harvest,
    pictures_in,
    read,
    revoke,
    tracks_of,
)

pytest_plugins = ("tests.housing", "tests.playback.booth")
NO_STORE = "private, no-store"
NOT_FOUND = (404, "not-found")


def grants_of(house: House, browser: httpx.AsyncClient, *, later: float = 0.0) -> Grants:
    return Grants(house.settings.key, digest(browser.cookies["sid"]), time.time() + later)


async def test_stream_of_a_juror_names_no_address_of_the_stored_film(
    juror: httpx.AsyncClient, screener: Screener
) -> None:
    answer = await juror.get(f"/api/streams/{screener.package}")

    stream = answer.json()
    assert (stream["encrypted"], stream["master"], answer.headers["cache-control"]) == (True, screener.master, NO_STORE)
    assert "/media/" not in answer.text
    assert {track["init"] for track in (*stream["video"], *stream["audio"])} == {""}


async def test_stream_of_its_company_and_of_organisers_stays_as_it_is_stored(house: House, screener: Screener) -> None:
    for browser in (await house.signed_in("organiser"), await house.signed_in("producer", screener.company)):
        stream = (await browser.get(f"/api/streams/{screener.package}")).json()

        assert ("encrypted" in stream, stream["base"]) == (False, f"/media/{screener.package}/")


async def test_film_is_pictures_with_its_key_and_none_without(juror: httpx.AsyncClient, screener: Screener) -> None:
    track = (await tracks_of(juror, screener))["v360"]
    key, init = await read(juror, screener.key), await read(juror, track.init)
    pieces = [(await read(juror, address), iv) for address, iv in track.segments]

    assert len(pieces) == 3
    assert pictures_in(init + b"".join(decrypted(key, iv, piece) for piece, iv in pieces)) == 72
    assert pictures_in(init + b"".join(piece for piece, _ in pieces)) == 0
    assert pictures_in(b"".join(piece for piece, _ in pieces)) == 0


async def test_no_two_segments_share_an_iv(juror: httpx.AsyncClient, screener: Screener) -> None:
    tracks = await tracks_of(juror, screener)
    ivs = [iv for track in tracks.values() for _, iv in track.segments]

    assert set(tracks) == {"v360", "a64"}
    assert len(set(ivs)) == len(ivs) > 5


async def test_nothing_of_it_may_be_kept_by_any_cache(juror: httpx.AsyncClient, screener: Screener) -> None:
    addresses = [*await harvest(juror, screener.package), screener.key]

    answers = [await juror.get(address) for address in addresses]

    assert len(addresses) > 15
    assert {(answer.status_code, answer.headers["cache-control"]) for answer in answers} == {(200, NO_STORE)}


async def test_every_title_has_a_key_of_its_own_that_stays(house: House, rows: Connection, film: Path) -> None:
    one, other = await a_screener(rows, film, house.folder), await a_screener(rows, film, house.folder)
    keys = [await read(await an_assigned(house, rows, each), each.key) for each in (one, one, other)]

    assert [len(key) for key in keys] == [16] * 3
    assert keys[0] == keys[1] != keys[2]


async def test_key_lies_in_the_database_as_nobody_can_use_it(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    key = await read(juror, screener.key)
    sealed = await rows.fetchval("SELECT sealed FROM screener_key WHERE package_id = $1", screener.package)

    assert key not in sealed
    assert ciphers.open_key(house.settings.key, screener.package, sealed) == key
    for secret, package in (
        (b"another secret of 32 characters..", screener.package),
        (house.settings.key, UUID(int=1)),
    ):
        with pytest.raises(InvalidTag):
            ciphers.open_key(secret, package, sealed)


@pytest.mark.parametrize("name", PLAIN)
async def test_stored_file_does_not_exist_for_an_assigned_juror(
    juror: httpx.AsyncClient, screener: Screener, name: str
) -> None:
    path = f"/media/{screener.package}/{name}"

    assert code_of(await juror.get(path)) == NOT_FOUND
    assert code_of(await juror.get("/api/media-access", headers={"X-Original-URI": path})) == NOT_FOUND


@pytest.mark.parametrize(
    "name", ["package.json", "1/master.m3u8", "v360/playlist.m3u8", "v360/film.mp4", "../x/000.m4s"]
)
async def test_good_address_opens_no_other_kind_of_file(
    house: House, juror: httpx.AsyncClient, screener: Screener, name: str
) -> None:
    address = grants_of(house, juror).for_film(screener.package, 60).address(name)

    assert code_of(await juror.get(address)) == NOT_FOUND


async def test_address_ends_after_twice_the_length_and_five_minutes(
    house: House, juror: httpx.AsyncClient, screener: Screener
) -> None:
    segment = (await tracks_of(juror, screener))["v360"].segments[0][0]
    until = int(httpx.URL(segment).params["until"])
    old = grants_of(house, juror, later=-313).for_film(screener.package, 6).address("v360/000.m4s")
    fresh = grants_of(house, juror, later=-300).for_film(screener.package, 6).address("v360/000.m4s")

    assert abs(until - (time.time() + 2 * 6 + 300)) < 60
    assert code_of(await juror.get(old)) == NOT_FOUND
    assert (await juror.get(fresh)).status_code == 200


async def test_address_that_was_changed_is_refused(house: House, juror: httpx.AsyncClient, screener: Screener) -> None:
    grant = grants_of(house, juror).for_film(screener.package, 6)
    still = grants_of(house, juror).for_stills(screener.package)
    changed = [
        Grant("film", screener.package, grant.until + 1, grant.sig),
        Grant("film", screener.package, grant.until, "0" * 32),
        Grant("film", screener.package, grant.until, "é" * 32),
        Grant("film", screener.package, still.until, still.sig),
    ]

    assert [code_of(await juror.get(each.address("v360/000.m4s"))) for each in changed] == [NOT_FOUND] * 4


async def test_address_of_one_session_opens_nothing_in_another(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    files = [each for each in await harvest(juror, screener.package) if "/files/" in each]
    colleague = await an_assigned(house, rows, screener)
    second = await another_device(house, rows, juror)

    for browser in (colleague, second):
        assert {code_of(await browser.get(address)) for address in files} == {NOT_FOUND}


@pytest.mark.parametrize("what", ["assignment", "session", "account", "submission"])
async def test_whoever_lost_the_right_gets_nothing_from_that_moment(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener, what: str
) -> None:
    addresses, account = [*await harvest(juror, screener.package), screener.key], await account_of(juror)
    match what:
        case "assignment":
            await revoke(rows, juror, screener)
        case "session":
            await rows.execute("DELETE FROM session WHERE account_id = $1", account)
        case "account":
            await rows.execute("UPDATE account SET disabled_at = now() WHERE id = $1", account)
        case _:
            await builders.a_submission(rows, screener.series)
            await rows.execute(
                "UPDATE submission SET withdrawn_at = now(), withdrawn_by = submitted_by WHERE series_id = $1",
                screener.series,
            )

    answers = {code_of(await juror.get(address)) for address in addresses}

    assert answers == ({NOT_FOUND} if what in ("assignment", "submission") else {(401, "sign-in-needed")})


async def test_title_that_stands_after_a_withdrawal_is_screened_again(
    rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    await builders.a_submission(rows, screener.series)
    await rows.execute(
        "UPDATE submission SET withdrawn_at = now(), withdrawn_by = submitted_by WHERE series_id = $1", screener.series
    )
    await builders.a_submission(rows, screener.series)

    assert (await juror.get(screener.master)).status_code == 200


async def test_title_that_does_not_exist_and_one_of_others_answer_the_same(house: House, screener: Screener) -> None:
    other, nowhere = await house.signed_in("juror"), replace(screener, package=UUID(int=7))
    made = [grants_of(house, other).for_film(each.package, 6).address("v360/000.m4s") for each in (screener, nowhere)]

    for address in (screener.master, nowhere.master, screener.key, nowhere.key, *made):
        answer = await other.get(address)
        assert code_of(answer) == NOT_FOUND
        assert answer.json()["detail"] == "There is nothing at this address."


async def test_released_title_is_watched_by_jurors_like_by_everyone(house: House, rows: Connection, film: Path) -> None:
    open_to_all = await a_screener(rows, film, house.folder, released=True)
    juror = await an_assigned(house, rows, open_to_all)

    assert (await juror.get(f"/api/streams/{open_to_all.package}")).json()["base"] == f"/media/{open_to_all.package}/"


async def test_stills_of_a_shortlist_are_for_the_session_that_reads_it(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    [shortlist] = (await juror.get("/api/jury/shortlists")).json()
    [card] = shortlist["series"]
    stills = [*card["poster"].values(), *card["card"].values()]
    colleague = await an_assigned(house, rows, screener)

    assert all(address.startswith(screener.file("posters/a")) for address in stills)
    assert (await read(juror, card["poster"]["avif"]), await read(juror, card["card"]["jpg"])) == (
        b"a picture",
        b"a picture",
    )
    assert {code_of(await colleague.get(address)) for address in stills} == {NOT_FOUND}
