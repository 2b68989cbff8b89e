"""Ballots of every kind on a phone, by finger and by keyboard, with and without a network, and their receipts."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from msgspec import Struct
from playwright.async_api import Browser, Locator, Page, Route, expect

from api.db import Connection, prepare_connection
from api.settings import Settings
from api.voting.logbook import LogBook
from api.voting.sealing import lock_log, seal
from api.voting.signing import Signer
from tests import builders
from tests.journeys.conftest import PHONE, House

KINDS = ("stars", "grades", "yesno", "favourite", "approval", "ranking")
SLUGS = ("kite-season", "lantern-alley", "salt-steppe", "window-43")
TIMES = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z"}
#: Where the phone keeps its votes, and a vote as the first version of the page kept it.
KEEP_OLD_VOTE = """async ([award, entry]) => {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("tallscreen", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("votes", {keyPath: "id"});
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = reject;
  });
  const transaction = database.transaction("votes", "readwrite");
  transaction.objectStore("votes").put({
    id: "019ac000-0000-7000-8000-000000000001", award, entry, value: 2, made_at: Date.now(), state: "kept", attempts: 2,
    due_at: 0, receipt: null, cast_at: null, problem: "no-network",
  });
  await new Promise(resolve => { transaction.oncomplete = resolve; });
  database.close();
}"""


#: An episode of twelve seconds, played to its end.
PLAY = """async ([slug, episode]) => {
  const played = {episodes: {1: {seconds: 12, duration: 12, done: true}}, last: 1, at: Date.now()};
  localStorage.setItem("tallscreen.progress", JSON.stringify({[slug]: played}));
  const body = {session: "019ac000-0000-7000-8000-000000000002", episode, spans: [[0, 12]]};
  const headers = {"Content-Type": "application/json"};
  await fetch("/api/playback/heartbeats", {method: "POST", headers, body: JSON.stringify(body)});
}"""


class Festival(Struct, frozen=True):
    """An award of each kind over the same four series; entries are named by their series."""

    db: Connection
    awards: dict[str, int]
    entries: dict[str, dict[str, int]]

    async def votes(self, kind: str) -> list[tuple[int, int | None, list[int] | None]]:
        """The ledger of an award in its order: question, value, choices."""
        rows = await self.db.fetch(
            "SELECT question, value, choices FROM vote_event WHERE award_id = $1 ORDER BY revision", self.awards[kind]
        )
        return [(row["question"], row["value"], row["choices"]) for row in rows]

    def ballot(self, page: Page, kind: str, series: str = SLUGS[0]) -> Locator:
        """The button on the ballots page that opens a ballot."""
        whole = kind in ("favourite", "approval", "ranking")
        return page.get_by_test_id(f"vote-award-{self.awards[kind]}" if whole else f"vote-{self.entries[kind][series]}")

    def choice(self, page: Page, kind: str, series: str) -> Locator:
        return page.get_by_test_id(f"choice-{self.entries[kind][series]}")


@pytest.fixture
async def festival(house: House) -> AsyncIterator[Festival]:
    db = await asyncpg.connect(house.server.database_url)
    await prepare_connection(db)
    for slug in SLUGS:
        await builders.a_watchable_series(db, episodes=2, slug=slug)
    awards: dict[str, int] = {}
    entries: dict[str, dict[str, int]] = {}
    for kind in KINDS:
        body = {"slug": kind, "name": {"en": f"Award of {kind}"}, "kind": kind, "board": "open", **TIMES}
        most = {"choices": 3} if kind in ("approval", "ranking") else {}
        awards[kind] = (await house.organiser.post("/api/desk/awards", body | most))["id"]
        page = await house.organiser.get(f"/api/awards/{awards[kind]}")
        entries[kind] = {entry["slug"]: entry["id"] for entry in page["entries"]}
    yield Festival(db, awards, entries)
    await db.close()


@pytest.fixture
async def reader(phone: Page) -> Page:
    """A phone whose posters are all one drawing: these series have no files."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="3"/>'
    await phone.route("**/posters/**", lambda route: route.fulfill(body=drawing, content_type="image/svg+xml"))
    return phone


async def is_closed(page: Page) -> None:
    """One tap is the vote: the sheet leaves by itself once the server has confirmed it."""
    await expect(page.get_by_test_id("ballot")).to_have_count(0)


