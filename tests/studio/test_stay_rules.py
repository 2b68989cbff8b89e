"""Statistics of who stayed against values worked out by hand, and the floor against every table we can think of."""

import csv
import io
import random
from datetime import UTC, datetime
from uuid import UUID

import pytest

from api.studio import stay_rules as rules
from api.studio.stay_rules import FLOOR, Group
from api.studio.staying import EpisodeRow, Period, PlayingRow, figures_of, leaving_of
from api.studio.staying_schemas import Carried, Figures, Staying, Stretch

SINCE = datetime(2026, 11, 6, tzinfo=UTC)
PACKAGE = UUID("00000000-0000-4000-8000-000000000000")


def a_group(furthest: int, viewers: int, **changed: bool) -> Group:
    kept = {"began": True, "completed": False, "liked": False, "subtitled": False, **changed}
    return Group(furthest=furthest, seen=furthest, viewers=viewers, **kept)


def a_period(groups: list[Group], languages: dict[str, int] | None = None) -> Period:
    viewers = rules.counted(groups)
    playing = PlayingRow(playings=2 * viewers, viewers=viewers, steady=viewers, half_ms=400, nine_ms=900)
    tongues = {kind: languages or {} for kind in ("interface", "subtitles", "sound")}
    return Period(since=SINCE, groups=groups, languages=tongues, playing=playing)


