"""The demo's three juries: one still watches, the scores of one lie on the table, and one has decided."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uuid_utils.compat as uuids
from msgspec import Struct

from loadtest.client import Person, Refused

Words = dict[str, str]
CHAIR = {"email": "juror@meridian.example", "name": "Roya Daneshvar"}
JURORS = (
    CHAIR,
    {"email": "farida@meridian.example", "name": "Farida Yusupova"},
    {"email": "liwenhui@meridian.example", "name": "Li Wenhui"},
    {"email": "daniyar@feathergrass.example", "name": "Daniyar Akhmetov"},
    {"email": "amrita@meridian.example", "name": "Amrita Sen"},
)
#: Where they work, as far as the festival knows: one of them at the company of a film that is up.
AFFILIATIONS = {"daniyar@feathergrass.example": "Feather Grass Pictures"}
CONFLICT = ("daniyar@feathergrass.example", "the-horse-came-back")
WHY = "I work at the company that made it."
#: What somebody writes down while they watch, and at which second.
NOTES = (
    (3, "Watch this cut again."),
    (6, "Silence does the work here."),
    (4, "Who is speaking? Ask for better subtitles."),
    (7, "The frame opens upwards, and one believes it."),
    (2, "First image, and everything is said."),
)
#: Files a player takes first, of each film; every key that is handed out is a line of the access log.
PLAYLISTS = "/api/screeners/{package}/playlists/1/master.m3u8"
KEYS = "/api/screeners/{package}/key"


def words(en: str, zh: str, ru: str, fa: str) -> Words:
    return {"en": en, "zh": zh, "ru": ru, "fa": fa}


CRITERIA = json.loads(Path(__file__).with_name("rubric.json").read_text(encoding="utf-8"))


class JuryPlan(Struct, frozen=True, kw_only=True):
    name: Words
    award: Words
    round: Words
    jurors: int
    rules: dict[str, Any]
    cut: dict[str, Any] | None
    titles: int
    #: What each juror gives each title; 0 is nothing yet.
    grades: tuple[tuple[int, ...], ...]
    deliberates: bool
    #: The place of the winner among the titles, and why it is.
    decision: tuple[int, Words] | None = None


MAIN = JuryPlan(
    name=words("Main jury", "主竞赛评审团", "Жюри основного конкурса", "هیئت داوران اصلی"),
    award=words("Grand Prix", "大奖", "Гран-при", "جایزهٔ بزرگ"),
    round=words("Main competition, round one", "主竞赛第一轮", "Основной конкурс, первый тур", "مسابقهٔ اصلی، دور نخست"),
    jurors=5,
    rules={"visibility": "deliberation", "blind": ["scoring"], "must_see": 1},
    cut={"kind": "quota", "titles": 3},
    titles=200,
    grades=((5, 4, 0, 3, 0, 0), (6, 4, 5, 0, 0, 0), (4, 4, 3, 5, 4, 2), (5, 0, 0, 0, 0, 0), (3, 5, 4, 4, 0, 0)),
    deliberates=False,
)
#: Two of three put the second title first, by little; the third has the wider scale and decides the raw mean.
FIRST = JuryPlan(
    name=words("Young jury", "青年评审团", "Молодёжное жюри", "هیئت داوران جوان"),
    award=words("Best debut", "最佳处女作", "Лучший дебют", "بهترین اثر نخست"),
    round=words("Final round", "终评", "Финальный тур", "دور پایانی"),
    jurors=3,
    rules={"visibility": "deliberation", "must_see": 1},
    cut=None,
    titles=3,
    grades=((6, 2, 1), (3, 4, 3), (4, 5, 4)),
    deliberates=True,
)
CRITICS = JuryPlan(
    name=words("Critics' jury", "影评人评审团", "Жюри критиков", "هیئت داوران منتقدان"),
    award=words("Critics' Prize", "影评人奖", "Приз критиков", "جایزهٔ منتقدان"),
    round=words("The only round", "唯一一轮", "Единственный тур", "تنها دور"),
    jurors=3,
    rules={"visibility": "after_mine", "must_see": 1},
    cut=None,
    titles=4,
    grades=((4, 5, 3, 6), (5, 3, 4, 6), (4, 4, 5, 5)),
    deliberates=True,
    decision=(
        3,
        words(
            "For a recipe that tells a whole family without one explanation.",
            "一张食谱,不加解释便说尽一家人。",
            "За рецепт, который без единого объяснения рассказывает целую семью.",
            "برای دستور پختی که بی هیچ توضیحی یک خانواده را روایت می‌کند.",
        ),
    ),
)
PLANS = (MAIN, FIRST, CRITICS)
BEAT, BEATS = 5.0, 60
HTTP_OK, HTTP_NOT_FOUND = 200, 404


def grades_of(grade: int) -> dict[str, int]:
    return {"story": grade, "frame": grade, "acting": grade, "sound": min(6, grade + 1)}


async def call(organiser: Person) -> None:
    """Accounts of the jurors."""
    for juror in JURORS:
        try:
            await organiser.post("/api/desk/accounts", {**juror, "role": "juror"})
        except Refused as refused:
            if refused.code != "already-there":
                raise


async def found(organiser: Person, series: Sequence[int]) -> None:
    """Juries and their rounds, open; those that are there stay as they are."""
    there = [card["name"] for card in await organiser.get("/api/desk/juries")]
    for plan in PLANS:
        if plan.name not in there:
            await _found(organiser, plan, series)


async def _found(organiser: Person, plan: JuryPlan, series: Sequence[int]) -> None:
    members = [
        {"email": each["email"], "chair": each is CHAIR, "affiliation": AFFILIATIONS.get(each["email"], "")}
        for each in JURORS[: plan.jurors]
    ]
    body = {"name": plan.name, "award": plan.award, "rubric": {"criteria": CRITERIA}, "members": members}
    jury = await organiser.post("/api/desk/juries", {**body, **plan.rules})
    round_body = {"name": plan.round, "series": list(series)[: plan.titles], "cut": plan.cut}
    made = await organiser.post(f"/api/desk/juries/{jury['id']}/rounds", round_body)
    await organiser.post(f"/api/desk/juries/rounds/{made['id']}/open")


async def meet(new_person: Callable[[], Person]) -> bool:
    """Jurors sit down, all at once: watch, score, recuse, lock. False where they have done so before."""
    people = [new_person() for _ in JURORS]
    try:
        for person, juror in zip(people, JURORS, strict=True):
            await person.sign_in_by_mail(juror["email"])
        if any(each["done"] for each in await people[0].get("/api/jury/rounds")):
            return False
        await asyncio.gather(*(sit(person, number) for number, person in enumerate(people)))
        for card in await people[0].get("/api/jury/rounds"):
            plan = _plan(card)
            if plan is not None and plan.deliberates and card["phase"] == "scoring":
                locked = (await people[0].get(f"/api/jury/rounds/{card['id']}/progress"))["all_locked"]
                reason = None if locked else "Some films are not ready."
                await people[0].post(f"/api/jury/rounds/{card['id']}/deliberation", {"reason": reason})
                await _decide(people[0], card["id"], plan)
        return True
    finally:
        for person in people:
            await person.close()


async def _decide(chair: Person, round_id: int, plan: JuryPlan) -> None:
    if plan.decision is None:
        return
    place, citation = plan.decision
    titles = (await chair.get(f"/api/jury/rounds/{round_id}"))["items"]
    prize = {"series": titles[place]["series"], "kind": "winner", "citation": citation}
    await chair.put(f"/api/jury/rounds/{round_id}/decision", {"prizes": [prize]})


def _plan(card: Any) -> JuryPlan | None:
    """None for a jury that somebody has made since."""
    return next((plan for plan in PLANS if plan.name == card["jury"]), None)


async def sit(person: Person, number: int) -> None:
    for card in await person.get("/api/jury/rounds"):
        plan, page = _plan(card), await person.get(f"/api/jury/rounds/{card['id']}")
        if plan is None:
            continue
        for item, grade in zip(page["items"], plan.grades[number], strict=False):
            if (JURORS[number]["email"], item["slug"]) == CONFLICT:
                await person.post(f"/api/jury/rounds/{card['id']}/recusals", {"series": item["series"], "reason": WHY})
            elif grade:
                await judge(person, card["id"], item["series"], grade)
        if plan.deliberates and all(item["coverage"]["episodes"] for item in page["items"]):
            await person.post(f"/api/jury/rounds/{card['id']}/lock", {"confirm": "lock"})


async def judge(person: Person, round_id: int, series: int, grade: int) -> None:
    path = f"/api/jury/rounds/{round_id}/titles/{series}"
    episodes = (await person.get(path))["episodes"]
    if episodes:
        await open_film(person, episodes[0])
        await watch(person, episodes[0])
    sheet = {"id": str(uuids.uuid7()), "revision": 1, "grades": grades_of(grade)}
    await person.put(f"{path}/sheet", sheet)
    if episodes and grade > 4:
        second, text = NOTES[(series + grade) % len(NOTES)]
        note = {"episode": episodes[0]["id"], "second": second, "text": text, "revision": 1}
        await person.put(f"/api/jury/notes/{uuids.uuid7()}", note)


async def open_film(person: Person, episode: Any) -> None:
    """As a player does with a film that is not released; of another there is nothing to be had here."""
    for path in (PLAYLISTS, KEYS):
        answer = await person.http.get(path.format(package=episode["package"]))
        if answer.status_code not in (HTTP_OK, HTTP_NOT_FOUND):
            raise Refused(answer)


async def watch(person: Person, episode: Any) -> None:
    """For as long as it takes: nobody is credited faster than the clock."""
    session = str(uuids.uuid7())
    for _ in range(BEATS):
        body = {"session": session, "episode": episode["id"], "spans": [[0, episode["seconds"]]]}
        if (await person.post("/api/jury/watched", body))["whole"]:
            return
        await asyncio.sleep(BEAT)
