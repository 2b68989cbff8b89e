"""What the phones lived through, and the judge of it, in the style of Jepsen: history in, violations out. No I/O."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from msgspec import Struct

#: The outcomes of one attempt: answered with a receipt; refused, certainly not stored; nobody knows.
OK, FAIL, UNKNOWN = "ok", "fail", "unknown"
Content = tuple[int | None, tuple[int, ...] | None]
#: Award, ballot, question.
Key = tuple[int, int, int]
CHOICES: Final = frozenset({"favourite", "approval", "ranking"})


class Attempt(Struct, frozen=True, gc=False):
    """Times in seconds of the monotonic clock."""

    sent: float
    ended: float
    outcome: str


class Tap(Struct, kw_only=True):
    """One vote as its phone knows it: the same id in every attempt."""

    id: UUID
    key: Key
    content: Content
    started: float
    #: When the first receipt came.
    acked: float | None = None
    receipt: str | None = None
    #: The voter closed the page before there was an answer.
    left: bool = False
    attempts: list[Attempt]

    @property
    def unknown(self) -> bool:
        """No receipt, and at least one attempt may have arrived."""
        return self.acked is None and any(attempt.outcome == UNKNOWN for attempt in self.attempts)


class Row(Struct, frozen=True, kw_only=True):
    """A line of the ledger."""

    id: UUID
    key: Key
    revision: int
    content: Content
    receipt: str | None


class History:
    """All taps, and the first receipts after a mark."""

    def __init__(self) -> None:
        self.taps: list[Tap] = []
        #: Answers that are wrong in themselves: another receipt than before, a refusal without a reason.
        self.odd: list[str] = []
        self.outcomes: Counter[str] = Counter()
        self.acked = 0
        self._mark = 0.0
        self._waiting: asyncio.Future[float] | None = None

    def attempted(self, tap: Tap, sent: float, ended: float, outcome: str) -> None:
        tap.attempts.append(Attempt(sent, ended, outcome))
        self.outcomes[outcome] += 1
        if outcome != OK:
            return
        if tap.acked is None:
            tap.acked = ended
            self.acked += 1
        if self._waiting is not None and sent > self._mark and not self._waiting.done():
            self._waiting.set_result(ended)

    async def first_ack(self, mark: float, limit: float) -> float:
        """When the first receipt came for an attempt begun after `mark`; infinite where none does in `limit` seconds."""
        self._mark, self._waiting = mark, asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(self._waiting, limit)
        except TimeoutError:
            return float("inf")
        finally:
            self._waiting = None


def judge(history: History, ledger: list[Row]) -> dict[str, list[str]]:
    """Every violation under its name; nothing where votes are exact."""
    taps = {tap.id: tap for tap in history.taps}
    stored: dict[UUID, list[Row]] = defaultdict(list)
    for row in ledger:
        stored[row.id].append(row)
    found = {
        "lost": [str(tap.id) for tap in history.taps if tap.acked is not None and tap.id not in stored],
        "double": [str(id_) for id_, rows in stored.items() if len(rows) > 1],
        "wrong": [str(row.id) for row in ledger if row.id in taps and _differs(taps[row.id], row)],
        "stranger": [str(row.id) for row in ledger if not _may_be_there(taps.get(row.id))],
        "gap": [str(key) for key, rows in _by_key(ledger) if [row.revision for row in rows] != _count(len(rows))],
        "overtaken": [str(key) for key, rows in _by_key(ledger) if _is_overtaken(rows, taps)],
        "stuck": [_tried(tap) for tap in history.taps if tap.acked is None and not tap.left],
        "odd": history.odd,
    }
    return {name: cases for name, cases in found.items() if cases}


def _tried(tap: Tap) -> str:
    attempts = [f"{attempt.outcome} {attempt.ended - tap.started:.1f} s" for attempt in tap.attempts[-3:]]
    return f"{tap.id} of {tap.key}: {len(tap.attempts)} attempts, the last {attempts}"


def _differs(tap: Tap, row: Row) -> bool:
    return (tap.key, tap.content) != (row.key, row.content) or (tap.acked is not None and tap.receipt != row.receipt)


def _may_be_there(tap: Tap | None) -> bool:
    return tap is not None and (tap.acked is not None or tap.unknown)


def _count(upto: int) -> list[int]:
    return list(range(1, upto + 1))


def _by_key(ledger: Iterable[Row]) -> Iterator[tuple[Key, list[Row]]]:
    """Each question of each ballot with its lines in the order that counts."""
    keys: dict[Key, list[Row]] = defaultdict(list)
    for row in ledger:
        keys[row.key].append(row)
    for key, rows in keys.items():
        yield key, sorted(rows, key=lambda row: row.revision)


def _is_overtaken(rows: list[Row], taps: dict[UUID, Tap]) -> bool:
    """Whether a vote that had its receipt before another was begun stands behind that other."""
    latest = 0.0
    for row in rows:
        tap = taps.get(row.id)
        if tap is None:
            continue
        if tap.acked is not None and tap.acked < latest:
            return True
        latest = max(latest, tap.started)
    return False


def finals(history: History, ledger: list[Row]) -> tuple[dict[Key, Content], int]:
    """What each question must have come to by the phones' own memory, and how often only the ledger can say.

    That is so where a vote nobody heard of again, or one on its way at the same time, may have come last.
    """
    last = {key: rows[-1].content for key, rows in _by_key(ledger)}
    keys: dict[Key, list[Tap]] = defaultdict(list)
    for tap in history.taps:
        if _may_be_there(tap):
            keys[tap.key].append(tap)
    unsure = 0
    for key, taps in keys.items():
        *others, latest = sorted(taps, key=lambda tap: tap.started)
        if latest.acked is not None and all(tap.acked is not None and tap.acked < latest.started for tap in others):
            last[key] = latest.content
        else:
            unsure += 1
    return last, unsure


def count(kinds: dict[int, str], last: dict[Key, Content]) -> dict[int, dict[int, tuple[int, int]]]:
    """Per award and entry the votes and their sum: the recount, done without the product."""
    counted: dict[int, dict[int, tuple[int, int]]] = {award: {} for award in kinds}
    for (award, _, question), (value, choices) in last.items():
        given = [(question, value or 0)] if choices is None else [(entry, 1) for entry in choices]
        for entry, points in given[:1] if kinds[award] == "ranking" else given:
            votes, total = counted[award].get(entry, (0, 0))
            counted[award][entry] = (votes + 1, total + points)
    return counted
