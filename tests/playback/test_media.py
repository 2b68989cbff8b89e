"""Media files: released ones are everyone's and cacheable for ever, the others are for those who may."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
Asked = Callable[[httpx.AsyncClient, str], Awaitable[tuple[int, str | None]]]
IMMUTABLE = "public, max-age=31536000, immutable"
FILES = {"1/master.m3u8": b"#EXTM3U\n", "v360/000.m4s": b"segment", "posters/a.avif": b"picture"}


@dataclass
class Film:
    """A package with files on disk, and who has to do with it."""

    package: UUID
    series: int
    company: int

    @property
    def master(self) -> str:
        return f"/media/{self.package}/1/master.m3u8"


async def a_film(house: House, rows: Connection, *, released: bool) -> Film:
    company = await builders.a_company(rows)
    series = await builders.a_series(rows, company=company, released=released)
    package = await builders.a_package(rows, await builders.an_episode(rows, series))
    for name, content in FILES.items():
        path = house.folder / "media" / str(package) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Film(package, series, company)


@pytest.fixture
async def released(house: House, rows: Connection) -> Film:
    return await a_film(house, rows, released=True)


@pytest.fixture
async def hidden(house: House, rows: Connection) -> Film:
    return await a_film(house, rows, released=False)


@pytest.fixture
async def juror(house: House) -> httpx.AsyncClient:
    return await house.signed_in("juror")


async def assign(rows: Connection, browser: httpx.AsyncClient, film: Film) -> None:
    account = (await browser.get("/api/access/me")).json()["account"]["id"]
    shortlist = await rows.fetchval(
        "INSERT INTO shortlist (festival_id, name) VALUES ($1, $2) RETURNING id",
        await builders.a_festival(rows),
        builders.words("Shortlist"),
    )
    await rows.execute("INSERT INTO shortlist_series VALUES ($1, $2)", shortlist, film.series)
    await rows.execute("INSERT INTO assignment (shortlist_id, account_id) VALUES ($1, $2)", shortlist, account)


async def ask(browser: httpx.AsyncClient, path: str) -> tuple[int, str | None]:
    """The file itself: status and how long it may be kept, None for not at all."""
    answer = await browser.get(path)
    kept = answer.headers["cache-control"]
    return answer.status_code, None if kept == "no-store" else kept


async def ask_access(browser: httpx.AsyncClient, path: str) -> tuple[int, str | None]:
    """What a reverse proxy is told about the same file."""
    answer = await browser.get("/api/media-access", headers={"X-Original-URI": path})
    return {204: 200}.get(answer.status_code, answer.status_code), answer.headers.get("x-media-cache")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("1/master.m3u8", "application/vnd.apple.mpegurl"),
        ("v360/000.m4s", "video/iso.segment"),
        ("posters/a.avif", "image/avif"),
    ],
)
async def test_released_file_is_sent_to_everyone_as_it_is(house: House, released: Film, name: str, kind: str) -> None:
    answer = await house.browser().get(f"/media/{released.package}/{name}")

    shown = (answer.status_code, answer.content, answer.headers["content-type"], answer.headers["cache-control"])
    assert shown == (200, FILES[name], kind, IMMUTABLE)


async def test_head_of_a_released_file_has_its_size_and_no_body(house: House, released: Film) -> None:
    answer = await house.browser().head(released.master)

    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "8", b"")


@pytest.mark.parametrize("asked", [ask, ask_access])
async def test_released_file_may_be_kept_for_ever(house: House, released: Film, asked: Asked) -> None:
    assert await asked(house.browser(), released.master) == (200, IMMUTABLE)


@pytest.mark.parametrize("asked", [ask, ask_access])
async def test_unreleased_file_does_not_exist_for_nobody(house: House, hidden: Film, asked: Asked) -> None:
    assert await asked(house.browser(), hidden.master) == (404, None)


@pytest.mark.parametrize("asked", [ask, ask_access])
async def test_unreleased_file_does_not_exist_for_another_producer(house: House, hidden: Film, asked: Asked) -> None:
    assert await asked(await house.signed_in("producer"), hidden.master) == (404, None)


@pytest.mark.parametrize("asked", [ask, ask_access])
async def test_unreleased_file_does_not_exist_for_an_auditor(house: House, hidden: Film, asked: Asked) -> None:
    assert await asked(await house.signed_in("auditor"), hidden.master) == (404, None)


@pytest.mark.parametrize("asked", [ask, ask_access])
async def test_unreleased_file_does_not_exist_for_a_juror_of_another_list(
    rows: Connection, house: House, hidden: Film, juror: httpx.AsyncClient, asked: Asked
) -> None:
    await assign(rows, juror, await a_film(house, rows, released=False))

    assert await asked(juror, hidden.master) == (404, None)


@pytest.mark.parametrize("asked", [ask, ask_access])
async def test_unreleased_file_as_it_is_stored_does_not_exist_for_its_juror(
    rows: Connection, hidden: Film, juror: httpx.AsyncClient, asked: Asked
) -> None:
    await assign(rows, juror, hidden)

    assert await asked(juror, hidden.master) == (404, None)


@pytest.mark.parametrize("asked", [ask, ask_access])
async def test_unreleased_file_is_kept_nowhere_by_its_producer(house: House, hidden: Film, asked: Asked) -> None:
    assert await asked(await house.signed_in("producer", hidden.company), hidden.master) == (200, "private, no-store")


@pytest.mark.parametrize("asked", [ask, ask_access])
async def test_unreleased_file_is_kept_nowhere_by_an_organiser(house: House, hidden: Film, asked: Asked) -> None:
    assert await asked(await house.signed_in("organiser"), hidden.master) == (200, "private, no-store")


async def test_look_of_one_who_may_does_not_open_the_file_to_others(house: House, hidden: Film) -> None:
    await ask(await house.signed_in("organiser"), hidden.master)

    assert await ask(house.browser(), hidden.master) == (404, None)


async def test_release_opens_the_files_at_once(house: House, hidden: Film) -> None:
    await ask(house.browser(), hidden.master)
    await (await house.signed_in("organiser")).post(f"/api/desk/series/{hidden.series}/release?anyway=true")

    assert await ask(house.browser(), hidden.master) == (200, IMMUTABLE)


@pytest.mark.parametrize("asked", [ask, ask_access])
@pytest.mark.parametrize(
    "path",
    [
        "/media/{package}/../{package}/master.m3u8x",
        "/media/{package}/%2e%2e/{package}/master.m3u8",
        "/media/{package}/..%2f..%2fsecret.txt",
        "/media/{package}/v360/%2e%2e/master.m3u8",
        "/media/{package}/%2fetc%2fpasswd",
        "/media/%2fetc%2fpasswd",
        "/media/{package}/master.m3u8%00",
        "/media/{package}/master.m3u8%0a",
        "/media/{package}/poster.avif.part",
        "/media/{package}/package.json.bak",
        "/media/{package}/MASTER.M3U8",
        "/media/{package}",
        "/media/{package}/",
        "/media/",
        "/media/originals/{package}",
        "/media/00000000-0000-4000-8000-000000000000/master.m3u8",
    ],
)
async def test_path_of_nothing_published_is_not_found(house: House, released: Film, path: str, asked: Asked) -> None:
    (house.folder / "secret.txt").write_text("not for anyone")

    assert await asked(house.browser(), path.format(package=released.package)) == (404, None)


async def test_missing_file_of_a_released_package_is_not_found(house: House, released: Film) -> None:
    answer = await house.browser().get(f"/media/{released.package}/v360/999.m4s")

    assert code_of(answer) == (404, "not-found")


async def test_very_long_path_is_not_found(house: House, released: Film) -> None:
    answer = await house.browser().get(f"/media/{released.package}/{'a' * 5000}.m4s")

    assert code_of(answer) == (404, "not-found")


async def test_media_takes_no_other_method(house: House, released: Film) -> None:
    answer = await house.browser().put(released.master, content=b"mine")

    assert (answer.status_code, (house.folder / released.master[1:]).read_bytes()) == (405, FILES["1/master.m3u8"])


async def test_many_questions_at_the_same_moment_are_all_answered(house: House, hidden: Film) -> None:
    """More than there are connections to the database: none may wait for a second one while it holds a first."""
    organiser = await house.signed_in("organiser")

    async with asyncio.timeout(60):
        answers = await asyncio.gather(*(ask_access(organiser, hidden.master) for _ in range(60)))

    assert answers == [(200, "private, no-store")] * 60


async def test_question_about_no_file_at_all_is_refused(house: House) -> None:
    answer = await house.browser().get("/api/media-access")

    assert code_of(answer) == (400, "bad-request")
