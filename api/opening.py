"""The page of an episode, with its film in it: what the first picture needs comes with the page, all else after it.

`web/film.html`, as built, holds a small script that plays what stands in the page, and the rest of the page in a
template. Here the episode is put in: the descriptor of its start rung, the bytes of the segment it begins with in
blocks that are played as they arrive, and behind them the feed, so that the page does not ask for it. Link preview and
a first screen for readers without scripts are those of api/link_pages.py. The answer is the same for all viewers of an
address in a language.
"""

import asyncio
import base64
import gzip
import html
import re
import time
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
import structlog
from litestar import route
from litestar.enums import HttpMethod, ScopeType
from litestar.params import FromPath
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Struct

from api import edge, errors, pages
from api.access.guards import PUBLIC, AnyRequest
from api.blur import blurred
from api.catalog import service as catalog
from api.catalog.schemas import Festival, SeriesPage
from api.db import GONE, Connection, Pool
from api.given import Given
from api.link_html import Language, Paint, Shell, body_of, digest, head_of
from api.link_pages import Front, episode_page, festival_of
from api.playback import rules, service
from api.playback.schemas import Feed, FeedItem
from api.words import choose_offered, pick
from transcoder.contract import AudioTrack, VideoTrack
from transcoder.storage import Storage, StorageError

log = structlog.get_logger("links")
PAGE: Final = "film.html"
_FIRST, _REST, _CALL = "<!--first-->", "<!--rest-->", "<script>block()</script>"
_INLINE: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
#: Bytes of film in one block of the page: the picture is there before the whole segment is.
_BLOCK: Final = 9_000
#: Larger ones are fetched by their own address.
_MOST: Final = 300_000
_FEED: Final = 5
_KEPT_SECONDS: Final = 5.0
_KEPT_PAGES: Final = 200
_LAST: Final = 999
_SECOND: Final = re.compile(r"[0-9]{1,5}")
_CACHE: Final = "public, max-age=0, s-maxage=10"
#: Where countries are told apart, what is shown depends on the viewer.
_OWN: Final = "private, max-age=0"


class Opening(Struct, frozen=True, kw_only=True):
    """What the page's first script reads: enough to begin, and which segments of picture and of the first sound stand
    in the page; -1 for none."""

    slug: str
    number: int
    base: str
    duration: float
    video: VideoTrack
    audio: list[AudioTrack]
    brought: int
    brought_sound: int


class Brought(Struct, frozen=True, kw_only=True):
    """A segment that the page brings: its number, and its bytes, which may be none."""

    index: int
    data: bytes

    @property
    def number(self) -> int:
        return self.index if self.data else -1


class Wanted(Struct, frozen=True):
    slug: str
    number: int
    second: int
    lang: str
    country: str | None = None

    @classmethod
    def of(cls, slug: str, number: int, query: Mapping[str, str], lang: str, country: str | None = None) -> "Wanted":
        """`?t=43` is the second to begin at; what cannot be read is as if it were not there."""
        said = query.get("t", "")
        second = int(said) if _SECOND.fullmatch(said) else 0
        return cls(slug, number, second, lang, country)


class Found(Struct, frozen=True, kw_only=True):
    """What the database says of an episode: it is the first of the feed."""

    festival: Festival
    series: SeriesPage
    feed: Feed


async def find(db: Connection, wanted: Wanted) -> Found:
    """NotFound where there is no such episode."""
    festival = await catalog.festival(db)
    series = await catalog.series_page(db, wanted.slug, wanted.country)
    feed = await service.feed(db, wanted.slug, wanted.country, first=wanted.number, limit=_FEED)
    if not feed.items or feed.items[0].episode.number != wanted.number:
        raise errors.NotFound
    return Found(festival=festival, series=series, feed=feed)


class Template(Struct, frozen=True):
    """The built page, and the policy that lets exactly its own inline script and styles run."""

    shell: Shell
    policy: str

    @classmethod
    def of(cls, page: str) -> "Template | None":
        """None for a page that was built in another form."""
        shell = Shell.cut(page, _FIRST)
        found = _INLINE.findall(page)
        scripts, styles = ({digest(text) for kind, text in found if kind == wanted} for wanted in ("script", "style"))
        policy = edge.CSP.replace("script-src 'self'", " ".join(["script-src 'self'", *sorted(scripts)]))
        policy = policy.replace("style-src 'self'", " ".join(["style-src 'self'", *sorted(styles)]))
        return None if shell is None else cls(shell, policy)

    @classmethod
    def load(cls) -> "Template | None":
        """None where the pages were not built."""
        path = pages.DIST / PAGE
        return cls.of(path.read_text(encoding="utf-8")) if path.is_file() else None


class Made(Struct, frozen=True):
    """A page, packed by gzip, and the policy it goes with."""

    body: bytes
    policy: str


