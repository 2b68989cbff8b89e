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
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath, QueryParameter
from litestar.types import ASGIApp
from msgspec import Struct

from api import edge, errors, pages
from api.access.guards import PUBLIC, AnyRequest
from api.blur import blurred
from api.db import Connection
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
_CACHE: Final = "public, max-age=0, s-maxage=10"
_RIGHT_TO_LEFT: Final = frozenset({"fa", "ur"})

SECOND = Annotated[int | None, QueryParameter(name="t", ge=0, le=14_400, description="Second of the film to begin at")]
LANGUAGE = Annotated[str | None, QueryParameter(name="lang", max_length=20)]


class Opening(Struct, frozen=True, kw_only=True):
    """What the page's first script reads: enough to begin, and which segment (`brought`) stands in the page."""

    slug: str
    number: int
    base: str
    duration: float
    video: VideoTrack
    audio: list[AudioTrack]
    brought: int


class Wanted(Struct, frozen=True):
    slug: str
    number: int
    second: int
    lang: str


class Template:
    """The built page, and the policy that lets exactly its own inline script and style run."""

    def __init__(self, page: str) -> None:
        self.head, self.tail = page.split(_FIRST)
        found = _INLINE.findall(page)
        scripts, styles = ({_hash(text) for kind, text in found if kind == wanted} for wanted in ("script", "style"))
        policy = edge.CSP.replace("script-src 'self'", " ".join(["script-src 'self'", *sorted(scripts)]))
        self.policy = policy.replace("style-src 'self'", " ".join(["style-src 'self'", *sorted(styles)]))

    @classmethod
    def load(cls) -> "Template | None":
        """None where the pages were not built."""
        path = pages.DIST / PAGE
        return cls(path.read_text(encoding="utf-8")) if path.is_file() else None


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class OpeningPages:
    """Pages made lately, packed: a crowd that follows one link costs one page."""

    def __init__(self, template: Template | None) -> None:
        self.template = template
        self._made: dict[Wanted, tuple[float, bytes]] = {}

    def known(self, wanted: Wanted) -> bytes | None:
        until, page = self._made.get(wanted, (0.0, b""))
        return page if until > time.monotonic() else None

    def keep(self, wanted: Wanted, page: bytes) -> None:
        if len(self._made) >= _KEPT_PAGES:
            self._made.clear()
        self._made[wanted] = (time.monotonic() + _KEPT_SECONDS, page)


def language_of(asked: str | None, accepted: str) -> str:
    """The reader's first language as a primary tag; English where nothing was said."""
    first = asked or accepted.split(",")[0]
    found = re.match(r"[a-z]{2,3}", first.strip().lower())
    return found[0] if found else "en"


def fill(template: Template, item: FeedItem, feed: Feed, brought: tuple[int, bytes, bytes], lang: str) -> str:
    """The whole page. `brought` is the number of a segment, and its bytes of picture and of sound."""
    index, picture, sound = brought
    stream = item.stream
    opening = Opening(
        slug=item.series.slug,
        number=item.episode.number,
        base=stream.base,
        duration=stream.duration,
        video=stream.video[0],
        audio=stream.audio,
        brought=index if picture else -1,
    )
    blocks = [*_blocks("video", picture), *_blocks("audio", sound)] if picture else []
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
    brought = await _read_segment(storage, item, wanted.second)
    page = fill(template, item, feed, brought, wanted.lang)
    return await asyncio.to_thread(gzip.compress, page.encode(), 6)


async def _read_segment(storage: Storage, item: FeedItem, second: int) -> tuple[int, bytes, bytes]:
    """Number, picture and sound of the segment that holds this second; no bytes where the storage has none now."""
    stream = item.stream
    index = rules.segment_at(stream.video[0].segments, second)
    prefix = stream.base.removeprefix("/")
    try:
        picture = await storage.read(f"{prefix}{stream.video[0].name}/{index:03d}.m4s", _MOST)
        sound = await storage.read(f"{prefix}{stream.audio[0].name}/{index:03d}.m4s", _MOST) if stream.audio else b""
    except StorageError:
        return index, b"", b""
    return index, picture, sound


@route(
    "/s/{slug:str}/e/{number:int}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    guards=[PUBLIC],
    include_in_schema=False,
)
async def opening(
    request: AnyRequest,
    tx: Given[Connection],
    storage: Given[Storage],
    slug: FromPath[str],
    number: FromPath[int],
    second: SECOND = None,
    lang: LANGUAGE = None,
) -> Response[bytes] | ASGIApp:
    made: OpeningPages = request.app.state.openings
    wanted = Wanted(slug, number, second or 0, language_of(lang, request.headers.get("accept-language", "")))
    if made.template is None or not 1 <= number <= 999:  # noqa: PLR2004
        return pages.page("phone.html")
    page = made.known(wanted)
    if page is None:
        try:
            page = await make_page(tx, storage, made.template, wanted)
        except errors.NotFound:
            return pages.page("phone.html")
        made.keep(wanted, page)
    return _answer(page, made.template.policy, packed="gzip" in request.headers.get("accept-encoding", ""))


def _answer(page: bytes, policy: str, *, packed: bool) -> Response[bytes]:
    headers = {
        "Cache-Control": _CACHE,
        "Content-Security-Policy": policy,
        "Vary": "Accept-Encoding, Accept-Language",
        **({"Content-Encoding": "gzip"} if packed else {}),
    }
    body = page if packed else gzip.decompress(page)
    return Response(body, headers=headers, media_type="text/html")
