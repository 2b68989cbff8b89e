"""`make bench-start`: how soon a film is there, cold and after a swipe, beside two pages as others build them.

Chromium with its own throttle (150 ms for each request and 200 kB/s, "Slow 4G"; 60 ms and 1.1 MB/s, "Fast 4G") and a
processor slowed to half; a fresh context for every sample. One server answers all: our API and, beside it, a plain page
(hls.js whole and at its defaults, one <video>, a new source at each swipe) and a page with video.js 8 at its defaults.
Both know their films' addresses from their own HTML, play the same packages, and their scripts are packed as ours are.
Blocks run as A B C C B A. A frame counts when `requestVideoFrameCallback` says that it was presented, and the moment is
its `presentationTime`, from the start of the navigation or from the finger's `pointerup`.
"""

import argparse
import asyncio
import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from msgspec import Struct
from playwright.async_api import Browser, async_playwright

from loadtest.bench import report
from loadtest.bench.phone import FAST, SLOW, Link, Phone, largest_per_interaction, open_phone
from loadtest.bench.start_stage import Cinema, open_cinema
from loadtest.bench.waste import Trace, wasted_share
from tests import browser as browsers

_SEED: Final = 1
_ORDER: Final = ("ours", "plain", "video.js", "video.js", "plain", "ours")
_READY_SECONDS: Final = 7.0
_EARLY_SECONDS: Final = 1.0
_PLAY_SECONDS: Final = 60.0
_GOALS: Final = {
    goal.name: goal
    for goal in (
        report.Goal(name="cold_slow4g", goal=5, better="higher"),
        report.Goal(name="swipe_p95_ms", goal=100, better="lower"),
        report.Goal(name="swipe_ratio", goal=20, better="higher"),
        report.Goal(name="swipe_early", goal=3, better="higher"),
        report.Goal(name="waste", goal=0.15, better="lower"),
        report.Goal(name="stalls", goal=0, better="lower"),
        report.Goal(name="lcp", goal=0.5, better="lower"),
        report.Goal(name="inp_p98_ms", goal=100, better="lower"),
        report.Goal(name="cls", goal=0, better="lower"),
    )
}


class Cold(Struct, frozen=True):
    """Milliseconds to the first frame, bytes by then, and largest contentful paint and layout shift a little later."""

    frame: float
    bytes: int
    lcp: float
    shift: float


Block = Mapping[str, Sequence[Cold]]
Swipes = Mapping[str, Sequence[float]]


async def cold(browser: Browser, url: str, link: Link) -> Cold:
    async with open_phone(browser, link) as phone:
        frame, loaded = await phone.until_first_frame(url)
        await asyncio.sleep(_EARLY_SECONDS * 2)
        told = await phone.told()
        return Cold(frame, loaded, told["lcp"], told["shift"])


async def cold_blocks(browser: Browser, cinema: Cinema, link: Link, blocks: int) -> list[Block]:
    found: list[Block] = []
    for number in range(blocks):
        block: dict[str, list[Cold]] = {name: [] for name in cinema.pages}
        for name in _ORDER:
            block[name].append(await cold(browser, cinema.pages[name], link))
        found.append(block)
        said = {name: [round(each.frame) for each in samples] for name, samples in block.items()}
        print(f"  {link.name}, block {number + 1}: {said} ms", flush=True)
    return found


async def swipes(browser: Browser, url: str, count: int, pause: float) -> list[float]:
    """The link is as it is after `pause` seconds of play, each time."""
    async with open_phone(browser, SLOW) as phone:
        await phone.until_first_frame(url)
        found = []
        for _ in range(count):
            await asyncio.sleep(pause)
            found.append(await phone.swipe())
        return found


async def swipe_blocks(browser: Browser, cinema: Cinema, blocks: int, count: int, pause: float) -> list[Swipes]:
    found: list[Swipes] = []
    for number in range(blocks):
        names = ("ours", "plain") if number % 2 == 0 else ("plain", "ours")
        block = {name: await swipes(browser, cinema.pages[name], count, pause) for name in names}
        found.append(block)
        print(f"  swipe after {pause:g} s, block {number + 1}: {_rounded(block)} ms", flush=True)
    return found


