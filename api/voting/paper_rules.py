"""What a sheet of paper may say, which sheets are read twice, and whether two readings agree. No await, no I/O."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Final
from uuid import UUID

from msgspec import Struct

from api import errors
from api.voting.paper_schemas import How, Marks
from api.voting.rules import CHOICE_KINDS, WHOLE_BALLOT
from api.voting.schemas import AwardKind
from api.words import Words

#: A sample is a tenth of a batch, and never fewer than this many sheets of it.
FEWEST: Final = 5
SHARE: Final = 10


class PaperAward(Struct, frozen=True, kw_only=True):
    """An award as far as paper asks; `entries` are those that may be voted for, `now` is the database's clock."""

    id: int
    name: Words
    kind: AwardKind
    min: int
    max: int
    opens_at: datetime
    paper_until: datetime | None
    published_at: datetime | None
    now: datetime
    entries: frozenset[int]


class Line(Struct, frozen=True):
    """One line of the ledger to be: the answer to one question of one sheet."""

    place: int
    question: int
    value: int | None
    choices: tuple[int, ...] | None


def check_marks(award: PaperAward, entry: int | None, marks: Marks) -> None:
    """Raise what a phone would be told for such a vote."""
    given = (marks.spoilt, marks.choices is not None, marks.values is not None)
    if sum(given) != 1:
        raise errors.Unprocessable("A sheet has values or choices, or is spoilt.", field="marks")
    if marks.spoilt:
        return
    if (marks.choices is not None) != (award.kind in CHOICE_KINDS):
        raise errors.Unprocessable("This award takes another kind of ballot.", field="marks")
    named = _named(marks)
    if len(set(named)) != len(named):
        raise errors.Unprocessable("An entry is named once on a sheet.", field="marks")
    if not set(named) <= award.entries or (entry is not None and set(named) != {entry}):
        raise errors.EntryNotFound
    numbers = [len(named)] if marks.choices is not None else [mark.value for mark in marks.values or ()]
    if not named or not all(award.min <= number <= award.max for number in numbers):
        raise errors.ValueOutOfRange(min=award.min, max=award.max)


def _named(marks: Marks) -> list[int]:
    return list(marks.choices or ()) + [mark.entry for mark in marks.values or ()]


def agree(kind: AwardKind, one: Marks, other: Marks) -> bool:
    """Whether two readings say the same; only a ranking has an order."""
    return _plain(kind, one) == _plain(kind, other)


def _plain(kind: AwardKind, marks: Marks) -> tuple[bool, list[int], list[tuple[int, int]]]:
    choices = list(marks.choices or ())
    values = sorted((mark.entry, mark.value) for mark in marks.values or ())
    return marks.spoilt, choices if kind == "ranking" else sorted(choices), values


def differing(kind: AwardKind, first: Mapping[int, Marks], second: Mapping[int, Marks]) -> list[int]:
    """Places that were read twice in two ways."""
    return [place for place in sorted(second) if place in first and not agree(kind, first[place], second[place])]


def draw(sheets: int, how: How, pick: Callable[[Sequence[int], int], Iterable[int]]) -> list[int]:
    """The places that are read a second time; `pick` takes so many at random."""
    every = range(1, sheets + 1)
    if how == "rekey":
        return list(every)
    return sorted(pick(every, min(sheets, max(FEWEST, ceil(sheets / SHARE)))))


def lines_of(sheets: Mapping[int, Marks]) -> list[Line]:
    """What sheets add to the ledger; those that are spoilt add nothing."""
    lines: list[Line] = []
    for place, marks in sorted(sheets.items()):
        if marks.choices is not None:
            lines.append(Line(place, WHOLE_BALLOT, None, marks.choices))
        lines += [Line(place, mark.entry, mark.value, None) for mark in marks.values or ()]
    return lines


def line_id(secret: bytes, batch: int, place: int, question: int) -> UUID:
    """The id of a line, the same however often it is made (UUIDv8). Keyed, like that of a void."""
    number = int.from_bytes(hmac.digest(secret, f"paper:{batch}:{place}:{question}".encode(), hashlib.sha256)[:16])
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 0x2 << 62)
