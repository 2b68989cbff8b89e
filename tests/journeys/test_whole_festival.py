"""A whole festival by its people: invited, submitted, accepted, judged, voted, doubted, published, and counted again."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import uuid_utils.compat as uuids
from playwright.async_api import Browser, Page, expect

from api.access.operators import issue_code
from api.settings import Settings
from loadtest.client import Person
from tests.conftest import TestServer, start_process, start_server, stop_process
from tests.journeys.conftest import PHONE, watch
from tests.journeys.jury_house import assign_all, give, make_round, slide, write_jury
from tests.journeys.passkeys import Holder, invite
from tests.journeys.test_desk_votes import ask_void
from tests.journeys.test_entry import is_counted
from tests.journeys.test_submission import EXPORT, go, save
from tests.transcoder.media import make_clip

MINUTE = 60_000
HOST, SECOND, PRODUCER = "host@festival.example", "second@festival.example", "producer@films.example"
CHAIR, JUROR = "chair@jury.example", "juror@jury.example"
#: Runs until the film is at its end.
ENDED = "film => film.ended || new Promise(resolve => { film.onended = resolve; }).then(() => true)"
PLAYINGS = 4
#: How long the audience votes, in seconds. Everything is laid out before; the votes themselves take three.
EVENING = 45
OPEN = "UPDATE award SET opens_at = now(), closes_at = now() + make_interval(secs => $2), grace = '0' WHERE id = $1"
#: Ballots that are honest, each from a network of its own, and those of one hotel.
HONEST, BOUGHT = 8, 22


class Festival:
    """A server where passkeys are required and a proxy says who calls; its people come one by one."""

    def __init__(self, server: TestServer, chromium: Browser, folder: Path) -> None:
        self.server, self.chromium, self.folder = server, chromium, folder
        self.people: dict[str, Holder] = {}
        self.series: dict[str, int] = {}

    async def arrive(self, email: str) -> Holder:
        self.people[email] = await Holder.enter(self.chromium, self.server)
        return self.people[email]

    async def ask(self, email: str, path: str, body: object) -> Any:
        """What a page would send, sent from somebody's browser."""
        answer = await self.people[email].page.context.request.post(path, data=body)
        assert answer.ok, await answer.text()
        return await answer.json() if await answer.body() else None

    async def sql(self, query: str, *values: object) -> Any:
        db = await asyncpg.connect(self.server.database_url)
        try:
            return await db.fetchval(query, *values)
        finally:
            await db.close()

    async def ten_minutes_pass(self) -> None:
        """Since anybody showed a passkey."""
        await self.sql("UPDATE session SET passkey_at = passkey_at - interval '10 minutes'")


@pytest.fixture
async def festival(settings: Settings, chromium: Browser, tmp_path: Path) -> AsyncIterator[Festival]:
    proxies = "127.0.0.0/8,::1/128"
    server = await start_server(
        settings, tmp_path, host="localhost", TALLSCREEN_PASSKEYS="required", TALLSCREEN_TRUSTED_PROXIES=proxies
    )
    env = {**server.env, "TALLSCREEN_PROFILE": "quick"}
    worker = await start_process(["-m", "transcoder.worker"], env, tmp_path / "worker.log")
    festival = Festival(server, chromium, tmp_path)
    try:
        yield festival
        for person in festival.people.values():
            await person.close()
    finally:
        await stop_process(worker)
        await stop_process(server.process)


@pytest.mark.timeout(600)
async def test_festival_from_its_first_invitation_to_a_stranger_who_counts_again(festival: Festival) -> None:
    await open_the_house(festival)
    await submit(festival)
    await accept(festival)
    await judge(festival)
    award = await prepare_the_vote(festival)
    await vote(festival, award)
    await void_what_was_bought(festival, award)
    await publish(festival, award)
    await count_again(festival)


