"""From a ledger to places: what counts, what it weighs, who may be ranked, and how sure the result is."""

from collections.abc import Callable
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.voting import tally as counting
from api.voting.methods import METHODS
from api.voting.tally import (
    Event,
    Rules,
    Standing,
    UnlawfulVote,
    Unranked,
    Vote,
    effective,
    stability,
    tally,
    winners_by_method,
)
from tests.given import given_values, rankings, rules

EVERY_METHOD = [(kind, method) for kind, methods in METHODS.items() for method in methods]
#: Those where only the proportions of the votes decide, so that twice the weight is the same result.
BY_PROPORTION = [(kind, method) for kind, method in EVERY_METHOD if method != "wilson"]
ENTRIES = (1, 2, 3, 4)


def event(revision: int, value: int | None, *, ballot: str = "b", question: int = 1, kind: str = "cast") -> Event:
    return Event(ballot, "device", question, revision, kind, value)


def of_tier(votes: list[Vote], tier: str) -> list[Vote]:
    return [vote._replace(ballot=f"{tier}:{vote.ballot}", tier=tier) for vote in votes]


def places(rules: Rules, votes: list[Vote]) -> list[tuple[int, int]]:
    return [(each.place, each.entry) for each in tally(rules, votes).ranked]


@st.composite
def ballot_boxes(draw: st.DrawFn, kind: str) -> list[Vote]:
    """Ballots of three tiers that the rules of this kind allow."""
    votes: list[Vote] = []
    for number in range(draw(st.integers(0, 8))):
        tier = draw(st.sampled_from(["badge", "device", "kiosk"]))
        lawful = rules(kind, "", ENTRIES)
        if kind in counting.SCALES:
            values = st.integers(lawful.min_value, lawful.max_value)
            given = draw(st.dictionaries(st.sampled_from(ENTRIES), values, min_size=1))
            votes += [Vote(f"b{number}", tier, entry, value, None) for entry, value in given.items()]
        else:
            chosen = st.permutations(ENTRIES), st.integers(lawful.min_value, lawful.max_value)
            order, length = draw(chosen[0]), draw(chosen[1])
            votes.append(Vote(f"b{number}", tier, 0, None, tuple(order[:length])))
    return votes


def drawn_rules(draw: Callable[[st.SearchStrategy[float]], float], kind: str, method: str) -> Rules:
    weight = st.sampled_from([0, 0.1, 0.25, 1, 3])
    weights = {"badge": draw(weight), "kiosk": draw(weight)}
    return rules(kind, method, ENTRIES, weights=weights, attendance={1: 5, 2: 9, 3: 2})


def test_effective_is_the_highest_revision_however_they_come() -> None:
    events = [event(2, 3), event(1, 5), event(3, 4), event(1, 2, question=2)]

    assert effective(events) == effective(events[::-1])
    assert effective(events) == [Vote("b", "device", 1, 4, None), Vote("b", "device", 2, 2, None)]


def test_effective_leaves_out_what_is_void_and_counts_what_came_after() -> None:
    voided = [event(1, 5), event(2, None, kind="void")]
    again = [event(1, 5, question=2), event(2, None, question=2, kind="void"), event(3, 1, question=2)]

    assert effective(voided + again) == [Vote("b", "device", 2, 1, None)]


def test_effective_leaves_out_ballots_under_review() -> None:
    events = [event(1, 5), event(1, 4, ballot="watched")]

    assert effective(events, quarantined={"watched"}) == [Vote("b", "device", 1, 5, None)]


def test_effective_with_one_revision_twice_is_refused() -> None:
    with pytest.raises(UnlawfulVote) as raised:
        effective([event(1, 5), event(2, 5), event(1, 4)])

    assert (raised.value.ballot, raised.value.what) == ("b", "revision_twice")


