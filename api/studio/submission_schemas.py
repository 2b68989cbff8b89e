"""A series that is handed in: what it still needs, until when, and what became of it."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.catalog.schemas import AiStage, Moment, SectionRef

#: What a section may ask for, in the order of the checklist.
CheckCode: TypeAlias = Literal[
    "title",
    "synopsis",
    "genre",
    "original_lang",
    "credits",
    "contact",
    "ai",
    "ai_refused",
    "episodes",
    "numbers",
    "files",
    "lengths",
    "total",
    "subtitles",
]
Window: TypeAlias = Literal["before", "open", "closed"]
#: Where a submission is between its producer and the festival.
SubmissionState: TypeAlias = Literal["new", "asked", "answered", "accepted", "declined"]
DecisionKind: TypeAlias = Literal["accept", "ask", "decline"]


class Check(Struct, frozen=True, kw_only=True):
    """One line of the checklist: the numbers of the episodes it is about, the languages that are missing, and the parts
    in which AI was used and is not taken."""

    code: CheckCode
    done: bool
    episodes: list[int]
    langs: list[str]
    parts: list[AiStage] = []


class Standing(Struct, frozen=True, kw_only=True):
    """A submission that was not withdrawn. `locked`: its producer may change nothing now."""

    state: SubmissionState
    submitted_at: datetime
    submitted_by: str
    changes_until: datetime | None
    locked: bool


class Told(Struct, frozen=True, kw_only=True):
    """What the festival decided, once its letter has left. `words` are its question, or what it says besides."""

    id: UUID
    kind: DecisionKind
    words: str
    at: datetime
    changes_until: datetime | None
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None


class AnswerIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`question` is the decision that asked."""

    question: UUID
    text: Annotated[str, Meta(min_length=1, max_length=4000)]


class PastSubmission(Struct, frozen=True, kw_only=True):
    submitted_at: datetime
    submitted_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class Submission(Struct, frozen=True, kw_only=True):
    """`now` is the server's clock, which decides, `time_zone` the festival's; `told` and `history`: newest first."""

    series: int
    section: SectionRef
    time_zone: str
    now: datetime
    window: Window
    checklist: list[Check]
    complete: bool
    released: bool
    standing: Standing | None
    told: list[Told]
    release_at: datetime | None
    history: list[PastSubmission]


class ChangesIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when a producer may correct what is submitted, after the deadline; None takes it back."""

    until: Moment | None


class Version(Struct, frozen=True, kw_only=True):
    """A file of an episode that arrived. `playing`: it is the one viewers see."""

    file_name: str
    size: int
    received_at: datetime
    received_by: str
    state: Literal["received", "queued", "encoding", "ready", "failed"]
    playing: bool