def _rounded(block: Swipes) -> dict[str, list[int]]:
    return {name: [round(each) for each in values] for name, values in block.items()}


async def stalls(browser: Browser, url: str) -> int:
    async with open_phone(browser, SLOW) as phone:
        await phone.until_first_frame(url)
        await asyncio.sleep(_PLAY_SECONDS)
        return len((await phone.told())["stalls"])


async def interactions(browser: Browser, url: str, count: int) -> list[float]:
    """Durations of taps and swipes on a processor slowed to a quarter."""
    async with open_phone(browser, FAST, processor=4) as phone:
        await phone.until_first_frame(url)
        await asyncio.sleep(_READY_SECONDS)
        for _ in range(count):
            await _touch(phone)
        # Browsers tell of those that took 16 ms and more; were there none, all were faster.
        return largest_per_interaction((await phone.told())["events"]) or [16.0]


async def _touch(phone: Phone) -> None:
    await phone.page.mouse.click(206, 380)
    await asyncio.sleep(0.5)
    await phone.page.mouse.click(206, 380)
    await asyncio.sleep(1.5)
    await phone.swipe()
    await asyncio.sleep(1.5)


async def waste(browser: Browser, cinema: Cinema, trace: Trace) -> float:
    async with open_phone(browser, FAST) as phone:
        await phone.until_first_frame(cinema.pages["ours"])
        watched = {}
        for number, dwell in enumerate(trace.dwells(cinema.seconds), 1):
            if dwell < cinema.seconds:
                await asyncio.sleep(dwell)
                watched[await phone.base()] = await phone.played()
                if number < trace.swipes:
                    await phone.swipe()
            else:  # whoever stays to the end is taken further by the page
                watched[await phone.until_next()] = [(0.0, float(cinema.seconds))]
        return wasted_share(phone.fetched.values(), watched, await phone.durations())


def judge_cold(name: str, blocks: Sequence[Block]) -> report.Verdict:
    ratios = [_middle(block, "plain") / _middle(block, "ours") for block in blocks]
    return report.judge(_GOALS[name], report.interval(ratios))


def _middle(block: Block, name: str) -> float:
    return median(each.frame for each in block[name])


def judge_vitals(blocks: Sequence[Block]) -> list[report.Verdict]:
    ratios = [
        median(each.lcp for each in block["ours"]) / median(each.lcp for each in block["video.js"]) for block in blocks
    ]
    shift = max(each.shift for block in blocks for each in block["ours"])
    return [report.judge(_GOALS["lcp"], report.interval(ratios)), _exactly("cls", round(shift, 3))]


def judge_swipes(blocks: Sequence[Swipes]) -> list[report.Verdict]:
    ratios = [median(block["plain"]) / median(block["ours"]) for block in blocks]
    ours = [each for block in blocks for each in block["ours"]]
    return [
        report.judge(_GOALS["swipe_p95_ms"], quantile_interval(ours, 0.95)),
        report.judge(_GOALS["swipe_ratio"], report.interval(ratios)),
    ]


def quantile_interval(values: Sequence[float], share: float, draws: int = 2000) -> report.Interval:
    """A quantile with the 95 % interval of a bootstrap."""
    dice = random.Random(_SEED)
    found = sorted(quantile(dice.choices(values, k=len(values)), share) for _ in range(draws))
    low, high = found[round(draws * 0.025)], found[round(draws * 0.975) - 1]
    return report.Interval(value=quantile(values, share), low=low, high=high, pairs=len(values))