async def test_ballot_of_every_kind_is_cast_by_touch(festival: Festival, reader: Page) -> None:
    first, second, third, fourth = SLUGS
    await open_from_film(festival, reader)
    await watch_episode(festival, reader, first)
    await reader.goto("/ballots")
    await expect(festival.ballot(reader, "grades", second)).to_have_count(0)

    for kind, tap in (("stars", "star-4"), ("grades", "grade-5"), ("yesno", "no")):
        await festival.ballot(reader, kind).tap()
        await reader.get_by_test_id(tap).tap()
        await is_closed(reader)
    await festival.ballot(reader, "favourite").tap()
    await festival.choice(reader, "favourite", third).tap()
    await is_closed(reader)
    await festival.ballot(reader, "approval").tap()
    for series in (first, third, fourth):
        await festival.choice(reader, "approval", series).tap()
    await expect(festival.choice(reader, "approval", second)).to_have_attribute("aria-disabled", "true")
    await festival.choice(reader, "approval", second).tap(force=True)
    await expect(reader.get_by_test_id("receipt-code")).to_be_visible()
    await reader.get_by_test_id("ballot-later").tap()
    await rank(festival, reader)

    marks = [(await festival.votes(kind))[-1] for kind in ("stars", "grades", "yesno")]
    assert marks == [
        (festival.entries[kind][first], value, None) for kind, value in zip(KINDS[:3], (4, 5, 0), strict=True)
    ]
    chosen = {kind: (await festival.votes(kind))[-1] for kind in ("favourite", "approval", "ranking")}
    expected = {"favourite": [third], "approval": [first, third, fourth], "ranking": [third, fourth, second]}
    assert chosen == {kind: (0, None, [festival.entries[kind][each] for each in expected[kind]]) for kind in expected}
    ranked = reader.get_by_test_id(f"ballot-row-{festival.awards['ranking']}")
    await expect(ranked.locator("li")).to_have_text(["1 salt-steppe", "2 window-43", "3 lantern-alley"])


async def test_what_is_said_beyond_the_edge_widens_no_page(festival: Festival, reader: Page) -> None:
    """Four series in a row, each with a word about its ballot for those who do not see."""
    await reader.goto("/ballots")
    await rank(festival, reader)
    for address, shown in (("/", f"series-{SLUGS[3]}"), ("/ballots", f"ballot-row-{festival.awards['ranking']}")):
        await reader.goto(address)
        await expect(reader.get_by_test_id(shown)).to_be_attached()

        room, wide = await reader.evaluate("[screen.width, document.documentElement.scrollWidth]")
        assert wide <= room, address


async def open_from_film(festival: Festival, reader: Page) -> None:
    """A ballot opened from a film suggests it, and chooses nothing."""
    suggested = festival.choice(reader, "favourite", SLUGS[3])
    await reader.goto(f"/s/{SLUGS[3]}")

    await reader.get_by_test_id(f"vote-{festival.entries['favourite'][SLUGS[3]]}").tap()

    await expect(suggested).to_contain_text("This film")
    await expect(reader.get_by_role("radio").first).to_have_attribute(
        "data-testid", f"choice-{festival.entries['favourite'][SLUGS[3]]}"
    )
    await expect(reader.get_by_role("radio", checked=True)).to_have_count(0)


async def watch_episode(festival: Festival, reader: Page, series: str) -> None:
    """The grades ask for an episode; this phone has played it, as its player would remember and tell."""
    await festival.db.execute("UPDATE award SET watch = $2 WHERE id = $1", festival.awards["grades"], {"episodes": 1})
    episode = await festival.db.fetchval(
        "SELECT e.id FROM episode e JOIN series s ON s.id = e.series_id WHERE s.slug = $1 AND e.number = 1", series
    )
    await reader.evaluate(PLAY, [series, episode])