def test_standings_say_place_score_weighted_votes_and_ballots() -> None:
    votes = of_tier(given_values({1: {5: 2}, 2: {1: 1}}), "device") + of_tier(given_values({1: {2: 4}}), "kiosk")

    result = tally(rules("stars", "mean", (1, 2), weights={"kiosk": 0.25}), votes)

    # 5, 5 and four times a quarter of 2 are 12, over three votes.
    assert result.ranked == (Standing(1, 1, 4.0, 3.0, 6), Standing(2, 2, 1.0, 1.0, 1))
    assert result.ballots == {"device": 3, "kiosk": 4}
    assert (result.method, result.winners, result.rounds) == ("mean", (1,), ())


def test_weight_0_is_shown_and_decides_nothing() -> None:
    votes = of_tier(given_values({1: {4: 1}, 2: {3: 1}}), "device") + of_tier(
        given_values({2: {5: 9}, 3: {5: 9}}), "kiosk"
    )

    result = tally(rules("stars", "mean", (1, 2, 3), weights={"kiosk": 0}), votes)

    assert result.ranked == (Standing(1, 1, 4.0, 1.0, 1), Standing(2, 2, 3.0, 1.0, 10))
    assert result.unranked == (Unranked(3, "no_votes", None, 0.0, 9),)
    assert result.ballots == {"device": 2, "kiosk": 18}


def test_a_weight_is_the_decimal_it_was_written_as() -> None:
    """Ten times 0.1 is one vote, which no sum of floats is."""
    votes = of_tier(rankings((10, "1")), "kiosk") + of_tier(rankings((1, "2")), "device")

    result = tally(rules("favourite", "plurality", (1, 2), weights={"kiosk": 0.1}), votes)

    assert sum([0.1] * 10) != 1
    assert result.winners == (1, 2)


def test_a_third_and_its_mean_are_a_tie() -> None:
    """Means that are equal as fractions and not as floats of another sum."""
    votes = given_values({1: {1: 1, 2: 1, 1 + 3: 1}, 2: {1: 3, 2: 3, 4: 3}})

    assert places(rules("stars", "mean", (1, 2)), votes) == [(1, 1), (1, 2)]


def test_entries_with_the_same_score_share_the_place_and_the_next_is_passed() -> None:
    votes = rankings((2, "3"), (2, "1"), (1, "4"), (1, "2"))

    result = tally(rules("favourite", "plurality", (3, 1, 2, 4)), votes)

    assert [(each.place, each.entry) for each in result.ranked] == [(1, 3), (1, 1), (3, 2), (3, 4)]
    assert result.winners == (3, 1)


def test_minimum_by_count_names_what_is_wanted_and_got() -> None:
    votes = given_values({1: {5: 2}, 2: {3: 3}})

    result = tally(rules("stars", "mean", (1, 2, 3), minimum={"rule": "count", "votes": 3}), votes)

    assert result.winners == (2,)
    assert result.unranked == (Unranked(1, "too_few_votes", 3.0, 2.0, 2), Unranked(3, "no_votes", None, 0.0, 0))


def test_minimum_by_share_is_of_the_most_voted() -> None:
    votes = given_values({1: {1: 30}, 2: {5: 3}, 3: {5: 2}})

    result = tally(rules("stars", "mean", (1, 2, 3), minimum={"rule": "share", "share": 0.1}), votes)

    assert [each.entry for each in result.ranked] == [2, 1]
    assert result.unranked == (Unranked(3, "too_few_votes", 3.0, 2.0, 2),)


