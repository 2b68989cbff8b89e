"""From a long list to a short one. Pure."""

from collections.abc import Collection, Sequence

from api import errors
from api.jury.refusals import TiesToDecide
from api.jury.table_schemas import Cut, CutRule, RankLine

#: What a mean written in decimals may be off.
_SAME = 1e-9


def check_rule(rule: CutRule) -> None:
    if (rule.kind == "score") != (rule.least is not None) or (rule.kind == "quota") != (rule.titles is not None):
        raise errors.Unprocessable("A cut is by a least score or by a number of titles.", field="cut")


def cut(lines: Sequence[RankLine], rule: CutRule) -> Cut:
    """`lines` are the raw means: what is cut by is what the jury gave. Titles that nobody scored do not go on."""
    if rule.titles is None:
        least = (rule.least or 0) - _SAME
        return Cut(rule=rule, through=[line.series for line in lines if line.value >= least], ties=[], places=0)
    through = [line.series for line in lines if _last_place(lines, line) <= rule.titles]
    border = [line.series for line in lines if line.rank <= rule.titles < _last_place(lines, line)]
    return Cut(rule=rule, through=through, ties=border, places=rule.titles - len(through) if border else 0)


def _last_place(lines: Sequence[RankLine], line: RankLine) -> int:
    """The place of the last of those who are equal to it."""
    return sum(other.rank <= line.rank for other in lines)


def choose(found: Cut, chosen: Collection[int]) -> list[int]:
    """Who goes on, with those the chair has chosen of the equal ones."""
    if len(set(chosen)) != found.places or set(chosen) - set(found.ties):
        raise TiesToDecide(ties=found.ties, places=found.places)
    return [*found.through, *(series for series in found.ties if series in set(chosen))]
