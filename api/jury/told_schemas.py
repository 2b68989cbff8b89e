"""How the decision of a jury is told: its way to the public, and what the public gets."""

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from api.jury.table_schemas import Method
from api.voting.gates import GateState
from api.voting.review_schemas import Person
from api.voting.told_schemas import Curtain, HowTold, Plan, TellingIn
from api.words import Words

JuryGateName: TypeAlias = Literal["decided", "locked", "coverage", "recusals", "titles", "people"]


class JuryGate(Struct, frozen=True, kw_only=True):
    """`at` is when it was passed; `numbers` differ by gate and are what its sentence says."""

    name: JuryGateName
    state: GateState
    at: datetime | None = None
    numbers: dict[str, int] = {}


class JuryPublication(Struct, frozen=True, kw_only=True):
    """`asked` by one person, `published` by another; `open` before that, and when the jury has decided anew since."""

    jury: int
    state: Literal["open", "asked", "published"]
    asked_by: Person | None
    asked_at: datetime | None
    agreed_by: Person | None
    published_at: datetime | None


class JuryGates(Struct, frozen=True, kw_only=True):
    """All six, in their order, and who is at the last of them."""

    jury: int
    passed: int
    gates: list[JuryGate]
    publication: JuryPublication


class JuryPlan(Plan, frozen=True, kw_only=True):
    jury: int


class JuryPlanIn(TellingIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class ToldPrize(Struct, frozen=True, kw_only=True):
    """`entry` is a series; `name` is {} for the jury's award itself, or an ordinary mention."""

    entry: int
    kind: Literal["winner", "mention"]
    name: Words
    citation: Words


class JuryResult(Struct, frozen=True, kw_only=True):
    """What is told of a decision, and no juror's score in it.

    `depends`: the rankings differ in who leads. `against`: a winner leads none of them; the jury is free, and said why
    to the festival. `sheets` are titles given to jurors in the last round and not recused, of which `seen` were watched
    as the jury asks; `recusals` those that stand.
    """

    kind: Literal["jury"]
    prizes: list[ToldPrize]
    statement: Words
    depends: bool
    against: bool
    jurors: int
    rounds: int
    titles: int
    sheets: int
    seen: int
    recusals: int


class PrizePlace(Struct, frozen=True, kw_only=True):
    """Where a title with a prize stands in a ranking of `of` titles, scored by so many `jurors`."""

    entry: int
    place: int
    of: int
    jurors: int


class MethodPlaces(Struct, frozen=True, kw_only=True):
    """`leads` are titles with a prize that lead it; `others` how many lead it without one."""

    method: Method
    places: list[PrizePlace]
    leads: list[int]
    others: int


class PrizeCoverage(Struct, frozen=True, kw_only=True):
    """Of the jurors a title was given to in the last round: who counted, and who watched what the jury asks for."""

    entry: int
    jurors: int
    scored: int
    seen: int
    skipped: int
    recused: int


class ToldRecusal(Struct, frozen=True, kw_only=True):
    """`juror` is a role with initials; `entry` None for a title without a prize, which is not public."""

    juror: str
    entry: int | None
    by_chair: bool
    declared_at: datetime
    withdrawn_at: datetime | None


class ToldRound(Struct, frozen=True, kw_only=True):
    """`early`: the deliberation was opened, with a reason, before everybody had locked."""

    name: Words
    round: int
    titles: int
    jurors: int
    locked: int
    early: bool
    deliberation_at: datetime | None
    decided_at: datetime | None


class JuryTold(HowTold, frozen=True, kw_only=True):
    """A jury with what its result is told with; also what is not told yet."""

    jury: int
    name: Words
    award: Words


class JuryCeremony(Curtain, frozen=True, kw_only=True):
    """What a ceremony's screen loads beforehand. `name` is the award's; entries are series, by their ids."""

    jury: int
    result: JuryResult | None = None
