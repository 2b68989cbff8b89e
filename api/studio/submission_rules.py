"""When a series may be submitted and changed, and what it still needs. No await, no I/O."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from api import errors
from api.catalog.schemas import SectionRef
from api.studio.about_schemas import AboutFields, Rights
from api.studio.schemas import EpisodeState
from api.studio.submission_schemas import Check, CheckCode, Window

#: A file that has arrived and was not refused; its encoding may still be under way at the deadline.
ARRIVED = frozenset({"received", "queued", "encoding", "ready"})

#: What is checked again at every change of what a submitted series says; its files may be replaced one by one.
SAID = frozenset({"title", "synopsis", "genre", "original_lang", "credits", "contact", "ai", "ai_refused"})


class Hold(Struct, frozen=True, kw_only=True):
    """What decides whether a series is locked."""

    submitted_at: datetime | None
    changes_until: datetime | None
    closes_at: datetime | None


def window_of(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> Window:
    """The moment of opening is inside, that of the deadline is not."""
    if closes_at is not None and now >= closes_at:
        return "closed"
    return "open" if opens_at is None or now >= opens_at else "before"


def is_locked(hold: Hold, now: datetime) -> bool:
    """From the deadline on, unless an organiser has given time. What was not submitted is never locked."""
    if hold.submitted_at is None or hold.closes_at is None or now < hold.closes_at:
        return False
    return hold.changes_until is None or now >= hold.changes_until


def check_rights(rights: Rights) -> None:
    if rights.begins is not None and rights.ends is not None and rights.begins >= rights.ends:
        raise errors.Unprocessable("Rights begin before they end.", field="rights.ends")
    if rights.rule != "everywhere" and not rights.countries:
        raise errors.Unprocessable("Name at least one country, or choose everywhere.", field="rights.countries")


def checklist(section: SectionRef, about: AboutFields, episodes: Sequence[EpisodeState]) -> list[Check]:
    """Only what this section asks for."""
    return [*_about_series(section, about), *_about_episodes(section, episodes)]


def is_complete(checks: Iterable[Check]) -> bool:
    return all(check.done for check in checks)


def _about_series(section: SectionRef, about: AboutFields) -> list[Check]:
    checks = [
        _line("title", bool(about.title)),
        _line("synopsis", bool(about.synopsis)),
        _line("genre", bool(about.genre)),
        _line("original_lang", about.original_lang is not None),
        _line("credits", any(credit.part == "director" for credit in about.credits)),
        _line("contact", bool(about.contact.name.strip() and about.contact.email)),
    ]
    if section.ai_rule != "open":
        said = about.ai is not None and (not about.ai.used or bool(about.ai.what.strip() and about.ai.where))
        checks.append(_line("ai", said))
    if section.ai_rule == "refuse" and about.ai is not None and about.ai.used:
        parts = [part for part in about.ai.where if part in section.ai_parts]
        if parts or not section.ai_parts:
            checks.append(Check(code="ai_refused", done=False, episodes=[], langs=[], parts=parts))
    return checks


def _about_episodes(section: SectionRef, episodes: Sequence[EpisodeState]) -> list[Check]:
    count = len(episodes)
    enough = count >= (section.min_episodes or 1) and count <= (section.max_episodes or count)
    checks = [_line("episodes", enough)]
    if not episodes:
        return checks
    there = {episode.number for episode in episodes}
    missing = [number for number in range(1, max(there)) if number not in there]
    checks.append(Check(code="numbers", done=not missing, episodes=missing, langs=[]))
    checks.append(_of("files", episodes, lambda each: each.package is not None or each.state in ARRIVED))
    if section.min_seconds is not None or section.max_seconds is not None:
        checks.append(_of("lengths", episodes, lambda each: _fits(section, each)))
    if section.min_total_seconds is not None or section.max_total_seconds is not None:
        checks.append(_line("total", _fits_together(section, episodes)))
    if section.subtitle_langs:
        checks.append(_subtitles(section.subtitle_langs, episodes))
    return checks


def _line(code: CheckCode, done: bool) -> Check:
    return Check(code=code, done=done, episodes=[], langs=[])


def _of(code: CheckCode, episodes: Sequence[EpisodeState], well: Callable[[EpisodeState], bool]) -> Check:
    wrong = [episode.number for episode in episodes if not well(episode)]
    return Check(code=code, done=not wrong, episodes=wrong, langs=[])


def _fits(section: SectionRef, episode: EpisodeState) -> bool:
    """To the whole second, as people read lengths; one not measured yet is not held up."""
    if episode.duration_ms is None:
        return True
    seconds = round(episode.duration_ms / 1000)
    return (section.min_seconds or 0) <= seconds <= (section.max_seconds or seconds)


def _fits_together(section: SectionRef, episodes: Sequence[EpisodeState]) -> bool:
    """Too long is known with what is measured; too short only when all is."""
    known = [episode.duration_ms for episode in episodes if episode.duration_ms is not None]
    seconds = round(sum(known) / 1000)
    if section.max_total_seconds is not None and seconds > section.max_total_seconds:
        return False
    return len(known) < len(episodes) or seconds >= (section.min_total_seconds or 0)


def _subtitles(wanted: Sequence[str], episodes: Sequence[EpisodeState]) -> Check:
    lacking = {episode.number: [lang for lang in wanted if lang not in episode.subtitles] for episode in episodes}
    numbers = [number for number, langs in lacking.items() if langs]
    langs = [lang for lang in wanted if any(lang in each for each in lacking.values())]
    return Check(code="subtitles", done=not numbers, episodes=numbers, langs=langs)
