"""Outside of its rights a series is nowhere: in no list, at no address, at no link, on no screen in the hall."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec
import pytest

from api import errors, link_pages, opening
from api.access.schemas import Account, Company
from api.app import in_front
from api.catalog import service as catalog
from api.db import Connection
from api.link_html import Language
from api.playback import service as playback
from api.playback.grants import Grants
from api.settings import Settings
from tests import builders
from tests.house import House, opened_house

pytest_plugins = ("tests.housing",)
TICK, HOUR = timedelta(microseconds=1), timedelta(hours=1)
HEADER = "X-Viewer-Country"
NOBODYS = Grants(b"", b"", 0.0)
ENGLISH = Language(dir="ltr", digits="0123456789", episode="Episode {number}", episodes="Episodes")


class Film:
    """A released series with one episode, and its rights, as seconds from the clock of this transaction."""

    def __init__(self, db: Connection, series: int, package: UUID) -> None:
        self.db, self.series, self.package, self.slug = db, series, package, f"rights-{series}"

    @classmethod
    async def make(cls, db: Connection) -> "Film":
        series = await builders.a_series(db)
        film = cls(db, series, await builders.a_package(db, await builders.an_episode(db, series)))
        await db.execute("UPDATE series SET slug = $2 WHERE id = $1", series, film.slug)
        return film

    async def set_rights(self, begins: timedelta | None, ends: timedelta | None) -> None:
        await self.db.execute(
            "UPDATE series SET rights_from = now() + $2, rights_until = now() + $3 WHERE id = $1",
            self.series,
            begins,
            ends,
        )

    async def shown_in(self, country: str | None) -> dict[str, bool]:
        """Every way by which a viewer comes to a film, and whether it leads there."""
        db, slug = self.db, self.slug
        page = await catalog.festival_page(db, country)
        loop = await playback.loop(db, country)
        wanted = opening.Wanted(slug, 1, 0, "en", country)
        return {
            "list": any(card.slug == slug for section in page.sections for card in section.series),
            "screen in the hall": any(item.series.slug == slug for item in loop),
            "series page": await found(lambda: catalog.series_page(db, slug, country)),
            "feed": await found(lambda: playback.feed(db, slug, country, first=1, limit=1)),
            "stream": await found(lambda: playback.stream_of(db, self.package, None, country, NOBODYS)),
            "media": await found(lambda: playback.require_readable(db, self.package, None, country)),
            "link": await found(lambda: link_pages.page_of(db, slug, country, "en", ENGLISH)),
            "link to an episode": await found(lambda: opening.find(db, wanted)),
        }


async def found(asked: Callable[[], Awaitable[object]]) -> bool:
    try:
        await asked()
    except errors.NotFound:
        return False
    return True


@pytest.fixture
async def film(db: Connection) -> Film:
    return await Film.make(db)


@pytest.mark.parametrize(
    ("begins", "ends", "shown"),
    [
        (None, None, True),
        (TICK, None, False),
        (timedelta(0), None, True),
        (-TICK, TICK, True),
        (None, TICK, True),
        (None, timedelta(0), False),
        (-HOUR, -TICK, False),
    ],
)
async def test_rights_begin_with_their_moment_and_are_over_at_their_end(
    film: Film, begins: timedelta | None, ends: timedelta | None, shown: bool
) -> None:
    await film.set_rights(begins, ends)

    told = await film.shown_in(None)

    assert told == dict.fromkeys(told, shown)
    assert len(told) == 8


@pytest.mark.parametrize(
    ("rule", "country", "shown"),
    [
        ("everywhere", "US", True),
        ("everywhere", "", True),
        ("only", "KZ", True),
        ("only", "US", False),
        ("only", "", False),
        ("only", None, True),
        ("except", "KZ", False),
        ("except", "US", True),
        ("except", "", True),
        ("except", None, True),
    ],
)
async def test_countries_are_kept_to_where_the_house_can_tell_them_apart(
    film: Film, rule: str, country: str | None, shown: bool
) -> None:
    await film.db.execute(
        "UPDATE series SET rights_rule = $2, rights_countries = '{KZ,BY}' WHERE id = $1", film.series, rule
    )

    told = await film.shown_in(country)

    assert told == dict.fromkeys(told, shown)


@pytest.mark.parametrize("role", ["organiser", "producer"])
async def test_those_who_work_with_a_series_watch_it_outside_of_its_rights(film: Film, role: str) -> None:
    await film.set_rights(HOUR, None)
    company = await film.db.fetchval("SELECT company_id FROM series WHERE id = $1", film.series)
    account = msgspec.convert(
        {"id": 1, "email": "a@b.example", "name": "A", "role": role, "company": Company(id=company, name="C")}, Account
    )

    assert await playback.require_readable(film.db, film.package, account, None) == 0


@pytest.mark.parametrize(
    ("ends", "keep"), [(HOUR, HOUR), (timedelta(days=9), timedelta(days=2)), (None, timedelta(days=2))]
)
async def test_no_phone_keeps_a_film_for_longer_than_its_rights_last(
    film: Film, ends: timedelta | None, keep: timedelta
) -> None:
    await film.set_rights(None, ends)
    await film.db.execute("UPDATE series SET keep_until = now() + $2 WHERE id = $1", film.series, timedelta(days=2))

    page = await catalog.series_page(film.db, film.slug, None)

    assert page.keep_until == await film.db.fetchval("SELECT now() + $1::interval", keep)


# A house whose proxy says the viewer's country


@pytest.fixture(scope="module")
async def house(house_settings: Settings) -> AsyncGenerator[House, None]:
    proxies = (ip_network("127.0.0.0/8"),)
    async with opened_house(
        msgspec.structs.replace(house_settings, country_header=HEADER, trusted_proxies=proxies)
    ) as opened:
        yield opened


@pytest.fixture
async def local(house: House, rows: Connection) -> Film:
    """Only for Kazakhstan, with a file on disk."""
    film = await Film.make(rows)
    await rows.execute("UPDATE series SET rights_rule = 'only', rights_countries = '{KZ}' WHERE id = $1", film.series)
    path = house.folder / "media" / str(film.package) / "1" / "master.m3u8"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"#EXTM3U\n")
    return film


async def ask(browser: httpx.AsyncClient, path: str, *countries: str) -> httpx.Response:
    return await browser.get(path, headers=[(HEADER, country) for country in countries])


@pytest.mark.parametrize(
    ("countries", "status"),
    [(("KZ",), 200), (("kz",), 200), (("US",), 404), ((), 404), (("KZ", "US"), 404), (("T1",), 404)],
)
async def test_one_country_is_believed_and_nothing_else(
    house: House, local: Film, countries: tuple[str, ...], status: int
) -> None:
    visitor = house.browser()
    media = f"/media/{local.package}/1/master.m3u8"

    answers = [
        await ask(visitor, path, *countries)
        for path in (
            f"/api/series/{local.slug}",
            f"/api/series/{local.slug}/credits",
            f"/api/feed?series={local.slug}",
            f"/api/streams/{local.package}",
            media,
        )
    ]
    access = await visitor.get(
        "/api/media-access", headers=[("X-Original-URI", media), *((HEADER, each) for each in countries)]
    )

    assert [answer.status_code for answer in answers] == [status] * 5
    assert access.status_code == (204 if status == 200 else 404)


async def test_what_depends_on_the_country_is_kept_by_no_shared_cache(house: House, local: Film) -> None:
    visitor = house.browser()
    media = f"/media/{local.package}/1/master.m3u8"

    there = await ask(visitor, media, "KZ")
    elsewhere = await ask(visitor, media, "US")

    assert (there.status_code, there.headers["cache-control"]) == (200, "private, no-store")
    assert elsewhere.status_code == 404


async def test_a_country_said_by_a_stranger_is_not_believed(house: House, local: Film) -> None:
    edge = cast("Any", in_front(house.app, house.settings))
    transport = httpx.ASGITransport(app=edge, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url=house.settings.public_url) as stranger:
        answer = await ask(stranger, f"/api/series/{local.slug}", "KZ")

    assert answer.status_code == 404


async def test_caches_are_told_how_long_the_rights_last(house: House, rows: Connection) -> None:
    film = await Film.make(rows)
    await film.set_rights(None, timedelta(seconds=90))
    path = f"/media/{film.package}/1/master.m3u8"

    answer = await house.browser().get("/api/media-access", headers={"X-Original-URI": path})

    seconds = int(answer.headers["x-media-cache"].removeprefix("public, max-age=").removesuffix(", immutable"))
    assert 0 < seconds <= 90
