"""What the jury room decides, without a database."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from api import errors
from api.catalog.schemas import CreditLine
from api.jury import conflicts, credit, cutting, rules
from api.jury.conflicts import JurorFacts, TitleFacts
from api.jury.envelope import Envelope, new_secret
from api.jury.refusals import TiesToDecide
from api.jury.schemas import Conflict, Rubric, Visibility
from api.jury.table_schemas import CutRule, DecisionIn, Prize, RankLine
from tests.jury.rooms import RUBRIC

RULES = msgspec.convert(RUBRIC, Rubric)
NOW = datetime(2026, 11, 13, 19, 42, tzinfo=UTC)
SESSION = uuid4()


def a_cell(**more: Any) -> rules.Given:
    plain: dict[str, Any] = {"juror": 1, "series": 7, "title": {"en": "Window 43"}, "episodes": 5, "seen": 5}
    return rules.Given(**{**plain, "grades": None, "skipped": None, "recused": None, **more})


def changed(**more: Any) -> Rubric:
    return msgspec.convert({**RUBRIC, **more}, Rubric)


def test_mean_is_by_weight_and_exact() -> None:
    assert rules.mean_of(RULES, {"story": 5, "frame": 4}) == Fraction(46, 10)


def test_mean_waits_for_every_required_grade() -> None:
    assert rules.mean_of(RULES, {"story": 5}) is None


def test_criterion_that_is_not_required_counts_where_it_is_given() -> None:
    loose = changed(criteria=[RUBRIC["criteria"][0], {**RUBRIC["criteria"][1], "required": False}])

    assert rules.mean_of(loose, {"story": 5}) == Fraction(5)
    assert rules.mean_of(loose, {"story": 5, "frame": 4}) == Fraction(46, 10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria": [{**RUBRIC["criteria"][0], "weight": 599}, RUBRIC["criteria"][1]]},
        {"criteria": [RUBRIC["criteria"][0], {**RUBRIC["criteria"][1], "key": "story"}]},
        {"criteria": [{**RUBRIC["criteria"][0], "anchors": {"7": {"en": "Beyond"}}}, RUBRIC["criteria"][1]]},
        {"criteria": [{**each, "required": False} for each in RUBRIC["criteria"]]},
        {"least": 6},
    ],
    ids=["99.9 %", "same key", "beyond the scale", "nothing required", "no scale"],
)
def test_rubric_that_cannot_be_scored_by_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(errors.Unprocessable):
        rules.check_rubric(changed(**wrong))


def test_names_and_explanations_do_not_change_the_measure_but_weights_do() -> None:
    first, second = RUBRIC["criteria"]
    renamed = changed(criteria=[{**first, "name": {"en": "Tale"}, "anchors": {}}, second])
    heavier = changed(criteria=[{**first, "weight": 500}, {**second, "weight": 500}])

    assert rules.same_measure(RULES, renamed)
    assert not rules.same_measure(RULES, heavier)


@pytest.mark.parametrize("grades", [{"story": 7}, {"story": 0}, {"sound": 3}], ids=["above", "below", "unknown"])
def test_grade_that_the_rubric_does_not_have_is_refused(grades: dict[str, int]) -> None:
    with pytest.raises(errors.Unprocessable):
        rules.check_grades(RULES, grades)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (a_cell(grades={"story": 5, "frame": 4}), []),
        (a_cell(grades={"story": 5, "frame": 4}, seen=4), ["unseen"]),
        (a_cell(grades={"story": 5}), ["unscored"]),
        (a_cell(seen=0), ["unseen", "unscored"]),
        (a_cell(seen=0, skipped="Seen at another festival."), []),
        (a_cell(seen=0, recused="My brother edited it."), []),
        (a_cell(episodes=0, seen=0, grades={"story": 5, "frame": 4}), ["unseen"]),
    ],
    ids=["done", "unseen", "unscored", "nothing", "skipped", "recused", "no episodes"],
)
def test_what_keeps_a_juror_from_locking(cell: rules.Given, why: list[str]) -> None:
    assert [missing.why for missing in rules.missing_of(RULES, [cell], None)] == why


def test_jury_may_ask_for_fewer_episodes() -> None:
    assert not rules.coverage_of(a_cell(seen=3), None).enough
    assert rules.coverage_of(a_cell(seen=3), 3).enough
    assert rules.coverage_of(a_cell(seen=5), 80).needed == 5


def test_own_order_shares_ranks_and_leaves_out_what_does_not_count() -> None:
    cells = [
        a_cell(series=1, grades={"story": 4, "frame": 4}),
        a_cell(series=2, grades={"story": 6, "frame": 1}),
        a_cell(series=3, grades={"story": 2, "frame": 2}),
        a_cell(series=4, grades={"story": 6, "frame": 6}, skipped="Unfinished."),
        a_cell(series=5, grades={"story": 6, "frame": 6}, recused="A friend's."),
        a_cell(series=6, grades={"story": 6}),
    ]

    order = rules.order_of(RULES, cells)

    assert [(line.rank, line.series, line.mean) for line in order] == [(1, 1, 4.0), (1, 2, 4.0), (3, 3, 2.0)]


@pytest.mark.parametrize(
    ("visibility", "phase", "locked", "other_locked", "sees"),
    [
        ("never", "deliberation", True, True, False),
        ("after_mine", "scoring", False, True, False),
        ("after_mine", "scoring", True, False, False),
        ("after_mine", "scoring", True, True, True),
        ("after_mine", "deliberation", False, False, True),
        ("deliberation", "scoring", True, True, False),
        ("deliberation", "deliberation", False, False, True),
    ],
)
def test_who_sees_what_others_gave(
    visibility: Visibility, phase: Any, *, locked: bool, other_locked: bool, sees: bool
) -> None:
    assert rules.sees_others(visibility, phase, locked=locked, other_locked=other_locked) is sees


def lines(*values: float) -> list[RankLine]:
    return [
        RankLine(rank=1 + sum(other > value for other in values), series=10 * place, value=value, jurors=2)
        for place, value in enumerate(values, start=1)
    ]


def test_cut_by_score_takes_everyone_who_reaches_it() -> None:
    found = cutting.cut(lines(5.0, 4.2, 4.2, 3.9), CutRule(kind="score", least=4.2))

    assert (found.through, found.ties, found.places) == ([10, 20, 30], [], 0)


def test_cut_by_quota_leaves_the_equal_ones_at_the_border_to_the_chair() -> None:
    found = cutting.cut(lines(5.0, 4.2, 4.2, 4.2, 1.0), CutRule(kind="quota", titles=3))

    assert (found.through, found.ties, found.places) == ([10], [20, 30, 40], 2)
    assert cutting.choose(found, [40, 20]) == [10, 20, 40]


@pytest.mark.parametrize("chosen", [[], [20], [20, 30, 40], [20, 50], [20, 20]])
def test_chair_chooses_exactly_as_many_of_the_equal_ones_as_there_are_places(chosen: list[int]) -> None:
    found = cutting.cut(lines(5.0, 4.2, 4.2, 4.2, 1.0), CutRule(kind="quota", titles=3))

    with pytest.raises(TiesToDecide):
        cutting.choose(found, chosen)


def test_quota_that_falls_between_two_titles_needs_nobody() -> None:
    found = cutting.cut(lines(5.0, 4.2, 4.2, 1.0), CutRule(kind="quota", titles=3))

    assert (found.through, found.ties, cutting.choose(found, [])) == ([10, 20, 30], [], [10, 20, 30])


@pytest.mark.parametrize("rule", [CutRule(kind="score"), CutRule(kind="quota", least=3.0), CutRule(kind="quota")])
def test_rule_of_a_cut_is_one_of_the_two(rule: CutRule) -> None:
    with pytest.raises(errors.Unprocessable):
        cutting.check_rule(rule)


def test_jury_that_goes_against_every_ranking_says_why() -> None:
    prize = Prize(series=20, kind="winner")

    with pytest.raises(errors.Unprocessable):
        rules.check_decision(DecisionIn(prizes=[prize]), {10, 20}, {10})
    rules.check_decision(DecisionIn(prizes=[prize], against="It stayed with us."), {10, 20}, {10})
    rules.check_decision(DecisionIn(prizes=[Prize(series=20, kind="mention")]), {10, 20}, {10})


JUROR = {
    "id": 1,
    "name": "Roya Daneshvar",
    "email": "roya@lantern.example",
    "affiliation": "Lantern Films Ltd",
    "company": None,
}
TITLE = {
    "series": 7,
    "company": "Depot Pictures",
    "credits": [CreditLine(part="director", name="Alesia Kavalenka")],
    "companies": [],
    "domains": ["depot.example"],
}


@pytest.mark.parametrize(
    ("juror", "title", "met"),
    [
        ({}, {}, []),
        ({}, {"credits": [CreditLine(part="editor", name="DANESHVAR, Roya")]}, [("credit", "DANESHVAR, Roya (editor)")]),
        ({}, {"credits": [CreditLine(part="sound", name="Roya M. Daneshvar")]}, [("credit", "Roya M. Daneshvar (sound)")]),
        ({}, {"credits": [CreditLine(part="sound", name="Roya")]}, []),
        ({"name": "Zoë Ångström"}, {"credits": [CreditLine(part="cast", name="Zoe Angstrom")]}, [("credit", "Zoe Angstrom (cast)")]),
        ({"name": "王小帅"}, {"credits": [CreditLine(part="cast", name="王小帅")]}, [("credit", "王小帅 (cast)")]),
        ({}, {"company": "LANTERN FILMS"}, [("company", "LANTERN FILMS")]),
        ({}, {"companies": [CreditLine(part="sales", name="Lantern Films, Inc.")]}, [("company", "Lantern Films, Inc.")]),
        ({"affiliation": "", "company": "Depot Pictures"}, {}, [("company", "Depot Pictures")]),
        ({}, {"domains": ["depot.example", "Lantern.example"]}, [("domain", "lantern.example")]),
        ({"email": "roya@gmail.com"}, {"domains": ["gmail.com"]}, []),
    ],
    ids=["nothing", "credit", "middle name", "half a name", "accents", "one word", "company", "sales", "own company", "domain", "public mail"],
)  # fmt: skip
def test_recusal_is_suggested_with_what_was_met(
    juror: dict[str, Any], title: dict[str, Any], met: list[tuple[str, str]]
) -> None:
    found = conflicts.suggest(JurorFacts(**{**JUROR, **juror}), TitleFacts(**{**TITLE, **title}))

    assert [(conflict.kind, conflict.found) for conflict in found] == met


def test_blind_round_is_told_that_something_was_met_and_not_what() -> None:
    found = [Conflict(kind="credit", found="A"), Conflict(kind="credit", found="B"), Conflict(kind="domain", found="C")]

    assert conflicts.veiled(found) == [Conflict(kind="credit", found=None), Conflict(kind="domain", found=None)]


def beat(bank: float = 15.0, *spans: tuple[int, int], bits: bytes = b"", length: int = 90) -> tuple[int, float]:
    seen, left = credit.credit(bits, spans, length, bank)
    return credit.count(seen), left


def test_seconds_are_credited_once_and_paid_for() -> None:
    assert beat(15, (0, 9), (5, 12)) == (13, 2)


def test_nothing_is_credited_faster_than_the_clock() -> None:
    assert beat(15, (0, 89)) == (15, 0)


def test_seconds_behind_the_end_are_none() -> None:
    assert beat(60, (80, 200)) == (10, 50)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=12), st.floats(0, 60))
def test_never_more_seconds_than_the_bank_held(spans: list[tuple[int, int]], bank: float) -> None:
    seen, left = beat(bank, *spans)

    assert seen <= min(bank, 90)
    assert left == pytest.approx(bank - seen)


@pytest.mark.parametrize(
    ("before", "seconds", "same", "bank"),
    [(0.0, 10, True, 10.0), (5.0, 300, True, 60.0), (50.0, 10, False, 15.0), (3.0, -5, True, 3.0)],
    ids=["ten seconds", "a break", "another episode", "clock turned back"],
)
def test_bank_fills_with_the_clock(before: float, seconds: int, bank: float, *, same: bool) -> None:
    clock = credit.Clock(session=SESSION if same else uuid4(), bank=before, at=NOW)

    assert credit.bank_of(clock, SESSION, NOW + timedelta(seconds=seconds)) == bank


@pytest.mark.parametrize(("seen", "whole"), [(94, False), (95, True)])
def test_episode_is_watched_at_95_per_cent(seen: int, *, whole: bool) -> None:
    assert credit.is_whole(seen, 100) is whole


NOTE = UUID("0193abcd-0000-7000-8000-000000000001")


def test_note_opens_with_its_jurors_key_alone() -> None:
    own = new_secret()
    sealed = Envelope(b"installation", own).seal(NOTE, 3, "The cut on the spoon.")

    assert b"spoon" not in sealed
    assert Envelope(b"installation", own).open(NOTE, 3, sealed) == "The cut on the spoon."
    for other in (Envelope(b"installation", new_secret()), Envelope(b"another", own)):
        with pytest.raises(InvalidTag):
            other.open(NOTE, 3, sealed)


def test_note_moved_or_altered_does_not_open() -> None:
    cover = Envelope(b"installation", new_secret())
    sealed = cover.seal(NOTE, 3, "Mine.")

    for note, revision, text in (
        (uuid4(), 3, sealed),
        (NOTE, 4, sealed),
        (NOTE, 3, sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(InvalidTag):
            cover.open(note, revision, text)


def test_same_text_is_never_sealed_alike() -> None:
    cover = Envelope(b"installation", new_secret())

    assert cover.seal(NOTE, 1, "Mine.") != cover.seal(NOTE, 1, "Mine.")
