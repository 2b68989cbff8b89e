"""Submitting a series to its section, taking it back, and time for corrections after the deadline."""

from datetime import datetime

from msgspec import Struct

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.catalog.schemas import SectionRef
from api.db import Connection, fetch_all, fetch_maybe, fetch_one
from api.studio import locks, said, service
from api.studio import submission_rules as rules
from api.studio.queries import SUBMISSION
from api.studio.refusals import (
    NothingAsked,
    NotSubmitted,
    SeriesReleased,
    SubmissionClosed,
    SubmissionIncomplete,
    SubmissionLocked,
    SubmissionNotOpen,
)
from api.studio.submission_schemas import (
    AnswerIn,
    Check,
    CheckCode,
    PastSubmission,
    Submission,
    SubmissionState,
    Told,
    Version,
)


class Facts(Struct, frozen=True, kw_only=True):
    series: int
    released: bool
    release_at: datetime | None
    section: SectionRef
    time_zone: str


class SubmissionRow(PastSubmission, frozen=True, kw_only=True):
    changes_until: datetime | None


async def show(db: Connection, account: Account, series: int, *, now: datetime) -> Submission:
    facts = await _facts(db, account, series)
    checks = await _checks(db, account, facts)
    rows = await fetch_all(db, SUBMISSION["submissions_of"], series, into=SubmissionRow)
    return Submission(
        series=series,
        section=facts.section,
        time_zone=facts.time_zone,
        now=now,
        window=rules.window_of(facts.section.opens_at, facts.section.closes_at, now),
        checklist=checks,
        complete=rules.is_complete(checks),
        released=facts.released,
        standing=(await locks.standing_of(db, [series], now=now)).get(series),
        told=await fetch_all(db, SUBMISSION["told_of"], series, into=Told),
        release_at=facts.release_at,
        history=[_past(row) for row in rows],
    )


def _past(row: SubmissionRow) -> PastSubmission:
    return PastSubmission(**{name: getattr(row, name) for name in PastSubmission.__struct_fields__})


async def submit(tx: Connection, account: Account, series: int, *, now: datetime) -> None:
    """Safe to repeat. Organisers may hand a series in for its producer after the deadline."""
    facts = await _hold(tx, account, series)
    if await locks.standing_of(tx, [series], now=now):
        return
    if account.role != "organiser":
        _require_window(facts.section, now)
    missing = [check.code for check in await _lacking(tx, account, facts)]
    if missing:
        raise SubmissionIncomplete(missing=missing)
    if await tx.fetchval(SUBMISSION["save_submission"], series, now, account.id) is not None:
        await note(tx, account, "submit", f"series:{series}", {"section": facts.section.id})


async def withdraw(tx: Connection, account: Account, series: int, *, now: datetime) -> None:
    """Until the deadline, and before its release. Safe to repeat."""
    facts = await _hold(tx, account, series)
    if not await locks.standing_of(tx, [series], now=now):
        return
    if facts.released:
        raise SeriesReleased
    if account.role != "organiser" and rules.window_of(None, facts.section.closes_at, now) == "closed":
        raise SubmissionLocked
    await tx.execute(SUBMISSION["withdraw_submission"], series, now, account.id)
    await note(tx, account, "withdraw", f"series:{series}", {"section": facts.section.id})


async def give_time(tx: Connection, account: Account, series: int, until: datetime | None, *, now: datetime) -> None:
    """An organiser lets its producer correct a submitted series for a while."""
    if until is not None and until <= now:
        raise errors.Unprocessable("Choose a time that is still to come.", field="until")
    await _hold(tx, account, series)
    if await tx.fetchval(SUBMISSION["give_time"], series, until) is None:
        raise NotSubmitted
    detail = {"until": None if until is None else until.isoformat()}
    await note(tx, account, "give-time", f"series:{series}", detail)


class Question(Struct, frozen=True, kw_only=True):
    submission: int
    state: SubmissionState
    answer: str | None
    changes_until: datetime