def test_minimum_automatic_is_the_lower_bound_of_the_mean() -> None:
    # Votes 3, 10, 20, 30: mean 15.75, s 11.7863, t(3) 2.353363: 15.75 - 2.353363 * 11.7863 / 2 = 1.8812. All pass.
    # With 1 instead of 3: mean 15.25, s 12.5266, bound 0.5102: passes too; twelve more entries with 30 raise it.
    few = given_values({1: {5: 3}, 2: {4: 10}, 3: {3: 20}, 4: {2: 30}})
    many = given_values({1: {5: 3}} | {entry: {3: 30} for entry in range(2, 16)})
    automatic = {"rule": "auto"}

    assert places(rules("stars", "mean", (1, 2, 3, 4), minimum=automatic), few)[0] == (1, 1)
    result = tally(rules("stars", "mean", tuple(range(1, 16)), minimum=automatic), many)

    # mean (3 + 14 * 30) / 15 = 28.2, s 6.971370, t(14) 1.761310: 28.2 - 1.761310 * 6.971370 / sqrt(15) = 25.029644
    assert [(each.entry, each.reason, round(each.wanted or 0, 4)) for each in result.unranked] == [
        (1, "too_few_votes", 25.0296)
    ]


def test_minimum_weighs_votes() -> None:
    votes = of_tier(given_values({1: {5: 4}}), "kiosk") + of_tier(given_values({2: {3: 2}}), "badge")

    result = tally(
        rules("stars", "mean", (1, 2), weights={"kiosk": 0.25}, minimum={"rule": "count", "votes": 2}), votes
    )

    assert (result.winners, result.unranked) == ((2,), (Unranked(1, "too_few_votes", 2.0, 1.0, 4),))


def test_an_unknown_minimum_is_refused() -> None:
    with pytest.raises(ValueError, match="no such minimum"):
        tally(rules("stars", "mean", (1,), minimum={"rule": "quorum"}), [])


@pytest.mark.parametrize("attendance", [{}, {1: 0}])
def test_votes_per_attendance_without_attendance_is_not_ranked(attendance: dict[int, int]) -> None:
    votes = given_values({1: {1: 5}, 2: {1: 3}})

    result = tally(rules("yesno", "attendance", (1, 2, 3), attendance={**attendance, 2: 10, 3: 10}), votes)

    assert result.winners == (2,)
    assert result.unranked == (Unranked(1, "no_attendance", None, 5.0, 5), Unranked(3, "no_votes", None, 0.0, 0))


def test_instant_runoff_passes_over_who_is_below_the_minimum() -> None:
    votes = rankings((4, "1"), (3, "2"), (2, "32"))

    result = tally(rules("ranking", "instant_runoff", (1, 2, 3), minimum={"rule": "count", "votes": 3}), votes)

    assert result.winners == (2,)
    assert result.rounds[0].votes == {1: 4.0, 2: 5.0}


def test_another_method_of_the_kind_may_be_asked_for_and_no_other() -> None:
    votes = rankings((42, "1234"), (26, "2341"), (15, "3421"), (17, "4321"))
    known = rules("ranking", "schulze", ENTRIES)

    assert tally(known, votes, "plurality").winners == (1,)
    assert winners_by_method(known, votes) == {
        "instant_runoff": (4,),
        "schulze": (2,),
        "plurality": (1,),
        "borda": (2,),
    }
    with pytest.raises(KeyError):
        tally(known, votes, "wilson")


@pytest.mark.parametrize(
    ("kind", "votes", "what"),
    [
        ("stars", [Vote("b", "device", 1, 6, None)], "value_out_of_range"),
        ("stars", [Vote("b", "device", 1, 0, None)], "value_out_of_range"),
        ("stars", [Vote("b", "device", 0, None, (1,))], "value_out_of_range"),
        ("stars", [Vote("b", "device", 9, 5, None)], "no_such_entry"),
        ("stars", [Vote("b", "device", 1, 5, None), Vote("b", "device", 1, 4, None)], "entry_twice"),
        ("stars", [Vote("b", "device", 1, 5, None), Vote("b", "badge", 2, 4, None)], "two_tiers"),
        ("favourite", [Vote("b", "device", 0, None, (1, 2))], "number_of_choices"),
        ("favourite", [Vote("b", "device", 0, None, ())], "number_of_choices"),
        ("favourite", [Vote("b", "device", 1, 5, None)], "not_choices"),
        ("favourite", [Vote("b", "device", 1, None, (1,))], "not_choices"),
        ("ranking", [Vote("b", "device", 0, None, (1, 9))], "no_such_entry"),
        ("ranking", [Vote("b", "device", 0, None, (1, 1))], "entry_twice"),
    ],
)
def test_a_vote_the_rules_do_not_allow_stops_the_count(kind: str, votes: list[Vote], what: str) -> None:
    with pytest.raises(UnlawfulVote) as raised:
        tally(rules(kind, next(iter(METHODS[kind])), (1, 2)), votes)

    assert (raised.value.ballot, raised.value.what) == ("b", what)


