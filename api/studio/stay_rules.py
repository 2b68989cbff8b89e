"""Statistics of who stayed, and what may be shown of them. No await, no I/O.

The floor: a figure that counts fewer than FLOOR viewers is not shown, and neither is one from which such a number
follows by taking it from another that is shown. How two looks at different times are kept apart is in staying.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import sqrt
from typing import Final

from msgspec import Struct, structs

from api.studio.staying_schemas import (
    Carried,
    Figures,
    LanguageUse,
    Share,
    Staying,
    Step,
    Stretch,
)
from api.tables import csv_of

FLOOR: Final = 20
_Z: Final = 1.959964
#: A loss that is not worth a sentence.
_SMALL_STEP: Final = 0.05


class Group(Struct, frozen=True, kw_only=True):
    """So many viewings that behaved alike: `began` with the first episode, came to `furthest`, saw so many."""

    began: bool
    furthest: int
    seen: int
    completed: bool
    liked: bool
    subtitled: bool
    viewers: int


def may_show(viewers: int, whole: int | None = None) -> bool:
    """`whole` is the same figure for all of the time: what it leaves beside this one is enough people too, or none."""
    return viewers >= FLOOR and (whole is None or whole == viewers or whole - viewers >= FLOOR)


def wilson(viewers: int, of: int) -> Share:
    """With Wilson's score interval of 95 %: it stays within 0 and 1, and holds for small groups and near both ends."""
    share, square = viewers / of, _Z * _Z / of
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * sqrt(share * (1 - share) / of + square / (4 * of))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Share(viewers=viewers, value=round(share, 4), low=round(min(low, share), 4), high=round(max(high, share), 4))


def share_of(viewers: int, of: int, whole: tuple[int, int] | None = None) -> Share | None:
    """`whole` has both numbers for all of the time: the second follows from a share and the first."""
    mine, theirs = (None, None) if whole is None else whole
    return wilson(viewers, of) if may_show(viewers, mine) and may_show(of, theirs) else None


def counted(groups: Iterable[Group], *, began: bool = False, furthest: int = 0, **wanted: bool) -> int:
    """Viewers of the groups that came at least to `furthest`; only those who `began` and did what is `wanted`."""
    return sum(
        group.viewers
        for group in groups
        if group.furthest >= furthest
        and (group.began or not began)
        and all(getattr(group, name) == value for name, value in wanted.items())
    )


def carried(numbers: Sequence[int], groups: Sequence[Group], whole: Sequence[Group] | None) -> list[Carried]:
    """How many of those who began came at least to each episode; who leaves one out has come as far as the next."""

    def reached(some: Sequence[Group], number: int) -> tuple[int, int]:
        return counted(some, began=True, furthest=number), counted(some, began=True)

    return [
        Carried(
            number=number,
            share=share_of(*reached(groups, number), None if whole is None else reached(whole, number)),
        )
        for number in numbers
    ]


def largest_step(points: Sequence[Carried]) -> Step | None:
    """None where nothing is lost that is worth a sentence, or too little is shown."""
    steps = []
    for leaving, entering in pairwise(points):
        if leaving.share is not None and entering.share is not None:
            lost = leaving.share.value - entering.share.value
            steps.append((lost, leaving.number, leaving.share.value, entering.number, entering.share.value))
    if not steps:
        return None
    lost, number, before, following, after = max(steps, key=lambda step: (step[0], -step[1]))
    if lost < _SMALL_STEP:
        return None
    others = max((step[0] for step in steps if step[1] != number), default=0.0)
    return Step(
        leaving=number,
        entering=following,
        before=before,
        after=after,
        lost=round(lost / before, 4),
        clear=others <= lost / 2,
    )


def typical(groups: Iterable[Group]) -> int:
    """The median number of episodes seen: at least half saw as many."""
    seen: dict[int, int] = {}
    for group in groups:
        seen[group.seen] = seen.get(group.seen, 0) + group.viewers
    half, passed = sum(seen.values()) / 2, 0
    for number in sorted(seen, reverse=True):
        passed += seen[number]
        if passed >= half:
            return number
    return 0