async def answer(tx: Connection, account: Account, series: int, data: AnswerIn, *, now: datetime) -> None:
    """What the festival asked is answered, until it decides; safe to repeat."""
    await _hold(tx, account, series)
    asked = await fetch_maybe(tx, SUBMISSION["open_question"], series, data.question, into=Question)
    if asked is None:
        raise NothingAsked
    if asked.answer == data.text:
        return
    if account.role != "organiser" and now >= asked.changes_until:
        raise SubmissionLocked
    await tx.execute(SUBMISSION["save_answer"], data.question, data.text, account.id)
    await note(tx, account, "answer", f"series:{series}", {"submission": asked.submission})


async def lacks(db: Connection, series: int) -> list[CheckCode]:
    """What its section asks for and is not there, whoever looks."""
    facts = await fetch_one(db, SUBMISSION["submission_facts"], series, None, into=Facts, missing=errors.NotFound())
    about = await said.load_any(db, series)
    checks = rules.checklist(facts.section, about, await service.states_of(db, [series]))
    return [check.code for check in checks if not check.done]


async def require_complete(tx: Connection, account: Account, series: int) -> None:
    """A series that is submitted does not lose what it was complete by. Organisers may take that away."""
    missing = [check.code for check in await _lost(tx, account, series) if check.code in rules.SAID]
    if missing:
        raise SubmissionIncomplete(missing=missing)


async def require_subtitles(tx: Connection, account: Account, series: int, lang: str) -> None:
    """The same for subtitles in a language that the section asks for."""
    if any(check.code == "subtitles" and lang in check.langs for check in await _lost(tx, account, series)):
        raise SubmissionIncomplete(missing=["subtitles"])


async def _lost(tx: Connection, account: Account, series: int) -> list[Check]:
    """What a submitted series lacks now; nothing counts as lost of a draft, or to an organiser."""
    if account.role == "organiser" or not await tx.fetch(SUBMISSION["standing_of"], [series]):
        return []
    return await _lacking(tx, account, await _facts(tx, account, series))


async def versions(db: Connection, account: Account, episode: int) -> list[Version]:
    await service.require_episode(db, account, episode)
    return await fetch_all(db, SUBMISSION["versions"], episode, into=Version)


class Replaced(Struct, frozen=True, kw_only=True):
    series: int
    number: int
    file: str
    replaced: str


async def note_replacement(tx: Connection, account: Account, episode: int) -> None:
    """Where others work with an episode already, the log says that its file was replaced."""
    found = await fetch_maybe(tx, SUBMISSION["replaced_file"], episode, into=Replaced)
    if found is not None:
        detail = {"series": found.series, "number": found.number, "file": found.file, "replaced": found.replaced}
        await note(tx, account, "replace-file", f"episode:{episode}", detail)


def _require_window(section: SectionRef, now: datetime) -> None:
    match rules.window_of(section.opens_at, section.closes_at, now):
        case "before":
            raise SubmissionNotOpen(opens_at=None if section.opens_at is None else section.opens_at.isoformat())
        case "closed":
            raise SubmissionClosed(closed_at=None if section.closes_at is None else section.closes_at.isoformat())


async def _facts(db: Connection, account: Account, series: int) -> Facts:
    company = service.scope_of(account)
    return await fetch_one(db, SUBMISSION["submission_facts"], series, company, into=Facts, missing=errors.NotFound())


async def _hold(tx: Connection, account: Account, series: int) -> Facts:
    if await tx.fetchval(SUBMISSION["hold_series"], series, service.scope_of(account)) is None:
        raise errors.NotFound
    return await _facts(tx, account, series)


async def _checks(db: Connection, account: Account, facts: Facts) -> list[Check]:
    about = await said.load(db, account, facts.series)
    return rules.checklist(facts.section, about, await service.states_of(db, [facts.series]))


async def _lacking(db: Connection, account: Account, facts: Facts) -> list[Check]:
    return [check for check in await _checks(db, account, facts) if not check.done]
