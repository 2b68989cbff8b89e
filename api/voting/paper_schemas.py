"""What goes in and out of paper ballots: batches, sheets, and what was read on them."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.voting.review_schemas import Person
from api.voting.schemas import MOST_CHOICES, AwardKind, EntryId
from api.words import Lang, Words

MOST_SHEETS = 500
Place: TypeAlias = Annotated[int, Meta(ge=1, le=MOST_SHEETS)]
How: TypeAlias = Literal["rekey", "sample"]
BatchState: TypeAlias = Literal["keying", "waiting", "differs", "counted", "refused"]


class Mark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    entry: EntryId
    value: Annotated[int, Meta(ge=-32768, le=32767)]


class Marks(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is on a sheet: values of entries, or choices best first; `spoilt` where it is blank or not valid."""

    spoilt: bool = False
    choices: Annotated[tuple[EntryId, ...], Meta(max_length=MOST_CHOICES)] | None = None
    values: Annotated[tuple[Mark, ...], Meta(max_length=MOST_CHOICES)] | None = None


class Sheet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reading of the sheet at `place` of the pile. `id` and `turn` are made on the device.

    A later turn takes the place of an earlier one; `marks` is null where the reading was taken back.
    """

    id: UUID
    place: Place
    turn: Annotated[int, Meta(ge=1, le=1_000_000)]
    marks: Marks | None = None


class SheetsIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sheets: Annotated[list[Sheet], Meta(min_length=1, max_length=100)]


class BatchIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pile of paper from one hall. `entry` where all of its sheets are about the same one.

    `how` it is read a second time: all sheets, or a random tenth of them.
    """

    request: UUID
    sheets: Place
    place: Annotated[str, Meta(max_length=200)] = ""
    screening: EntryId | None = None
    entry: EntryId | None = None
    how: How = "rekey"


class BatchChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sheets: Place
    place: Annotated[str, Meta(max_length=200)] = ""


class RefuseIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    words: Annotated[str, Meta(min_length=1, max_length=1000)]


class Batch(Struct, frozen=True, kw_only=True):
    """`keyed` and `read` are the sheets of the first and the second reading; `places` those that are read twice.

    `mine`: whoever asks has opened or keyed it and is no second person to it. `spoilt` is null for a second person
    who has yet to read: it would tell of the first reading.
    """

    id: int
    award: int
    number: int
    place: str
    screening: Words | None
    entry: int | None
    sheets: int
    how: How
    state: BatchState
    keyed: int
    spoilt: int | None
    read: int
    places: list[int]
    opened_by: Person
    opened_at: datetime
    keyed_at: datetime | None
    counted_by: Person | None
    counted_at: datetime | None
    refused_by: Person | None
    refused_at: datetime | None
    words: str | None
    photo: bool
    mine: bool


class Difference(Struct, frozen=True, kw_only=True):
    """A sheet that was read in two ways, and what was agreed on, if anything yet."""

    place: int
    first: Marks
    second: Marks
    agreed: Marks | None


class BatchPage(Struct, frozen=True, kw_only=True):
    """`sheets` are those of the caller's own reading: who reads a second time does not see the first."""

    batch: Batch
    sheets: list[Sheet]
    differences: list[Difference]


class PaperEntry(Struct, frozen=True, kw_only=True):
    """`number` is printed beside the entry on the sheets."""

    id: int
    number: int
    title: Words
    episode: int | None


class PaperPage(Struct, frozen=True, kw_only=True):
    """Paper of an award: what its sheets may say, and the batches there are, the newest first.

    Blank ballots are printed in the `languages` of its `festival`; photos are kept `photo_days` after publication.
    """

    award: int
    name: Words
    kind: AwardKind
    min: int
    max: int
    opens_at: datetime
    paper_until: datetime
    published_at: datetime | None
    now: datetime
    festival: Words
    languages: list[Lang]
    photo_days: int
    entries: list[PaperEntry]
    batches: list[Batch]


class OpenBatch(Struct, frozen=True, kw_only=True):
    """A batch that holds up the publication."""

    id: int
    number: int
    place: str
    screening: Words | None
    sheets: int
    state: BatchState
