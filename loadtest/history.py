"""What a crowd was told about its votes, and whether the ledger agrees. Written by the crowd, read by the bench."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from loadtest.crowd import Evening

_ACKED: Final = 200


class Orders(Struct, frozen=True, kw_only=True):
    """What the crowd is given. `votes_at` is where votes go, which need not be where everything else does.

    `history` is the file to write.
    """

    evening: Evening
    award: int
    votes_at: str
    history: str


class Attempt(Struct, frozen=True, array_like=True):
    """One sending of one vote. Times are the machine's monotonic clock; `status` is 0 where no answer came."""

    id: str
    person: int
    entry: int
    value: int
    due: float
    sent: float
    answered: float
    status: int

    @property
    def acked(self) -> bool:
        return self.status == _ACKED


class History(Struct, frozen=True, kw_only=True):
    """`seated` have a ballot and have read the award's page; `late` of them only after the credits began.

    `begins` is when the doors opened, by the machine's monotonic clock, in seconds.
    """

    begins: float
    seated: int
    late: int
    attempts: list[Attempt]


class Line(NamedTuple):
    """One vote of the ledger."""

    id: str
    ballot: int
    entry: int
    value: int


class Reckoning(Struct, frozen=True, kw_only=True):
    """Confirmed votes that are not there; answers there twice; votes that say something else; votes nobody sent."""

    acked: int
    stored: int
    lost: int
    double: int
    wrong: int
    strange: int

    @property
    def errors(self) -> int:
        return self.lost + self.double + self.wrong + self.strange


def reckon(attempts: Iterable[Attempt], ledger: Sequence[Line]) -> Reckoning:
    """Each voter answers each entry once, so a ballot that has two lines for one entry was counted twice."""
    sent, acked = dict[str, tuple[int, int]](), set[str]()
    for attempt in attempts:
        sent[attempt.id] = (attempt.entry, attempt.value)
        if attempt.acked:
            acked.add(attempt.id)
    stored = {line.id: (line.entry, line.value) for line in ledger}
    answers = Counter((line.ballot, line.entry) for line in ledger)
    return Reckoning(
        acked=len(acked),
        stored=len(ledger),
        lost=len(acked - stored.keys()),
        double=sum(count - 1 for count in answers.values()),
        wrong=sum(sent[vote] != said for vote, said in stored.items() if vote in sent),
        strange=len(stored.keys() - sent.keys()),
    )


def save(history: History, file: Path) -> None:
    file.write_bytes(msgspec.msgpack.encode(history))


def load(file: Path) -> History:
    return msgspec.msgpack.decode(file.read_bytes(), type=History)
