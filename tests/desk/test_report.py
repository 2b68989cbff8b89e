"""The report says what is in the database, counted a second time here in another way."""

import csv
import io
import random
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct
from pypdf import PdfReader

from api.db import Connection
from api.desk import report as reports
from api.desk import report_files as files
from api.desk.report_print import SAID
from api.desk.report_schemas import Report
from api.letters import LETTERS
from api.studio.stay_rules import FLOOR
from api.words import pick
from tests import builders
from tests.house import House

pytest_plugins = ("tests.housing",)
ZONE = ZoneInfo("Asia/Almaty")
BEGAN = datetime(2026, 11, 6, 4, tzinfo=UTC)
LANGS = ("ru", "kk", "en", "fa")


class Playing(Struct, frozen=True, kw_only=True):
    viewing: UUID
    section: str
    country: str
    number: int
    last: int
    hour: datetime
    seconds: float
    finished: bool
    liked: bool
    interface: str
    subtitles: str | None


async def a_programme(db: Connection, dice: random.Random) -> list[dict[str, Any]]:
    """Series of three sections and five countries, with what a test has to know of them."""
    await builders.a_festival(db)
    found = []
    for place in range(9):
        slug = f"part-{place % 3}"
        section = await db.fetchval("SELECT id FROM section WHERE slug = $1", slug)
        if section is None:
            section = await builders.a_section_that(db, slug=slug)
        released = place != 8
        series = await builders.a_series(db, section=section, released=released)
        country = dice.choice(("KZ", "IR", "BY", "CN", "IN"))
        await db.execute("UPDATE series SET country = $2 WHERE id = $1", series, country)
        episodes = []
        for number in range(1, dice.randint(2, 4)):
            episode = await builders.an_episode(db, series, number)
            await builders.a_package(db, episode)
            episodes.append((episode, number))
        if dice.random() < 0.6:
            await builders.a_submission(db, series)
        found.append(
            {"section": slug, "country": country, "episodes": episodes, "series": series, "released": released}
        )
    return found


async def watch(db: Connection, dice: random.Random, programme: list[dict[str, Any]], people: int) -> list[Playing]:
    """Each of them one series, from its first episode on or from the second."""
    playings = []
    for _ in range(people):
        series = dice.choices(programme[:-1], weights=[60, 30, 12, 6, 3, 2, 1, 1])[0]
        viewing = UUID(int=dice.getrandbits(128), version=4)
        interface, subtitled = dice.choices(LANGS, weights=[50, 30, 15, 2])[0], dice.random() < 0.5
        start = BEGAN + timedelta(hours=dice.choices((0, 5, 30, 101), weights=[50, 30, 15, 1])[0])
        last = series["episodes"][-1][1]
        for episode, number in series["episodes"][dice.randint(0, len(series["episodes"]) > 1) :]:
            playing = Playing(
                viewing=viewing, section=series["section"], country=series["country"], number=number, last=last, hour=start,
                seconds=round(dice.uniform(1, 12), 1), finished=dice.random() < 0.8, liked=dice.random() < 0.2, interface=interface,
                subtitles=interface if subtitled else None,
            )  # fmt: skip
            await db.execute(
                "INSERT INTO playback_summary (session, episode_id, hour, stalls, stalled_ms, seconds, rungs, liked, viewing, left_at, finished,"
                " interface, subtitles) VALUES (gen_random_uuid(), $1, $2, 0, 0, $3, '{}', $4, $5, $3, $6, $7, $8)",
                episode, playing.hour, playing.seconds, playing.liked, viewing, playing.finished, playing.interface, playing.subtitles,
            )  # fmt: skip
            playings.append(playing)
            if dice.random() < 0.3:
                break
    return playings


def parts(playings: list[Playing], key: Any) -> dict[str, tuple[int, int, float]]:
    viewers, views, seconds = defaultdict(set), Counter[str](), defaultdict[str, float](float)
    for playing in playings:
        name = key(playing)
        viewers[name].add(playing.viewing)
        views[name] += 1
        seconds[name] += playing.seconds
    return {name: (len(viewers[name]), views[name], seconds[name]) for name in viewers}


