"""Simulated phones: they vote as ours do, over HTTP of their own that costs little, and remember all they lived through."""

import asyncio
import random
from typing import cast

import msgspec
import uuid_utils.compat as uuids
from msgspec import Struct

from api.voting import rules
from tests.faults.chaos_history import FAIL, OK, UNKNOWN, Content, History, Key, Tap

PATIENCE = 6.0
BACKOFF, BACKOFF_LIMIT = 0.2, 3.0
#: Refusals that say for certain that nothing was stored.
NOT_STORED = {"voting-busy", "too-many-requests"}
#: A proxy's own words for: the server behind it did not say.
NO_ANSWER = {502, 504}
#: What voters do, each as a share of all.
TWICE, CHANGES_MIND, LEAVES, ASKS_AGAIN, TWO_DEVICES, NEW_LINE = 0.10, 0.15, 0.01, 0.02, 0.05, 0.05
_decode = msgspec.json.Decoder().decode


class Answer(Struct, frozen=True):
    status: int
    #: Seconds, 0 where none are given.
    retry_after: int
    body: bytes


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[Answer] | None = None

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, server: tuple[str, int], request: bytes, *, patience: float = PATIENCE) -> Answer:
        """ConnectionError or TimeoutError where it is not known what became of the request."""
        loop = asyncio.get_running_loop()
        if not self.open:
            self._buffer = b""
            async with asyncio.timeout(PATIENCE):
                await loop.create_connection(lambda: self, *server)
        if self._transport is None:
            raise ConnectionError
        self._answer = loop.create_future()
        self._transport.write(request)
        try:
            return await asyncio.wait_for(self._answer, patience)
        except TimeoutError:
            self.close()
            raise

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.lower().split(b"\r\n")
        fields = dict(line.split(b": ", 1) for line in lines[1:])
        length = int(fields.get(b"content-length", 0))
        if len(body) < length or self._answer is None or self._answer.done():
            return
        self._buffer = body[length:]
        self._answer.set_result(Answer(int(lines[0][9:12]), int(fields.get(b"retry-after", 0)), body[:length]))
        if fields.get(b"connection") == b"close":
            self.close()


class Award(Struct, frozen=True):
    id: int
    kind: str
    entries: list[int]
    ballots: list[int]


class Crowd:
    """So many phones, each in the hands of one voter after the other."""

    def __init__(self, history: History, secret: bytes, *, seed: int, pause: float) -> None:
        self.history = history
        self._secret = secret
        self._awards: list[Award] = []
        self._server = ("127.0.0.1", 0)
        self._dice = random.Random(seed)
        self._voters = 0
        self.closing = asyncio.Event()
        #: Seconds a phone rests between two taps, on average.
        self.pause = pause
        self._phones: set[asyncio.Task[None]] = set()

    def start(self, phones: int, awards: list[Award], port: int, host: str = "127.0.0.1") -> None:
        self._awards, self._server = awards, (host, port)
        for number in range(phones):
            phone = Phone(self, random.Random(self._dice.random()))
            self._phones.add(asyncio.create_task(phone.run(), name=f"phone-{number}"))

    async def finish(self, limit: float) -> None:
        """No new taps; those under way are sent until they are answered, or `limit` seconds have passed."""
        self.closing.set()
        if not self._phones:
            return
        _, left = await asyncio.wait(self._phones, timeout=limit)
        for phone in left:
            phone.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        done, self._phones = self._phones - left, set()
        for phone in done:
            phone.result()

    def next_voter(self) -> int:
        self._voters += 1
        return self._voters

    def ballots_of(self, voter: int) -> list[tuple[Award, int]]:
        return [(award, award.ballots[voter % len(award.ballots)]) for award in self._awards]

    def request(self, tap: Tap) -> bytes:
        award, ballot, question = tap.key
        value, choices = tap.content
        body: dict[str, object] = {"id": tap.id}
        body |= {"entry": question, "value": value} if choices is None else {"choices": choices}
        sent = msgspec.json.encode(body)
        token = rules.sign_ballot(self._secret, rules.Ballot(award, ballot, "device"))
        return (
            f"POST /api/awards/{award}/votes HTTP/1.1\r\nhost: phones\r\ncontent-type: application/json\r\n"
            f"ballot: {token}\r\ncontent-length: {len(sent)}\r\n\r\n"
        ).encode() + sent

    async def attempt(self, line: Line, tap: Tap, request: bytes) -> tuple[str, int]:
        """How it ended and after how many seconds to come back."""
        clock = asyncio.get_running_loop().time
        sent = clock()
        try:
            answer = await line.ask(self._server, request)
        except (OSError, TimeoutError):
            self.history.attempted(tap, sent, clock(), UNKNOWN)
            return UNKNOWN, 0
        outcome = self._outcome(tap, answer)
        self.history.attempted(tap, sent, clock(), outcome)
        return outcome, answer.retry_after

    def _outcome(self, tap: Tap, answer: Answer) -> str:
        if answer.status == 500:
            self.history.odd.append(f"{tap.id}: 500")
            return UNKNOWN
        if answer.status in NO_ANSWER:
            return UNKNOWN
        said = _decode(answer.body)
        if answer.status == 200:
            self._compare(tap, said)
            return OK
        if said["code"] in NOT_STORED:
            return FAIL
        if answer.status != 503:
            self.history.odd.append(f"{tap.id}: {answer.status} {said['code']}")
        return UNKNOWN

    def _compare(self, tap: Tap, said: dict[str, object]) -> None:
        """The receipt is of this vote and the same one each time."""
        value, choices = tap.content
        entry = tap.key[2] or None
        given = None if choices is None else list(choices)
        if [said[name] for name in ("id", "entry", "value", "choices")] != [str(tap.id), entry, value, given]:
            self.history.odd.append(f"{tap.id}: the receipt is of another vote")
        if tap.receipt is not None and tap.receipt != said["receipt"]:
            self.history.odd.append(f"{tap.id}: two receipts")
        tap.receipt = str(said["receipt"])


