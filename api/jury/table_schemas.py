"""The jury's table: deliberation, cut, decision, protocol."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from api.jury.schemas import Coverage, Id, Juror, Phase, Reason, Rubric, Visibility
from api.words import NamedWords, Words

#: What a juror says of a title: nobody gave it to them; nothing yet; recused cells count nowhere.
CellState: TypeAlias = Literal["unassigned", "open", "scored", "skipped", "recused"]
#: The mean of the jurors' means; the same after each juror's own scale is levelled; what each juror put before what.
Method: TypeAlias = Literal["raw", "levelled", "pairwise"]


class OpenIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `reason` is asked for where not everybody has locked."""

    reason: Reason | None = None


class TableCell(Struct, frozen=True, kw_only=True):
    """`mean` and `grades` are None where this reader may not see them, or there are none."""

    juror: int
    series: int
    state: CellState
    mean: float | None
    grades: dict[str, int] | None


class TableTitle(Struct, frozen=True, kw_only=True):
    series: int
    title: Words


class RankLine(Struct, frozen=True, kw_only=True):
    """`jurors` is how many it was scored by. Equal values have equal ranks: 1, 1, 3."""

    rank: int
    series: int
    value: float
    jurors: int


class Ranking(Struct, frozen=True, kw_only=True):
    """`unranked` are titles that nobody scored."""

    method: Method
    lines: list[RankLine]
    unranked: list[int]


class CutRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who goes on: `score`: everyone with a mean of at least `least`; `quota`: the first `titles`."""

    kind: Literal["score", "quota"]
    least: Annotated[float, Meta(ge=0, le=100)] | None = None
    titles: Annotated[int, Meta(ge=1, le=200)] | None = None


class Cut(Struct, frozen=True, kw_only=True):
    """`ties` are equal at the border of a quota: the chair chooses as many of them as there are `places`."""

    rule: CutRule
    through: list[int]
    ties: list[int]
    places: int


class CutIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Makes the next round, which the desk opens. `chosen` of the ties go on."""

    name: NamedWords
    chosen: Annotated[list[Id], Meta(max_length=200)] = []
    carry_over: bool = False


class Next(Struct, frozen=True, kw_only=True):
    round: int
    titles: list[int]


class Prize(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name` is the jury's award unless it says another, `citation` why."""

    series: Id
    kind: Literal["winner", "mention"]
    name: Words = {}
    citation: Words = {}


class DecisionIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`against` says why where the winner leads no ranking: the jury is free, and says so."""

    prizes: Annotated[list[Prize], Meta(min_length=1, max_length=20)]
    statement: Words = {}
    against: Reason | None = None


class Decision(Struct, frozen=True, kw_only=True):
    prizes: list[Prize]
    statement: Words
    against: str | None
    decided_by: str
    decided_at: datetime


class Deliberation(Struct, frozen=True, kw_only=True):
    """`winners` of each ranking, more than one where first place is shared; `disputed`: the rankings differ in them.

    `early` says why it was opened before everybody had locked.
    """

    round: int
    phase: Phase
    opened_at: datetime
    early: str | None
    visibility: Visibility
    jurors: list[Juror]
    titles: list[TableTitle]
    cells: list[TableCell]
    rankings: list[Ranking]
    winners: dict[str, list[int]]
    disputed: bool
    cut: Cut | None
    decision: Decision | None


class JurorProgress(Struct, frozen=True, kw_only=True):
    """How far a juror is, without a single grade. `active_at`: the last sign of life."""

    juror: Juror
    titles: int
    seen: int
    scored: int
    skipped: int
    recused: int
    locked_at: datetime | None
    undo_until: datetime | None
    active_at: datetime | None


class Progress(Struct, frozen=True, kw_only=True):
    round: int
    phase: Phase
    jurors: list[JurorProgress]
    all_locked: bool


class ProtocolCell(Struct, frozen=True, kw_only=True):
    """`skipped` and `recused` are the reasons. `mean` is None before deliberation."""

    juror: int
    series: int
    state: CellState
    coverage: Coverage
    mean: float | None
    skipped: str | None
    recused: str | None


class ProtocolRecusal(Struct, frozen=True, kw_only=True):
    juror: int
    series: int
    reason: str
    declared_by: str
    declared_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None


class ProtocolLock(Struct, frozen=True, kw_only=True):
    juror: int
    locked_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    undone_why: str | None


class ProtocolEvent(Struct, frozen=True, kw_only=True):
    """`why` is None for what follows from the rules: names that come with a phase that is not blind."""

    at: datetime
    by: str | None
    what: Literal["opened", "deliberation", "unblinded", "cut", "decided"]
    why: str | None


class ProtocolRound(Struct, frozen=True, kw_only=True):
    """`rankings` are empty before deliberation."""

    id: int
    name: Words
    round: int
    phase: Phase
    titles: list[TableTitle]
    cells: list[ProtocolCell]
    locks: list[ProtocolLock]
    events: list[ProtocolEvent]
    rankings: list[Ranking]
    winners: dict[str, list[int]]
    disputed: bool
    cut: Cut | None
    decision: Decision | None


class Protocol(Struct, frozen=True, kw_only=True):
    jury: int
    name: Words
    award: Words
    section: Words | None
    meets_at: datetime | None
    visibility: Visibility
    blind: list[str]
    must_see: int | None
    rubric: Rubric
    jurors: list[Juror]
    recusals: list[ProtocolRecusal]
    rounds: list[ProtocolRound]
