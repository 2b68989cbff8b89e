"""The phone page as the receiver of a link gets it: what is released, in the reader's language, before any script.

The page of an episode brings its film with it: api/opening.py.
"""

import hashlib
import re
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

import msgspec
import structlog
from litestar.types import HTTPScope, Send
from msgspec import Struct

from api import edge, errors
from api.access.callers import country_of
from api.catalog import service as catalog
from api.catalog.schemas import Festival, FestivalPage, SeriesPage
from api.db import GONE, Connection, Pool
from api.link_html import Group, Language, LinkPage, Paint, Row, Shell, body_of, head_of, shorten
from api.playback.schemas import FeedItem
from api.settings import Settings
from api.words import choose_offered, pick

log = structlog.get_logger("links")
_ADDRESS: Final = re.compile(r"/(?:s/(?P<slug>[a-z0-9-]{1,80})/?)?")
#: Browsers ask each time, a proxy or CDN in front keeps it for a moment.
CACHE: Final = b"public, max-age=0, s-maxage=30, stale-while-revalidate=60"
#: Where countries are told apart, pages differ by viewer.
OWN: Final = b"private, max-age=0"


class Front(Struct, frozen=True):
    """The built phone page and the languages it speaks."""

    shell: Shell
    languages: dict[str, Language]

    @classmethod
    def read(cls, dist: Path) -> "Front | None":
        """None where the pages were not built, or not by this version."""
        page, words = dist / "phone.html", dist / "first-words.json"
        if not page.is_file() or not words.is_file():
            return None
        shell = Shell.cut(page.read_text(encoding="utf-8"))
        languages = msgspec.json.decode(words.read_bytes(), type=dict[str, Language])
        return None if shell is None or "en" not in languages else cls(shell, languages)


async def answer(front: Front, pool: Pool, settings: Settings, scope: HTTPScope, send: Send) -> bool:
    """Send the page of this address; False where it has none of its own and the plain page is to be sent.

    NotFound for a series nobody may see yet, exactly as for one that never was.
    """
    found = _ADDRESS.fullmatch(scope["path"])
    if found is None:
        return False
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [None])[0]
    given = dict(scope["headers"])
    country = country_of(scope, header=settings.country_header, trusted=settings.trusted_proxies)
    accepted = given.get(b"accept-language", b"").decode("latin-1")
    try:
        async with pool.acquire() as db:
            festival = await festival_of(db)
            if festival is None:
                return False
            lang = choose_offered(asked, accepted, front.languages, festival.offered)
            page = await page_of(db, found["slug"], country, lang, front.languages[lang])
    except GONE as error:
        log.warning("no first screen without the database", error=type(error).__name__)
        return False
    site = pick(festival.name, lang)
    head = head_of(page, lang, site=site, public_url=settings.public_url)
    paint = Paint.of(festival.theme.shades)
    html = front.shell.write(lang, front.languages[lang], head + paint.head, body_of(page), festival.offered)
    answer = Answer(html.encode(), lang, CACHE if country is None else OWN, paint.allowed_by(edge.CSP))
    await _send(answer, given.get(b"if-none-match"), scope["method"], send)
    return True


async def festival_of(db: Connection) -> Festival | None:
    try:
        return await catalog.festival(db)
    except errors.NotFound:
        return None


async def page_of(db: Connection, slug: str | None, country: str | None, lang: str, language: Language) -> LinkPage:
    if slug is None:
        return festival_page(await catalog.festival_page(db, country), lang)
    return series_page(await catalog.series_page(db, slug, country), lang, language)


def festival_page(festival: FestivalPage, lang: str) -> LinkPage:
    name = pick(festival.name, lang)
    cards = [card for section in festival.sections for card in section.series]
    groups = [
        Group(
            heading=pick(section.name, lang),
            rows=[
                Row(path=f"/s/{card.slug}", text=pick(card.title, lang), note=card.country, still=card.poster)
                for card in section.series
            ],
        )
        for section in festival.sections
    ]
    titles = " · ".join(pick(card.title, lang) for card in cards)
    still = next((card.poster for card in cards if card.poster), None)
    return LinkPage(
        path="/",
        kind="website",
        title=name,
        description=shorten(titles),
        heading=name,
        groups=groups,
        # On the screen the posters stand in the lists; the preview shows the first.
        still=still,
    )


def series_page(series: SeriesPage, lang: str, language: Language) -> LinkPage:
    title = pick(series.title, lang)
    return LinkPage(
        path=f"/s/{series.slug}",
        kind="video.tv_show",
        title=title,
        description=described(series, lang),
        heading=title,
        under=" · ".join(filter(None, (series.rating, pick(series.genre, lang), pick(series.notes, lang)))),
        text=pick(series.synopsis, lang),
        still=series.poster,
        groups=[episodes_of(series, lang, language)],
    )


def episode_page(series: SeriesPage, item: FeedItem, lang: str, language: Language) -> LinkPage:
    number = item.episode.number
    named = language.episode_named(number)
    title = pick(series.title, lang)
    return LinkPage(
        path=f"/s/{series.slug}/e/{number}",
        kind="video.episode",
        title=f"{title} · {named}",
        description=described(series, lang),
        heading=title,
        under=" · ".join(filter(None, (named, pick(item.episode.title, lang)))),
        text=pick(series.synopsis, lang),
        still=item.stream.poster,
        film=item.stream.master,
        groups=[episodes_of(series, lang, language)],
    )


def described(series: SeriesPage, lang: str) -> str:
    return shorten(pick(series.synopsis, lang) or pick(series.genre, lang) or pick(series.section.name, lang))


def episodes_of(series: SeriesPage, lang: str, language: Language) -> Group:
    rows = [
        Row(
            path=f"/s/{series.slug}/e/{cell.number}",
            text=" · ".join(filter(None, (language.episode_named(cell.number), pick(cell.title, lang)))),
            note=language.clock(cell.duration_ms),
        )
        for cell in series.episodes
    ]
    return Group(heading=language.episodes, rows=rows)


class Answer(Struct, frozen=True):
    body: bytes
    lang: str
    cache: bytes
    policy: str


async def _send(answer: Answer, known: bytes | None, method: str, send: Send) -> None:
    body = answer.body
    tag = b'W/"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
    fresh = known is not None and tag in (each.strip() for each in known.split(b","))
    headers = [
        (b"cache-control", answer.cache),
        (b"vary", b"Accept-Language"),
        (b"etag", tag),
        (b"content-language", answer.lang.encode()),
        (b"content-security-policy", answer.policy.encode()),
    ]
    if not fresh:
        headers += [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 304 if fresh else 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if fresh or method == "HEAD" else body, "more_body": False})
