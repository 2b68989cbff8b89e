"""The six gates before a publication: what each state follows from. Pure."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from api.voting.gates import FrozenRules, GateFacts, Proof, changed_rules, gates_of, shut_gates, wants_proof
from api.voting.journal_schemas import KioskGate
from api.voting.leaves import canonical
from api.voting.review_schemas import Person, Publication

NOW = datetime(2026, 11, 14, 17, 5, tzinfo=UTC)
CLOSED = NOW - timedelta(minutes=5)
RULES: dict[str, Any] = {
    "award": "audience", "kind": "stars", "method": "mean", "name": {"en": "Audience"},
    "entries": [{"id": 1, "series": "window-43", "title": {"en": "Window 43"}}, {"id": 2}],
}  # fmt: skip
DANA, ASEL = Person(id=1, name="Dana"), Person(id=2, name="Asel")


def frozen(rules: dict[str, Any] = RULES) -> FrozenRules:
    text = canonical(rules)
    return FrozenRules(text=text, sha256=hashlib.sha256(text.encode()).digest(), published_at=CLOSED)


def proof(**fields: Any) -> Proof:
    done = Proof(
        id=1, started_at=NOW, step="done", part=1, running=False, ground="g", size=20, root=b"r", ballots=9, lines=19,
        counted_at=NOW, verified_at=NOW, bundle_size=4_000, result_hash=b"h" * 32, wrong=None,
    )  # fmt: skip
    return structs.replace(done, **fields)


def kiosk(name: str, state: Any, held: int = 0) -> KioskGate:
    return KioskGate(
        kiosk=1, name=name, state=state, received=40, of=40 + held, held=held, seen_at=CLOSED, revoked=False,
        reason=None, words=None,
    )  # fmt: skip


def publication(state: Any = "open", asked: Person | None = None, agreed: Person | None = None) -> Publication:
    return Publication(
        award=1,
        state=state,
        asked_by=asked,
        asked_at=NOW if asked else None,
        agreed_by=agreed,
        published_at=NOW if agreed else None,
    )


def facts(**fields: Any) -> GateFacts:
    """Everything done but for the two people."""
    ready = GateFacts(
        award=1, now=NOW, closes_at=CLOSED, ends_at=CLOSED, over=True, ground="g", proof=proof(), flags_open=0,
        flags_held=1, flags_kept=27, flags_void=4, flags_at=CLOSED, voids_open=0,
        kiosks=[kiosk("Foyer", "empty"), kiosk("Hall", "written_off", 3)], paper_open=0, rules=frozen(), rules_now=canonical(RULES),
        publication=publication(),
    )  # fmt: skip
    return structs.replace(ready, **fields)


def states(**fields: Any) -> str:
    """One letter for each gate: passed, waiting, running, wrong (x), later."""
    letters = {"passed": "P", "waiting": "w", "running": "r", "wrong": "x", "later": "-"}
    return "".join(letters[gate.state] for gate in gates_of(facts(**fields)).gates)


GOLDEN: dict[str, tuple[dict[str, Any], str]] = {
    "ready": ({}, "PPPPPw"),
    "voting runs": ({"over": False}, "w-P-P-"),
    "nothing proved": ({"proof": None}, "w-PPP-"),
    "counting": ({"proof": proof(running=True, step="count", counted_at=None, verified_at=None)}, "r-PPP-"),
    "bundling": ({"proof": proof(running=True, step="bundle", verified_at=None)}, "PrPPP-"),
    "counts differ": ({"proof": proof(counted_at=None, verified_at=None, wrong="differ")}, "x-PPP-"),
    "bundle wrong": ({"proof": proof(verified_at=None, wrong="WRONG  leaf 7")}, "PxPPP-"),
    "stale": ({"ground": "later"}, "w-PPP-"),
    "flag open": ({"flags_open": 1}, "PPwPP-"),
    "void asked": ({"voids_open": 1}, "PPwPP-"),
    "kiosk silent": ({"kiosks": [kiosk("Foyer left", "waiting", 14)]}, "PPPwP-"),
    "paper open": ({"paper_open": 2}, "PPPwP-"),
    "rules changed": ({"rules_now": canonical(RULES | {"method": "imdb"})}, "PPPPx-"),
    "no rules": ({"rules": None}, "PPPP--"),
    "asked": ({"publication": publication("asked", DANA)}, "PPPPPw"),
    "published": ({"publication": publication("published", DANA, ASEL), "ground": "later"}, "PPPPPP"),
}


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_states_follow_from_facts(name: str) -> None:
    fields, expected = GOLDEN[name]

    assert states(**fields) == expected


def test_numbers_are_those_that_a_sentence_needs() -> None:
    shown = {gate.name: gate for gate in gates_of(facts(kiosks=[kiosk("A", "empty"), kiosk("B", "waiting", 14)])).gates}

    assert shown["recount"].numbers == {"ballots": 9, "lines": 19, "size": 20, "part": 1}
    assert shown["bundle"].numbers == {"bytes": 4_000, "part": 1}
    assert shown["flags"].numbers == {"flags": 32, "open": 0, "held": 1, "kept": 27, "void": 4, "voids_open": 0}
    assert shown["kiosks"].numbers == {"kiosks": 2, "empty": 1, "written_off": 0, "waiting": 1, "held": 14, "paper": 0}
    assert shown["rules"].numbers == {"hash": frozen().sha256.hex()}
    assert (shown["recount"].at, shown["flags"].at, shown["kiosks"].at) == (NOW, CLOSED, None)


def test_what_went_wrong_is_said_at_its_gate() -> None:
    gates = gates_of(facts(proof=proof(verified_at=None, wrong="WRONG  leaf 7")))

    assert [gate.why for gate in gates.gates] == [None, "WRONG  leaf 7", None, None, None, None]
    assert shut_gates(gates) == ["bundle"]


def test_proof_is_wanted_once_for_each_ground() -> None:
    assert wants_proof(facts(proof=None))
    assert wants_proof(facts(ground="later"))
    assert not wants_proof(facts())
    assert not wants_proof(facts(proof=proof(verified_at=None, wrong="wrong again")))
    assert not wants_proof(facts(proof=proof(running=True), ground="later"))
    assert not wants_proof(facts(proof=None, over=False))


def test_stale_is_said_until_the_next_proof_runs() -> None:
    assert gates_of(facts(ground="later")).stale
    assert not gates_of(facts(ground="later", proof=proof(running=True))).stale
    assert not gates_of(facts()).stale


def test_names_may_be_added_to_rules_and_nothing_else() -> None:
    named = RULES | {"entries": [RULES["entries"][0], {"id": 2, "series": "kite", "title": {"en": "Kite"}}]}
    translated = RULES | {"name": {"en": "Audience", "ru": "Зрители"}}

    assert changed_rules(frozen(), canonical(named)) == []
    assert changed_rules(frozen(), canonical(translated)) == []
    assert changed_rules(frozen(), canonical(RULES | {"entries": RULES["entries"][:1]})) == ["entries"]
    assert changed_rules(frozen(), canonical(RULES | {"kind": "grades", "weights": {"hall": 2}})) == ["kind", "weights"]
    forged = structs.replace(frozen(), text=canonical(RULES | {"method": "imdb"}))
    assert changed_rules(forged, canonical(RULES | {"method": "imdb"})) == ["hash"]