async def open_the_house(festival: Festival) -> None:
    host = await festival.arrive(HOST)
    page = host.page
    await page.goto("/desk?lang=en")
    await page.get_by_test_id("sign-in-other").click()
    await host.enter_code(await issue_code(festival.server.database_url, HOST, organiser="Aruzhan Bekova"))
    await host.make_passkey("Aruzhan Bekova")
    dates = {"starts_on": "2026-11-06", "ends_on": "2026-11-30", "time_zone": "Asia/Almaty"}
    await festival.ask(HOST, "/api/desk/festival", {"slug": "meridian", "name": {"en": "Meridian"}, **dates})
    section = {"slug": "main", "name": {"en": "Main competition"}, "closes_at": "2099-01-01T00:00:00Z"}
    await festival.ask(HOST, "/api/desk/sections", section)
    await page.goto("/desk/people?lang=en")
    await invite(page, SECOND, "Roya Daneshvar", "organiser")
    await invite(page, PRODUCER, "Alesia Kavalenka", "producer", "Depot Lane Films")
    await invite(page, CHAIR, "Farida Yusupova", "juror")
    await invite(page, JUROR, "Bo Wu", "juror")
    for email in (SECOND, PRODUCER, CHAIR, JUROR):
        await (await festival.arrive(email)).follow(email)
    await festival.people[SECOND].make_passkey("Roya Daneshvar")
    await expect(festival.people[CHAIR].page.get_by_test_id("empty")).to_be_visible()


async def submit(festival: Festival) -> None:
    """One series in the studio: its file, the export of another festival's form, the last answer by hand."""
    page = festival.people[PRODUCER].page
    film = make_clip(festival.folder / "e01.mp4", seconds=5)
    await bring_another(festival, film)
    await page.get_by_test_id("new-series").click()
    await page.get_by_test_id("title-en").fill("Night bus")
    await page.get_by_test_id("section").select_option(label="Main competition")
    await page.get_by_test_id("country").select_option("BY")
    await page.get_by_test_id("save").click()
    await page.get_by_test_id("files").first.set_input_files(str(film))
    await expect(page.get_by_test_id("episode-1")).to_contain_text("Ready", timeout=2 * MINUTE)

    export = festival.folder / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    await go(page, "About")
    await page.get_by_test_id("import").set_input_files(str(export))
    await page.get_by_test_id("import-take").click()
    await page.get_by_test_id("ai-none").check(force=True)
    await save(page)
    await page.get_by_test_id("next").click()
    await page.get_by_test_id("submit").click()
    await expect(page.get_by_test_id("submission-state")).to_have_attribute("data-submitted", "true")
    festival.series["night-bus"] = await festival.sql("SELECT id FROM series WHERE slug = 'night-bus'")


async def bring_another(festival: Festival, film: Path) -> None:
    """A second series of the house, sent by a program."""
    section = await festival.sql("SELECT id FROM section")
    body = {"section": section, "slug": "salt-steppe", "title": {"en": "Salt steppe"}, "country": "KZ"}
    producer = Person(festival.server.url)
    await producer.sign_in(await issue_code(festival.server.database_url, PRODUCER))
    series = (await producer.post("/api/studio/series", body))["id"]
    episode = await producer.post(f"/api/studio/series/{series}/episodes", {"number": 1, "title": {"en": "Dusk"}})
    await producer.upload(episode["id"], film)
    await producer.close()
    festival.series["salt-steppe"] = series


async def accept(festival: Festival) -> None:
    page = festival.people[HOST].page
    await page.goto("/desk/review?lang=en")
    await page.get_by_test_id("submission-night-bus").click()
    card = page.get_by_test_id("submission-card")
    await expect(card.get_by_test_id("watch")).to_be_visible()
    await page.keyboard.press("a")
    await page.get_by_test_id("decide-go").click()
    await expect(card).to_have_attribute("data-state", "accepted")


async def judge(festival: Festival) -> None:
    """Nothing is released yet. The chair scores both series, the other juror leaves one out; then they decide."""
    page = festival.people[HOST].page
    await write_jury(page, CHAIR, JUROR)
    await page.get_by_test_id("weights-spread").click()
    await page.get_by_test_id("jury-save").click()
    await make_round(page, *festival.series)
    await assign_all(page, "2 titles")
    await page.get_by_test_id("round-open").click()
    await expect(page.get_by_test_id("progress")).to_be_visible()
    [number] = re.findall(r"/rounds/(\d+)", page.url)

    chair, juror = (festival.people[email].page for email in (CHAIR, JUROR))
    await asyncio.gather(
        score(chair, number, festival.series, {"night-bus": 6, "salt-steppe": 4}),
        score(juror, number, festival.series, {"salt-steppe": 3}, recused="night-bus"),
    )
    await chair.goto(f"/jury/{number}/table?lang=en")
    await chair.get_by_test_id("open-table").click()
    await chair.get_by_test_id("opening-do").click()
    await chair.get_by_test_id(f"winner-{festival.series['night-bus']}").check()
    await chair.get_by_test_id(f"citation-{festival.series['night-bus']}").fill("For the last seat.")
    await chair.get_by_test_id("decide").click()
    await expect(chair.get_by_test_id("decision")).to_contain_text("For the last seat.")
    await page.reload()
    await expect(page.get_by_test_id("decision")).to_contain_text("Night Bus")


