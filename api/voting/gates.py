"""What stands between an award and its publication: six gates, judged from facts. No await, no I/O."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from api.voting.journal_schemas import KioskGate
from api.voting.review_schemas import Publication

GateName: TypeAlias = Literal["recount", "bundle", "flags", "kiosks", "rules", "people"]
#: `waiting` holds things up; `running` is being checked; `wrong` needs people who look why; `later` is not its turn.
GateState: TypeAlias = Literal["passed", "waiting", "running", "wrong", "later"]
#: What a rule says of its entries beyond who they are: names may be added when a series is released.
NAMES = frozenset({"series", "title"})
#: What of the rules may be said otherwise later: a translation may follow.
FREE = frozenset({"name"})


class Proof(Struct, frozen=True, kw_only=True):
    """The newest proof of the count, as far as it is. `ground` is what it rests on."""

    id: int
    started_at: datetime
    step: Literal["seal", "count", "bundle", "verify", "done"]
    part: float
    running: bool
    ground: str | None
    size: int | None
    root: bytes | None
    ballots: int | None
    lines: int | None
    counted_at: datetime | None
    verified_at: datetime | None
    bundle_size: int | None
    result_hash: bytes | None
    wrong: str | None


class FrozenRules(Struct, frozen=True, kw_only=True):
    text: str
    sha256: bytes
    published_at: datetime


class GateFacts(Struct, frozen=True, kw_only=True):
    """`ground` is what a proof would rest on now; `rules_now` what would be frozen now."""

    award: int
    now: datetime
    closes_at: datetime
    ends_at: datetime
    over: bool
    ground: str
    proof: Proof | None
    flags_open: int
    flags_held: int
    flags_kept: int
    flags_void: int
    flags_at: datetime | None
    voids_open: int
    kiosks: list[KioskGate]
    paper_open: int
    rules: FrozenRules | None
    rules_now: str
    publication: Publication


class Gate(Struct, frozen=True, kw_only=True):
    """`at` is when it was passed; `numbers` differ by gate and are what its sentence says. `why` is for a wrong one."""

    name: GateName
    state: GateState
    at: datetime | None = None
    numbers: dict[str, Any] = {}
    why: str | None = None


class Gates(Struct, frozen=True, kw_only=True):
    """All six, in their order. `stale`: the last proof says nothing any more, votes or decisions came after it."""

    award: int
    now: datetime
    over: bool
    passed: int
    stale: bool
    gates: list[Gate]


def is_stale(facts: GateFacts) -> bool:
    proof = facts.proof
    return proof is not None and not proof.running and proof.ground is not None and proof.ground != facts.ground


def wants_proof(facts: GateFacts) -> bool:
    """Whether there is something to prove that nobody is proving: no proof of this ground, good or bad."""
    proof = facts.proof
    return facts.over and (proof is None or (not proof.running and proof.ground != facts.ground))


def gates_of(facts: GateFacts) -> Gates:
    published = facts.publication.state == "published"
    before = [*_proof_gates(facts), _flags(facts), _kiosks(facts), _rules(facts)]
    gates = [*before, _people(facts, all(gate.state == "passed" for gate in before))]
    if published:
        gates = [_as_published(gate, facts) for gate in gates]
    passed = sum(gate.state == "passed" for gate in gates)
    return Gates(
        award=facts.award,
        now=facts.now,
        over=facts.over,
        passed=passed,
        stale=not published and is_stale(facts),
        gates=gates,
    )


def shut_gates(gates: Gates) -> list[GateName]:
    """Those that are not passed, but for the people, who come last."""
    return [gate.name for gate in gates.gates if gate.name != "people" and gate.state != "passed"]


def _as_published(gate: Gate, facts: GateFacts) -> Gate:
    """Nobody was let through a shut gate; what is said of it stays."""
    at = gate.at or facts.publication.published_at
    return Gate(name=gate.name, state="passed", at=at, numbers=gate.numbers)


def _proof_gates(facts: GateFacts) -> tuple[Gate, Gate]:
    proof = facts.proof
    if not facts.over:
        return Gate(name="recount", state="waiting"), Gate(name="bundle", state="later")
    if proof is None or (not proof.running and proof.ground != facts.ground):
        return Gate(name="recount", state="waiting"), Gate(name="bundle", state="later")
    numbers = {"ballots": proof.ballots, "lines": proof.lines, "size": proof.size, "part": round(proof.part, 3)}
    counted = proof.counted_at is not None
    recount = Gate(name="recount", state=_state(proof, done=counted), at=proof.counted_at, numbers=numbers)
    if not counted:
        return _with_why(recount, proof), Gate(name="bundle", state="later")
    verified = proof.verified_at is not None
    bundle = Gate(
        name="bundle",
        state=_state(proof, done=verified),
        at=proof.verified_at,
        numbers={"bytes": proof.bundle_size, "part": round(proof.part, 3)},
    )
    return recount, _with_why(bundle, proof)


def _state(proof: Proof, *, done: bool) -> GateState:
    if done:
        return "passed"
    return "running" if proof.running else "wrong"


def _with_why(gate: Gate, proof: Proof) -> Gate:
    if gate.state != "wrong":
        return gate
    return Gate(name=gate.name, state="wrong", numbers=gate.numbers, why=proof.wrong)


def _flags(facts: GateFacts) -> Gate:
    """A flag is decided when it is settled, or when its ballots are left out and published as a number."""
    total = facts.flags_open + facts.flags_held + facts.flags_kept + facts.flags_void
    numbers = {
        "flags": total,
        "open": facts.flags_open,
        "held": facts.flags_held,
        "kept": facts.flags_kept,
        "void": facts.flags_void,
        "voids_open": facts.voids_open,
    }
    decided = not facts.flags_open and not facts.voids_open
    return Gate(
        name="flags", state="passed" if decided else "waiting", at=facts.flags_at if decided else None, numbers=numbers
    )


def _kiosks(facts: GateFacts) -> Gate:
    """No vote is on its way: neither on a screen nor on sheets of paper that wait for their second person."""
    states = [kiosk.state for kiosk in facts.kiosks]
    numbers = {
        "kiosks": len(states),
        "empty": states.count("empty"),
        "written_off": states.count("written_off"),
        "waiting": states.count("waiting"),
        "held": sum(kiosk.held for kiosk in facts.kiosks if kiosk.state == "waiting"),
        "paper": facts.paper_open,
    }
    if not facts.over:
        return Gate(name="kiosks", state="later", numbers=numbers)
    seen = [kiosk.seen_at for kiosk in facts.kiosks if kiosk.seen_at is not None]
    passed = numbers["waiting"] == 0 and facts.paper_open == 0
    return Gate(
        name="kiosks",
        state="passed" if passed else "waiting",
        at=max(seen, default=facts.ends_at) if passed else None,
        numbers=numbers,
    )


def _rules(facts: GateFacts) -> Gate:
    if facts.rules is None:
        return Gate(name="rules", state="later")
    changed = changed_rules(facts.rules, facts.rules_now)
    if changed:
        return Gate(name="rules", state="wrong", numbers={"changed": changed}, why=", ".join(changed))
    return Gate(name="rules", state="passed", at=facts.rules.published_at, numbers={"hash": facts.rules.sha256.hex()})


def changed_rules(frozen: FrozenRules, now: str) -> list[str]:
    """What differs from what was published at opening; `hash` where even the text does not give its own."""
    if hashlib.sha256(frozen.text.encode()).digest() != frozen.sha256:
        return ["hash"]
    return sorted(_differences(json.loads(frozen.text), json.loads(now)))


def _differences(then: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for name in then.keys() | now.keys():
        if name in FREE:
            continue
        before, after = then.get(name), now.get(name)
        if name == "entries":
            before, after = _who(before or ()), _who(after or ())
        if before != after:
            yield name


def _who(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in entry.items() if name not in NAMES} for entry in entries]


def _people(facts: GateFacts, others_passed: bool) -> Gate:
    publication = facts.publication
    numbers = {
        "asked_by": publication.asked_by and publication.asked_by.name,
        "agreed_by": publication.agreed_by and publication.agreed_by.name,
    }
    if publication.state == "published":
        return Gate(name="people", state="passed", at=publication.published_at, numbers=numbers)
    return Gate(name="people", state="waiting" if others_passed else "later", at=publication.asked_at, numbers=numbers)
