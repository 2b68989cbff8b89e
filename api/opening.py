"""The page of an episode, with its film in it: what the first picture needs comes with the page, all else after it.

`web/film.html`, as built, holds a small script that plays what stands in the page, and the rest of the page in a
template. Here the episode is put in: the descriptor of its start rung, the bytes of the segment it begins with in
blocks that are played as they arrive, and behind them the feed, so that the page does not ask for it. The answer is the
same for all viewers of an address in a language.
"""

import asyncio
import base64
import gzip
import hashlib
import html
import re
import time
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from litestar import route
from litestar.enums import HttpMethod, ScopeType
from litestar.params import FromPath
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Struct

from api import edge, errors, pages
from api.access.guards import PUBLIC, AnyRequest
from api.blur import blurred
from api.db import Connection, Pool
from api.given import Given
from api.playback import rules, service
from api.playback.schemas import Feed, FeedItem
from transcoder.contract import AudioTrack, VideoTrack
from transcoder.storage import Storage, StorageError

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
_RIGHT_TO_LEFT: Final = frozenset({"fa", "ur"})


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

    @classmethod
    def of(cls, slug: str, number: int, query: Mapping[str, str], accepted: str) -> "Wanted":
        """`?t=43` is the second to begin at, `?lang=` the language; what cannot be read is as if it were not there."""
        said = query.get("t", "")
        second = int(said) if _SECOND.fullmatch(said) else 0
        return cls(slug, number, second, language_of(query.get("lang"), accepted))


class Template:
    """The built page, and the policy that lets exactly its own inline script and style run."""

    def __init__(self, page: str) -> None:
        self.head, self.tail = page.split(_FIRST)
        found = _INLINE.findall(page)
        scripts, styles = ({digest(text) for kind, text in found if kind == wanted} for wanted in ("script", "style"))
        policy = edge.CSP.replace("script-src 'self'", " ".join(["script-src 'self'", *sorted(scripts)]))
        self.policy = policy.replace("style-src 'self'", " ".join(["style-src 'self'", *sorted(styles)]))

    @classmethod
    def load(cls) -> "Template | None":
        """None where the pages were not built."""
        path = pages.DIST / PAGE
        return cls(path.read_text(encoding="utf-8")) if path.is_file() else None


def digest(text: str) -> str:
    """As a policy names an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class OpeningPages:
    """Pages made lately, packed: a crowd that follows one link costs one page."""

    def __init__(self, template: Template | None) -> None:
        self._template = template
        self._made: dict[Wanted, tuple[float, bytes]] = {}

    async def page(self, pool: Pool, storage: Storage, wanted: Wanted) -> tuple[bytes, str]:
        """The page packed by gzip, and its policy; NotFound where there is no such episode, or no built page."""
        if self._template is None or not 1 <= wanted.number <= _LAST:
            raise errors.NotFound
        page = self.known(wanted)
        if page is None:
            async with pool.acquire() as db:
                page = await make_page(db, storage, self._template, wanted)
            self.keep(wanted, page)
        return page, self._template.policy

    def known(self, wanted: Wanted) -> bytes | None:
        until, page = self._made.get(wanted, (0.0, b""))
        return page if until > time.monotonic() else None

    def keep(self, wanted: Wanted, page: bytes) -> None:
        if len(self._made) >= _KEPT_PAGES:
            self._made.clear()
        self._made[wanted] = (time.monotonic() + _KEPT_SECONDS, page)


_NOTHING: Final = Brought(index=0, data=b"")


def language_of(asked: str | None, accepted: str) -> str:
    """The reader's first language as a primary tag; English where nothing was said."""
    first = asked or accepted.split(",", maxsplit=1)[0]
    found = re.match(r"[a-z]{2,3}", first.strip().lower())
    return found[0] if found else "en"


def fill(template: Template, item: FeedItem, feed: Feed, picture: Brought, sound: Brought, lang: str) -> str:
    """The whole page."""
    stream = item.stream
    opening = Opening(
        slug=item.series.slug,
        number=item.episode.number,
        base=stream.base,
        duration=stream.duration,
        video=stream.video[0],
        audio=stream.audio,
        brought=picture.number,
        brought_sound=sound.number,
    )
    blocks = [*_blocks("video", picture.data), *_blocks("audio", sound.data)]
    title = html.escape(rules.pick(item.series.title, lang))
    episode = html.escape(rules.pick(item.episode.title, lang) or str(item.episode.number))
    direction = "rtl" if lang in _RIGHT_TO_LEFT else "ltr"
    head = template.head.replace("<title>Tallscreen</title>", f"<title>{title} · {episode}</title>")
    head = head.replace('<html lang="en" dir="ltr"', f'<html lang="{lang}" dir="{direction}"')
    first = (
        f'<div id="first"><img src="{blurred(stream.thumbhash)}" alt="">'
        f'<noscript><img src="{html.escape(stream.poster.jpg)}" alt=""></noscript>'
        "<video playsinline muted disablepictureinpicture></video>"
        f'<div class="over"><h1>{title}</h1><p>{episode}</p></div></div>'
        f"{_data('opening', opening)}"
    )
    tail = template.tail.replace(_CALL, _CALL.join([*blocks, ""]), 1)
    return head + first + tail.replace(_REST, _data("feed", feed))


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


async def make_page(db: Connection, storage: Storage, template: Template, wanted: Wanted) -> bytes:
    """Packed by gzip; NotFound where there is no such episode."""
    feed = await service.feed(db, wanted.slug, first=wanted.number, limit=_FEED)
    if not feed.items or feed.items[0].episode.number != wanted.number:
        raise errors.NotFound
    item = feed.items[0]
    stream = item.stream
    picture = await _read(storage, stream.base, stream.video[0], wanted.second)
    sound = await _read(storage, stream.base, stream.audio[0], wanted.second) if stream.audio else _NOTHING
    page = fill(template, item, feed, picture, sound, wanted.lang)
    return await asyncio.to_thread(gzip.compress, page.encode(), 6)


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
async def opening(request: AnyRequest, storage: Given[Storage], slug: FromPath[str], number: FromPath[int]) -> ASGIApp:
    """Whatever there is to be said of an episode that is not here, the phone page says."""
    openings: OpeningPages = request.app.state.openings
    wanted = Wanted.of(slug, number, request.query_params, request.headers.get("accept-language", ""))
    try:
        page, policy = await openings.page(request.app.state.pool, storage, wanted)
    except errors.NotFound:
        return pages.page("phone.html")
    return _answer(page, policy, packed="gzip" in request.headers.get("accept-encoding", ""))


def _answer(page: bytes, policy: str, *, packed: bool) -> ASGIApp:
    body = page if packed else gzip.decompress(page)
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": _CACHE,
        "Content-Security-Policy": policy,
        "Vary": "Accept-Encoding, Accept-Language",
        **({"Content-Encoding": "gzip"} if packed else {}),
    }
    lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def send_page(scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        only_head = scope["type"] == ScopeType.HTTP and scope["method"] == "HEAD"
        await send({"type": "http.response.body", "body": b"" if only_head else body, "more_body": False})

    return send_page
