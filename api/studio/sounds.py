"""What is heard beside the film's own sound: taken over, made for what viewers get, removed."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from api import errors
from api.access.schemas import Account
from api.db import Connection, read_queries
from api.studio import locks, service
from api.studio.queries import Q as STUDIO
from api.studio.schemas import EpisodeState

Q = read_queries(Path(__file__).parent, "sounds.sql")


async def take(tx: Connection, episode: int, lang: str, original: UUID) -> None:
    """A file has arrived. Without a film it waits for one: whoever publishes the film makes its sounds next."""
    await tx.execute(STUDIO["hold_episode"], episode)
    await tx.execute(Q["take_sound"], episode, lang, original)
    await service.renew(tx, episode, "sound")


async def retry(tx: Connection, account: Account, episode: int, lang: str, *, now: datetime) -> EpisodeState:
    await service.require_episode(tx, account, episode)
    await locks.require_open_episode(tx, account, episode, now=now)
    await tx.execute(STUDIO["hold_episode"], episode)
    if await tx.fetchval(Q["retry_sound"], episode, lang) is None:
        raise errors.NotRetryable
    await service.renew(tx, episode, "sound")
    return await service.state_of(tx, episode)


async def remove(tx: Connection, account: Account, episode: int, lang: str, *, now: datetime) -> EpisodeState:
    """From the next edition on nobody is offered it; who hears it now hears it to the end of the episode."""
    await service.require_episode(tx, account, episode)
    await locks.require_open_episode(tx, account, episode, now=now)
    await tx.execute(STUDIO["hold_episode"], episode)
    if await tx.fetchval(Q["remove_sound"], episode, lang) is None:
        raise errors.NotFound
    await service.renew(tx, episode, "edition")
    return await service.state_of(tx, episode)
