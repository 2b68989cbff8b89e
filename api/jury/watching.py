"""Coverage: what a juror has watched, in PostgreSQL, because the protocol says it."""

from datetime import datetime
from pathlib import Path

from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.db import Connection, fetch_one, read_queries
from api.jury import credit
from api.jury.schemas import JurorWatched, WatchIn
from api.live import Live
from api.playback.rules import whole_seconds

Q = read_queries(Path(__file__).parent, "watching.sql")
#: In a minute, of one juror: ten players at once, or one that says everything it kept.
HEARTBEATS = 60


class EpisodeRow(Struct, frozen=True, kw_only=True):
    id: int
    series: int
    number: int
    seconds: int


async def require_episode(db: Connection, account: Account, episode: int) -> EpisodeRow:
    """NotFound for an episode of a title that was not given to this juror."""
    missing = errors.NotFound()
    return await fetch_one(db, Q["watched_episode"], episode, account.id, into=EpisodeRow, missing=missing)


async def hear(tx: Connection, live: Live, account: Account, data: WatchIn) -> JurorWatched:
    """Credit what was watched, by the clock of the database and one playing after the other.

    A player tells every ten seconds; TooManyRequests for what tells much more.
    """
    await live.limit(f"jury-watched:{account.id}", burst=HEARTBEATS, per_seconds=60, fail_open=True)
    episode = await require_episode(tx, account, data.episode)
    await tx.execute(Q["start_clock"], account.id, data.session, credit.START)
    clock = await fetch_one(tx, Q["hold_clock"], account.id, into=credit.Clock, missing=errors.NotFound())
    now: datetime = await tx.fetchval(Q["time"])
    before: bytes = await tx.fetchval(Q["seconds"], account.id, episode.id) or b""
    bank = credit.bank_of(clock, data.session, now)
    bits, left = credit.credit(before, whole_seconds(data.spans), episode.seconds, bank)
    await tx.execute(Q["set_clock"], account.id, data.session, left, now)
    if bits != before:
        await tx.execute(Q["save_seconds"], account.id, episode.id, bits)
    seen = min(credit.count(bits), episode.seconds)
    whole = credit.is_whole(seen, episode.seconds)
    return JurorWatched(episode=episode.id, seen=seen, seconds=episode.seconds, whole=whole)