def fold(counts: Mapping[str, int], whole: Mapping[str, int] | None = None) -> list[LanguageUse]:
    """Languages by their viewers. What may not be shown goes into one rest, which takes the next smallest to itself
    until it may be shown too; where that leaves nothing by itself, nothing is said."""
    total = sum(counts.values())
    shown = sorted(counts, key=lambda lang: (-counts[lang], lang))
    hidden = [lang for lang in shown if not may_show(counts[lang], None if whole is None else whole.get(lang, 0))]
    shown = [lang for lang in shown if lang not in hidden]
    while shown and hidden and not _rest_may_show(hidden, counts, whole):
        hidden.append(shown.pop())
    if not shown:
        return []
    uses = [LanguageUse(lang=lang, viewers=counts[lang], share=round(counts[lang] / total, 4)) for lang in shown]
    rest = sum(counts[lang] for lang in hidden)
    return [*uses, LanguageUse(lang=None, viewers=rest, share=round(rest / total, 4))] if rest else uses


def _rest_may_show(hidden: Sequence[str], counts: Mapping[str, int], whole: Mapping[str, int] | None) -> bool:
    before = None if whole is None else sum(whole.get(lang, 0) for lang in hidden)
    return may_show(sum(counts[lang] for lang in hidden), before)


def stretches(seconds: Mapping[int, int], duration: float) -> list[Stretch]:
    """The film cut so that at least FLOOR viewers leave in each stretch, as short as that allows; empty for too few.

    A stretch begins where the one before ends, so no place is shown at which nobody leaves.
    """
    end = max(1, -(-int(duration * 1000) // 1000))
    found: list[Stretch] = []
    start = viewers = 0
    for second in range(end):
        # Who says to have left behind the end has left at the end.
        viewers += seconds.get(second, 0) if second < end - 1 else sum(n for at, n in seconds.items() if at >= second)
        if viewers >= FLOOR:
            found.append(Stretch(start=start, end=second + 1, viewers=viewers))
            start, viewers = second + 1, 0
    if found and start < end:
        last = found.pop()
        found.append(Stretch(start=last.start, end=end, viewers=last.viewers + viewers))
    return found


def peak(found: Sequence[Stretch]) -> int | None:
    """Where most leave in the shortest time; nothing where they leave evenly, as far as can be told."""
    if len(found) < 2:
        return None
    return max(found, key=lambda each: (each.viewers / (each.end - each.start), -each.start)).start


class Line(Struct, frozen=True, kw_only=True):
    """One figure of the file, and what it is about."""

    period: str
    figure: str
    episode: int | None = None
    from_second: int | None = None
    to_second: int | None = None
    language: str | None = None
    viewers: int | None = None
    value: float | str | None = None
    low: float | None = None
    high: float | None = None


def to_csv(staying: Staying) -> str:
    """All that is shown, one figure to a line."""
    names = Line.__struct_fields__
    return csv_of([names, *([getattr(line, name) for name in names] for line in _lines_of(staying))])


def _lines_of(staying: Staying) -> Iterator[Line]:
    for period, figures in (("whole", staying.whole), ("recent", staying.recent)):
        if figures is not None:
            yield from _figures(period, figures)
    for leaving in staying.leaving:
        number = leaving.number
        yield Line(period="whole", figure="started", episode=number, viewers=leaving.started)
        yield _share("whole", "finished", leaving.finished, number)
        for each in leaving.stretches:
            line = Line(period="whole", figure="left", episode=number, viewers=each.viewers)
            yield structs.replace(line, from_second=each.start, to_second=each.end)


def _figures(period: str, figures: Figures) -> Iterator[Line]:
    yield Line(period=period, figure="viewers", viewers=figures.viewers, value=figures.since.isoformat())
    yield Line(period=period, figure="started_first_episode", viewers=figures.began)
    yield Line(period=period, figure="typical_episodes", value=figures.typical)
    for name, share in (("completed", figures.completed), ("subtitled", figures.subtitled), ("liked", figures.liked)):
        yield _share(period, name, share)
    for point in figures.carried:
        yield _share(period, "carried", point.share, point.number)
    tongues = figures.languages
    for kind, uses in (("interface", tongues.interface), ("subtitles", tongues.subtitles), ("sound", tongues.sound)):
        for use in uses:
            lang = use.lang or "other"
            yield Line(period=period, figure=f"{kind}_language", language=lang, viewers=use.viewers, value=use.share)
    if figures.playing is not None:
        yield Line(period=period, figure="start_ms_half", value=figures.playing.half_ms)
        yield Line(period=period, figure="start_ms_nine_in_ten", value=figures.playing.nine_ms)
        yield Line(period=period, figure="steady_playings", value=figures.playing.steady)


def _share(period: str, figure: str, share: Share | None, episode: int | None = None) -> Line:
    line = Line(period=period, figure=figure, episode=episode)
    if share is None:
        return line
    return structs.replace(line, viewers=share.viewers, value=share.value, low=share.low, high=share.high)
