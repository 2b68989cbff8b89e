"""Every address, asked by everyone, about a title in every state: what is given is what `matrix.txt` says.

`MATRIX=write` writes the table anew; whoever does that reads what has changed in it.
"""

import os
import re
import time
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from api.access.schemas import Role
from api.db import Pool
from api.settings import Settings
from tests import builders
from tests.architecture.test_roles import REFUSALS, enter, routes
from tests.architecture.titles import FILES, STATES, People, Title, a_shortlist, a_title, screener_address, undone
from tests.conftest import NewClient

TABLE = Path(__file__).with_name("matrix.txt")
ACTORS = ("anonymous", "voter", "kiosk", "own", "other", "assigned", "juror", "organiser", "auditor")
SIGNED_IN: tuple[tuple[str, Role], ...] = (
    ("own", "producer"),
    ("other", "producer"),
    ("assigned", "juror"),
    ("juror", "juror"),
    ("organiser", "organiser"),
    ("auditor", "auditor"),
)
HEADER = f"""\
# What is given (an answer 2xx) of a title that is d draft, s submitted, l shortlisted, a accepted but not yet shown,
# r released, w withdrawn: those letters, * for all of them, . for none. Addresses that name no title: + given, . not.
# own, other: producers of its company and of another. assigned, juror: on its shortlist and on another.
# {"address":<78} {" ".join(f"{actor:<9}" for actor in ACTORS)}
"""
#: Parameters of addresses that name a title; everything else names nothing.
OF_TITLE = {
    "series": "series", "slug": "slug", "episode": "episode", "package": "package", "upload": "original", "shortlist": "shortlist", "round_id": "shortlist", "jury": "jury",
}  # fmt: skip
NOTHING = {"int": "999999", "str": "nothing-here", "uuid": "00000000-0000-4000-8000-000000000000", "path": "/x"}
PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
#: A stream has no end; a walk over all routes is no place to ask it.
LEFT_OUT = {"GET /api/live"}
#: Addresses behind one route, or behind none: the files themselves.
MEDIA = [f"GET /media/<package>/{name}" for name in FILES] + ["GET /media/<original>", "GET /originals/<original>"]
ACCESS = [f"GET /api/media-access <package>/{name}" for name in FILES]
SCREENERS = [f"GET /api/screeners/<package>/files/{name}" for name in FILES]
LISTS = [
    "GET /api/screeners/<package>/playlists/1/master.m3u8",
    "GET /api/screeners/<package>/playlists/v360/playlist.m3u8",
]
SPECIAL = [*MEDIA, *ACCESS, *SCREENERS, *LISTS, "GET /api/feed?series=<slug>"]
#: Their addresses are among those above.
COVERED = {
    "GET /api/feed", "GET /api/media-access", "GET /api/screeners/{package:uuid}/files/{name:str}",
    "GET /api/screeners/{package:uuid}/files/{folder:str}/{name:str}", "GET /api/screeners/{package:uuid}/playlists/{folder:str}/{name:str}",
}  # fmt: skip


def every_address(app: Litestar) -> list[str]:
    named = {f"{method} {path}" for method, path, _ in routes(app)}
    return sorted((named | set(SPECIAL)) - LEFT_OUT - COVERED)


def names_a_title(address: str) -> bool:
    return "<" in address or any(name in OF_TITLE for name, _ in PARAMETER.findall(address))


def filled(path: str, title: Title) -> str:
    def value(found: re.Match[str]) -> str:
        name, kind = found[1], found[2]
        known = {"number": "1", "lang": "en"}
        return str(getattr(title, OF_TITLE[name])) if name in OF_TITLE else known.get(name, NOTHING[kind])

    path = PARAMETER.sub(value, path)
    return (
        path.replace("<package>", str(title.package))
        .replace("<original>", str(title.original))
        .replace("<slug>", title.slug)
    )


