"""Looks for what is odd in the votes of an award and writes it down as flags, with the numbers and the ballots.

Each check counts in SQL, judges in `oddities`, and asks for the ballots only where something is odd. A flag does
nothing by itself.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

import asyncpg
import structlog

from api import errors
from api.db import Connection, Pool, fetch_all, fetch_one, read_queries
from api.voting import credit, oddities
from api.voting.alone import alone
from api.voting.credit import WHOLE, RuleRow, Watchable
from api.voting.oddities import DEVICES, FEWEST, Oddity
from api.voting.schemas import WatchRule

Q = read_queries(Path(__file__).parent, "fraud.sql")
log = structlog.get_logger("fraud")
#: Minutes are counted by as many at a time.
SPAN = timedelta(hours=1)
#: A statement that stores votes has five seconds: after twice as long a minute is complete.
SETTLED = timedelta(seconds=10)
KIOSK, PHONE = 2, 1

Found: TypeAlias = list[tuple[Oddity, list[int]]]
Check: TypeAlias = Callable[[Connection, int, datetime], Awaitable[Found]]


async def check_award(pool: Pool, award: int, *, now: datetime) -> bool:
    """Every check once, each in a transaction of its own; True where none had to be broken off.

    `now` is the database's clock. Again, or by several at once, adds nothing.
    """
    whole = True
    for check in CHECKS:
        try:
            async with pool.acquire() as db, db.transaction():
                await alone(db)
                await db.fetchrow(Q["limit_check"])
                for oddity, ballots in await check(db, award, now):
                    await save_flag(db, award, oddity, ballots)
        except (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError, TimeoutError) as error:
            log.warning("check broken off", award=award, check=check.__name__, error=type(error).__name__)
            whole = False
    return whole


async def save_flag(db: Connection, award: int, oddity: Oddity, ballots: list[int]) -> None:
    saved = await db.fetchval(Q["save_flag"], award, oddity.what, oddity.subject, ballots, oddity.numbers)
    if saved is not None:
        log.info("flag raised", award=award, flag=saved, what=oddity.what, ballots=len(ballots))


async def find_bursts(db: Connection, award: int, now: datetime) -> Found:
    """Minutes are counted once, when they are over; each is compared with those before it that were not odd."""
    end = (now - SETTLED).replace(second=0, microsecond=0)
    start = await db.fetchval(Q["counted_to"], award)
    found: Found = []
    while start < end:
        stop = min(start + SPAN, end)
        await db.execute(Q["count_minutes"], award, start, stop)
        for row in await db.fetch(Q["full_minutes"], award, start, stop, FEWEST):
            found += await _bursts_of(db, award, row["minute"])
        start = stop
        await db.execute(Q["mark_counted"], award, start)
    return found


async def _bursts_of(db: Connection, award: int, minute: datetime) -> Found:
    found: Found = []
    for seen in await fetch_all(db, Q["minute_votes"], award, minute, FEWEST, into=oddities.MinuteVotes):
        odd = oddities.burst(seen)
        if odd is not None:
            await db.execute(Q["mark_odd"], award, minute, seen.entry)
            found.append((odd, await _ballots(db, "ballots_of_minute", award, minute, seen.entry)))
    return found


async def find_single_entries(db: Connection, award: int, _: datetime) -> Found:
    rows = await fetch_all(db, Q["single_entries"], award, FEWEST, into=oddities.EntryBallots)
    odd = [oddity for row in rows if (oddity := oddities.single_entry(row))]
    return [(each, await _ballots(db, "single_ballots", award, each.entry)) for each in odd]


async def find_too_fast(db: Connection, award: int, _: datetime) -> Found:
    rule = await fetch_one(db, credit.Q["watch_rule"], award, into=RuleRow, missing=errors.NotFound())
    watchables = await fetch_all(db, credit.Q["entry_episodes"], award, into=Watchable)
    least = {each.entry: least_seconds(each, rule.watch) for each in watchables}
    columns = list(least), list(least.values())
    rows = await fetch_all(db, Q["fast_entries"], award, *columns, into=oddities.EntryBallots)
    odd = [oddity for row in rows if (oddity := oddities.too_fast(row))]
    found: Found = []
    for each in odd:
        seconds = least[each.entry or 0]
        numbers: Mapping[str, Any] = each.numbers | {"seconds": round(seconds, 1)}
        told = Oddity(what=each.what, subject=each.subject, entry=each.entry, numbers=dict(numbers))
        found.append((told, await _ballots(db, "fast_ballots", award, each.entry, seconds)))
    return found


def least_seconds(entry: Watchable, rule: WatchRule | None) -> float:
    """How long it takes at least to watch what the award asks for of an entry; without a rule, all of it."""
    lengths = sorted(episode.seconds * WHOLE for episode in entry.episodes)
    ways = [sum(lengths)]
    if rule is not None and rule.episodes is not None:
        ways.append(sum(lengths[: rule.episodes]))
    if rule is not None and rule.share is not None and not entry.single:
        ways.append(sum(episode.seconds for episode in entry.episodes) * rule.share)
    return min(ways)


async def find_networks(db: Connection, award: int, _: datetime) -> Found:
    rows = await fetch_all(db, Q["networks"], award, FEWEST, into=oddities.NetworkBallots)
    return [
        (oddity, await _ballots(db, "network_ballots", award, row.network))
        for row in rows
        if (oddity := oddities.one_network(row))
    ]


async def find_shared_badges(db: Connection, award: int, _: datetime) -> Found:
    rows = await fetch_all(db, Q["badges_on_devices"], award, DEVICES, into=oddities.BadgeDevices)
    return [(oddity, [row.ballot]) for row in rows if (oddity := oddities.many_devices(row))]


async def find_unlike_channels(db: Connection, award: int, _: datetime) -> Found:
    odd = oddities.channels(await fetch_all(db, Q["channel_votes"], award, into=oddities.ChannelVotes))
    if odd is None:
        return []
    channel = KIOSK if odd.numbers["kiosk_share"] > odd.numbers["phone_share"] else PHONE
    return [(odd, await _ballots(db, "channel_ballots", award, odd.entry, odd.numbers["supports"], channel))]


async def _ballots(db: Connection, query: str, *values: object) -> list[int]:
    return [row["ballot"] for row in await db.fetch(Q[query], *values)]


CHECKS: Final[tuple[Check, ...]] = (
    find_bursts,
    find_single_entries,
    find_too_fast,
    find_networks,
    find_shared_badges,
    find_unlike_channels,
)