def check_parts(told: Any, truth: dict[str, tuple[int, int, float]]) -> None:
    """Whatever is told by name is true, and nothing stands for fewer than the floor."""
    assert bool(told) or any(viewers < FLOOR for viewers, _, _ in truth.values())
    for each in told:
        if each.key is not None:
            viewers, views, seconds = truth[each.key]
            assert (each.viewers, each.views) == (viewers, views)
            assert each.minutes == pytest.approx(seconds / 60, abs=0.51)
            assert viewers >= FLOOR
    assert not told or sum(each.views for each in told) == sum(views for _, views, _ in truth.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_figures_are_those_of_an_independent_count(db: Connection, seed: int) -> None:
    dice = random.Random(seed)
    programme = await a_programme(db, dice)
    playings = await watch(db, dice, programme, 260)

    report = await reports.report(db, None, now=BEGAN + timedelta(days=9))

    watched = report.watched
    assert watched is not None
    by_viewing = defaultdict(list)
    for playing in playings:
        by_viewing[playing.viewing].append(playing)
    began = [each for each in by_viewing.values() if any(one.number == 1 for one in each)]
    completed = [each for each in began if any(one.number == one.last and one.finished for one in each)]
    assert (watched.viewers, watched.views) == (len(by_viewing), len(playings))
    assert watched.minutes == round(sum(each.seconds for each in playings) / 60)
    assert watched.completed is not None
    assert (watched.completed.viewers, watched.completed.value) == (
        len(completed),
        round(len(completed) / len(began), 4),
    )
    languages = Counter(each[0].interface for each in by_viewing.values())
    assert {use.lang: use.viewers for use in watched.interface if use.lang}.items() <= languages.items()
    assert sum(use.viewers for use in watched.interface) == len(by_viewing)
    check_parts(watched.sections, parts(playings, lambda each: each.section))
    check_parts(watched.countries, parts(playings, lambda each: each.country))
    check_parts(watched.hours, parts(playings, lambda each: f"{each.hour.astimezone(ZONE):%H}"))
    check_parts(watched.days, parts(playings, lambda each: f"{each.hour.astimezone(ZONE):%Y-%m-%d}"))
    check_entries(report, programme, await submitted_of(db))


async def submitted_of(db: Connection) -> set[int]:
    return {row["series_id"] for row in await db.fetch("SELECT series_id FROM submission WHERE withdrawn_at IS NULL")}


def check_entries(report: Report, programme: list[dict[str, Any]], submitted: set[int]) -> None:
    lines = {line.slug: line for line in report.sections}
    for slug in {series["section"] for series in programme}:
        mine = [series for series in programme if series["section"] == slug]
        assert lines[slug].entered == len(mine)
        assert lines[slug].submitted == sum(series["series"] in submitted for series in mine)
        assert lines[slug].accepted == sum(series["released"] for series in mine)
        assert lines[slug].episodes == sum(len(series["episodes"]) for series in mine)
    assert {line.country: line.entered for line in report.countries} == Counter(each["country"] for each in programme)
    shown = sum(len(series["episodes"]) for series in programme if series["released"])
    assert report.access.episodes == shown
    assert report.plots.countries.best == max(report.countries, key=lambda line: line.entered).country


async def test_accepted_is_what_the_review_has_decided_or_what_is_shown(db: Connection) -> None:
    section = await builders.a_section_that(db, slug="decided")
    states = (
        ("accepted", False),
        ("accepted", True),
        ("declined", False),
        ("new", False),
        (None, True),
        (None, False),
    )
    for state, released in states:
        series = await builders.a_series(db, section=section, released=released)
        await db.execute("UPDATE series SET country = 'TJ' WHERE id = $1", series)
        if state is not None:
            await builders.a_submission(db, series)
            await db.execute("UPDATE submission SET state = $2 WHERE series_id = $1", series, state)
    withdrawn = await builders.a_series(db, section=section, released=False)
    await builders.a_submission(db, withdrawn)
    await db.execute(
        "UPDATE submission SET state = 'accepted', withdrawn_at = now(), withdrawn_by = submitted_by WHERE series_id = $1",
        withdrawn,
    )

    report = await reports.report(db, None, now=BEGAN)

    assert [(line.entered, line.accepted) for line in report.sections if line.slug == "decided"] == [(7, 3)]
    assert [(line.entered, line.accepted) for line in report.countries if line.country == "TJ"] == [(6, 3)]


async def test_few_viewers_are_told_of_by_nothing(db: Connection) -> None:
    dice = random.Random(4)
    programme = await a_programme(db, dice)
    await watch(db, dice, programme, FLOOR - 1)

    report = await reports.report(db, None, now=BEGAN)

    assert report.watched is None
    assert all(bar.value is None for bar in (*report.plots.hours.bars, *report.plots.days.bars))


async def test_two_reports_never_differ_by_a_few_people(db: Connection) -> None:
    dice = random.Random(5)
    programme = await a_programme(db, dice)
    await watch(db, dice, programme, 120)
    first = await reports.report(db, None, now=BEGAN)

    await watch(db, dice, programme, FLOOR - 1)
    second = await reports.report(db, None, now=BEGAN + timedelta(hours=1))
    await watch(db, dice, programme, 1)
    third = await reports.report(db, None, now=BEGAN + timedelta(hours=2))

    assert first.watched is not None
    assert third.watched is not None
    assert (second.watched, second.counted_at) == (first.watched, first.counted_at)
    assert third.watched.viewers == first.watched.viewers + FLOOR


async def test_award_tells_turnout_and_only_published_winners(db: Connection) -> None:
    series = await builders.a_watchable_series(db, slug="the-last-trolleybus")
    sealed, published = await builders.an_award(db), await builders.an_award(db, closes=timedelta(hours=2))
    entry = await builders.an_entry(db, published, series)
    for award, ballots in ((sealed, FLOOR + 3), (published, FLOOR - 1)):
        for _ in range(ballots):
            ballot = await builders.a_ballot(db, award)
            await db.execute(
                "INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, channel, receipt)"
                " VALUES (gen_random_uuid(), gen_random_uuid(), $1, $2, $3, 1, 1, 5, 1, substr(md5(random()::text), 1, 12))",
                award, ballot, entry,
            )  # fmt: skip
    await db.execute(
        "INSERT INTO award_result (award_id, text, published_by) VALUES ($1, $2, $3)",
        published, f'{{"winners": [{entry}]}}', await builders.an_account(db),
    )  # fmt: skip

    lines = {line.id: line for line in (await reports.report(db, None, now=BEGAN)).awards}

    assert (lines[sealed].ballots, lines[sealed].winners) == (FLOOR + 3, [])
    assert [(each.tier, each.ballots) for each in lines[sealed].strata] == [("device", FLOOR + 3)]
    assert (lines[published].ballots, lines[published].strata) == (None, [])
    assert [winner.title["en"] for winner in lines[published].winners] == ["the-last-trolleybus"]


async def test_file_holds_every_figure_and_no_formula(db: Connection) -> None:
    dice = random.Random(6)
    programme = await a_programme(db, dice)
    await watch(db, dice, programme, 120)
    await db.execute("UPDATE section SET name = $1 WHERE slug = 'part-1'", {"en": "=HYPERLINK(1)"})
    report = await reports.report(db, None, now=BEGAN)

    lines = list(csv.DictReader(io.StringIO(files.to_csv(report, "en"))))

    assert report.watched is not None
    assert {"viewers", "views", "minutes_watched"} <= {line["figure"] for line in lines}
    assert next(line["value"] for line in lines if line["figure"] == "viewers") == str(report.watched.viewers)
    assert {line["detail"] for line in lines if line["of"] == "part-1"} >= {"'=HYPERLINK(1)"}
    assert len([line for line in lines if line["figure"] == "hour_minutes"]) == len(report.watched.hours)


async def test_report_and_file_for_organisers_and_auditors(house: House, rows: Connection) -> None:
    await builders.a_festival(rows)
    for role in ("organiser", "auditor"):
        browser = await house.signed_in(role)
        told = await browser.get("/api/desk/report")
        sheet = await browser.get("/api/desk/report.csv?lang=ru")
        assert (told.status_code, sheet.status_code) == (200, 200), told.text
        assert sheet.headers["content-disposition"] == 'attachment; filename="report-meridian.csv"'
        assert "Meridian ру" in sheet.text
    assert (await browser.get("/api/desk/report?festival=999999")).status_code == 404


@pytest.mark.parametrize("lang", ["en", "fa", "hi", "zh"])
async def test_report_is_printed_in_any_language(house: House, rows: Connection, lang: str) -> None:
    await builders.a_festival(rows)
    browser = await house.signed_in("auditor")

    answer = await browser.get(f"/api/desk/report.pdf?lang={lang}")

    assert answer.status_code == 200, answer.text
    pdf = PdfReader(io.BytesIO(answer.content))
    assert answer.headers["content-disposition"] == f'attachment; filename="report-meridian-{lang}.pdf"'
    assert pdf.metadata is not None
    assert pdf.metadata.title == SAID[lang]["title"].format(name=pick(builders.words("Meridian"), lang))


def test_print_says_the_same_in_every_language() -> None:
    for lang, said in SAID.items():
        assert said.keys() == SAID["en"].keys(), lang
        for key, text in said.items():
            wanted = set(re.findall(r"\{\w+\}", SAID["en"][key]))
            assert set(re.findall(r"\{\w+\}", text)) == wanted, (lang, key)
    assert set(SAID) == set(LETTERS)
