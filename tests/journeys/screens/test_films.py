"""Film after film after film: no gap between them, no growing memory, and a way on where one does not play."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from api.db import Connection
from tests.journeys.conftest import House
from tests.journeys.screens.hall_screen import HallScreen, NewScreen

#: Looks at the film on top with every picture of the screen: how long nothing bright was to be seen of it at the most.
LOOK = """() => {
  const seen = window.seen = { shown: 0, black: 0, longest: 0, still: 0 };
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [9, 16];
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  let since = null, top = null, ended = null;
  document.addEventListener("ended", () => { seen.shown += 1; ended = performance.now(); }, true);
  const bright = (film) => {
    paper.clearRect(0, 0, 9, 16);
    if (!film || film.readyState < 2) return false;
    paper.drawImage(film, 0, 0, 9, 16);
    const data = paper.getImageData(0, 0, 9, 16).data;
    return data.reduce((sum, value, index) => sum + (index % 4 === 3 ? 0 : value), 0) / (9 * 16 * 3) > 16;
  };
  const look = (now) => {
    const film = document.querySelector("video.top");
    if (film !== top && ended !== null) [seen.still, ended] = [Math.max(seen.still, now - ended), null];
    top = film;
    if (bright(film)) since = null;
    else {
      since ??= now;
      seen.longest = Math.max(seen.longest, now - since);
      if (now - since > 200) seen.black += 1;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
SEGMENTS = """async () => (await (await caches.open("tallscreen-kiosk-films")).keys()).map(({ url }) => url).filter((url) => url.endsWith(".m4s"))"""
GAP_MS = 200
GROWTH = 1.2


async def shown(page: Page, count: int) -> None:
    await page.wait_for_function(f"() => window.seen.shown >= {count}", timeout=count * 10_000)


def memory(screen: HallScreen) -> int:
    """Bytes that all processes of the browser hold."""
    pages = 0
    for pid in screen.processes():
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * 4096


async def heap(page: Page) -> float:
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    metrics = (await session.send("Performance.enable")) or (await session.send("Performance.getMetrics"))
    found: float = next(each["value"] for each in metrics["metrics"] if each["name"] == "JSHeapUsedSize")
    await session.detach()
    return found


@pytest.mark.timeout(240)
async def test_films_follow_each_other_without_a_gap(screen: HallScreen) -> None:
    await screen.plays()
    await screen.page.evaluate(LOOK)
    await shown(screen.page, 8)

    seen = await screen.page.evaluate("window.seen")
    print(  # noqa: T201
        f"8 films: nothing to be seen for {seen['longest']:.0f} ms at the most,"
        f" the last picture of one stands for {seen['still']:.0f} ms at the most"
    )
    assert seen["longest"] <= GAP_MS


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
async def test_two_thousand_films_leave_no_gap_and_no_growing_memory(screen: HallScreen) -> None:
    await screen.plays()
    await screen.page.evaluate(LOOK)
    await shown(screen.page, 100)
    before = await heap(screen.page), memory(screen)
    await shown(screen.page, 2_000)
    after = await heap(screen.page), memory(screen)

    assert await screen.page.evaluate("window.seen.black") == 0
    assert [round(late / early, 2) for late, early in zip(after, before, strict=True) if late > early * GROWTH] == []


@pytest.mark.timeout(240)
async def test_film_that_is_broken_on_the_disk_is_passed_over(screen: HallScreen, films: list[int]) -> None:
    page = screen.page
    await screen.offline()
    await page.evaluate(
        """async () => {
          const cache = await caches.open("tallscreen-kiosk-films");
          const [first] = (await cache.keys()).filter(({ url }) => url.endsWith("/v360/000.m4s"));
          await cache.put(first, new Response("not a film"));
        }"""
    )
    await page.evaluate(LOOK)
    # Of three films one is broken: four ends are more than the others have in one round.
    await shown(page, 4)

    assert await page.get_by_test_id("loop").is_visible()


@pytest.mark.timeout(240)
async def test_changed_file_is_never_stored(new_screen: NewScreen, house: House, rows: Connection) -> None:
    """The list says another hash than the first film's files have: they are not kept, and all behind them are."""
    package = await rows.fetchval("SELECT id FROM package ORDER BY id LIMIT 1")
    descriptor = await rows.fetchval("SELECT descriptor FROM package WHERE id = $1", package)
    files = {path: "0" * 64 if path.endswith(".m4s") else digest for path, digest in descriptor["files"].items()}
    await rows.execute("UPDATE package SET descriptor = $2 WHERE id = $1", package, descriptor | {"files": files})
    screen = await new_screen()
    await screen.switch_on()
    await screen.pair(house.organiser)

    others = 2 * sum(path.endswith(".m4s") for path in files)
    for _ in range(600):
        stored = await screen.page.evaluate(SEGMENTS)
        if len(stored) >= others:
            break
        await screen.page.wait_for_timeout(100)
    assert len(stored) == others
    assert not any(str(package) in url for url in stored)
    assert await screen.page.get_by_test_id("status").get_attribute("data-cached") != "1"