async def rank(festival: Festival, reader: Page) -> None:
    """Three tapped in order, then the first one dragged below the second, then that one moved up by its button."""
    _, second, third, fourth = SLUGS
    await festival.ballot(reader, "ranking").tap()
    for place, series in enumerate((second, third, fourth), start=1):
        await festival.choice(reader, "ranking", series).tap()
        await expect(festival.choice(reader, "ranking", series)).to_contain_text(str(place))
        await asyncio.sleep(0.45)  # a tap on the spot where a row has just moved away is not taken
    grip = await reader.get_by_test_id(f"grip-{festival.entries['ranking'][second]}").bounding_box()
    assert grip is not None
    await reader.mouse.move(grip["x"] + 20, grip["y"] + 20)
    await reader.mouse.down()
    await reader.mouse.move(grip["x"] + 20, grip["y"] + 20 + 80, steps=6)
    await reader.mouse.up()
    await expect(festival.choice(reader, "ranking", second)).to_have_accessible_name(f"{second}, place 2 of 3")
    await reader.get_by_test_id(f"up-{festival.entries['ranking'][fourth]}").tap()
    await expect(festival.choice(reader, "ranking", fourth)).to_have_accessible_name(f"{fourth}, place 2 of 3")
    await expect(reader.get_by_test_id("ballot-state")).to_have_attribute("data-state", "counted")
    await reader.get_by_test_id("ballot-later").tap()
    await is_closed(reader)


async def test_ballots_are_cast_by_keyboard_alone(festival: Festival, reader: Page) -> None:
    first, second, third, _ = SLUGS
    await reader.goto("/ballots")

    await festival.ballot(reader, "stars").press("Enter")
    await reader.get_by_test_id("star-1").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        await reader.keyboard.press(key)
    assert await festival.votes("stars") == []
    await reader.keyboard.press("Enter")
    await is_closed(reader)
    await festival.ballot(reader, "ranking").press("Enter")
    await festival.choice(reader, "ranking", first).focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Space", "Alt+ArrowUp"):  # past the series of the house
        await reader.keyboard.press(key)
        await asyncio.sleep(0.45)
    await expect(festival.choice(reader, "ranking", second)).to_be_focused()
    await expect(festival.choice(reader, "ranking", second)).to_have_accessible_name(f"{second}, place 1 of 2")
    await expect(reader.get_by_test_id("ballot-state")).to_have_attribute("data-state", "counted")
    await reader.keyboard.press("Escape")
    await is_closed(reader)

    assert (await festival.votes("stars"))[-1] == (festival.entries["stars"][first], 3, None)
    assert (await festival.votes("ranking"))[-1][2] == [festival.entries["ranking"][each] for each in (second, first)]
    assert third not in await reader.get_by_test_id(f"ballot-row-{festival.awards['ranking']}").inner_text()


async def test_receipt_is_looked_up_and_recomputed_on_the_phone(
    festival: Festival, reader: Page, settings: Settings
) -> None:
    await reader.goto("/ballots")
    await festival.ballot(reader, "yesno").tap()
    await reader.get_by_test_id("yes").tap()
    await reader.get_by_test_id("toast-receipt").tap()
    code = await reader.get_by_test_id("receipt-full").inner_text()
    await reader.get_by_test_id("receipt-look-up").tap()

    await expect(reader.get_by_test_id("code")).to_have_value(code)
    await reader.get_by_test_id("look").tap()
    await expect(reader.get_by_test_id("verdict")).to_have_attribute("data-state", "waiting")
    await seal_log(festival, "yesno", settings)
    await reader.get_by_test_id("code").fill(code.lower().replace("-", " "))
    await reader.get_by_test_id("look").tap()
    await expect(reader.get_by_test_id("verdict")).to_have_attribute("data-state", "sealed")
    await expect(reader.get_by_test_id("verdict")).to_contain_text("place 1 of 1")
    assert await reader.get_by_test_id("verdict").get_by_text("Yes", exact=True).count() == 0

    await reader.route("**/receipts/*", forge_place)
    await reader.get_by_test_id("code").fill(code)
    await reader.get_by_test_id("look").tap()
    await expect(reader.get_by_test_id("verdict")).to_have_attribute("data-state", "doubtful")
    await reader.unroute("**/receipts/*")

    for typed, said in (("7K4M", "Some are missing"), ("7K4M-Q2XD-9HTO", "no 0, O, 1")):
        await reader.get_by_test_id("code").fill(typed)
        await reader.get_by_test_id("look").tap()
        await expect(reader.get_by_test_id("code-help")).to_contain_text(said)
    await reader.get_by_test_id("code").fill("7K4M-Q2XD-9HTW")
    await reader.get_by_test_id("look").tap()
    await expect(reader.get_by_test_id("verdict")).to_have_attribute("data-state", "unknown")


async def forge_place(route: Route) -> None:
    """An answer that names another place in the log than the vote's."""
    answer = await route.fetch()
    found = await answer.json()
    await route.fulfill(response=answer, json=found | {"index": 0})


