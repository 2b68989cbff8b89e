"""One title in each state it can have, and everyone who may come to it, each with a browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx

from api.access.rules import digest
from api.db import Connection, Pool
from api.playback.grants import Grants
from tests import builders
from tests.jury.rooms import RUBRIC

#: In the order of a title's life; the letter is what the table says.
STATES = {
    "draft": "d",
    "submitted": "s",
    "shortlisted": "l",
    "accepted": "a",
    "released": "r",
    "withdrawn": "w",
}
ON_SHORTLISTS = ("shortlisted", "accepted", "released", "withdrawn")
PLAYLIST = b'#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:1,\n000.m4s\n#EXT-X-ENDLIST\n'
FILES = {
    "1/master.m3u8": b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n../v360/playlist.m3u8\n",
    "1/en.vtt": b"WEBVTT\n",
    "v360/playlist.m3u8": PLAYLIST,
    "v360/init.mp4": b"init",
    "v360/000.m4s": b"segment",
    "posters/a.avif": b"picture",
    "board/sprite.webp": b"picture",
    "package.json": b"{}",
}


@dataclass
class Title:
    """A title and the numbers that its addresses are made of."""

    state: str
    series: int
    slug: str
    episode: int
    package: UUID
    original: UUID
    jury: int
    shortlist: int


@dataclass
class People:
    """Browsers by what their people have to do with the titles."""

    company: int
    assigned: int
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)


async def a_title(db: Connection, folder: Path, people: People, state: str) -> Title:
    released = state in ("accepted", "released")
    series = await builders.a_series(db, company=people.company, released=released, slug=f"title-{state}")
    episode = await builders.an_episode(db, series)
    original = await builders.an_original(db, episode)
    package = await builders.a_package(db, episode, original=original)
    for name, content in FILES.items():
        path = folder / "media" / str(package) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "originals").mkdir(exist_ok=True)
    (folder / "originals" / str(original)).write_bytes(b"the original")
    if state != "draft":
        await builders.a_submission(db, series)
    if state == "withdrawn":
        await db.execute(
            "UPDATE submission SET withdrawn_at = now(), withdrawn_by = submitted_by WHERE series_id = $1", series
        )
    if state == "accepted":
        await db.execute("UPDATE series SET rights_from = now() + interval '1 day' WHERE id = $1", series)
    jury, shortlist = await a_shortlist(db, people.assigned, *([series] if state in ON_SHORTLISTS else []))
    return Title(state, series, f"title-{state}", episode, package, original, jury, shortlist)


async def a_shortlist(db: Connection, juror: int, *series: int) -> tuple[int, int]:
    """A jury of this one, its chair, and its first round, in which they watch and score."""
    festival, name = await builders.a_festival(db), builders.words("Jury")
    jury = await db.fetchval(
        "INSERT INTO jury (festival_id, name, award, rubric) VALUES ($1, $2, $2, $3) RETURNING id",
        festival,
        name,
        RUBRIC,
    )
    await db.execute("INSERT INTO jury_member (jury_id, account_id, chair) VALUES ($1, $2, true)", jury, juror)
    made = await db.fetchval(
        "INSERT INTO shortlist (festival_id, name, jury_id) VALUES ($1, $2, $3) RETURNING id", festival, name, jury
    )
    await db.executemany("INSERT INTO shortlist_series VALUES ($1, $2)", [(made, each) for each in series])
    await db.execute("INSERT INTO assignment (shortlist_id, account_id) VALUES ($1, $2)", made, juror)
    return int(jury), int(made)


def screener_address(secret: bytes, browser: httpx.AsyncClient, package: UUID, name: str, now: float) -> str:
    """A signed address as the server would make it for this browser's session."""
    grants = Grants(secret, digest(browser.cookies.get("sid") or ""), now)
    still = name.endswith((".avif", ".webp", ".jpg"))
    return (grants.for_stills(package) if still else grants.for_film(package, 60)).address(name)


class OneAtATime:
    """A connection that several parts of one request may use: their statements wait for each other."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._free = connection, asyncio.Lock()

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._connection, name)

        async def ask(*values: Any, **options: Any) -> Any:
            async with self._free:
                return await asked(*values, **options)

        return ask if name in ("execute", "executemany", "fetch", "fetchrow", "fetchval") else asked

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        inner = self._connection.transaction()
        async with self._free:
            await inner.start()
        try:
            yield
        except BaseException:
            async with self._free:
                await inner.rollback()
            raise
        async with self._free:
            await inner.commit()


class UndonePool:
    """Gives every request the same connection, in a transaction that is undone: nothing that is asked changes anything."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._shared = connection, OneAtATime(connection)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shared, name)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[OneAtATime]:
        yield self._shared

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            yield
        finally:
            await transaction.rollback()


@asynccontextmanager
async def undone(state: Any, pool: Pool) -> AsyncIterator[UndonePool]:
    """While this lasts, the handlers of an application with this state work on such a pool."""
    before = state.pool
    async with pool.acquire() as connection:
        state.pool = UndonePool(cast("Connection", connection))
        try:
            yield state.pool
        finally:
            state.pool = before
