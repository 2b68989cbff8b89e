"""One visitor after another: each finds the screen as the first one did, and none gets out of it."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.screens.hall_screen import MINUTE, HallScreen

#: Everything a page can remember, but for the screen's own journal and what is stored of the programme.
REMEMBERED = """async () => {
  const kept = (store) => Object.fromEntries(Object.entries(store).filter(([name]) => !["tallscreen.link", "tallscreen.kiosk.trouble"].includes(name)));
  const databases = (await indexedDB.databases()).map(({ name }) => name).sort();
  const db = await new Promise((resolve) => { const asked = indexedDB.open("tallscreen-kiosk"); asked.onsuccess = () => resolve(asked.result); });
  const facts = await new Promise((resolve) => { const asked = db.transaction("facts").objectStore("facts").getAllKeys(); asked.onsuccess = () => resolve(asked.result); });
  db.close();
  const root = document.documentElement;
  return {
    databases, facts: facts.filter((name) => !["head", "plays", "time"].includes(name)),
    local: kept(localStorage), session: kept(sessionStorage), cookies: document.cookie, caches: (await caches.keys()).sort(),
    lang: root.lang, dir: root.dir, larger: document.querySelectorAll(".larger").length, history: history.length, address: location.href,
    screen: document.querySelector("[data-testid^=screen-]").dataset.testid, sheets: document.querySelectorAll(".over").length,
    focus: document.activeElement.tagName, scripts: document.scripts.length, styles: document.styleSheets.length,
  };
}"""
#: A visitor in a hurry: another language, large letters, a film, a vote, subtitles. How long the first touch took.
VISIT = """async ([lang, mark]) => {
  const of = (id) => document.querySelector(`[data-testid="${id}"]`);
  const until = async (find) => { for (;;) { const found = find(); if (found) return found; await new Promise((resolve) => setTimeout(resolve, 10)); } };
  const start = await until(() => of("start"));
  const touched = performance.now();
  start.click();
  await until(() => of(`language-${lang}`));
  await new Promise((resolve) => requestAnimationFrame(resolve));
  const took = performance.now() - touched;
  of(`language-${lang}`).click();
  of("larger").click();
  await until(() => document.documentElement.lang === lang);
  of("film-night-bus").click();
  (await until(() => of("vote"))).click();
  (await until(() => of(`mark-${mark}`))).click();
  await until(() => !["saving", undefined].includes(of("vote-state")?.dataset.state));
  of("close-sheet").click();
  (await until(() => of("back"))).click();
  (await until(() => of("done"))).click();
  await until(() => of("loop"));
  await new Promise((resolve) => setTimeout(resolve, 30));
  return took;
}"""
LANGUAGES = ("ru", "fa", "zh", "ur", "uz")
TOUCH_MS = 100
BREAK_OUT_KEYS = (
    "F1", "F3", "F5", "F6", "F7", "F11", "F12", "Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home", "Alt+D", "Control+L",
    "Control+N", "Control+T", "Control+P", "Control+S", "Control+O", "Control+U", "Control+H", "Control+J",
    "Control+F", "Control+Shift+I", "Control+Shift+N", "Control+Shift+Delete", "Escape", "ContextMenu",
)  # fmt: skip
BREAK_OUT_WORDS = (
    "window.open('https://example.com/')", "window.open('/desk')", "window.print()",
    "document.querySelector('[data-testid=loop]').dispatchEvent(new MouseEvent('contextmenu', {bubbles: true, cancelable: true}))",
)  # fmt: skip


async def remembered(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = await page.evaluate(REMEMBERED)
    return found


async def visits(screen: HallScreen, count: int) -> list[float]:
    """What each touch took; fails at the first visitor of whom something stays."""
    page = screen.page
    took: list[float] = [await page.evaluate(VISIT, [LANGUAGES[0], 1])]
    before = await remembered(page)
    for number in range(1, count):
        took.append(await page.evaluate(VISIT, [LANGUAGES[number % len(LANGUAGES)], number % 5 + 1]))
        after = await remembered(page)
        assert after == before, (number, json.dumps(after), json.dumps(before))
    return took


@pytest.mark.timeout(240)
async def test_nothing_of_a_visitor_stays(screen: HallScreen) -> None:
    await visits(screen, 20)

    # Neither does an untouched visit: the screen starts over by itself.
    page = screen.page
    before = await remembered(page)
    await page.get_by_test_id("start").tap()
    await page.get_by_test_id("language-fa").tap()
    await page.get_by_test_id("idle").wait_for(timeout=MINUTE)
    await expect(page.get_by_test_id("loop")).to_be_visible(timeout=MINUTE)
    await page.wait_for_timeout(100)
    assert await remembered(page) == before


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_nothing_of_a_thousand_visitors_stays_and_the_screen_answers_at_once(screen: HallScreen) -> None:
    took = sorted(await visits(screen, 1000))

    assert took[len(took) // 2] < TOUCH_MS


@pytest.mark.timeout(240)
async def test_thirty_ways_out_lead_nowhere(screen: HallScreen) -> None:
    page, context = screen.page, screen.context
    assert context is not None
    home, escaped = page.url, []
    page.on("dialog", lambda dialog: escaped.append(f"dialog {dialog.message}"))
    page.on("download", lambda download: escaped.append(f"download {download.url}"))
    page.on("filechooser", lambda _: escaped.append("file chooser"))
    page.on("framenavigated", lambda frame: escaped.append(f"went to {frame.url}"))
    await page.evaluate("window.here = true")

    async def still_here(what: str) -> None:
        assert (page.url, len(context.pages), escaped) == (home, 1, []), what
        assert await page.evaluate("window.here === true && visualViewport.scale === 1"), what
        assert await page.evaluate("getSelection().toString()") == "", what

    assert len(BREAK_OUT_KEYS) + len(BREAK_OUT_WORDS) >= 30
    for key in BREAK_OUT_KEYS:
        await page.keyboard.press(key)
        await still_here(key)
    for attempt in BREAK_OUT_WORDS:
        await page.evaluate(attempt)
        await still_here(attempt)
    refused = "type => !document.body.dispatchEvent(new Event(type, {bubbles: true, cancelable: true}))"
    for gesture in ("contextmenu", "dragstart", "drop", "selectstart", "copy", "paste", "auxclick"):
        assert await page.evaluate(refused, gesture), gesture
    assert (
        await page.evaluate(
            "document.querySelectorAll('a[href], input:not([type=range]), textarea, [contenteditable]').length"
        )
        == 0
    )
    await page.mouse.wheel(0, 800)
    await page.mouse.click(200, 200, button="right")
    await page.get_by_test_id("start").tap()
    await page.get_by_test_id("film-night-bus").tap()
    assert (
        await page.evaluate(
            "document.querySelectorAll('a[href], input:not([type=range]), textarea, [contenteditable]').length"
        )
        == 0
    )
    await still_here("with a visitor")
