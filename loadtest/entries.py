"""What waits on the demo's desk: submissions of other houses, one in each state they can be in."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import uuid_utils.compat as uuids
from msgspec import Struct

from loadtest.client import Person, Refused
from loadtest.plan import EpisodePlan

SECTION = "first-seasons"
SUBTITLE = "1\n00:00:00,500 --> 00:00:03,000\n{text}\n"
#: A letter leaves after a minute; then its producer can answer.
LETTER_SECONDS = 75


class Entry(Struct, frozen=True, kw_only=True):
    """`words` are what the festival asks or says; `answer` what its producer replies."""

    slug: str
    title: dict[str, str]
    synopsis: str
    lang: str
    country: str
    company: str
    email: str
    person: str
    becomes: Literal["new", "asked", "answered", "accepted", "scheduled", "declined", "withdrawn"]
    words: str = ""
    answer: str = ""


ENTRIES = (
    Entry(
        slug="third-floor-left",
        title={"en": "Third floor, left", "ru": "Третий этаж, налево"},
        synopsis="A courier delivers to one door every evening and never sees who opens it.",
        lang="ru",
        country="RU",
        company="Nevka Shorts",
        email="office@nevka-shorts.example",
        person="Vera Lapina",
        becomes="new",
    ),
    Entry(
        slug="salt-and-sugar",
        title={"en": "Salt and sugar", "zh": "盐与糖"},
        synopsis="Two stalls in a night market, one recipe, and a granddaughter who knows whose it was.",
        lang="zh",
        country="CN",
        company="Lantern Street Studio",
        email="hello@lantern-street.example",
        person="Chen Yu",
        becomes="new",
    ),
    Entry(
        slug="the-well-keeper",
        title={"en": "The well keeper", "uz": "Quduq qorovuli"},
        synopsis="In a village where the water is counted, somebody counts wrong on purpose.",
        lang="uz",
        country="UZ",
        company="Chorsu Film",
        email="chorsu@chorsu-film.example",
        person="Dilnoza Karimova",
        becomes="asked",
        words="The end credits name no composer. Who wrote the song in the last minute, and may we show it?",
    ),
    Entry(
        slug="monsoon-hours",
        title={"en": "Monsoon hours", "hi": "बरसात के घंटे"},
        synopsis="The power fails at nine each evening; so the stairwell talks.",
        lang="hi",
        country="IN",
        company="Stairwell Stories",
        email="team@stairwell-stories.example",
        person="Ananya Rao",
        becomes="answered",
        words="Is the version with the longer ending the one we should show?",
        answer="Yes, please show the longer one. The file is the right one already.",
    ),
    Entry(
        slug="horse-number-nine",
        title={"en": "Horse number nine", "kk": "Тоғызыншы ат"},
        synopsis="A jockey retires on the morning of the race and nobody tells the horse.",
        lang="kk",
        country="KZ",
        company="Saryarqa Frames",
        email="mail@saryarqa-frames.example",
        person="Nurbol Aitzhan",
        becomes="accepted",
        words="The jury of selectors laughed and cried. Welcome.",
    ),
    Entry(
        slug="letters-to-khujand",
        title={"en": "Letters to Khujand", "tg": "Номаҳо ба Хуҷанд"},
        synopsis="A postman reads one letter he should not, and answers it.",
        lang="tg",
        country="TJ",
        company="Syr River Pictures",
        email="post@syr-river.example",
        person="Sitora Rahimova",
        becomes="scheduled",
    ),
    Entry(
        slug="eleven-to-midnight",
        title={"en": "Eleven to midnight", "fa": "یازده تا نیمه‌شب"},
        synopsis="The last hour of a radio station, told from its lift.",
        lang="fa",
        country="IR",
        company="Alborz Minutes",
        email="info@alborz-minutes.example",
        person="Kaveh Moradi",
        becomes="declined",
        words="We had far more entries about farewells than evenings. Please send us your next one.",
    ),
    Entry(
        slug="rooms-by-the-hour",
        title={"en": "Rooms by the hour", "be": "Пакоі на гадзіну"},
        synopsis="A hotel clerk writes a novel from what guests leave behind.",
        lang="be",
        country="BY",
        company="Zavulak",
        email="zavulak@zavulak.example",
        person="Hanna Bialko",
        becomes="withdrawn",
    ),
)

#: Taken, not shown yet.
UNRELEASED = frozenset(entry.slug for entry in ENTRIES if entry.becomes in ("accepted", "scheduled"))


async def call(organiser: Person) -> None:
    """Accounts of their houses. To give one takes a proof of these minutes, and films take longer."""
    for entry in ENTRIES:
        account = {"email": entry.email, "name": entry.person, "role": "producer", "company": entry.company}
        try:
            await organiser.post("/api/desk/accounts", account)
        except Refused as refused:
            if refused.code != "already-there":
                raise


async def fill(url: str, organiser: Person, film: EpisodePlan) -> None:
    """All of them with the same film. What is there already stays as it is."""
    known = {each["slug"] for each in (await organiser.get("/api/desk/series?limit=100"))["series"]}
    asked: dict[str, int] = {}
    for entry in ENTRIES:
        if entry.slug in known:
            continue
        series = await _hand_in(url, entry, film)
        if series is not None:
            await _decide(organiser, entry, series)
            asked[entry.slug] = series
    waiting = [entry for entry in ENTRIES if entry.answer and entry.slug in asked]
    if waiting:
        await asyncio.sleep(LETTER_SECONDS)
    for entry in waiting:
        await _answer(url, entry, asked[entry.slug])


async def _hand_in(url: str, entry: Entry, film: EpisodePlan) -> int | None:
    """The series, once it is submitted; None where this festival's section does not take it."""
    producer = Person(url)
    producer.http.headers["Accept-Language"] = entry.lang
    try:
        await producer.sign_in_by_mail(entry.email)
        series = await _enter(producer, entry, film)
        await producer.post(f"/api/studio/series/{series}/submission")
        if entry.becomes == "withdrawn":
            await producer.http.delete(f"/api/studio/series/{series}/submission")
    except Refused as refused:
        if not refused.code.startswith("submission-"):
            raise
        return None
    finally:
        await producer.close()
    return series


