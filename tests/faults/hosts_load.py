"""What goes on at the venue while cables are pulled: votes, reads of the feed, uploads and what is made of them."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx
import msgspec
from msgspec import Struct

from api.db import prepare_connection
from loadtest.client import Person, Refused
from tests import builders
from tests.conftest import SECRET
from tests.faults.chaos_history import History
from tests.faults.chaos_phones import Award, Crowd
from tests.faults.hosts import BUCKET, Venue
from tests.transcoder.bucket import compare

SERIES: Final = "seven-hosts"
_READERS: Final = 4
_READ_PAUSE: Final = 0.25
_READ_PATIENCE: Final = 15.0
_TRIES: Final = 12
_CLOSE_SECONDS: Final = 60.0


class Reads:
    """Visits of the feed. `answered` are the times at which visits began that were answered."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.answered: list[float] = []
        self.outcomes: Counter[str] = Counter()

    async def run(self) -> None:
        clock = asyncio.get_running_loop().time
        async with httpx.AsyncClient(base_url=self._url, timeout=_READ_PATIENCE) as http:
            while True:
                began = clock()
                try:
                    answer = await http.get("/api/feed", params={"series": SERIES})
                except httpx.TransportError as error:
                    self.outcomes[type(error).__name__] += 1
                else:
                    self.outcomes[str(answer.status_code)] += 1
                    if answer.status_code == 200:
                        self.answered.append(began)
                await asyncio.sleep(_READ_PAUSE)

    def any_since(self, mark: float) -> bool:
        return bool(self.answered) and self.answered[-1] > mark


class Film(Struct, frozen=True):
    episode: int
    number: int


class Studio:
    """A producer who sends the same film for one episode after the other."""

    def __init__(self, venue: Venue, film: Path) -> None:
        self._venue, self._film = venue, film
        self._person = Person(venue.url)
        self._person.http.timeout = httpx.Timeout(_READ_PATIENCE)
        self.series = 0
        self.films: list[Film] = []

    async def open(self) -> None:
        async with self._venue.connected() as db:
            await prepare_connection(db)
            company = await builders.a_company(db)
            self.series = await builders.a_series(db, company=company, slug=SERIES)
            await builders.sign_in(self._person.http, db, "producer", company)

    async def send(self) -> Film:
        """Through the proxy, again until it is complete; the browser does the same."""
        number = len(self.films) + 1
        async with self._venue.connected() as db:
            await prepare_connection(db)
            film = Film(await builders.an_episode(db, self.series, number), number)
        self.films.append(film)
        for _ in range(_TRIES):
            try:
                await self._person.upload(film.episode, self._film)
            except (httpx.TransportError, ConnectionError):
                pass
            except Refused as error:
                if error.status < 500:
                    return film  # it was complete before, and nobody heard of it
            else:
                return film
            await asyncio.sleep(1)
        raise AssertionError(f"film {number} could not be sent\n{self._venue.told()}")

    async def close(self) -> None:
        await self._person.close()

    async def rows(self) -> list[asyncpg.Record]:
        async with self._venue.connected() as db:
            return await db.fetch(
                "SELECT p.id, p.episode_id, p.state, p.preview::text, p.descriptor::text,"
                " (SELECT array_agg(t.name || ' ' || t.state ORDER BY t.name) FROM tier t WHERE t.package_id = p.id) AS tiers"
                " FROM package p JOIN episode e ON e.id = p.episode_id WHERE e.series_id = $1 ORDER BY e.number",
                self.series,
            )

    async def all_made(self) -> bool:
        """Nothing waits and nothing is being made."""
        async with self._venue.connected() as db:
            waiting = await db.fetchval("SELECT count(*) FROM pgqueuer WHERE status IN ('queued', 'picked')")
        return not waiting and all(row["state"] == "ready" for row in await self.rows())

    async def check(self) -> None:
        """Each film was made once: one package, all of its tiers done, and what is stored is what is named."""
        rows = await self.rows()
        assert [row["episode_id"] for row in rows] == [film.episode for film in self.films]
        for row in rows:
            assert row["state"] == "ready", (row["tiers"], self._venue.told())
            assert {tier.rpartition(" ")[2] for tier in row["tiers"]} == {"done"}
            preview, descriptor = (msgspec.json.decode(row[name]) for name in ("preview", "descriptor"))
            home = f"media/{row['id']}/"
            found = await asyncio.to_thread(compare, home, preview, descriptor, Shelf(self._venue))
            assert found == (set(), set())
        await self._check_watching(rows[0])

    async def _check_watching(self, row: asyncpg.Record) -> None:
        """Viewers get the bytes that were published, from the bucket and then from the proxy's own copy."""
        path = next(path for path in msgspec.json.decode(row["descriptor"])["files"] if path.endswith(".m4s"))
        stored = await asyncio.to_thread(Shelf(self._venue).read, f"media/{row['id']}/{path}")
        for _ in range(2):
            answer = await self._person.http.get(f"/media/{row['id']}/{path}")
            assert answer.status_code == 200, f"{answer.text}\n{self._venue.told()}"
            assert answer.content == stored
        hidden = await self._person.http.get(f"/media/{UUID(int=1)}/{path}")
        assert hidden.status_code == 404


class Shelf:
    """The bucket, for a comparison."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    def read(self, key: str) -> bytes:
        return bytes(self._venue.bucket().get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def keys(self, prefix: str) -> set[str]:
        return self._venue.keys(prefix)


class Load(Struct):
    history: History
    crowd: Crowd
    reads: Reads
    studio: Studio


@contextlib.asynccontextmanager
async def loaded(venue: Venue, awards: list[Award], film: Path, *, phones: int, seed: int) -> AsyncIterator[Load]:
    """Phones, readers and a producer, all through the proxy."""
    history = History()
    load = Load(history, Crowd(history, SECRET.encode(), seed=seed, pause=0.3), Reads(venue.url), Studio(venue, film))
    await load.studio.open()
    address, port = venue.proxy
    load.crowd.start(phones, awards, port, address)
    readers: list[asyncio.Task[Any]] = [asyncio.create_task(load.reads.run()) for _ in range(_READERS)]
    try:
        yield load
    finally:
        await load.crowd.finish(_CLOSE_SECONDS)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        await load.studio.close()
