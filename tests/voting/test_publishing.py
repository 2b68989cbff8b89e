"""Results are published when ledger, log and recount agree, and the verifier agrees with what is published."""

import asyncio
import io
import json
import zipfile
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from api import errors
from api.db import Pool
from api.mail import CapturedMail
from api.voting.bundle import stream_bundle
from api.voting.checking import check_bundle
from api.voting.logbook import LogBook, find_log
from api.voting.methods import METHODS
from api.voting.publishing import PublishedResult, check_not_published, find_result, publish_result
from api.voting.sealer import Sealer
from api.voting.sealing import pseudonym
from api.voting.signing import Signer
from tests import builders
from tests.builders import SECRET
from tests.voting.bundles import KINDS
from tests.voting.urn import Urn, as_owner

SIGNER = Signer(b"tests")


async def look(urn: Urn) -> None:
    """What the background does: first the rules, then what waits."""
    sealer = Sealer(urn.pool, LogBook(SIGNER), CapturedMail())
    for _ in range(2):
        await sealer.look()


async def publish(urn: Urn) -> tuple[PublishedResult, bool]:
    async with urn.pool.acquire() as db, db.transaction():
        return await publish_result(db, urn.award, await builders.an_account(db), LogBook(SIGNER))


async def bundle_of(urn: Urn) -> dict[str, str]:
    """The files of the public bundle."""
    async with urn.pool.acquire() as db:
        log, result = await find_log(db, urn.award), await find_result(db, urn.award)
    packed = b"".join([part async for part in stream_bundle(urn.pool, log, LogBook(SIGNER), result)])
    with zipfile.ZipFile(io.BytesIO(packed)) as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


@pytest.mark.parametrize(("kind", "method"), [(kind, list(METHODS[kind])[-1]) for kind in KINDS])
async def test_verifier_agrees_with_the_published_result_of_every_kind(pool: Pool, kind: str, method: str) -> None:
    urn = await Urn.open(pool, kind, method)
    await pool.execute("UPDATE entry SET attendance = 40 WHERE award_id = $1", urn.award)
    await urn.vote(25)
    await look(urn)
    await urn.vote(25, 2)
    await urn.void(urn.ballots[0])
    await urn.quarantine(urn.ballots[1])
    await urn.close()

    published, done = await publish(urn)

    result = json.loads(published.text)
    assert (done, result["kind"], result["method"]) == (True, kind, method)
    assert result["winners"] != []
    assert result["void_by_reason"] == {"automated": 1}
    assert (result["quarantined"], result["ballots"]) == (1, len(urn.ballots) - 2)
    files = await bundle_of(urn)
    assert set(files) == {
        "README.txt", "rules.json", "result.json", "checkpoints.txt", "key.txt", "verify.py", "leaves.csv",
    }  # fmt: skip
    report = check_bundle(files)
    assert report.wrong == []
    assert len(report.facts) == 4


async def test_ballots_under_review_are_named_last_and_do_not_count(pool: Pool) -> None:
    urn = await Urn.open(pool, entries=2)
    await look(urn)
    await urn.write(urn.ballots[0], urn.entries[0], 5)
    await urn.write(urn.ballots[1], urn.entries[1], 1)
    await urn.quarantine(urn.ballots[0])
    await urn.quarantine(urn.ballots[2])  # has not voted
    await urn.close()

    result = json.loads((await publish(urn))[0].text)

    assert json.loads((await urn.leaves())[-1]) == {
        "ballots": [pseudonym(SECRET, urn.ballots[0])],
        "type": "quarantine",
    }
    assert result["winners"] == [urn.entries[1]]


