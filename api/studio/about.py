"""What a producer says of a series: saved whole on top of a version, and undone whole."""

from datetime import datetime
from typing import Any

from msgspec import structs

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection, fetch_all
from api.studio import locks, said, service, submission
from api.studio import submission_rules as rules
from api.studio.about_schemas import About, AboutFields, AboutIn, EpisodeAbout, EpisodeAboutIn
from api.studio.queries import ABOUT, SUBMISSION
from api.studio.refusals import NothingToUndo, SavedMeanwhile
from api.studio.said import AboutRow, Before


async def show(db: Connection, account: Account, series: int, *, enforced: bool, now: datetime) -> About:
    """`enforced`: whether this house can tell viewers' countries apart."""
    row = await said.load(db, account, series)
    return About(
        version=row.version,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        can_undo=row.before is not None,
        locked=await locks.is_locked(db, series, now=now),
        countries_enforced=enforced,
        time_zone=row.time_zone,
        fields=row.fields,
        episodes=await _episodes(db, series),
    )


async def save(tx: Connection, account: Account, series: int, data: AboutIn, *, now: datetime) -> None:
    """Safe to repeat: what is there already is no change, whatever the version."""
    rules.check_rights(data.rights)
    row = await _hold(tx, account, series, now=now)
    fields = said.only_fields(data)
    current = {episode.id: _as_sent(episode) for episode in await _episodes(tx, series)}
    if any(episode.id not in current for episode in data.episodes):
        raise errors.Unprocessable("An episode of this list is not one of the series.", field="episodes")
    changed = [episode for episode in data.episodes if current[episode.id] != episode]
    if fields == row.fields and not changed:
        return
    _require_version(row, data.version)
    before = Before(fields=row.fields, episodes=[current[episode.id] for episode in changed])
    await _write(tx, account, series, Before(fields=fields, episodes=changed), before, now=now)


async def undo(tx: Connection, account: Account, series: int, version: int, *, now: datetime) -> None:
    """Takes back the last save; a second time takes that back."""
    row = await _hold(tx, account, series, now=now)
    _require_version(row, version)
    if row.before is None:
        raise NothingToUndo
    current = {episode.id: _as_sent(episode) for episode in await _episodes(tx, series)}
    before = Before(fields=row.fields, episodes=[current[episode.id] for episode in row.before.episodes])
    await _write(tx, account, series, row.before, before, now=now)


async def _hold(tx: Connection, account: Account, series: int, *, now: datetime) -> AboutRow:
    if await tx.fetchval(SUBMISSION["hold_series"], series, service.scope_of(account)) is None:
        raise errors.NotFound
    await locks.require_open(tx, account, series, now=now)
    return await said.load(tx, account, series)


def _require_version(row: AboutRow, version: int) -> None:
    if version != row.version:
        at = None if row.saved_at is None else row.saved_at.isoformat()
        raise SavedMeanwhile(version=row.version, by=row.saved_by, at=at)


async def _episodes(db: Connection, series: int) -> list[EpisodeAbout]:
    return await fetch_all(db, ABOUT["episodes_about"], series, into=EpisodeAbout)


def _as_sent(episode: EpisodeAbout) -> EpisodeAboutIn:
    return EpisodeAboutIn(id=episode.id, title=episode.title, rating=episode.rating, notes=episode.notes)


async def _write(
    tx: Connection, account: Account, series: int, after: Before, before: Before, *, now: datetime
) -> None:
    await tx.execute(ABOUT["save_about"], series, account.id, now, before, *_columns(after.fields))
    for episode in after.episodes:
        await tx.execute(ABOUT["save_episode_about"], series, episode.id, episode.title, episode.rating, episode.notes)
    await submission.require_complete(tx, account, series)
    if account.role == "organiser" or await tx.fetchval(ABOUT["is_followed"], series):
        detail = {"fields": _changed(before.fields, after.fields), "episodes": [each.id for each in after.episodes]}
        await note(tx, account, "change-about", f"series:{series}", detail)


def _columns(fields: AboutFields) -> tuple[Any, ...]:
    """In the order of the statement."""
    head = (
        "title",
        "synopsis",
        "genre",
        "notes",
        "original_lang",
        "country",
        "rating",
        "credits",
        "companies",
        "contact",
        "ai",
    )
    rights = fields.rights
    return (*(getattr(fields, name) for name in head), rights.begins, rights.ends, rights.rule, rights.countries)


def _changed(before: AboutFields, after: AboutFields) -> list[str]:
    was, now = structs.asdict(before), structs.asdict(after)
    return [name for name in now if was[name] != now[name]]
