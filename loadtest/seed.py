"""Fills a festival through the public API: `python -m loadtest.seed --url URL [--films FOLDER | --media FOLDER]`.

Says what it does line by line; the line OPEN means that the first episode can be watched. A festival that is there
already is only completed: what was cut off goes on where it stopped.
"""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import uuid_utils.compat as uuids

from loadtest import entries, juries
from loadtest.about import SAID, about, maker_of
from loadtest.awards import AUDIENCE, MATINEE, MIDNIGHT, OPENING, OTHERS
from loadtest.client import Person, Refused
from loadtest.looks import ABOUT_FESTIVAL, ACCENT, SPONSOR, drawn_card, drawn_logo
from loadtest.paper import key_paper
from loadtest.plan import EpisodePlan, SeriesPlan, from_folder
from loadtest.publishing import publish
from loadtest.viewings import AUDIENCES, Audience, Shown, date_back, send, summaries
from loadtest.voters import share, vote_in

FESTIVAL = {"en": "Meridian", "zh": "子午线", "ru": "Меридиан", "fa": "نصف‌النهار"}
SECTIONS = {
    "main": {"en": "Main competition", "zh": "主竞赛单元", "ru": "Основной конкурс", "fa": "مسابقهٔ اصلی"},
    "first-seasons": {"en": "First seasons", "zh": "首季作品", "ru": "Первые сезоны", "fa": "فصل‌های نخست"},
}
#: What each asks for, beside the days until its deadline. The drawn films are shorter than a real episode.
SECTION_RULES: dict[str, tuple[int, dict[str, Any]]] = {
    "main": (
        24,
        {"min_seconds": 8, "max_seconds": 180, "min_episodes": 2, "max_episodes": 100, "subtitle_langs": ["en"]},
    ),
    "first-seasons": (38, {"min_seconds": 8, "max_seconds": 180, "max_episodes": 30, "subtitle_langs": ["en", "ru"]}),
}
AUDITOR = {"email": "auditor@meridian.example", "name": "Farrukh Nazarov", "role": "auditor"}
SCREENING = {"en": "Late show, Hall 2", "zh": "二号厅夜场", "ru": "Поздний сеанс, зал 2", "fa": "نمایش دیروقت، سالن ۲"}
#: Others who are invited: those who have joined already, and one whose letter is unanswered.
JOINED = (
    {"email": "aruzhan@meridian.example", "name": "Aruzhan Bekova", "role": "organiser", "lang": "kk"},
    {"email": "li.wen@meridian.example", "name": "李雯", "role": "juror", "lang": "zh"},
    {"email": "imran@meridian.example", "name": "Imran Qureshi", "role": "juror", "lang": "ur"},
)
AWAITED = {"email": "madina@meridian.example", "name": "Madina Rahmonova", "role": "juror", "lang": "tg"}
COLLEAGUES = (("pavel@depot-pictures.example", "Pavel Rahoza"), ("nurlan@depot-pictures.example", "Nurlan Sadykov"))
BADGES, SHARED_BADGES = 24, 2
#: Six in the evening in Almaty.
CLOSING = time(13, tzinfo=UTC)
#: The demo's festival is in its third day.
DAYS_OVER = 2
OPEN_SECONDS = 600


def say(line: str) -> None:
    print(line, flush=True)


