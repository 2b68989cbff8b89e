"""What stands between a jury's decision and the public, and what of it is told. No await, no I/O."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from api.jury.ranking import METHODS
from api.jury.table_schemas import Protocol, ProtocolCell, ProtocolRound, Ranking
from api.jury.told_schemas import (
    JuryGate,
    JuryGateName,
    JuryPublication,
    JuryResult,
    MethodPlaces,
    PrizeCoverage,
    PrizePlace,
    ToldPrize,
    ToldRound,
)
from api.voting.gates import GateState

#: With fewer jurors than this who scored, a title's place would say what one of them gave.
LEAST_JURORS = 3


def last_round(protocol: Protocol) -> ProtocolRound | None:
    return protocol.rounds[-1] if protocol.rounds else None


def result_of(protocol: Protocol) -> JuryResult | None:
    """What is told; None until the last round is decided."""
    last = last_round(protocol)
    if last is None or last.phase != "decided" or last.decision is None:
        return None
    given = [cell for cell in last.cells if cell.state != "recused"]
    return JuryResult(
        kind="jury",
        prizes=[
            ToldPrize(entry=prize.series, kind=prize.kind, name=prize.name, citation=prize.citation)
            for prize in last.decision.prizes
        ],
        statement=last.decision.statement,
        depends=last.disputed,
        against=last.decision.against is not None,
        jurors=len({cell.juror for cell in last.cells}),
        rounds=len(protocol.rounds),
        titles=len(last.titles),
        sheets=len(given),
        seen=sum(cell.coverage.enough for cell in given),
        recusals=sum(recusal.withdrawn_at is None for recusal in protocol.recusals),
    )


def prized(protocol: Protocol) -> list[int]:
    """Titles with a prize, each once, in the order of the prizes."""
    result = result_of(protocol)
    return [] if result is None else list(dict.fromkeys(prize.entry for prize in result.prizes))


def gates_of(protocol: Protocol, released: Collection[int], publication: JuryPublication) -> list[JuryGate]:
    """`released` are titles that everyone may see."""
    before = [_decided(protocol), _locked(protocol), _coverage(protocol), _recusals(protocol)]
    before.append(_titles(protocol, released))
    if publication.state == "published":
        at = publication.published_at
        before = [JuryGate(name=each.name, state="passed", at=each.at or at, numbers=each.numbers) for each in before]
    return [*before, _people(publication, shut_gates(before))]


def shut_gates(gates: Iterable[JuryGate]) -> list[JuryGateName]:
    """Those that are not passed, but for the people, who come last."""
    return [gate.name for gate in gates if gate.name != "people" and gate.state != "passed"]


def _decided(protocol: Protocol) -> JuryGate:
    last, result = last_round(protocol), result_of(protocol)
    numbers = {"rounds": len(protocol.rounds), "prizes": 0 if result is None else len(result.prizes)}
    if result is None or last is None or last.decision is None:
        return JuryGate(name="decided", state="waiting", numbers=numbers)
    return JuryGate(name="decided", state="passed", at=last.decision.decided_at, numbers=numbers)


def is_early(last: ProtocolRound) -> bool:
    """Whether the deliberation was opened, with a reason, before everybody had locked."""
    return any(event.what == "deliberation" and event.why is not None for event in last.events)


def _locks(last: ProtocolRound) -> tuple[list[datetime], int]:
    """When those who have titles locked, and how many there are."""
    busy = {cell.juror for cell in last.cells}
    return [lock.locked_at for lock in last.locks if lock.undone_at is None and lock.juror in busy], len(busy)


def _locked(protocol: Protocol) -> JuryGate:
    last = last_round(protocol)
    if last is None:
        return JuryGate(name="locked", state="later")
    locks, jurors = _locks(last)
    early = is_early(last)
    numbers = {"locked": len(locks), "jurors": jurors, "early": int(early)}
    passed = jurors > 0 and (len(locks) == jurors or early)
    return JuryGate(
        name="locked", state=_state(passed), at=max(locks, default=None) if passed else None, numbers=numbers
    )


def _coverage(protocol: Protocol) -> JuryGate:
    """Every score that counts is of somebody who watched, or the chair has said why it could not be waited for."""
    last, result = last_round(protocol), result_of(protocol)
    if last is None or result is None:
        return JuryGate(name="coverage", state="later")
    short = sum(cell.state == "scored" and not cell.coverage.enough for cell in last.cells)
    numbers = {"sheets": result.sheets, "seen": result.seen, "short": short}
    return JuryGate(name="coverage", state=_state(short == 0 or is_early(last)), numbers=numbers)


def _recusals(protocol: Protocol) -> JuryGate:
    """Nothing to wait for: recusals bind from the moment they are declared. They are listed, and stay so."""
    result = result_of(protocol)
    if result is None:
        return JuryGate(name="recusals", state="later")
    withdrawn = len(protocol.recusals) - result.recusals
    return JuryGate(name="recusals", state="passed", numbers={"recusals": result.recusals, "withdrawn": withdrawn})


def _titles(protocol: Protocol, released: Collection[int]) -> JuryGate:
    """What is not released is nobody's to read, so it is not named either."""
    if result_of(protocol) is None:
        return JuryGate(name="titles", state="later")
    titles = prized(protocol)
    hidden = sum(series not in released for series in titles)
    return JuryGate(name="titles", state=_state(hidden == 0), numbers={"titles": len(titles), "hidden": hidden})


