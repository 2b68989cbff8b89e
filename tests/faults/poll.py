"""Phones that send each tap once: whatever is no receipt is a failure. Harness only."""

import asyncio

import asyncpg
import uuid_utils.compat as uuids

from api.db import prepare_connection
from api.voting import rules
from tests import builders
from tests.conftest import SECRET
from tests.faults.chaos_phones import Line
from tests.faults.chaos_votes import BALLOTS

#: A slow answer is an answer: the machine of these tests has other work.
PATIENCE = 30.0
#: Each phone is in the hands of so many voters in turn; one alone would vote faster than people do.
VOTERS_OF_A_PHONE = 100


class Poll:
    """A crowd at one entry of an award, and what it was told."""

    def __init__(self, award: int, entry: int, ballots: list[int], *, phones: int, pause: float) -> None:
        self._award, self._entry, self._pause, self._count = award, entry, pause, phones
        self._tokens = [rules.sign_ballot(SECRET.encode(), rules.Ballot(award, each, "device")) for each in ballots]
        self.acked: set[str] = set()
        self.failed: list[str] = []
        self._over = asyncio.Event()
        self._phones: list[asyncio.Task[None]] = []

    def start(self, port: int) -> None:
        """Begin to vote, at this port of this machine."""
        for number in range(self._count):
            self._phones.append(asyncio.create_task(self._phone(number, port), name=f"phone-{number}"))

    async def finish(self) -> None:
        self._over.set()
        await asyncio.gather(*self._phones)

    async def _phone(self, number: int, port: int) -> None:
        line, taps = Line(), 0
        await asyncio.sleep(self._pause * number / self._count)
        while not self._over.is_set():
            taps += 1
            voter = self._tokens[(number + taps * self._count) % len(self._tokens)]
            await self._tap(line, port, voter, 1 + taps % 5)
            await asyncio.sleep(self._pause)
        line.close()

    async def _tap(self, line: Line, port: int, token: str, value: int) -> None:
        tap = str(uuids.uuid7())
        body = f'{{"id": "{tap}", "entry": {self._entry}, "value": {value}}}'
        head = (
            f"POST /api/awards/{self._award}/votes HTTP/1.1\r\nhost: phones\r\ncontent-type: application/json\r\n"
            f"ballot: {token}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        try:
            answer = await line.ask(("127.0.0.1", port), (head + body).encode(), patience=PATIENCE)
        except (OSError, TimeoutError) as error:
            self.failed.append(repr(error))
            return
        if answer.status == 200:
            self.acked.add(tap)
        else:
            self.failed.append(f"{answer.status} {answer.body.decode()}")


async def open_poll(database_url: str, phones: int, *, pause: float) -> Poll:
    """A poll on an award of its own."""
    db = await asyncpg.connect(database_url)
    try:
        await prepare_connection(db)
        award = await builders.an_award(db)
        entry = await builders.an_entry(db, award)
        ballots = [row["id"] for row in await db.fetch(BALLOTS, award, phones * VOTERS_OF_A_PHONE)]
    finally:
        await db.close()
    return Poll(award, entry, ballots, phones=phones, pause=pause)


async def stored_votes(database_url: str) -> set[str]:
    db = await asyncpg.connect(database_url)
    try:
        return {str(row["idem"]) for row in await db.fetch("SELECT idem FROM vote_event")}
    finally:
        await db.close()
