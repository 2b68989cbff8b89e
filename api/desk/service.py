"""What organisers do. Every change leaves a line in the audit log, in the same transaction."""

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from api import errors, qr
from api.access import service as access
from api.access.audit import note
from api.access.schemas import Account, AccountIn
from api.catalog import service as catalog
from api.catalog.schemas import Festival, FestivalIn, Keeping, PlayerIn, SectionChange, SectionIn, SectionRef
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.desk.schemas import AwardOverview, AwardsPage, Counts, Created, LogLine, Overview, Worker
from api.jury import setup as juries
from api.jury.schemas import ShortlistIn
from api.kiosk import fleet
from api.live import Live
from api.paging import LIMIT
from api.studio import space
from api.studio.schemas import RoomIn
from api.voting import board
from api.voting import service as voting
from api.voting.schemas import AwardCard, AwardIn

FOLDER = Path(__file__).parent
Q = read_queries(FOLDER)


class SeriesCount(Struct, frozen=True):
    series: int
    released: int


async def overview(db: Connection, live: Live, *, now: datetime) -> Overview:
    counts = await fetch_one(db, Q["count_series"], into=SeriesCount, missing=errors.NotFound())
    states = {row["state"]: row["episodes"] for row in await db.fetch(Q["episodes_by_state"])}
    try:
        festival: Festival | None = await catalog.festival(db)
        awards = await page_of_awards(db, live, now=now)
    except errors.NotFound:
        festival, awards = None, AwardsPage(awards=[], next=None)
    return Overview(
        festival=festival,
        sections=await catalog.sections(db),
        series=counts.series,
        released=counts.released,
        episodes=states,
        awards=awards.awards,
        next_award=awards.next,
        accounts=await access.count_accounts(db),
        workers=await fetch_all(db, Q["live_workers"], into=Worker),
        waiting=int(await db.fetchval(Q["count_waiting"])),
        late=await fleet.late_kiosks(db, now=now),
    )


async def page_of_awards(
    db: Connection, live: Live, after: int = 0, limit: int = LIMIT, *, now: datetime
) -> AwardsPage:
    festival = await catalog.festival(db)
    cards, following = await voting.page_of_awards(db, festival.id, after, limit, now=now)
    return AwardsPage(awards=[await _award(db, live, card) for card in cards], next=following)


async def counts(db: Connection) -> Counts:
    return await fetch_one(db, Q["counts"], into=Counts, missing=errors.NotFound())


async def codes_of_series(db: Connection, *, public_url: str) -> list[qr.Code]:
    """Codes that lead to each series that can be watched, under them its title in all languages and the address.

    TooLarge beyond SHEET of them.
    """
    festival = await catalog.festival_page(db, None)
    cards = [card for section in festival.sections for card in section.series]
    if len(cards) > qr.SHEET:
        raise errors.TooLarge(f"A sheet has {qr.SHEET} codes at most.", limit=qr.SHEET)
    addresses = [f"{public_url}/s/{card.slug}" for card in cards]
    return [
        qr.Code(address, (*dict.fromkeys(card.title.values()), address))
        for card, address in zip(cards, addresses, strict=True)
    ]


async def _award(db: Connection, live: Live, award: AwardCard) -> AwardOverview:
    """A page of the whole house waits for no single award: a count that has to wait for its turn is left out."""
    shown = await board.glance(db, live, award.id)
    if shown is None:
        return AwardOverview(award=award, rows=None, ballots=None)
    return AwardOverview(award=award, rows=shown.rows, ballots=shown.ballots)


async def log_of_series(db: Connection, series: int) -> list[LogLine]:
    await catalog.require_series(db, series, None)
    return await fetch_all(db, Q["log_of_series"], series, into=LogLine)


async def create_festival(tx: Connection, account: Account, data: FestivalIn) -> Festival:
    created = await catalog.create_festival(tx, data)
    await note(tx, account, "create", f"festival:{created.id}", {"slug": created.slug})
    return created


async def set_player(tx: Connection, account: Account, data: PlayerIn) -> None:
    await catalog.set_player(tx, data)
    await note(tx, account, "set-player", "festival", {"double_tap": data.double_tap})


async def create_section(tx: Connection, account: Account, data: SectionIn) -> SectionRef:
    created = await catalog.create_section(tx, data)
    await note(tx, account, "create", f"section:{created.id}", {"slug": created.slug, "landscape": created.landscape})
    return created


async def change_section(tx: Connection, account: Account, section: int, data: SectionChange) -> SectionRef:
    """The log says what each changed rule was and is."""
    before, after = await catalog.change_section(tx, section, data)
    was, now = msgspec.to_builtins(before), msgspec.to_builtins(after)
    changed = {name: {"was": was[name], "is": now[name]} for name in now if was[name] != now[name]}
    if changed:
        await note(tx, account, "change", f"section:{section}", changed)
    return after


async def create_account(tx: Connection, account: Account, data: AccountIn) -> Account:
    created = await access.create_account(tx, data)
    await note(tx, account, "create", f"account:{created.id}", {"role": created.role})
    return created


async def create_award(tx: Connection, account: Account, data: AwardIn, *, now: datetime) -> AwardCard:
    """Votes are only taken by a database that keeps what it confirms."""
    if not await voting.is_durable(tx):
        raise errors.Unavailable(
            "This database does not keep what it confirms (fsync, full_page_writes, synchronous_commit)."
        )
    created = await voting.create_award(tx, data, now=now)
    await note(tx, account, "create", f"award:{created.id}", {"slug": created.slug})
    return created


async def create_shortlist(tx: Connection, account: Account, data: ShortlistIn) -> Created:
    shortlist = await juries.create_shortlist(tx, data)
    await note(tx, account, "create", f"shortlist:{shortlist}", {"series": data.series})
    return Created(id=shortlist)


async def set_keeping(tx: Connection, account: Account, series: int, data: Keeping) -> None:
    await catalog.set_keeping(tx, series, data)
    detail = {"allowed": data.allowed, "until": None if data.until is None else data.until.isoformat()}
    await note(tx, account, "set-keeping", f"series:{series}", detail)


async def give_room(tx: Connection, account: Account, company: int, data: RoomIn) -> None:
    await space.give(tx, company, data.limit)
    await note(tx, account, "set-room", f"company:{company}", {"limit": data.limit})
