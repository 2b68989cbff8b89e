"""A phone of a bench: Chromium on a narrow link with a slow processor, and what it presented and loaded."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from playwright.async_api import Browser, CDPSession, Page, ViewportSize

_WATCH: Final = (Path(__file__).parent / "pages" / "watch.js").read_text(encoding="utf-8")
_SCREEN: Final[ViewportSize] = {"width": 412, "height": 915}
_FILM: Final = """(() => {
  const video = document.querySelector("[data-testid=film]");
  const { base } = document.querySelector("[data-testid=player]").dataset;
  const { played } = video;
  return { base, played: Array.from({ length: played.length }, (_, n) => [played.start(n), played.end(n)]) };
})()"""
_FILMS: Final = """({
  frames: bench.frames.slice(-3),
  films: [...document.querySelectorAll("video")].map(({ paused, readyState, networkState, currentTime, error }) =>
    ({ paused, readyState, networkState, currentTime, error: error?.message })),
})"""
_PATIENCE: Final = 60.0
#: Longer than a film of the bench.
_FILM_PATIENCE: Final = 300.0
#: Of a flick, from the finger's first move to the moment it is lifted.
_FLICK_SECONDS: Final = 0.12
_FLICK_STEPS: Final = 4


class Link(Struct, frozen=True, kw_only=True):
    """What Chromium's own throttle is told: `latency` ms for each request, bytes per second."""

    name: str
    latency: int
    down: int
    up: int


SLOW: Final = Link(name="Slow 4G", latency=150, down=200_000, up=93_750)
FAST: Final = Link(name="Fast 4G", latency=60, down=1_125_000, up=187_500)


class Fetched(Struct):
    """One answer: its address, and the bytes that came over the wire; of one that still comes, as they are unpacked."""

    url: str
    bytes: int = 0


class Phone:
    """One page in one fresh context."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page, self._session = page, session
        self.fetched: dict[str, Fetched] = {}

    async def prepare(self, link: Link, processor: float) -> None:
        await self.page.add_init_script(_WATCH)
        await self._session.send("Network.enable")
        self._session.on("Network.requestWillBeSent", self._asked)
        self._session.on("Network.dataReceived", self._received)
        self._session.on("Network.loadingFinished", self._finished)
        conditions = {"offline": False, "latency": link.latency, "downloadThroughput": link.down}
        await self._session.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": link.up})
        await self._session.send("Emulation.setCPUThrottlingRate", {"rate": processor})

    def _asked(self, event: Any) -> None:
        self.fetched[event["requestId"]] = Fetched(event["request"]["url"])

    def _received(self, event: Any) -> None:
        known = self.fetched.get(event["requestId"])
        if known is not None:
            known.bytes += event["dataLength"]

    def _finished(self, event: Any) -> None:
        known = self.fetched.get(event["requestId"])
        if known is not None and known.url.startswith("http"):
            known.bytes = int(event["encodedDataLength"])

    @property
    def bytes(self) -> int:
        return sum(each.bytes for each in self.fetched.values())

    async def until_first_frame(self, url: str) -> tuple[float, int]:
        """Milliseconds from the navigation to the first presented frame, and the bytes that had come by then."""
        await self.page.goto(url, wait_until="commit")
        moment = await self._frame("() => true")
        return moment, self.bytes

    async def swipe(self) -> float:
        """Milliseconds from the lifted finger to the first presented frame of the next film."""
        middle, low, high = _SCREEN["width"] / 2, _SCREEN["height"] * 0.7, _SCREEN["height"] * 0.3
        before = await self.page.evaluate("bench.frames.at(-1)[0]")
        mouse = self.page.mouse
        await mouse.move(middle, low)
        await mouse.down()
        for step in range(1, _FLICK_STEPS + 1):
            await mouse.move(middle, low + (high - low) * step / _FLICK_STEPS)
            await asyncio.sleep(_FLICK_SECONDS / _FLICK_STEPS)
        await mouse.up()
        moment = await self._frame(f"([kind, at]) => kind !== {before} && at > bench.lifted")
        return moment - float(await self.page.evaluate("bench.lifted"))

    async def _frame(self, fits: str) -> float:
        """When the first presented frame was that fits, in milliseconds of the page's clock."""
        try:
            return float(await asyncio.wait_for(self.page.evaluate(f"bench.frame({fits})"), _PATIENCE))
        except TimeoutError:
            state = await self._state()
            raise TimeoutError(f"no such frame within {_PATIENCE:g} s on {self.page.url}: {state}") from None

    async def _state(self) -> str:
        """What a page that presents nothing was doing: its last frames, its films and what it asked for last."""
        films = await self.page.evaluate(_FILMS)
        asked = [each.url for each in list(self.fetched.values())[-6:]]
        return f"frames {films['frames']}, films {films['films']}, asked for last {asked}"

    async def base(self) -> str:
        """The address of the package that plays."""
        return str(await self.page.evaluate(_FILM + ".base"))

    async def until_next(self) -> str:
        """Waits until the page has gone on by itself; the address of the package that has ended."""
        ended = await self.base()
        async with asyncio.timeout(_FILM_PATIENCE):
            while await self.base() == ended:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return ended

    async def played(self) -> list[tuple[float, float]]:
        """Ranges of the film in place that were played, in seconds."""
        return [(start, end) for start, end in await self.page.evaluate(_FILM + ".played")]

    async def durations(self) -> dict[str, dict[str, list[float]]]:
        """Seconds of the segments of every rendition, by the address of its package, of all episodes of the series."""
        found: dict[str, dict[str, list[float]]] = {}
        number: int | None = 1
        while number is not None:
            feed = await self.page.evaluate(
                f"fetch('/api/feed?series=night-bus&from={number}&limit=20').then(a => a.json())"
            )
            for item in feed["items"]:
                tracks = [*item["stream"]["video"], *item["stream"]["audio"]]
                found[item["stream"]["base"]] = {track["name"]: track["segments"] for track in tracks}
            number = feed["next"]
        return found

    async def told(self) -> Any:
        """What the page has watched: see watch.js."""
        return await self.page.evaluate("({ ...bench, frames: bench.frames.length })")


@contextlib.asynccontextmanager
async def open_phone(browser: Browser, link: Link, *, processor: float = 2) -> AsyncIterator[Phone]:
    context = await browser.new_context(
        viewport=_SCREEN, device_scale_factor=2.6, locale="en-GB", service_workers="block"
    )
    try:
        page = await context.new_page()
        phone = Phone(page, await context.new_cdp_session(page))
        await phone.prepare(link, processor)
        yield phone
    finally:
        await context.close()


def largest_per_interaction(events: Sequence[tuple[int, float, str]]) -> list[float]:
    longest: dict[int, float] = {}
    for interaction, duration, _name in events:
        longest[interaction] = max(longest.get(interaction, 0), duration)
    return list(longest.values())