async def test_result_is_not_published_while_votes_can_arrive(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await look(urn)
    await urn.vote(5)

    with pytest.raises(errors.VotingNotOver):
        await publish(urn)
    await pool.execute(
        "UPDATE award SET closes_at = now() - interval '65 seconds'"
    )  # 60 seconds of grace, 10 of patience
    with pytest.raises(errors.VotingNotOver):
        await publish(urn)
    async with pool.acquire() as db:
        with pytest.raises(errors.ResultNotPublished):
            await find_result(db, urn.award)


async def test_vote_that_came_in_time_and_is_not_committed_yet_is_waited_for(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await look(urn)
    await urn.close()
    async with pool.acquire() as held_up:
        late = held_up.transaction()
        await late.start()
        await urn.write(urn.ballots[0], urn.entries[0], 5, db=held_up)
        publishing = asyncio.create_task(publish(urn))
        await asyncio.sleep(0.5)
        assert not publishing.done()
        await late.commit()

    published, _ = await publishing

    assert json.loads(published.text)["votes"] == 1


async def test_what_would_add_to_a_published_award_is_refused(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await urn.close()
    await look(urn)
    async with pool.acquire() as db, db.transaction():
        await check_not_published(db, urn.award)
    await publish(urn)

    async with pool.acquire() as db, db.transaction():
        with pytest.raises(errors.ResultPublished):
            await check_not_published(db, urn.award)


async def test_award_without_a_log_or_that_is_not_there_is_said(pool: Pool) -> None:
    urn = await Urn.open(pool)

    with pytest.raises(errors.LogNotStarted):
        await publish(urn)
    urn.award += 1000
    with pytest.raises(errors.NotFound):
        await publish(urn)


async def test_published_twice_at_once_is_published_once(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await urn.vote(20)
    await urn.close()
    await look(urn)

    outcomes = await asyncio.gather(*(publish(urn) for _ in range(3)))

    assert sorted(done for _, done in outcomes) == [False, False, True]
    assert len({result.published_at for result, _ in outcomes}) == 1


async def test_nothing_is_sealed_after_publication(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await urn.vote(5)
    await urn.close()
    await look(urn)
    await publish(urn)
    before = await urn.leaves()

    await urn.vote(1, 9)
    await look(urn)

    assert await urn.leaves() == before


async def test_published_result_cannot_be_changed(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await urn.vote(5)
    await urn.close()
    await look(urn)
    await publish(urn)

    for statement in ("UPDATE award_result SET text = '{}'", "DELETE FROM award_result", "TRUNCATE award_result"):
        with pytest.raises((asyncpg.RestrictViolationError, asyncpg.InsufficientPrivilegeError)):
            await pool.execute(statement)


async def test_award_nobody_voted_in_has_no_winner(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await urn.close()
    await look(urn)

    result = json.loads((await publish(urn))[0].text)

    assert (result["winners"], result["votes"], len(result["unranked"])) == ([], 0, len(urn.entries))
    assert check_bundle(await bundle_of(urn)).wrong == []


Tamper = Callable[[Urn], Awaitable[object]]
TAMPERS: dict[str, Tamper] = {
    "a vote changed in the ledger": lambda urn: as_owner(urn.pool, "UPDATE vote_event SET value = 6 - value WHERE value <> 3"),
    "a vote taken from the ledger": lambda urn: as_owner(urn.pool, "DELETE FROM vote_event WHERE revision = 1"),
    "a ballot moved to another tier": lambda urn: as_owner(urn.pool, "UPDATE ballot SET tier = 'email'"),
    "a leaf changed": lambda urn: as_owner(urn.pool, "UPDATE sealed SET leaf = replace(leaf, '\"value\":4', '\"value\":5')"),
    "a leaf taken away": lambda urn: as_owner(urn.pool, "DELETE FROM sealed WHERE log_index = 4"),
    "ledger and log changed alike": lambda urn: as_owner(
        urn.pool,
        "UPDATE sealed SET leaf = replace(leaf, '\"value\":4', '\"value\":5')",
        "UPDATE vote_event SET value = 5 WHERE value = 4",
    ),
    "a void ballot that would count": lambda urn: urn.pool.execute("UPDATE ballot SET barred_at = now()"),
    "a value that is on no scale": lambda urn: urn.write(urn.ballots[0], urn.entries[0], 6),
    "a tier nobody announced": lambda urn: urn.write_of_a_new_ballot("kiosk"),
    "a vote that was never there": lambda urn: urn.skip_a_revision(),
    "a secret that is gone": lambda urn: urn.pool.execute("DELETE FROM award_secret"),
    "an entry of another award": lambda urn: urn.write(urn.ballots[0], urn.entries[0] + 1000, 5),
}  # fmt: skip


@pytest.mark.parametrize("what", list(TAMPERS))
async def test_nothing_is_published_where_counts_differ(pool: Pool, what: str) -> None:
    urn = await Urn.open(pool)
    await urn.vote(30)
    await urn.close()
    await look(urn)
    await TAMPERS[what](urn)

    with pytest.raises(errors.ProofBroken):
        await publish(urn)

    assert await pool.fetchval("SELECT count(*) FROM award_result") == 0
    assert await pool.fetchval("SELECT published_at FROM award WHERE id = $1", urn.award) is None
