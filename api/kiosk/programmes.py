"""What screens play: programmes as the desk writes them, and what one of them plays at a time."""

import asyncpg

from api import errors
from api.catalog import service as catalog
from api.db import Connection, fetch_all, fetch_one
from api.kiosk import rules
from api.kiosk.plan_schemas import Item, Preview, PreviewIn, PreviewItem, ProgrammeIn, StoredProgramme
from api.kiosk.rules import Film
from api.kiosk.service import Q
from api.playback import library
from api.words import Words

_TAKEN = "There is a programme with this name already."


async def list_programmes(db: Connection) -> list[StoredProgramme]:
    return await fetch_all(db, Q["programmes"], None, into=StoredProgramme)


async def _find(db: Connection, programme: int) -> StoredProgramme:
    return await fetch_one(db, Q["programmes"], programme, into=StoredProgramme, missing=errors.NotFound())


async def require_programme(db: Connection, programme: int | None) -> None:
    """Unprocessable where it is not there; None is none."""
    if programme is not None and await db.fetchval(Q["known_programme"], programme) is None:
        raise errors.Unprocessable("There is no such programme.", field="programme")


async def create_programme(tx: Connection, data: ProgrammeIn) -> StoredProgramme:
    rules.check_plan(data.plan)
    await catalog.festival(tx)
    created = await tx.fetchval(Q["save_programme"], data.name, data.plan)
    if created is None:
        raise errors.AlreadyThere(_TAKEN)
    return await _find(tx, created)


async def change_programme(tx: Connection, programme: int, data: ProgrammeIn) -> StoredProgramme:
    """Screens that play it hear of it with their next heartbeat."""
    rules.check_plan(data.plan)
    try:
        changed = await tx.fetchval(Q["change_programme"], programme, data.name, data.plan)
    except asyncpg.UniqueViolationError as error:
        raise errors.AlreadyThere(_TAKEN) from error
    if changed is None:
        raise errors.NotFound
    return await _find(tx, programme)


async def delete_programme(tx: Connection, programme: int) -> StoredProgramme:
    found = await _find(tx, programme)
    if await tx.fetchval(Q["delete_programme"], programme) is None:
        raise errors.AlreadyThere("A screen plays this programme. Give that screen another one first.")
    return found


async def preview(db: Connection, data: PreviewIn) -> Preview:
    """What a plan plays at a time, also one that is not saved yet."""
    rules.check_plan(data.plan)
    shelf = await library.shelf(db)
    titles = {row.series: row.title for row in shelf}
    films = [
        Film(
            section=row.section,
            series=row.series,
            episode=row.episode,
            number=row.number,
            rating=row.rating,
            seconds=row.seconds,
        )
        for row in shelf
    ]
    playing = rules.playing_at(data.plan, data.at, films)
    items = [_shown(each, titles) for each in playing.items]
    return Preview(
        asleep=playing.asleep,
        block=playing.block,
        limit=playing.limit,
        items=items[:200],
        left_out=playing.left_out,
        seconds=sum(item.seconds for item in items),
    )


def _shown(each: Film | Item, titles: dict[int, Words]) -> PreviewItem:
    if isinstance(each, Item):
        return PreviewItem(series=None, title={}, number=None, rating=None, seconds=float(each.seconds), award=each.id)
    return PreviewItem(
        series=each.series,
        title=titles[each.series],
        number=each.number,
        rating=each.rating,
        seconds=each.seconds,
        award=None,
    )
