"""A count is proved before it is published: what would be public is made, verified and rolled back."""

import json

import pytest

from api import errors
from api.db import Pool
from api.mail import CapturedMail
from api.voting import prover
from api.voting.gates import Gates
from api.voting.logbook import LogBook
from api.voting.prover import Prover, check_gates, read_facts, show_gates
from api.voting.sealer import Sealer
from api.voting.signing import Signer
from tests.voting.urn import Urn, as_owner

SIGNER = Signer(b"tests")
BOOK = LogBook(SIGNER)


@pytest.fixture
async def urn(pool: Pool) -> Urn:
    """An award whose voting is over, with votes, changes of mind, a void and a ballot under review."""
    urn = await Urn.open(pool)
    await Sealer(pool, BOOK, CapturedMail()).look()
    await urn.vote(30)
    await urn.void(urn.ballots[0])
    await urn.quarantine(urn.ballots[1])
    await urn.close()
    return urn


async def prove(urn: Urn) -> Gates:
    await Prover(urn.pool, BOOK).prove(urn.award)
    return await gates(urn)


async def gates(urn: Urn) -> Gates:
    async with urn.pool.acquire() as db:
        return await show_gates(db, urn.award, BOOK)


def states(shown: Gates) -> dict[str, str]:
    return {gate.name: gate.state for gate in shown.gates}


async def test_count_and_bundle_are_proved_and_nothing_is_left_behind(urn: Urn) -> None:
    before = states(await gates(urn))

    shown = await prove(urn)

    assert (before["recount"], before["bundle"]) == ("waiting", "later")
    assert states(shown) == dict.fromkeys(("recount", "bundle", "flags", "kiosks", "rules"), "passed") | {
        "people": "waiting"
    }
    lines = await urn.pool.fetchval("SELECT count(*) FROM vote_event WHERE award_id = $1", urn.award)
    leaves = await urn.leaves()
    assert len(leaves) == lines + 1  # the rules; what closes a log is not there yet
    assert all(json.loads(leaf)["type"] in ("rules", "vote") for leaf in leaves)
    assert await urn.pool.fetchval("SELECT count(*) FROM award_result WHERE award_id = $1", urn.award) == 0
    [recount, bundle] = [gate for gate in shown.gates if gate.name in ("recount", "bundle")]
    assert (recount.numbers["ballots"], recount.numbers["size"]) == (len(urn.ballots) - 2, len(leaves))
    assert bundle.numbers["bytes"] > 1_000


@pytest.mark.parametrize("kind", ["grades", "yesno", "favourite", "approval", "ranking"])
async def test_every_kind_of_ballot_is_counted_alike_by_database_and_log(pool: Pool, kind: str) -> None:
    methods = {"grades": "mean", "yesno": "wilson", "favourite": "plurality", "approval": "plurality"}
    urn = await Urn.open(pool, kind, methods.get(kind, "schulze"))
    await Sealer(pool, BOOK, CapturedMail()).look()
    await urn.vote(30)
    await urn.close()

    assert states(await prove(urn))["bundle"] == "passed"


async def test_proof_is_stale_as_soon_as_the_ledger_grew(urn: Urn) -> None:
    proved = await prove(urn)
    await urn.write(urn.ballots[2], urn.entries[0], 5)

    stale = await gates(urn)

    assert (proved.stale, stale.stale) == (False, True)
    assert states(stale)["recount"] == "waiting"
    async with urn.pool.acquire() as db:
        with pytest.raises(errors.GatesShut) as refused:
            await check_gates(db, urn.award, BOOK)
    assert refused.value.extra == {"gates": ["recount", "bundle"]}
    assert states(await prove(urn))["bundle"] == "passed"


@pytest.mark.parametrize("change", ["review", "attendance"])
async def test_proof_is_stale_when_people_changed_what_counts(urn: Urn, change: str) -> None:
    await prove(urn)
    if change == "review":
        await urn.pool.execute("INSERT INTO award_review (award_id) VALUES ($1)", urn.award)
    else:
        await urn.pool.execute("UPDATE entry SET attendance = 40 WHERE award_id = $1", urn.award)

    assert (await gates(urn)).stale


async def test_ledger_that_was_changed_behind_the_log_is_found(urn: Urn) -> None:
    await prove(urn)
    await as_owner(
        urn.pool,
        f"UPDATE vote_event SET value = 6 - value WHERE award_id = {urn.award} AND kind = 1 AND value <> 3",  # noqa: S608
    )

    shown = await prove(urn)

    assert states(shown)["recount"] == "wrong"
    assert next(gate.why for gate in shown.gates if gate.name == "recount") == "The log is not what the ledger says."


async def test_database_that_counts_otherwise_than_the_log_is_found(urn: Urn, monkeypatch: pytest.MonkeyPatch) -> None:
    other = prover.Q["count_again"].replace("l.kind = 1", "l.kind = 1 AND l.ballot % 2 = 0")
    monkeypatch.setattr(prover, "Q", {**prover.Q, "count_again": other})

    shown = await prove(urn)

    assert states(shown)["recount"] == "wrong"


async def test_verifier_that_disagrees_shuts_the_gate_with_its_words(urn: Urn, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys\nprint('  WRONG  leaf 7')\nsys.exit(1)\n"
    monkeypatch.setattr("api.voting.bundle.one_file", lambda: program)

    shown = await prove(urn)

    assert states(shown)["bundle"] == "wrong"
    assert next(gate.why for gate in shown.gates if gate.name == "bundle") == "WRONG  leaf 7"


async def test_one_proof_of_an_award_at_a_time(urn: Urn) -> None:
    async with urn.pool.acquire() as holder:
        assert await holder.fetchval(prover.Q["hold_proving"], urn.award)
        await Prover(urn.pool, BOOK).prove(urn.award)
        assert await urn.pool.fetchval("SELECT count(*) FROM award_proof WHERE award_id = $1", urn.award) == 0


async def test_proof_whose_process_ended_is_no_proof(urn: Urn) -> None:
    await urn.pool.execute(
        "INSERT INTO award_proof (award_id, step, started_at, seen_at) VALUES ($1, 'count', now() - interval '2 hours', now() - interval '2 hours')",
        urn.award,
    )

    async with urn.pool.acquire() as db:
        facts = await read_facts(db, urn.award, BOOK)
    assert facts.proof is not None
    assert not facts.proof.running
    assert states(await prove(urn))["bundle"] == "passed"


async def test_awards_that_are_over_are_proved_by_themselves(urn: Urn) -> None:
    running = await Urn.open(urn.pool)
    await Sealer(urn.pool, BOOK, CapturedMail()).look()
    prover = Prover(urn.pool, BOOK)

    await prover.look()
    await prover.look()

    rows = await urn.pool.fetch(
        "SELECT award_id FROM award_proof WHERE award_id = ANY ($1)", [urn.award, running.award]
    )
    assert [row["award_id"] for row in rows] == [urn.award]


async def test_rules_that_somebody_changed_behind_the_desk_shut_a_gate(urn: Urn) -> None:
    await urn.pool.execute("UPDATE award SET method = 'confidence' WHERE id = $1", urn.award)

    shown = await gates(urn)

    [rules] = [gate for gate in shown.gates if gate.name == "rules"]
    assert (rules.state, rules.numbers) == ("wrong", {"changed": ["method"]})