def test_a_weight_below_0_is_refused() -> None:
    with pytest.raises(ValueError, match="less than 0"):
        tally(rules("stars", "mean", (1,), weights={"kiosk": -1}), given_values({1: {5: 1}}))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_order_and_the_names_of_ballots_decide_nothing(data: st.DataObject) -> None:
    kind, method = data.draw(st.sampled_from(EVERY_METHOD))
    known, votes = drawn_rules(data.draw, kind, method), data.draw(ballot_boxes(kind))
    shuffled = [vote._replace(ballot=vote.ballot[::-1]) for vote in data.draw(st.permutations(votes))]

    assert tally(known, shuffled) == tally(known, votes)
    assert stability(known, shuffled, rounds=3, seed=1) == stability(known, votes, rounds=3, seed=1)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), minimum=st.sampled_from([{"rule": "none"}, {"rule": "share", "share": 0.5}, {"rule": "auto"}]))
def test_twice_the_weights_are_the_same_places(data: st.DataObject, minimum: dict[str, object]) -> None:
    kind, method = data.draw(st.sampled_from(BY_PROPORTION))
    known, votes = drawn_rules(data.draw, kind, method)._replace(minimum=minimum), data.draw(ballot_boxes(kind))
    once = {"device": 1.0} | dict(known.weights)
    twice = {tier: 2 * weight for tier, weight in once.items()}

    assert places(known._replace(weights=twice), votes) == places(known._replace(weights=once), votes)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_ballot_of_weight_2_is_two_ballots(data: st.DataObject) -> None:
    kind, method = data.draw(st.sampled_from(EVERY_METHOD))
    known, votes = rules(kind, method, ENTRIES, attendance={1: 5, 2: 9, 3: 2}), data.draw(ballot_boxes(kind))
    copies = votes + [vote._replace(ballot=f"{vote.ballot}'") for vote in votes if vote.tier == "badge"]

    heavy, plain = tally(known._replace(weights={"badge": 2}), votes), tally(known, copies)

    assert [each[:4] for each in heavy.ranked] == [each[:4] for each in plain.ranked]
    assert heavy.rounds == plain.rounds


@pytest.mark.parametrize("method", ["mean", "majority_judgment"])
@settings(deadline=None)
@given(votes=ballot_boxes("grades"), data=st.data())
def test_an_entry_with_a_better_grade_never_falls(method: str, votes: list[Vote], data: st.DataObject) -> None:
    low = [position for position, vote in enumerate(votes) if (vote.value or 6) < 6]
    if not low:
        return
    raised = data.draw(st.sampled_from(low))
    vote = votes[raised]
    better = [*votes[:raised], vote._replace(value=(vote.value or 0) + 1), *votes[raised + 1 :]]
    known = rules("grades", method, ENTRIES)

    before = {entry: place for place, entry in places(known, votes)}
    after = {entry: place for place, entry in places(known, better)}

    assert after[vote.question] <= before[vote.question]