class Seed:
    """One filling: the organiser who does it and what it fills the festival with."""

    def __init__(self, url: str, plans: list[SeriesPlan]) -> None:
        self.url, self.plans = url, plans
        self.organiser = Person(url)
        self.producers: dict[str, Person] = {}
        self.series: dict[str, int] = {}
        self.opened = False

    async def run(self, code: str) -> None:
        await self.organiser.sign_in(code)
        await self.found_festival()
        for plan in self.plans:
            await self.enter_series(plan)
        await self.open_awards()
        await self.upload_all()
        await self.submit_all()
        await self.watch()
        await self.invite()
        await self.key_paper()
        await entries.fill(self.url, self.organiser, self.plans[0].episodes[0])
        await self.found_juries()
        await self.publish_opening_night()
        await self.wait_until_all_are_ready()
        if await juries.meet(lambda: Person(self.url)):
            say("The juries have met: one still watches, one deliberates, one has decided")

    async def close(self) -> None:
        for person in (self.organiser, *self.producers.values()):
            await person.close()

    async def found_festival(self) -> None:
        today = datetime.now(UTC).date()
        begins = today - timedelta(days=DAYS_OVER)
        dates = {"starts_on": str(begins), "ends_on": str(today + timedelta(days=8)), "time_zone": "Asia/Almaty"}
        if await self.create("/api/desk/festival", {"slug": "meridian", "name": FESTIVAL, **dates}) is not None:
            await self.dress({"name": FESTIVAL, **dates})
        for position, (slug, name) in enumerate(SECTIONS.items()):
            days, rules = SECTION_RULES[slug]
            deadline = datetime.combine(today + timedelta(days=days), CLOSING)
            body = {"slug": slug, "name": name, "position": position, "closes_at": deadline.isoformat(), **rules}
            await self.create("/api/desk/sections", body)
        await self.create("/api/desk/accounts", AUDITOR)
        for email, company, maker in sorted({(plan.producer, plan.company, maker_of(plan)) for plan in self.plans}):
            account = {"email": email, "name": maker, "role": "producer", "company": company}
            await self.create("/api/desk/accounts", account)
        await entries.call(self.organiser)
        await juries.call(self.organiser)
        await self.invite_crew()

    async def invite_crew(self) -> None:
        """As the desk does it: by a letter, and the account is made at the first sign-in."""
        page = await self.organiser.get("/api/desk/people?q=meridian.example")
        there = {person["email"] for person in page["people"]}
        for guest in JOINED:
            if guest["email"] in there:
                continue
            await self.organiser.post("/api/desk/people/invitations", guest)
            person = Person(self.url)
            try:
                await person.sign_in_by_mail(guest["email"])
            finally:
                await person.close()
        invited = (await self.organiser.get("/api/desk/people/invitations"))["invitations"]
        if not any(each["email"] == AWAITED["email"] for each in invited) and AWAITED["email"] not in there:
            await self.organiser.post("/api/desk/people/invitations", AWAITED)

    async def dress(self, known: dict[str, Any]) -> None:
        """What it says of itself, and what it looks like."""
        await self.organiser.put("/api/desk/festival/settings", {**known, **ABOUT_FESTIVAL})
        await self.organiser.put("/api/desk/festival/theme", {"accent": ACCENT, "sponsor": SPONSOR})
        await self.organiser.post_bytes("/api/desk/festival/marks/logo", drawn_logo())
        await self.organiser.post_bytes("/api/desk/festival/marks/sponsor", drawn_card())

    async def create(self, path: str, body: object) -> Any:
        """As the organiser; what is there already stays as it is."""
        try:
            return await self.organiser.post(path, body)
        except Refused as refused:
            if refused.code != "already-there":
                raise
            return None

    async def producer(self, plan: SeriesPlan) -> Person:
        if plan.producer not in self.producers:
            person = Person(self.url)
            await person.sign_in_by_mail(plan.producer)
            self.producers[plan.producer] = person
        return self.producers[plan.producer]

    async def enter_series(self, plan: SeriesPlan) -> None:
        producer = await self.producer(plan)
        known = {series["slug"]: series["id"] for series in await producer.get("/api/studio/series")}
        if plan.slug not in known:
            sections = {section["slug"]: section["id"] for section in await producer.get("/api/studio/sections")}
            names = ("slug", "title", "synopsis", "genre", "notes", "country", "rating")
            body = {name: getattr(plan, name) for name in names} | {"section": sections[plan.section]}
            known[plan.slug] = (await producer.post("/api/studio/series", body))["id"]
            await self.organiser.post(f"/api/desk/series/{known[plan.slug]}/release?anyway=true")
        await self.say_all(producer, plan, known[plan.slug])
        self.series[plan.slug] = known[plan.slug]

    async def say_all(self, producer: Person, plan: SeriesPlan, series: int) -> None:
        """What its producer says of it, on the page About; what somebody has changed since stays as it is."""
        path = f"/api/studio/series/{series}/about"
        there = await producer.get(path)
        if there["version"] > 1:
            return
        said = about(plan, there["fields"], contact=maker_of(plan), now=datetime.now(UTC))
        if said is not None:
            await producer.put(path, {**said, "version": there["version"], "episodes": []})

    async def submit_all(self) -> None:
        """The series of those who do so; one is left for whoever tries it out.

        A demo that is started again may be past its deadline, or lack what this version asks for.
        """
        for plan in self.plans:
            if plan.slug not in SAID or not SAID[plan.slug].submits:
                continue
            try:
                await (await self.producer(plan)).post(f"/api/studio/series/{self.series[plan.slug]}/submission")
            except Refused as refused:
                if not refused.code.startswith("submission-"):
                    raise
        body = {"id": str(uuids.uuid7()), "action": "accept", "series": sorted(self.series.values())}
        await self.organiser.post("/api/desk/bulk", body)

    async def open_awards(self) -> None:
        now = datetime.now(UTC)
        made = await self.create("/api/desk/awards", AUDIENCE.body(now))
        if made is None:
            return
        for plan in OTHERS:
            await self.create("/api/desk/awards", plan.body(now))
        badges = (await self.organiser.post("/api/desk/badges", {"count": BADGES, "prefix": "M"}))["badges"]
        for badge in badges[:SHARED_BADGES]:
            await share(self.url, made["id"], badge["token"])
        showing = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(days=1)).isoformat(), "head_count": 120}
        await self.organiser.post("/api/desk/screenings", {"name": SCREENING, **showing})

    async def upload_all(self) -> None:
        """First episodes first, so that the festival's first page fills from the top."""
        longest = max(len(plan.episodes) for plan in self.plans)
        queue = [
            (plan, plan.episodes[row]) for row in range(longest) for plan in self.plans if row < len(plan.episodes)
        ]
        for position, (plan, episode) in enumerate(queue, start=1):
            sent = await self.upload(plan, episode)
            if sent:
                say(f"{position:>2} of {len(queue)} sent: {plan.title['en']}, episode {episode.number}")
            await self.say_open(plan, wait=not self.opened)

    async def upload(self, plan: SeriesPlan, episode: EpisodePlan) -> bool:
        """Whether anything had to be sent."""
        producer, series = await self.producer(plan), self.series[plan.slug]
        states = {state["number"]: state for state in (await producer.get(f"/api/studio/series/{series}"))["episodes"]}
        state = states.get(episode.number)
        if state is None:
            body = {"number": episode.number, "title": episode.title}
            state = await producer.post(f"/api/studio/series/{series}/episodes", body)
        if state["state"] not in ("awaiting_upload", "uploading"):
            return False
        for lang, text in episode.subtitles.items():
            await producer.put(f"/api/studio/episodes/{state['id']}/subtitles/{lang}", {"text": text})
        await producer.upload(state["id"], await asyncio.to_thread(episode.make))
        for lang, make in episode.dubs.items():
            await producer.upload(state["id"], await asyncio.to_thread(make), lang)
        return True

    async def say_open(self, plan: SeriesPlan, *, wait: bool) -> None:
        """Tell the moment from which a phone has something to show."""
        for _ in range(OPEN_SECONDS * 2 if wait else 1):
            if self.opened or await self.count("ready"):
                break
            if not await self.count("queued", "encoding"):
                return  # this one was refused; the next may be better
            await asyncio.sleep(0.5)
        if not self.opened:
            self.opened = True
            say("OPEN")
            await self.vote()
            await self.hold_opening_night()

    async def count(self, *states: str) -> int:
        episodes = (await self.organiser.get("/api/desk/overview"))["episodes"]
        return sum(episodes.get(state, 0) for state in states)

    async def vote(self) -> None:
        """An evening's worth of opinions, the same in every demo."""
        voters = 0
        for plan in (AUDIENCE, *OTHERS):
            award = await self.award(plan.slug)
            if award is not None and not await self.has_votes(award["id"]):
                voters += await vote_in(self.url, award["id"], plan)
        say(f"{voters} people voted")

    async def hold_opening_night(self) -> None:
        """Awards whose windows are short, so that there are results to be seen, published and recounted."""
        for plan in (OPENING, MATINEE, MIDNIGHT):
            created = await self.create("/api/desk/awards", plan.body(datetime.now(UTC)))
            if created is not None:
                await vote_in(self.url, created["id"], plan)

    async def award(self, slug: str) -> Any:
        return next((award for award in await self.organiser.get("/api/awards") if award["slug"] == slug), None)

    async def has_votes(self, award: int) -> bool:
        return bool((await self.organiser.get(f"/api/awards/{award}/recount"))["rows"])

    async def watch(self) -> None:
        """Enough people for figures of each series but the last."""
        for plan, people in zip(self.plans, AUDIENCES, strict=False):
            producer, series = await self.producer(plan), self.series[plan.slug]
            if (await producer.get(f"/api/studio/series/{series}/stayed"))["whole"] is not None:
                continue
            lengths = {episode.number: episode.seconds for episode in plan.episodes}
            states = (await producer.get(f"/api/studio/series/{series}"))["episodes"]
            known = [each for each in states if each["number"] in lengths]  # somebody may have added others since
            shown = [Shown(id=each["id"], number=each["number"], seconds=lengths[each["number"]]) for each in known]
            lost = shown[len(shown) // 2 - 1].number if len(shown) > 1 else 0
            audience = Audience(slug=plan.slug, country=plan.country, people=people, lost=lost)
            await send(self.url, summaries(audience, shown))
        await date_back(os.environ.get("TALLSCREEN_DATABASE_URL"), days=DAYS_OVER)
        say("People have watched; the studio tells who stayed")

    async def invite(self) -> None:
        """A colleague who has joined, and one who has not answered yet."""
        producer = await self.producer(self.plans[0])
        [company] = await producer.get("/api/studio/people")
        if len(company["members"]) > 1 or company["invitations"]:
            return
        for email, name in COLLEAGUES:
            await producer.post("/api/studio/people/invitations", {"email": email, "name": name})
        joined = Person(self.url)
        try:
            await joined.sign_in_by_mail(COLLEAGUES[0][0])
        finally:
            await joined.close()

    async def key_paper(self) -> None:
        award = await self.award(AUDIENCE.slug)
        if award is None or "paper" not in award["tiers"]:
            return  # made by an earlier version
        auditor = Person(self.url)
        try:
            await auditor.sign_in_by_mail(AUDITOR["email"])
            sheets = await key_paper(self.organiser, auditor, award["id"])
        finally:
            await auditor.close()
        if sheets:
            say(f"{sheets} sheets of paper were keyed; a batch waits for its second person")

    async def found_juries(self) -> None:
        """Over the programme, and over what only jurors may see yet."""
        page = await self.organiser.get("/api/desk/series?limit=100")
        secret = [each["id"] for each in page["series"] if each["slug"] in entries.UNRELEASED]
        await juries.found(self.organiser, [*sorted(self.series.values()), *secret])

    async def publish_opening_night(self) -> None:
        """By two people, as every result is."""
        award = await self.award(OPENING.slug)
        if award is None or award["published_at"] is not None:
            return
        auditor = Person(self.url)
        try:
            await auditor.sign_in_by_mail(AUDITOR["email"])
            # To publish wants a fresh proof, and that of the first code is older than the films took.
            await self.organiser.sign_in_by_mail((await self.organiser.get("/api/access/me"))["account"]["email"])
            if await publish(self.organiser, auditor, award["id"]):
                say("The result of the opening night is published")
        finally:
            await auditor.close()

    async def wait_until_all_are_ready(self) -> None:
        last = ""
        while await self.count("queued", "encoding"):
            ready, failed = await self.count("ready"), await self.count("failed")
            left = await self.count("queued", "encoding")
            line = f"{ready} episodes ready, {left} being prepared" + (f", {failed} refused" if failed else "")
            if line != last:
                say(last := line)
            await asyncio.sleep(2)
        say(f"{await self.count('ready')} episodes ready")


def plans_from(films: Path | None, media: Path | None) -> list[SeriesPlan]:
    if media is not None:
        return from_folder(media)
    from loadtest.film.plan import plans  # the drawing library is only needed where something is drawn

    return plans(films or Path("var/films"))


async def main(arguments: argparse.Namespace) -> int:
    plans = plans_from(arguments.films, arguments.media)
    if not plans:
        say(f"There are no videos in {arguments.media}.")
        return 1
    seed = Seed(arguments.url, plans)
    try:
        await seed.run(os.environ["TALLSCREEN_CODE"])
    except (Refused, httpx.TransportError, OSError) as error:
        say(f"{type(error).__name__}: {error}")
        return 1
    finally:
        await seed.close()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--films", type=Path, default=None)
    parser.add_argument("--media", type=Path, default=None)
    sys.exit(asyncio.run(main(parser.parse_args())))