async def seal_log(festival: Festival, kind: str, settings: Settings) -> None:
    """What the sealer does every ten minutes; it freezes the rules itself within seconds of the start."""
    award, book = festival.awards[kind], LogBook(Signer(settings.key))
    for _ in range(150):
        async with festival.db.transaction():
            await lock_log(festival.db, award)
            if await seal(festival.db, award, book):
                return
        await asyncio.sleep(0.1)
    raise AssertionError("nothing was sealed")


async def test_votes_without_a_network_are_kept_and_go_out_by_themselves(
    festival: Festival, chromium: Browser, house: House
) -> None:
    context = await chromium.new_context(viewport=PHONE, has_touch=True, base_url=house.server.url, locale="en-GB")
    page = await context.new_page()
    await page.goto("/ballots")
    await page.evaluate(KEEP_OLD_VOTE, [festival.awards["stars"], festival.entries["stars"]["window-43"]])
    await festival.ballot(page, "approval").tap()
    await expect(festival.choice(page, "approval", "kite-season")).to_be_visible()
    await context.set_offline(True)
    for series in ("kite-season", "salt-steppe"):
        await festival.choice(page, "approval", series).tap()

    await expect(page.get_by_test_id("ballot-status")).to_contain_text("2 films chosen) is kept on this phone")
    assert await festival.votes("approval") == []
    await context.set_offline(False)
    await expect(page.get_by_test_id("receipt-code")).to_be_visible(timeout=15_000)

    chosen = [festival.entries["approval"][each] for each in ("kite-season", "salt-steppe")]
    assert (await festival.votes("approval"))[-1] == (0, None, chosen)
    await page.reload()
    await expect(page.get_by_test_id(f"vote-row-{festival.entries['stars']['window-43']}")).to_have_attribute(
        "data-state", "counted"
    )
    assert await festival.votes("stars") == [(festival.entries["stars"]["window-43"], 2, None)]
    await context.close()


async def test_phone_forgets_what_it_knows_and_votes_stay_counted_once(
    festival: Festival, chromium: Browser, house: House
) -> None:
    first, second, *_ = SLUGS
    context = await chromium.new_context(viewport=PHONE, has_touch=True, base_url=house.server.url, locale="en-GB")
    page = await context.new_page()
    await page.goto("/ballots?lang=ru")
    await page.goto("/ballots")
    await cast_favourite(festival, page, first)
    # A vote that has not arrived keeps the phone from forgetting it.
    await page.route("**/votes", lambda route: route.abort())
    await festival.ballot(page, "favourite").tap()
    await festival.choice(page, "favourite", second).tap()
    await expect(page.get_by_test_id("ballot-status")).to_contain_text("kept on this phone")
    await page.goto("/kept")
    await page.get_by_test_id("erase").tap()
    await expect(page.get_by_test_id("erase-waiting")).to_be_visible()
    await expect(page.get_by_test_id("erase-all")).to_be_disabled()

    await page.unroute("**/votes")
    await page.reload()
    await page.get_by_test_id("erase").tap()
    await expect(page.get_by_test_id("erase-receipts")).to_be_visible(timeout=15_000)
    await page.get_by_test_id("erase-all").tap()
    await expect(page.get_by_test_id("festival")).to_be_visible()

    assert await page.evaluate("Object.keys(localStorage).filter(key => key !== 'tallscreen.language')") == []
    await page.goto("/ballots")
    await expect(festival.ballot(page, "favourite")).to_be_visible()
    await cast_favourite(festival, page, first)
    votes = [festival.entries["favourite"][each] for each in (first, second, first)]
    assert await festival.votes("favourite") == [(0, None, [entry]) for entry in votes]
    await context.close()


async def cast_favourite(festival: Festival, page: Page, series: str) -> None:
    await festival.ballot(page, "favourite").tap()
    await festival.choice(page, "favourite", series).tap()
    await is_closed(page)


async def test_reminder_is_offered_where_voting_is_not_over(festival: Festival, reader: Page) -> None:
    await reader.goto("/ballots?lang=ru")

    link = reader.get_by_test_id(f"remind-{festival.awards['stars']}")

    await expect(link).to_have_text("Напомнить до конца")
    answer = await reader.request.get(str(await link.get_attribute("href")))
    assert "SUMMARY:Голосование: Award of stars" in await answer.text()
