"""The festival's settings: its name and days, its languages, and its looks. The log says what was and is."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from api import errors, jobs
from api.access.audit import note
from api.access.schemas import Account
from api.catalog import colours
from api.catalog import service as catalog
from api.db import Connection, Pool, read_queries
from api.desk.refusals import AccentUnreadable
from api.desk.settings_schemas import FestivalChange, MarkKind, MarkState, Settings, ThemeIn
from api.studio.posters import read_picture
from transcoder.contract import PosterJob

Q = read_queries(Path(__file__).parent, "settings.sql")
MARK_BYTES = 4 * 1024 * 1024


async def show(db: Connection) -> Settings:
    row = await catalog.festival_row(db)
    marks = {mark["kind"]: dict(mark) for mark in await db.fetch(Q["last_marks"], row.id)}
    return Settings(
        festival=catalog.to_festival(row),
        accent=row.accent,
        sponsor=row.sponsor,
        logo=_state(marks.get("logo")),
        card=_state(marks.get("sponsor")),
    )


def _state(mark: Mapping[str, Any] | None) -> MarkState | None:
    return None if mark is None else MarkState(id=mark["id"], state=mark["state"], created_at=mark["created_at"])


async def change(tx: Connection, account: Account, data: FestivalChange) -> Settings:
    catalog.check_days(data.starts_on, data.ends_on)
    catalog.check_zone(data.time_zone)
    for field, langs in (("offered", data.offered), ("result_languages", data.result_languages)):
        if len(set(langs)) < len(langs):
            raise errors.Unprocessable("A language is named once.", field=field)
    festival = await _hold(tx)
    before = await show(tx)
    values = [getattr(data, name) for name in FestivalChange.__struct_fields__]
    await tx.execute(Q["change_festival"], festival, *values)
    return await _told(tx, account, before)


async def change_theme(tx: Connection, account: Account, data: ThemeIn) -> Settings:
    """Only colours that can be read: whoever wants another is told the nearest."""
    if data.accent is not None:
        verdict = colours.judge(data.accent)
        if not verdict.readable:
            raise AccentUnreadable(contrast=verdict.contrast, suggestion=verdict.suggestion)
    festival = await _hold(tx)
    before = await show(tx)
    await tx.execute(Q["change_theme"], festival, data.accent, data.sponsor)
    return await _told(tx, account, before)


async def take_mark(pool: Pool, account: Account, kind: MarkKind, chunks: AsyncIterator[bytes]) -> Settings:
    """Stored as it comes: nothing here opens it. A worker makes of it what is shown."""
    content, mark = await read_picture(chunks), uuid4()
    async with pool.acquire() as db, db.transaction():
        festival = await _hold(db)
        await db.execute(Q["save_mark"], mark, festival, kind, content)
        await jobs.enqueue_poster(db, PosterJob(poster=mark, mark=True))
        await note(
            db,
            account,
            "send-logo" if kind == "logo" else "send-sponsor",
            f"festival:{festival}",
            {"mark": str(mark), "bytes": len(content)},
        )
        return await show(db)


async def remove_mark(tx: Connection, account: Account, kind: MarkKind) -> Settings:
    festival = await _hold(tx)
    before = await show(tx)
    await tx.execute(Q["give_up_marks"], festival, kind)
    await tx.execute(Q["remove_mark"], festival, kind)
    return await _told(tx, account, before)


async def _hold(tx: Connection) -> int:
    festival: int | None = await tx.fetchval(Q["hold_festival"])
    if festival is None:
        raise errors.NotFound("There is no festival here yet.")
    return festival


async def _told(tx: Connection, account: Account, before: Settings) -> Settings:
    after = await show(tx)
    changed = changes(before, after)
    if changed:
        await note(tx, account, "change", f"festival:{after.festival.id}", changed)
    return after


def changes(before: Settings, after: Settings) -> dict[str, Any]:
    """Each field that is not what it was. What follows from another field is not told beside it."""
    was, now = _flat(before), _flat(after)
    return {name: {"was": was[name], "is": now[name]} for name in now if was[name] != now[name]}


def _flat(settings: Settings) -> dict[str, Any]:
    plain: dict[str, dict[str, Any]] = msgspec.to_builtins(settings)
    theme = plain["festival"].pop("theme")
    card = theme["sponsor"] and theme["sponsor"]["card"]
    own: dict[str, Any] = {"accent": plain["accent"], "sponsor": plain["sponsor"], "logo": theme["logo"], "card": card}
    return plain["festival"] | own