@pytest.mark.parametrize(
    ("viewers", "of", "low", "high"),
    [
        # Newcombe (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_band_is_wilsons(viewers: int, of: int, low: float, high: float) -> None:
    share = rules.wilson(viewers, of)

    assert [share.low, share.high] == pytest.approx([low, high], abs=1e-4)
    assert share.low <= share.value <= share.high


def test_carry_through_counts_who_came_at_least_so_far() -> None:
    groups = [a_group(1, 30), a_group(2, 20), a_group(3, 50), a_group(3, 40, began=False)]

    points = rules.carried([1, 2, 3], groups, None)

    assert [(point.number, point.share and (point.share.viewers, point.share.value)) for point in points] == [
        (1, (100, 1.0)),
        (2, (70, 0.7)),
        (3, (50, 0.5)),
    ]


def test_largest_step_is_named_with_what_it_loses() -> None:
    points = rules.carried([1, 2, 3, 4], [a_group(1, 90), a_group(2, 160), a_group(3, 30), a_group(4, 720)], None)

    step = rules.largest_step(points)

    assert step is not None
    assert (step.leaving, step.entering, step.before, step.after, step.clear) == (2, 3, 0.91, 0.75, False)
    assert step.lost == pytest.approx(0.1758, abs=1e-4)


def test_step_is_clear_where_no_other_loses_half_as_many() -> None:
    points = rules.carried([1, 2, 3], [a_group(1, 30), a_group(2, 300), a_group(3, 670)], None)

    step = rules.largest_step(points)

    assert step is not None
    assert (step.leaving, step.clear) == (2, True)


def test_small_loss_is_not_worth_a_sentence() -> None:
    assert rules.largest_step(rules.carried([1, 2], [a_group(1, 40), a_group(2, 960)], None)) is None


def test_step_beside_a_hidden_point_is_not_told() -> None:
    assert rules.largest_step([Carried(number=1, share=rules.wilson(100, 100)), Carried(number=2, share=None)]) is None


@pytest.mark.parametrize(
    ("seen", "median"),
    [({1: 10, 2: 10, 3: 10}, 2), ({1: 50, 24: 50}, 24), ({1: 51, 24: 49}, 1), ({5: 1}, 5), ({}, 0)],
)
def test_typical_is_what_half_have_seen_at_least(seen: dict[int, int], median: int) -> None:
    assert rules.typical([a_group(number, viewers) for number, viewers in seen.items()]) == median


def test_stretches_are_as_short_as_twenty_leavers_allow() -> None:
    seconds = {0: 25, 1: 5, 10: 10, 11: 10, 30: 7}

    found = rules.stretches(seconds, 40.0)

    assert found == [Stretch(start=0, end=1, viewers=25), Stretch(start=1, end=40, viewers=32)]


def test_place_where_most_leave_in_the_shortest_time_is_the_peak() -> None:
    found = rules.stretches({**dict.fromkeys(range(60), 2), 41: 60}, 60.0)

    assert rules.peak(found) in (40, 41)


def test_leavers_behind_the_end_left_at_the_end() -> None:
    assert rules.stretches({14_000: 20}, 12.0) == [Stretch(start=0, end=12, viewers=20)]


def test_even_leaving_has_no_peak() -> None:
    assert rules.peak([]) is None
    assert rules.peak([Stretch(start=0, end=12, viewers=20)]) is None


def test_languages_below_the_floor_become_one_rest() -> None:
    uses = rules.fold({"en": 100, "ru": 60, "be": 15, "tg": 8})

    assert [(use.lang, use.viewers) for use in uses] == [("en", 100), ("ru", 60), (None, 23)]
    assert sum(use.share for use in uses) == pytest.approx(1, abs=1e-3)


def test_rest_that_is_too_small_takes_the_next_smallest_to_itself() -> None:
    assert [(use.lang, use.viewers) for use in rules.fold({"en": 100, "ru": 60, "be": 3})] == [("en", 100), (None, 63)]


def test_nothing_is_said_of_languages_where_nothing_is_left_by_itself() -> None:
    assert rules.fold({"en": 100, "be": 3}) == []
    assert rules.fold({}) == []


def test_period_is_hidden_where_it_would_tell_of_the_few_beside_it() -> None:
    whole, week = a_period([a_group(2, 100)]), a_period([a_group(2, 90)])

    assert figures_of([1, 2], whole, None) is not None
    assert figures_of([1, 2], week, whole) is None
    assert figures_of([1, 2], a_period([a_group(2, 80)]), whole) is not None
    assert figures_of([1, 2], whole, whole) is not None


def cells(figures: Figures | None) -> dict[str, int]:
    """Every number of viewers that is shown, also those that follow from a share."""
    if figures is None:
        return {}
    found = {"viewers": figures.viewers}
    if figures.began is not None:
        found["began"] = figures.began
    shares = {"completed": figures.completed, "subtitled": figures.subtitled, "liked": figures.liked}
    shares |= {f"carried {point.number}": point.share for point in figures.carried}
    for name, share in shares.items():
        if share is not None:
            found[name] = share.viewers
            found[f"{name} of"] = round(share.viewers / share.value)
    uses = figures.languages
    for kind, some in (("interface", uses.interface), ("subtitles", uses.subtitles), ("sound", uses.sound)):
        found |= {f"{kind} {use.lang}": use.viewers for use in some}
    return found


def a_crowd(dice: random.Random) -> list[Group]:
    return [
        Group(
            began=dice.random() < 0.8,
            furthest=(furthest := dice.randint(1, 6)),
            seen=dice.randint(1, furthest),
            completed=furthest == 6 and dice.random() < 0.7,
            liked=dice.random() < 0.2,
            subtitled=dice.random() < 0.7,
            viewers=dice.choice((1, 1, 2, 3, 7, 19, 20, 21, 40)),
        )
        for _ in range(dice.randint(0, 25))
    ]


@pytest.mark.parametrize("seed", range(300))
def test_nothing_that_is_shown_counts_fewer_than_twenty_also_by_differencing(seed: int) -> None:
    """The week is a part of the whole: each of its cells counts at most as many."""
    dice = random.Random(seed)
    recent = a_crowd(dice)
    whole = recent + (a_crowd(dice) if dice.random() < 0.8 else [])
    tongues = {lang: dice.choice((1, 5, 19, 20, 30, 90)) for lang in dice.sample(["en", "ru", "fa", "be", "zh"], 4)}
    earlier = {lang: count + dice.choice((0, 3, 19, 20, 50)) for lang, count in tongues.items()}
    all_of_it, week = a_period(whole, earlier), a_period(recent, tongues)

    first = cells(figures_of(range(1, 7), all_of_it, None))
    second = cells(figures_of(range(1, 7), week, all_of_it))

    assert all(viewers >= FLOOR for viewers in (*first.values(), *second.values()))
    for name, viewers in second.items():
        if name in first and " None" not in name:
            assert first[name] == viewers or first[name] - viewers >= FLOOR, name
    for uses in (rules.fold(earlier), rules.fold(tongues)):
        total = sum(use.viewers for use in uses)
        assert total in (0, sum(earlier.values()), sum(tongues.values()))


@pytest.mark.parametrize("seed", range(100))
def test_no_stretch_of_an_episode_counts_fewer_than_twenty(seed: int) -> None:
    dice = random.Random(seed)
    left: dict[int | None, int] = {dice.randint(0, 90): dice.randint(1, 30) for _ in range(dice.randint(0, 40))}
    left[None] = dice.randint(0, 60)
    episode = EpisodeRow(id=1, number=1, package=PACKAGE, duration=dice.uniform(2, 88))

    leaving = leaving_of(episode, left)

    assert all(stretch.viewers >= FLOOR for stretch in leaving.stretches)
    assert [stretch.end for stretch in leaving.stretches[:-1]] == [each.start for each in leaving.stretches[1:]]
    if leaving.stretches:
        assert sum(each.viewers for each in leaving.stretches) == sum(left.values()) - left[None]
    assert leaving.started is None or leaving.started >= FLOOR


def test_file_holds_what_is_shown_and_nothing_else() -> None:
    period = a_period([a_group(2, 80, completed=True, subtitled=True), a_group(1, 25)], {"en": 60, "ru": 45})
    episode = EpisodeRow(id=1, number=1, package=PACKAGE, duration=12.0)
    leaving = leaving_of(episode, {3: 25, None: 80})
    staying = Staying(
        released_at=SINCE, floor=FLOOR, counted_at=SINCE, whole=figures_of([1, 2], period, None), recent=None,
        leaving=[leaving],
    )  # fmt: skip

    lines = list(csv.DictReader(io.StringIO(rules.to_csv(staying))))

    told = {(line["figure"], line["episode"], line["language"]): line["viewers"] for line in lines}
    assert told["carried", "2", ""] == "80"
    assert told["interface_language", "", "en"] == "60"
    assert told["left", "1", ""] == "25"
    assert {line["period"] for line in lines} == {"whole"}
    assert all(int(line["viewers"]) >= FLOOR for line in lines if line["viewers"])
