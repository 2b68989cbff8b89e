"""What organisers decide of submissions."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.catalog.schemas import Moment
from api.studio.submission_schemas import DecisionKind

Said: TypeAlias = Annotated[str, Meta(max_length=4000)]
Version: TypeAlias = Annotated[int, Meta(ge=1)]


class LetterIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`words` are the question, or what is said besides; its producer may answer and correct until `until`."""

    kind: DecisionKind
    words: Said = ""
    until: Moment | None = None


class DeskDecisionIn(LetterIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is made at the click: the same again is the same decision. `seen` is the version it was decided upon."""

    id: UUID
    seen: Version


class LetterOut(Struct, frozen=True, kw_only=True):
    """`to` is None where no address is known; then nobody is written to."""

    to: str | None
    person: str | None
    lang: str
    subject: str
    text: str


class DeskDecision(Struct, frozen=True, kw_only=True):
    """`undo_until` is set while its letter can be taken back."""

    id: UUID
    kind: DecisionKind
    words: str
    changes_until: datetime | None
    decided_at: datetime
    decided_by: str
    undone_at: datetime | None
    undone_by: str | None
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None
    letter: LetterOut
    sent_at: datetime | None
    undo_until: datetime | None


BulkAction: TypeAlias = Literal["accept", "decline", "schedule", "unschedule", "release"]


class BulkIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing for many series; the same `id` again is the same thing. `at` is for a schedule, `words` for letters."""

    id: UUID
    action: BulkAction
    series: Annotated[list[int], Meta(min_length=1, max_length=100)]
    at: Moment | None = None
    words: Said = ""


class BulkLine(Struct, frozen=True, kw_only=True):
    """What became of one series; `code` and `reasons` where it was refused, `changed` false where it was so already."""

    series: int
    done: bool
    changed: bool
    code: str | None = None
    detail: str = ""
    reasons: list[str] = []


class BulkReport(Struct, frozen=True, kw_only=True):
    lines: list[BulkLine]