def test_stability_of_a_clear_result() -> None:
    votes = rankings((70, "1"), (30, "2"))

    found = stability(rules("favourite", "plurality", (1, 2, 3)), votes, rounds=200, seed=7)

    assert (found.rounds, found.seed, found.same, found.stable) == (200, 7, 1.0, True)
    assert found.wins == {1: 1.0, 2: 0.0, 3: 0.0}
    # Binomial of 100 and 0.7 has the deviation 4.58: the middle 95 % are about 61 to 79.
    assert list(found.scores) == [1, 2]
    assert found.scores[1][0] == pytest.approx(61, abs=3)
    assert found.scores[1][1] == pytest.approx(79, abs=3)


def test_stability_of_a_close_result_is_not_claimed() -> None:
    votes = rankings((51, "1"), (49, "2"))

    found = stability(rules("favourite", "plurality", (1, 2)), votes, rounds=200, seed=7)

    assert not found.stable
    assert 0.4 < found.wins[1] < 0.8
    assert found == stability(rules("favourite", "plurality", (1, 2)), votes, rounds=200, seed=7)
    assert found.wins != stability(rules("favourite", "plurality", (1, 2)), votes, rounds=200, seed=8).wins


def test_stability_without_a_ballot_that_counts_claims_nothing() -> None:
    votes = of_tier(rankings((5, "1")), "kiosk")

    found = stability(rules("favourite", "plurality", (1,), weights={"kiosk": 0}), votes, rounds=20, seed=1)

    assert (found.wins, found.scores, found.same, found.stable) == ({1: 0.0}, {}, 0.0, False)


def test_stability_of_an_award_nobody_can_win_claims_nothing() -> None:
    known = rules("favourite", "plurality", (1,), minimum={"rule": "count", "votes": 9})

    found = stability(known, rankings((5, "1")), rounds=20, seed=1)

    assert (found.wins, found.scores, found.same, found.stable) == ({1: 0.0}, {}, 0.0, False)


def test_stability_is_not_moved_by_weight_0() -> None:
    votes, known = rankings((6, "1"), (5, "2")), rules("favourite", "plurality", (1, 2), weights={"kiosk": 0})

    with_them = stability(known, votes + of_tier(rankings((50, "2")), "kiosk"), rounds=50, seed=1)

    assert with_them == stability(known, votes, rounds=50, seed=1)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_stability_is_what_counting_each_draw_by_itself_finds(data: st.DataObject) -> None:
    kind, method = data.draw(st.sampled_from(EVERY_METHOD))
    known, votes = drawn_rules(data.draw, kind, method), data.draw(ballot_boxes(kind))
    stacks = [stack for stack in counting._stack(known, votes) if stack.mass]
    ballots = [stack for stack in stacks for _ in range(stack.ballots)]
    lots = Random(3)

    wins = dict.fromkeys(ENTRIES, 0)
    for _ in range(4 if ballots else 0):
        drawn = [ballots[int(lots.random() * len(ballots))] for _ in ballots]
        redrawn: list[Vote] = []
        for number, stack in enumerate(drawn):
            if kind in counting.SCALES:
                redrawn += [Vote(str(number), stack.tier, entry, value, None) for entry, value in stack.content]
            else:
                redrawn.append(Vote(str(number), stack.tier, 0, None, stack.choices))
        for entry in tally(known, redrawn).winners:
            wins[entry] += 1

    assert stability(known, votes, rounds=4, seed=3).wins == {entry: wins[entry] / 4 for entry in ENTRIES}


def test_stability_counts_all_its_rounds_in_one_pass() -> None:
    """Two hundred rounds in the time of a few counts; where each were counted by itself it would be two hundred."""
    lots = Random(1)
    votes = [
        Vote(str(ballot), "device", entry, lots.randint(1, 5), None)
        for ballot in range(4000)
        for entry in lots.sample(range(1, 21), 5)
    ]
    known = rules("stars", "mean", tuple(range(1, 21)))

    begun = process_time()
    tally(known, votes)
    counted = process_time()
    found = stability(known, votes, rounds=200, seed=1)

    assert process_time() - counted < 40 * (counted - begun)
    assert all(low < high for low, high in found.scores.values())