def quantile(values: Sequence[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def _exactly(name: str, value: float) -> report.Verdict:
    return report.judge(_GOALS[name], report.Interval(value=value, low=value, high=value, pairs=1))


def show_cold(link: Link, blocks: Sequence[Block]) -> None:
    rows = []
    for name in blocks[0]:
        samples = [each for block in blocks for each in block[name]]
        frames = [each.frame for each in samples]
        rows.append(
            [
                name,
                f"{median(frames):.0f}",
                f"{min(frames):.0f} to {max(frames):.0f}",
                f"{median(each.bytes for each in samples) / 1000:.0f}",
                f"{median(each.lcp for each in samples):.0f}",
            ]
        )
    heads = [f"cold, {link.name}", "first frame, ms", "from, to", "kB by then", "LCP, ms"]
    print(report.table(heads, rows), flush=True)


async def measure(options: argparse.Namespace, cinema: Cinema) -> list[report.Verdict]:
    program = browsers.find()
    if program is None:
        report.give_up(browsers.HELP)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=browsers.ARGUMENTS)
        for url in cinema.pages.values():
            await cold(browser, url, FAST)  # thrown away: it fills the caches of server and disk
        verdicts = []
        for part in options.only:
            found = await _PARTS[part](browser, cinema, options)
            # Said at once: a later part that breaks off takes the whole table with it.
            print(f"  {part}: {', '.join(f'{each.name} {each.value:.4g}' for each in found)}", flush=True)
            verdicts += found
        await browser.close()
    return verdicts


async def _cold_part(browser: Browser, cinema: Cinema, options: argparse.Namespace) -> list[report.Verdict]:
    slow = await cold_blocks(browser, cinema, SLOW, options.blocks)
    fast = await cold_blocks(browser, cinema, FAST, max(2, options.blocks // 2))
    show_cold(SLOW, slow)
    show_cold(FAST, fast)
    return [judge_cold("cold_slow4g", slow), *judge_vitals(slow)]


async def _swipe_part(browser: Browser, cinema: Cinema, options: argparse.Namespace) -> list[report.Verdict]:
    ready = await swipe_blocks(browser, cinema, options.blocks, options.swipes, _READY_SECONDS)
    early = await swipe_blocks(browser, cinema, options.blocks, 1, _EARLY_SECONDS)
    ratios = [block["plain"][0] / block["ours"][0] for block in early]
    return [*judge_swipes(ready), report.judge(_GOALS["swipe_early"], report.interval(ratios))]


async def _play_part(browser: Browser, cinema: Cinema, options: argparse.Namespace) -> list[report.Verdict]:
    url = cinema.pages["ours"]
    durations = await interactions(browser, url, options.touches)
    return [
        _exactly("stalls", await stalls(browser, url)),
        report.judge(_GOALS["inp_p98_ms"], quantile_interval(durations, 0.98)),
    ]


async def _waste_part(browser: Browser, cinema: Cinema, options: argparse.Namespace) -> list[report.Verdict]:
    return [_exactly("waste", round(await waste(browser, cinema, Trace(swipes=options.trace, seed=_SEED)), 4))]


_PARTS: Final = {"cold": _cold_part, "swipe": _swipe_part, "play": _play_part, "waste": _waste_part}


def main() -> None:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="tallscreen-bench-"))

    async def run() -> list[report.Verdict]:
        episodes = max(options.trace, options.swipes, options.touches * 2) + 2
        stage = {"films": options.films, "seconds": options.seconds, "episodes": episodes, "profile": options.profile}
        async with open_cinema(folder, **stage) as cinema:
            return await measure(options, cinema)

    try:
        report.finish("start", _SEED, asyncio.run(run()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=15, help="blocks of each comparison")
    parser.add_argument("--swipes", type=int, default=5, help="swipes of each page in a block")
    parser.add_argument("--touches", type=int, default=20, help="rounds of two taps and a swipe")
    parser.add_argument("--trace", type=int, default=50, help="swipes of the trace that waste is measured on")
    parser.add_argument("--films", type=int, default=3, choices=[1, 2, 3])
    parser.add_argument("--seconds", type=int, default=62, help="length of the films")
    parser.add_argument("--profile", default="festival", help="how the films are encoded")
    parser.add_argument("--only", nargs="+", default=list(_PARTS), choices=list(_PARTS))
    return parser.parse_args()


if __name__ == "__main__":
    main()