async def score(page: Page, number: str, series: dict[str, int], grades: dict[str, int], recused: str = "") -> None:
    """As many films are watched to their end as grades are given; then the lock."""
    if recused:
        await page.goto(f"/jury/{number}/{series[recused]}?lang=en")
        await page.get_by_test_id("recuse-open").click()
        await page.get_by_test_id("recuse-reason").fill("I have worked for its producer.")
        await page.get_by_test_id("recuse-do").click()
        await expect(page.get_by_test_id("recused")).to_contain_text("I have worked for its producer.")
    for slug, grade in grades.items():
        await page.goto(f"/jury/{number}/{series[slug]}?lang=en")
        await see_whole(page)
        await give(page, "story", grade)
        await give(page, "frame", grade)
        await expect(page.get_by_test_id("saved")).to_have_attribute("data-state", "saved")
    await page.goto(f"/jury/{number}/lock?lang=en")
    await page.get_by_test_id("lock-sure").check()
    await slide(page, 1)
    await expect(page.get_by_test_id("lock-done")).to_be_visible()


async def see_whole(page: Page) -> None:
    """A machine that is too busy skips seconds, and those do not count: such a film is played once more."""
    for _ in range(PLAYINGS):
        await page.get_by_test_id("play").click()
        await page.get_by_test_id("film").evaluate(ENDED)
        try:
            await expect(page.get_by_test_id("coverage")).to_contain_text("1 of 1")
        except AssertionError:
            continue
        return
    await expect(page.get_by_test_id("coverage")).to_contain_text("1 of 1")


async def prepare_the_vote(festival: Festival) -> int:
    """The series are released and an award is made, which opens when the test is ready; its number."""
    page = festival.people[HOST].page
    await page.goto("/desk/programme?lang=en")
    row = page.get_by_test_id("series-night-bus")
    await row.get_by_test_id("release").click()
    await page.get_by_test_id("release-go").click()
    await expect(row).to_contain_text("Released")
    await festival.ask(HOST, f"/api/desk/series/{festival.series['salt-steppe']}/release?anyway=true", None)
    await page.goto("/desk/awards?lang=en")
    await page.get_by_test_id("new-award").click()
    await page.get_by_test_id("name-en").fill("Audience Award")
    await page.get_by_test_id("closes").fill("2099-01-01T22:00")
    await page.get_by_test_id("award-save").click()
    await expect(page.get_by_role("heading", name="Audience Award")).to_be_visible()
    return int(page.url.partition("/awards/")[2].partition("?")[0])


async def vote(festival: Festival, award: int) -> None:
    """One by a finger on a phone; the others, who sit elsewhere, as their phones would send it."""
    context = await festival.chromium.new_context(
        viewport=PHONE, has_touch=True, base_url=festival.server.url, locale="en-GB", service_workers="block"
    )
    phone = await context.new_page()
    complaints = watch(phone, festival.server.url)
    await phone.goto("/s/night-bus")
    await expect(phone.get_by_role("heading", name="Night Bus")).to_be_visible()
    await festival.sql(OPEN, award, EVENING)
    voters = [Person(festival.server.url) for _ in range(HONEST + BOUGHT)]
    entries = {each["slug"]: each["id"] for each in (await voters[0].get(f"/api/awards/{award}"))["entries"]}
    await phone.goto("/ballots")
    await phone.get_by_test_id(f"vote-{entries['night-bus']}").tap()
    await phone.get_by_test_id("star-4").tap()
    await is_counted(phone, entries["night-bus"])
    for number, voter in enumerate(voters):
        bought = number >= HONEST
        # Addresses that are somewhere: those set aside for examples count as the hall's own.
        voter.http.headers["X-Forwarded-For"] = f"203.0.112.{number}" if bought else f"198.51.{number}.7"
        values = {"night-bus": 1, "salt-steppe": 5} if bought else {"night-bus": 5 - number % 2, "salt-steppe": 2}
        await cast(voter, award, {entries[slug]: value for slug, value in values.items()})
        await voter.close()
    assert await festival.sql("SELECT count(*) FROM vote_event WHERE award_id = $1", award) == 1 + 2 * (HONEST + BOUGHT)
    assert complaints == []
    await context.close()


