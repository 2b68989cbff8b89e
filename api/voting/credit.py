"""Watch before vote: what an award asks for, what this device has watched, and the fact that it was enough."""

import math
from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct

from api import errors
from api.access.rules import device_key
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.live import Live
from api.voting import issuing, rules
from api.voting.rules import Ballot
from api.voting.schemas import Tier, WatchRule
from api.voting.voter_schemas import Credit, CreditPage

Q = read_queries(Path(__file__).parent, "credit.sql")
#: An episode is watched at this share of its seconds: titles and a missed end are not held against anyone.
WHOLE = 0.8
#: They sat in the hall, or stand before the screen.
EXEMPT: frozenset[Tier] = frozenset({"hall", "kiosk"})


class EpisodeSeconds(Struct, frozen=True):
    id: int
    seconds: int


class Watchable(Struct, frozen=True, kw_only=True):
    """What there is to watch of an entry; `single` where the entry is one episode."""

    entry: int
    single: bool
    episodes: list[EpisodeSeconds]


class RuleRow(Struct, frozen=True):
    watch: WatchRule | None


def credit_of(rule: WatchRule | None, watchable: Watchable, seconds: Mapping[int, int]) -> Credit:
    """How far the watched `seconds` of each episode take an entry; a rule never asks for more than there is."""
    had = {episode.id: min(seconds.get(episode.id, 0), episode.seconds) for episode in watchable.episodes}
    whole = sum(had[episode.id] >= math.ceil(episode.seconds * WHOLE) for episode in watchable.episodes)
    total = sum(episode.seconds for episode in watchable.episodes)
    episodes_needed = seconds_needed = None
    if rule is not None and watchable.single:
        episodes_needed, seconds_needed = 1, math.ceil(total * WHOLE)
    elif rule is not None:
        episodes_needed = None if rule.episodes is None else min(rule.episodes, len(watchable.episodes))
        seconds_needed = None if rule.share is None else math.ceil(total * rule.share - 1e-9)
    enough = (
        (episodes_needed is None and seconds_needed is None)
        or (episodes_needed is not None and whole >= episodes_needed)
        or (seconds_needed is not None and sum(had.values()) >= seconds_needed)
    )
    return Credit(
        entry=watchable.entry,
        enough=enough,
        episodes_have=whole,
        episodes_needed=episodes_needed,
        seconds_have=sum(had.values()),
        seconds_needed=seconds_needed,
    )


async def credit_page(db: Connection, live: Live, award: int, device: str, ballot: Ballot | None) -> CreditPage:
    """What this device has watched of every entry. What was enough once for the ballot stays enough."""
    rule = (await fetch_one(db, Q["watch_rule"], award, into=RuleRow, missing=errors.NotFound())).watch
    seconds = await live.watched(device_key(device)) if rule is not None else {}
    settled = await _settled(db, award, ballot)
    entries = [
        _with(credit_of(rule, watchable, seconds or {}), settled)
        for watchable in await fetch_all(db, Q["entry_episodes"], award, into=Watchable)
    ]
    return CreditPage(award=award, rule=rule, source="ledger" if seconds is None else "live", entries=entries)


async def _settled(db: Connection, award: int, ballot: Ballot | None) -> Collection[int] | None:
    """Entries known to be watched enough by this ballot; None where its tier need not watch."""
    if ballot is None:
        return ()
    if ballot.tier in EXEMPT:
        return None
    return {row["entry"] for row in await db.fetch(Q["watched_entries"], award, ballot.id)}


def _with(credit: Credit, settled: Collection[int] | None) -> Credit:
    if credit.enough or (settled is not None and credit.entry not in settled):
        return credit
    return Credit(**{name: getattr(credit, name) for name in credit.__struct_fields__} | {"enough": True})


async def note_watched(tx: Connection, live: Live, ballot: Ballot, entry: int, device: str) -> Credit:
    """The entry's credit, written down for the ballot as the fact that votes are checked by.

    EntryNotFound; NotWatched with the numbers; Unavailable where Redis cannot say. A device's watching serves its own
    device ballot only, or one bot could watch for a thousand; other tiers have proofs that are as dear.
    """
    page = await credit_page(tx, live, ballot.award, device, ballot)
    credit = next((each for each in page.entries if each.entry == entry), None)
    if credit is None:
        raise errors.EntryNotFound
    if not credit.enough:
        if page.source == "ledger":
            raise errors.Unavailable(retry_after=2)
        raise errors.NotWatched(**{name: getattr(credit, name) for name in credit.__struct_fields__})
    await _require_own(tx, ballot, device)
    await tx.execute(Q["save_watched"], ballot.award, ballot.id, entry)
    return credit


async def _require_own(db: Connection, ballot: Ballot, device: str) -> None:
    if ballot.tier == "device":
        own = rules.voter_key(await issuing.secret_of(db, ballot.award), ballot.award, f"device:{device}")
        if await db.fetchval(Q["key_of_ballot"], ballot.award, ballot.id) != own:
            raise errors.BallotInvalid


def read_optional(key: bytes, token: str | None, award: int) -> Ballot | None:
    return None if token is None else rules.read_ballot(key, token, award)
