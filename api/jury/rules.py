"""What the jury room decides. No await, no I/O."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from msgspec import Struct

from api import errors
from api.jury.refusals import RecusedHere, ScoresLocked, TitlesMissing, WrongPhase
from api.jury.schemas import Coverage, Missing, OrderLine, Phase, Rubric, Visibility
from api.jury.setup_schemas import MemberIn
from api.jury.table_schemas import DecisionIn
from api.words import Words

WEIGHTS = 1000
#: Per cent of an episode's seconds that make it watched: titles at the end are not held against anyone.
WHOLE = 95
#: Hours in which the chair can undo a lock.
UNDO_HOURS = 24
#: Whether a reader may see what this juror gave.
Shows: TypeAlias = Callable[[int], bool]


class Given(Struct, frozen=True, kw_only=True):
    """What one juror has said of one title, and how far they have watched it."""

    juror: int
    series: int
    title: Words
    episodes: int
    seen: int
    grades: dict[str, int] | None
    skipped: str | None
    recused: str | None


def check_rubric(rubric: Rubric) -> None:
    keys = [criterion.key for criterion in rubric.criteria]
    if len(set(keys)) < len(keys):
        raise errors.Unprocessable("Two criteria have the same key.", field="rubric")
    if sum(criterion.weight for criterion in rubric.criteria) != WEIGHTS:
        raise errors.Unprocessable("The weights of a rubric make 100 %.", field="rubric")
    if rubric.least >= rubric.most:
        raise errors.Unprocessable("A scale has more than one grade.", field="rubric")
    scale = {str(grade) for grade in range(rubric.least, rubric.most + 1)}
    if any(set(criterion.anchors) - scale for criterion in rubric.criteria):
        raise errors.Unprocessable("An explanation belongs to a grade of the scale.", field="rubric")
    if not any(criterion.required for criterion in rubric.criteria):
        raise errors.Unprocessable("At least one criterion is required.", field="rubric")


def same_measure(before: Rubric, after: Rubric) -> bool:
    """Whether scores given by the one mean the same by the other: names and explanations may differ."""
    return _measure(before) == _measure(after)


def _measure(rubric: Rubric) -> tuple[object, ...]:
    return (
        rubric.least,
        rubric.most,
        {(criterion.key, criterion.weight, criterion.required) for criterion in rubric.criteria},
    )


def check_grades(rubric: Rubric, grades: Mapping[str, int]) -> None:
    known = {criterion.key for criterion in rubric.criteria}
    if set(grades) - known:
        raise errors.Unprocessable("This rubric has no such criterion.", field="grades")
    if any(not rubric.least <= grade <= rubric.most for grade in grades.values()):
        raise errors.Unprocessable(f"Grades are from {rubric.least} to {rubric.most}.", field="grades")


def mean_of(rubric: Rubric, grades: Mapping[str, int]) -> Fraction | None:
    """By weight over what has a grade; None until every required criterion has one. Exact, so that equal is equal."""
    given = [criterion for criterion in rubric.criteria if criterion.key in grades]
    if any(criterion.required and criterion.key not in grades for criterion in rubric.criteria):
        return None
    weight = sum(criterion.weight for criterion in given)
    return Fraction(sum(criterion.weight * grades[criterion.key] for criterion in given), weight)


def score_of(rubric: Rubric, cell: Given) -> Fraction | None:
    """What counts: nothing of a title that was skipped, or from which its juror is recused."""
    if cell.recused is not None or cell.skipped is not None or cell.grades is None:
        return None
    return mean_of(rubric, cell.grades)


def state_of(rubric: Rubric, cell: Given) -> Literal["open", "scored", "skipped", "recused"]:
    if cell.recused is not None:
        return "recused"
    if cell.skipped is not None:
        return "skipped"
    return "open" if score_of(rubric, cell) is None else "scored"


def coverage_of(cell: Given, must_see: int | None) -> Coverage:
    """A title without an episode that can be watched is not seen."""
    needed = cell.episodes if must_see is None else min(must_see, cell.episodes)
    enough = cell.episodes > 0 and cell.seen >= needed
    return Coverage(seen=cell.seen, needed=needed, episodes=cell.episodes, enough=enough)


def missing_of(rubric: Rubric, cells: Iterable[Given], must_see: int | None) -> list[Missing]:
    """What keeps a juror from locking: titles neither skipped nor recused that are unseen or not scored."""
    found = []
    for cell in cells:
        state = state_of(rubric, cell)
        if state in ("skipped", "recused"):
            continue
        if not coverage_of(cell, must_see).enough:
            found.append(Missing(series=cell.series, title=cell.title, why="unseen"))
        if state == "open":
            found.append(Missing(series=cell.series, title=cell.title, why="unscored"))
    return found


def check_may_lock(missing: Sequence[Missing]) -> None:
    if missing:
        raise TitlesMissing(missing=list(missing))


def order_of(rubric: Rubric, cells: Iterable[Given]) -> list[OrderLine]:
    """A juror's own order so far, the best first."""
    means = {cell.series: mean for cell in cells if (mean := score_of(rubric, cell)) is not None}
    lines = sorted(means.items(), key=lambda line: (-line[1], line[0]))
    return [
        OrderLine(rank=1 + sum(other > mean for other in means.values()), series=series, mean=float(mean))
        for series, mean in lines
    ]