class OpeningPages:
    """Pages made lately, packed: a crowd that follows one link costs one page."""

    def __init__(self, template: Template, languages: Mapping[str, Language], public_url: str) -> None:
        self.policy = template.policy
        self.languages = languages
        self._template = template
        self._public_url = public_url
        self._made: dict[Wanted, tuple[float, Made]] = {}
        self._offered: tuple[float, list[str]] = (0.0, [])

    @classmethod
    def load(cls, front: Front | None, public_url: str) -> "OpeningPages | None":
        """None where the pages were not built."""
        template = Template.load()
        return None if template is None or front is None else cls(template, front.languages, public_url)

    async def lang(self, pool: Pool, asked: str | None, accepted: str) -> str:
        """Of the languages the festival offers, as it said in the last seconds."""
        until, offered = self._offered
        if until <= time.monotonic():
            async with pool.acquire() as db:
                festival = await festival_of(db)
            offered = [] if festival is None else festival.offered
            self._offered = (time.monotonic() + _KEPT_SECONDS, offered)
        return choose_offered(asked, accepted, self.languages, offered)

    async def page(self, pool: Pool, storage: Storage, wanted: Wanted) -> Made:
        """NotFound where there is no such episode."""
        if not 1 <= wanted.number <= _LAST:
            raise errors.NotFound
        page = self.known(wanted)
        if page is None:
            async with pool.acquire() as db:
                found = await find(db, wanted)
            page = await self._make(storage, wanted, found)
            self.keep(wanted, page)
        return page

    async def _make(self, storage: Storage, wanted: Wanted, found: Found) -> Made:
        """Without a connection: storage may be far away."""
        item, language = found.feed.items[0], self.languages[wanted.lang]
        stream = item.stream
        picture = await _read(storage, stream.base, stream.video[0], wanted.second)
        sound = await _read(storage, stream.base, stream.audio[0], wanted.second) if stream.audio else _NOTHING
        link = episode_page(found.series, item, wanted.lang, language)
        head = head_of(link, wanted.lang, site=pick(found.festival.name, wanted.lang), public_url=self._public_url)
        first, rest = first_of(item, wanted.lang), _data("feed", found.feed) + body_of(link, eager=False)
        paint = Paint.of(found.festival.theme.shades)
        body = first + _data("opening", opening_of(item, picture, sound))
        page = self._template.shell.write(
            wanted.lang, language, head + paint.head, body, offered=found.festival.offered
        )
        blocks = [*_blocks("video", picture.data), *_blocks("audio", sound.data)]
        page = page.replace(_CALL, _CALL.join([*blocks, ""]), 1).replace(_REST, rest)
        packed = await asyncio.to_thread(gzip.compress, page.encode(), 6)
        return Made(packed, paint.allowed_by(self.policy))

    def known(self, wanted: Wanted) -> Made | None:
        until, page = self._made.get(wanted, (0.0, None))
        return page if until > time.monotonic() else None

    def keep(self, wanted: Wanted, page: Made) -> None:
        if len(self._made) >= _KEPT_PAGES:
            self._made.clear()
        self._made[wanted] = (time.monotonic() + _KEPT_SECONDS, page)


_NOTHING: Final = Brought(index=0, data=b"")


def opening_of(item: FeedItem, picture: Brought, sound: Brought) -> Opening:
    stream = item.stream
    return Opening(
        slug=item.series.slug,
        number=item.episode.number,
        base=stream.base,
        duration=stream.duration,
        video=stream.video[0],
        audio=stream.audio,
        brought=picture.number,
        brought_sound=sound.number,
    )


def first_of(item: FeedItem, lang: str) -> str:
    """What is seen before the first picture."""
    title = html.escape(pick(item.series.title, lang))
    episode = html.escape(pick(item.episode.title, lang) or str(item.episode.number))
    return (
        f'<div id="first"><img src="{blurred(item.stream.thumbhash)}" alt="">'
        "<video playsinline muted disablepictureinpicture></video>"
        f'<div class="over"><h1>{title}</h1><p>{episode}</p></div></div>'
    )


def _blocks(name: str, data: bytes) -> Iterator[str]:
    size = _BLOCK - _BLOCK % 3
    for start in range(0, len(data), size):
        last = " data-last" if start + size >= len(data) else ""
        text = base64.b64encode(data[start : start + size]).decode()
        yield f'<script type="text/plain" data-of="{name}"{last}>{text}</script>'


def _data(name: str, value: object) -> str:
    """JSON that cannot end the element it stands in."""
    text = msgspec.json.encode(value).decode().replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


async def _read(storage: Storage, base: str, track: VideoTrack | AudioTrack, second: int) -> Brought:
    """The segment that holds this second; no bytes where the storage has none now."""
    index = rules.segment_at(track.segments, second)
    try:
        data = await storage.read(f"{base.removeprefix('/')}{track.name}/{index:03d}.m4s", _MOST)
    except StorageError:
        data = b""
    return Brought(index=index, data=data)


@route(
    "/s/{slug:str}/e/{number:int}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    guards=[PUBLIC],
    include_in_schema=False,
)
async def opening(
    request: AnyRequest,
    storage: Given[Storage],
    country: Given[str | None],
    slug: FromPath[str],
    number: FromPath[int],
) -> ASGIApp:
    """The phone page says whatever there is to be said of an episode that is not here."""
    state = request.app.state
    openings: OpeningPages | None = state.openings
    if openings is None:
        return pages.page("phone.html")
    accepted = request.headers.get("accept-language", "")
    try:
        lang = await openings.lang(state.pool, request.query_params.get("lang"), accepted)
        wanted = Wanted.of(slug, number, request.query_params, lang, country)
        page = await openings.page(state.pool, storage, wanted)
    except errors.NotFound:
        return pages.page("phone.html", status=404)
    except GONE as error:
        log.warning("no film in its page without the database", error=type(error).__name__)
        return pages.page("phone.html")
    packed = "gzip" in request.headers.get("accept-encoding", "")
    return _answer(page, lang, cache=_CACHE if country is None else _OWN, packed=packed)


def _answer(page: Made, lang: str, *, cache: str, packed: bool) -> ASGIApp:
    body = page.body if packed else gzip.decompress(page.body)
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": lang,
        "Content-Length": str(len(body)),
        "Cache-Control": cache,
        "Content-Security-Policy": page.policy,
        "Vary": "Accept-Encoding, Accept-Language",
        **({"Content-Encoding": "gzip"} if packed else {}),
    }
    lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def send_page(scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        only_head = scope["type"] == ScopeType.HTTP and scope["method"] == "HEAD"
        await send({"type": "http.response.body", "body": b"" if only_head else body, "more_body": False})

    return send_page