class Phone:
    def __init__(self, crowd: Crowd, dice: random.Random) -> None:
        self._crowd, self._dice = crowd, dice
        self._lines = [Line(), Line()]

    async def run(self) -> None:
        await self._rest()
        while not self._crowd.closing.is_set():
            await self._one_voter(self._crowd.next_voter())
        for line in self._lines:
            line.close()

    async def _one_voter(self, voter: int) -> None:
        """Every question once, in any order, and some of them again."""
        keys = [
            (award, (award.id, ballot, question))
            for award, ballot in self._crowd.ballots_of(voter)
            for question in (award.entries if award.kind == "stars" else [0])
        ]
        self._dice.shuffle(keys)
        if self._dice.random() < TWO_DEVICES:
            other = Phone(self._crowd, self._dice)
            await asyncio.gather(self._answer(keys[::2]), other._answer(keys[1::2]))
            for line in other._lines:
                line.close()
        else:
            await self._answer(keys)

    async def _answer(self, keys: list[tuple[Award, Key]]) -> None:
        again = [pair for pair in keys if self._dice.random() < CHANGES_MIND]
        for award, key in (*keys, *again):
            if self._crowd.closing.is_set() or not await self._tap(award, key):
                return
            await self._rest()

    async def _rest(self) -> None:
        if self._crowd.pause:
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) * self._crowd.pause)

    def _content(self, award: Award) -> Content:
        if award.kind == "stars":
            return self._dice.randint(1, 5), None
        least = 0 if award.kind == "approval" else 1
        return None, tuple(self._dice.sample(award.entries, self._dice.randint(least, len(award.entries))))

    async def _tap(self, award: Award, key: Key) -> bool:
        """Sent until there is a receipt; False where the voter lost patience and will not come back."""
        now = asyncio.get_running_loop().time()
        tap = Tap(id=uuids.uuid7(), key=key, content=self._content(award), started=now, attempts=[])
        self._crowd.history.taps.append(tap)
        request = self._crowd.request(tap)
        twice = self._dice.random() < TWICE
        leaves = self._dice.random() < LEAVES
        while True:
            lines = self._lines if twice else self._lines[:1]
            ends = await asyncio.gather(*(self._crowd.attempt(line, tap, request) for line in lines))
            if tap.acked is not None:
                break
            if leaves:
                tap.left = True
                return False
            wait = self._dice.random() * min(BACKOFF_LIMIT, BACKOFF * 2 ** min(len(tap.attempts), 6))
            await asyncio.sleep(max(wait, *(seconds for _, seconds in ends)) if ends else wait)
        if self._dice.random() < ASKS_AGAIN:
            await self._crowd.attempt(self._lines[0], tap, request)
        if self._dice.random() < NEW_LINE:
            self._lines[0].close()
        return True