def _people(publication: JuryPublication, shut: Sequence[JuryGateName]) -> JuryGate:
    if publication.state == "published":
        return JuryGate(name="people", state="passed", at=publication.published_at)
    return JuryGate(name="people", state="later" if shut else "waiting", at=publication.asked_at)


def _state(passed: bool) -> GateState:
    return "passed" if passed else "waiting"


def places_of(protocol: Protocol) -> list[MethodPlaces]:
    """Titles with a prize in each ranking, without a value; nothing where a place would be a juror's own."""
    last, titles = last_round(protocol), prized(protocol)
    scored = [] if last is None else [cell for cell in last.cells if cell.state == "scored"]
    if last is None or len({cell.juror for cell in scored}) < LEAST_JURORS:
        return []
    known = {ranking.method: ranking for ranking in last.rankings}
    return [_places(known[method], titles, last.winners[method]) for method in METHODS if method in known]


def _places(ranking: Ranking, titles: Sequence[int], leads: Sequence[int]) -> MethodPlaces:
    lines = {line.series: line for line in ranking.lines if line.jurors >= LEAST_JURORS}
    return MethodPlaces(
        method=ranking.method,
        places=[
            PrizePlace(entry=series, place=lines[series].rank, of=len(ranking.lines), jurors=lines[series].jurors)
            for series in titles
            if series in lines
        ],
        leads=[series for series in titles if series in leads],
        others=sum(series not in titles for series in leads),
    )


def coverage_of(protocol: Protocol) -> list[PrizeCoverage]:
    last = last_round(protocol)
    cells = [] if last is None else last.cells
    return [_covered(series, [cell for cell in cells if cell.series == series]) for series in prized(protocol)]


def _covered(series: int, cells: Sequence[ProtocolCell]) -> PrizeCoverage:
    states = [cell.state for cell in cells]
    return PrizeCoverage(
        entry=series,
        jurors=len(cells),
        scored=states.count("scored"),
        seen=sum(cell.coverage.enough for cell in cells if cell.state != "recused"),
        skipped=states.count("skipped"),
        recused=states.count("recused"),
    )


def rounds_of(protocol: Protocol) -> list[ToldRound]:
    return [_round(each) for each in protocol.rounds]


def _round(each: ProtocolRound) -> ToldRound:
    locks, jurors = _locks(each)
    ends = {event.what: event.at for event in each.events}
    return ToldRound(
        name=each.name,
        round=each.round,
        titles=len(each.titles),
        jurors=jurors,
        locked=len(locks),
        early=is_early(each),
        deliberation_at=ends.get("deliberation"),
        decided_at=ends.get("decided", ends.get("cut")),
    )