def read_table() -> dict[str, list[str]]:
    lines = [
        line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    return {" ".join(words[: -len(ACTORS)]): words[-len(ACTORS) :] for words in lines}


def write_table(found: dict[str, list[str]]) -> None:
    lines = [
        f"{address:<80} {' '.join(f'{cell:<9}' for cell in cells)}".rstrip() for address, cells in sorted(found.items())
    ]
    TABLE.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


async def everyone(new_client: NewClient, pool: Pool) -> People:
    browsers = {"anonymous": new_client(), "voter": new_client(), "kiosk": await enter(new_client, pool, "kiosk")}
    async with pool.acquire() as db:
        company, award = await builders.a_company(db), await builders.an_award(db)
        accounts: dict[str, int] = {}
        for actor, role in SIGNED_IN:
            browsers[actor] = new_client()
            accounts[actor] = await builders.sign_in(browsers[actor], db, role, company if actor == "own" else None)
        await a_shortlist(db, accounts["juror"], await builders.a_series(db, released=False))
    ballot = await browsers["voter"].post(f"/api/awards/{award}/ballot", json={})
    browsers["voter"].headers["Ballot"] = ballot.json()["ballot"]
    return People(company, accounts["assigned"], browsers)


async def ask(browser: httpx.AsyncClient, address: str, title: Title, secret: bytes) -> httpx.Response:
    method, path = address.split(" ", 1)
    headers = {}
    if path.startswith("/api/screeners/<package>/files/"):
        path = screener_address(secret, browser, title.package, path.split("/files/")[1], time.time())
    elif path.startswith("/api/media-access <"):
        path, _, name = path.partition(" ")
        headers["X-Original-URI"] = filled(f"/media/{name}", title)
    return await browser.request(
        method, filled(path, title), json={} if method in ("POST", "PUT") else None, headers=headers
    )


def summed(address: str, given: dict[str, bool]) -> str:
    if not names_a_title(address):
        return "+" if any(given.values()) else "."
    letters = "".join(letter for state, letter in STATES.items() if given.get(state))
    return "*" if len(letters) == len(STATES) else letters or "."


def suspicious(answer: httpx.Response, address: str) -> str | None:
    """What tells more than it may: a refusal of an object that admits it is there, or a fault."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    code = answer.json()["code"] if answer.status_code in (401, 403) else ""
    return f"403 {code}" if names_a_title(address) and code and code not in REFUSALS else None


@pytest.mark.timeout(900)
async def test_everyone_is_given_what_the_table_says(
    app: Litestar, new_client: NewClient, pool: Pool, settings: Settings
) -> None:
    people = await everyone(new_client, pool)
    folder = Path(settings.storage_url.removeprefix("file://"))
    async with pool.acquire() as db:
        titles = [await a_title(db, folder, people, state) for state in STATES]
    found: dict[str, list[str]] = {}
    wrong: list[tuple[str, ...]] = []

    async with undone(app.state, pool) as held:
        for address in every_address(app):
            cells = []
            for actor in ACTORS:
                given = {}
                for title in titles if names_a_title(address) else titles[-1:]:
                    async with held.undone():
                        answer = await ask(people.browsers[actor], address, title, settings.key)
                    given[title.state] = answer.is_success
                    if (said := suspicious(answer, address)) is not None:
                        wrong.append((address, actor, title.state, said))
                cells.append(summed(address, given))
            found[address] = cells

    if os.environ.get("MATRIX") == "write":
        write_table(found)
    table = read_table()
    wrong += [(address, "is not in the table") for address in found.keys() - table.keys()]
    wrong += [(address, "is no address any more") for address in table.keys() - found.keys()]
    for address in found.keys() & table.keys():
        compared = zip(ACTORS, table[address], found[address], strict=True)
        wrong += [(address, actor, f"table {says}", f"given {now}") for actor, says, now in compared if says != now]
    assert sorted(wrong) == []


def test_table_gives_nothing_of_an_unreleased_title_to_those_who_have_no_part_in_it() -> None:
    """The table itself, whoever wrote it: outsiders get at most what is released, and only jurors get screeners."""
    table = {
        address: dict(zip(ACTORS, cells, strict=True))
        for address, cells in read_table().items()
        if names_a_title(address)
    }
    outside = {"anonymous", "voter", "kiosk", "other", "juror"}
    leaks = {
        (address, actor) for address, cells in table.items() for actor in outside if cells[actor] not in (".", "r")
    }
    media = [cells for address, cells in table.items() if "/media/" in address or "media-access" in address]

    assert {leak for leak in leaks if not leak[0].startswith("GET /s/")} == set()
    assert {cells["assigned"] for cells in media} <= {".", "r"}
    assert all(cells["organiser"] == "." for address, cells in table.items() if "/api/screeners/" in address)
    assert set(table["GET /originals/<original>"].values()) == {"."}