async def _enter(producer: Person, entry: Entry, film: EpisodePlan) -> int:
    sections = {section["slug"]: section["id"] for section in await producer.get("/api/studio/sections")}
    body = {"section": sections[SECTION], "slug": entry.slug, "title": entry.title, "country": entry.country}
    series = int((await producer.post("/api/studio/series", body))["id"])
    there = await producer.get(f"/api/studio/series/{series}/about")
    said = there["fields"] | {
        "synopsis": {"en": entry.synopsis},
        "genre": {"en": "Drama"},
        "original_lang": entry.lang,
        "credits": [{"part": "director", "name": entry.person}],
        "contact": {"name": entry.person, "email": entry.email, "phone": ""},
        "ai": {"used": False, "what": "", "where": []},
    }
    await producer.put(f"/api/studio/series/{series}/about", {**said, "version": there["version"], "episodes": []})
    episode = (await producer.post(f"/api/studio/series/{series}/episodes", {"number": 1, "title": entry.title}))["id"]
    for lang in ("en", "ru"):
        text = film.subtitles.get(lang) or SUBTITLE.format(text=entry.title["en"])
        await producer.put(f"/api/studio/episodes/{episode}/subtitles/{lang}", {"text": text})
    await producer.upload(episode, await asyncio.to_thread(film.make))
    return series


async def _decide(organiser: Person, entry: Entry, series: int) -> None:
    kinds = {"asked": "ask", "answered": "ask", "accepted": "accept", "scheduled": "accept", "declined": "decline"}
    kind = kinds.get(entry.becomes)
    if kind is None:
        return
    found = (await organiser.get(f"/api/desk/submissions?q={entry.slug}"))["submissions"]
    [submission] = [each for each in found if each["series"] == series]
    body: dict[str, Any] = {"id": str(uuids.uuid7()), "kind": kind, "seen": submission["version"], "words": entry.words}
    if kind == "ask":
        body["until"] = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    await organiser.post(f"/api/desk/submissions/{submission['id']}/decisions", body)
    if entry.becomes == "scheduled":
        at = (datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
        await organiser.put(f"/api/desk/series/{series}/schedule", {"at": at.isoformat()})


async def _answer(url: str, entry: Entry, series: int) -> None:
    producer = Person(url)
    try:
        await producer.sign_in_by_mail(entry.email)
        told = (await producer.get(f"/api/studio/series/{series}/submission"))["told"]
        if told and told[0]["answer"] is None:
            body = {"question": told[0]["id"], "text": entry.answer}
            await producer.post(f"/api/studio/series/{series}/submission/answer", body)
    finally:
        await producer.close()
