"""What the desk makes of juries: members, rubric, rounds, assignment."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from api.access.schemas import Email
from api.catalog.schemas import Moment
from api.jury.schemas import BlindPhase, Conflict, Id, Phase, Recusal, Rubric, Visibility
from api.jury.table_schemas import CutRule
from api.words import NamedWords, Words

Assigning: TypeAlias = Literal["all", "section", "each", "balanced"]


class MemberIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A juror's account by its address. `affiliation` is where they work: recusals are suggested by it."""

    email: Email
    chair: bool = False
    affiliation: Annotated[str, Meta(max_length=200)] = ""


class JuryIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`award` is the name of what it decides. `must_see` episodes make a title seen; None: all of them.

    `blind` are the phases that hide who made a title. Exactly one member is chair.
    """

    name: NamedWords
    award: NamedWords
    section: Id | None = None
    meets_at: Moment | None = None
    visibility: Visibility = "deliberation"
    blind: Annotated[list[BlindPhase], Meta(max_length=2)] = []
    must_see: Annotated[int, Meta(ge=1, le=999)] | None = None
    rubric: Rubric
    members: Annotated[list[MemberIn], Meta(min_length=1, max_length=50)]


class JuryMember(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    email: str
    chair: bool
    affiliation: str


class RoundRow(Struct, frozen=True, kw_only=True):
    """A round as the desk sees it. `locked` of `jurors` have locked; `cut` is None for the last round."""

    id: int
    name: Words
    round: int
    phase: Phase
    assigning: Assigning
    titles: int
    jurors: int
    locked: int
    cut: CutRule | None


class JuryCard(Struct, frozen=True, kw_only=True):
    id: int
    name: Words
    award: Words
    section: int | None
    meets_at: datetime | None
    rounds: list[RoundRow]


class JuryPage(JuryCard, frozen=True, kw_only=True):
    """`frozen`: there are scores, and criteria, weights and scale stay as they are."""

    visibility: Visibility
    blind: list[BlindPhase]
    must_see: int | None
    rubric: Rubric
    frozen: bool
    members: list[JuryMember]


class RoundIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`series` change only while the round is prepared; `cut` and name until deliberation."""

    name: NamedWords
    series: Annotated[list[Id], Meta(min_length=1, max_length=200)]
    cut: CutRule | None = None


class RoundDetail(RoundRow, frozen=True, kw_only=True):
    jury: int
    series: list[int]


class SectionsOf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    juror: Id
    sections: Annotated[list[Id], Meta(max_length=50)]


class SeriesOf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    juror: Id
    series: Annotated[list[Id], Meta(max_length=200)]


class AssignmentIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """all: everybody sees all · section: by `sections` · each: by `series` · balanced: each title gets `jurors_each`.

    Balanced, jurors have equally many titles, and each two of them share about equally many; who is recused from a
    title is not given it.
    """

    kind: Assigning
    sections: Annotated[list[SectionsOf], Meta(max_length=50)] = []
    series: Annotated[list[SeriesOf], Meta(max_length=50)] = []
    jurors_each: Annotated[int, Meta(ge=1, le=50)] | None = None


class Assignment(Struct, frozen=True, kw_only=True):
    """`series` of each juror."""

    kind: Assigning
    jurors: list[SeriesOf]


class ConflictLine(Struct, frozen=True, kw_only=True):
    """What speaks against a juror scoring a title, and whether they have recused themselves."""

    juror: int
    series: int
    conflicts: list[Conflict]
    recusal: Recusal | None