async def cast(voter: Person, award: int, values: dict[int, int]) -> None:
    ballot = (await voter.post(f"/api/awards/{award}/ballot"))["ballot"]
    for entry, value in values.items():
        body = {"id": str(uuids.uuid7()), "entry": entry, "value": value}
        await voter.post(f"/api/awards/{award}/votes", body, {"Ballot": ballot})


async def void_what_was_bought(festival: Festival, award: int) -> None:
    """The house finds it by itself, once a minute, or sooner here; one organiser asks, the other agrees with a fresh passkey."""
    for _ in range(120):
        if await festival.sql("SELECT count(*) FROM flag WHERE award_id = $1", award):
            break
        await festival.sql("UPDATE award_watch SET check_at = now() WHERE award_id = $1", award)
        await asyncio.sleep(0.5)
    host, second = (festival.people[email].page for email in (HOST, SECOND))
    await host.goto(f"/desk/awards/{award}?lang=en")
    flag = host.locator("[data-testid^=flag-]")
    await expect(flag).to_contain_text(f"{BOUGHT} ballots came from one network outside the venue")
    await flag.locator("[data-testid^=void-]").click()
    await festival.ten_minutes_pass()
    await ask_void(host, "automated", "A script in a hotel.")
    await prove(festival, HOST)
    await expect(host.get_by_test_id("second-person")).to_contain_text("somebody else decides")
    await second.goto(f"/desk/awards/{award}?lang=en")
    await second.get_by_role("button", name="Agree: void them").click()
    await prove(festival, SECOND)
    await expect(second.get_by_test_id("void")).to_have_text(str(BOUGHT))


async def prove(festival: Festival, email: str) -> None:
    """The page asks for the passkey before it goes on."""
    page = festival.people[email].page
    await expect(page.get_by_test_id("proof")).to_be_visible()
    await page.get_by_test_id("proof-go").click()
    await expect(page.get_by_test_id("proof")).not_to_be_visible()


async def publish(festival: Festival, award: int) -> None:
    host, second = (festival.people[email].page for email in (HOST, SECOND))
    await host.goto(f"/desk/awards/{award}?lang=en")
    for gate in ("recount", "bundle", "flags", "kiosks", "rules"):
        await expect(host.get_by_test_id(f"gate-{gate}")).to_have_attribute("data-state", "passed", timeout=2 * MINUTE)
    await festival.ten_minutes_pass()
    await host.get_by_test_id("publish-ask").click()
    await prove(festival, HOST)
    await expect(host.get_by_text("It takes another person")).to_be_visible()
    await second.goto(f"/desk/awards/{award}?lang=en")
    assert await festival.sql("SELECT published_at FROM award WHERE id = $1", award) is None
    await second.get_by_test_id("publish-agree").click()
    await prove(festival, SECOND)
    await expect(second.get_by_test_id("result")).to_contain_text("Night Bus wins", timeout=MINUTE)


async def count_again(festival: Festival) -> None:
    """Somebody nobody knows reads the result, takes bundle and verifier home, and has nothing but Python there."""
    context = await festival.chromium.new_context(base_url=festival.server.url, locale="en-GB")
    page = await context.new_page()
    complaints = watch(page, festival.server.url)
    await page.goto("/results")
    await page.get_by_role("link", name="Audience Award").click()
    await expect(page.locator("main")).to_contain_text("Night Bus")
    home = festival.folder / "home"
    async with page.expect_download() as taking:
        await page.locator("a[href$='/bundle']").click()
    await (await taking.value).save_as(home / "bundle.zip")
    verifier = await page.request.get(str(await page.locator("a[href='/verify.py']").get_attribute("href")))
    (home / "verify.py").write_bytes(await verifier.body())
    assert complaints == []
    await context.close()
    python = str(Path(sys.executable).resolve())  # not that of the environment: it has no packages
    ran = await asyncio.to_thread(
        subprocess.run, [python, "-I", "verify.py", "bundle.zip"],
        cwd=home, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr, ran.stdout.splitlines()[-1]) == (0, "", "Everything agrees.")