def is_done(rubric: Rubric, cell: Given, must_see: int | None) -> bool:
    return not missing_of(rubric, [cell], must_see)


def is_blind(phase: Phase, blind: Collection[str], *, unblinded: bool, last: bool) -> bool:
    """A round that was cut tells no more than its deliberation did: its titles are still up in the next one."""
    shown = "deliberation" if phase == "decided" and not last else phase
    return shown in blind and not unblinded


def check_own(juror: int | None, account: int) -> None:
    """What one juror wrote is never taken from the next who signs in on the same device: it waits for its own."""
    if juror is not None and juror != account:
        raise errors.SignInNeeded("Another juror wrote this: it waits until they sign in again.")


def check_may_score(phase: Phase, *, locked: bool, recused: bool) -> None:
    require_phase(phase, "scoring")
    if locked:
        raise ScoresLocked
    if recused:
        raise RecusedHere


def require_phase(phase: Phase, *wanted: Phase) -> None:
    if phase not in wanted:
        raise WrongPhase(phase=phase)


def sees_others(visibility: Visibility, phase: Phase, *, locked: bool, other_locked: bool) -> bool:
    """Whether a juror may see what another gave: never, when both have locked, or when deliberation has opened."""
    if visibility == "never":
        return False
    if phase in ("deliberation", "decided"):
        return True
    return visibility == "after_mine" and locked and other_locked


def check_decision(data: DecisionIn, titles: Collection[int], leaders: Collection[int]) -> None:
    """A jury is free; where its winner leads no ranking, it says why."""
    if any(prize.series not in titles for prize in data.prizes):
        raise errors.Unprocessable("This title is not in the round.", field="prizes")
    if len({(prize.series, prize.kind, *sorted(prize.name.items())) for prize in data.prizes}) < len(data.prizes):
        raise errors.Unprocessable("A prize is named twice.", field="prizes")
    winners = [prize.series for prize in data.prizes if prize.kind == "winner" and not prize.name]
    if data.against is None and any(series not in leaders for series in winners):
        raise errors.Unprocessable("This title leads no ranking: say why it wins.", field="against")


def check_members(members: Sequence[MemberIn]) -> None:
    if len({member.email.lower() for member in members}) < len(members):
        raise errors.Unprocessable("Somebody is named twice.", field="members")
    if sum(member.chair for member in members) != 1:
        raise errors.Unprocessable("A jury has one chair.", field="members")
