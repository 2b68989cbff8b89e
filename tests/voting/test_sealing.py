"""Rules are frozen, the ledger is sealed: once, in one order, by however many at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise

import asyncpg
import pytest
from msgspec import structs

from api import errors
from api.db import Pool, open_pool, prepare_connection
from api.mail import CapturedMail
from api.voting.logbook import LogBook, find_log
from api.voting.merkle import Tree, check_consistency, leaf_hash
from api.voting.notes import digest, read_note
from api.voting.sealer import SEAL_EVERY, Kept, Sealer, is_due
from api.voting.sealing import check_not_frozen, freeze_rules, lock_log, pseudonym, seal
from api.voting.signing import Signer
from tests import builders
from tests.builders import SECRET
from tests.voting.urn import Urn, as_owner

SIGNER = Signer(b"tests")


@pytest.fixture
async def urn(pool: Pool) -> Urn:
    return await Urn.open(pool)


@pytest.fixture
def book() -> LogBook:
    return LogBook(SIGNER)


async def freeze(urn: Urn) -> bool:
    async with urn.pool.acquire() as db, db.transaction():
        await lock_log(db, urn.award)
        return await freeze_rules(db, urn.award, SIGNER)


async def seal_all(urn: Urn, book: LogBook, limit: int = 1000) -> int:
    async with urn.pool.acquire() as db, db.transaction():
        await lock_log(db, urn.award)
        return await seal(db, urn.award, book, limit=limit)


async def rules_text(urn: Urn) -> str:
    return str(await urn.pool.fetchval("SELECT text FROM award_rules WHERE award_id = $1", urn.award))


async def test_rules_are_leaf_0_with_their_hash_and_a_checkpoint(urn: Urn) -> None:
    assert await freeze(urn)

    text = await rules_text(urn)
    rules = json.loads(text)
    assert (rules["kind"], rules["method"], rules["weights"], rules["min"], rules["max"]) == (
        "stars",
        "mean",
        {"hall": 0.5},
        1,
        5,
    )
    assert [entry["id"] for entry in rules["entries"]] == urn.entries
    assert all({"series", "title"} <= entry.keys() for entry in rules["entries"])
    stored = await urn.pool.fetchval("SELECT sha256 FROM award_rules WHERE award_id = $1", urn.award)
    assert stored == sha256(text.encode()).digest()
    [leaf] = await urn.leaves()
    assert json.loads(leaf) == {"award": rules["award"], "rules": rules, "type": "rules"}
    [note] = await urn.notes()
    checkpoint = read_note(note, SIGNER.key(f"tallscreen/meridian/{rules['award']}"))
    assert (checkpoint.size, checkpoint.root) == (1, leaf_hash(leaf.encode()))


async def test_rules_are_frozen_once_and_cannot_be_changed_then(urn: Urn) -> None:
    async with urn.pool.acquire() as db:
        await check_not_frozen(db, urn.award)
    await freeze(urn)
    before = await rules_text(urn)
    await urn.pool.execute("UPDATE award SET method = 'imdb' WHERE id = $1", urn.award)

    assert not await freeze(urn)

    assert (await rules_text(urn), len(await urn.leaves())) == (before, 1)
    async with urn.pool.acquire() as db:
        with pytest.raises(errors.RulesFrozen):
            await check_not_frozen(db, urn.award)


async def test_rules_do_not_name_what_is_not_released(urn: Urn) -> None:
    async with urn.pool.acquire() as db:
        hidden = await builders.an_entry(db, urn.award, await builders.a_series(db, released=False))

    await freeze(urn)

    assert {"id": hidden} in json.loads(await rules_text(urn))["entries"]


async def test_sealing_lies_in_the_order_of_hashed_receipts_and_names_no_ballot(urn: Urn, book: LogBook) -> None:
    await freeze(urn)
    receipts = await urn.vote(30)

    assert await seal_all(urn, book) == 30

    votes = [json.loads(leaf) for leaf in (await urn.leaves())[1:]]
    assert [vote["receipt"] for vote in votes] == sorted(receipts, key=lambda each: sha256(each.encode()).digest())
    assert {vote["ballot"] for vote in votes} <= {pseudonym(SECRET, ballot) for ballot in urn.ballots}
    assert set(votes[0]) == {"ballot", "kind", "question", "receipt", "revision", "tier", "type", "value"}


async def test_void_says_why_and_repeats_no_vote(urn: Urn, book: LogBook) -> None:
    await freeze(urn)
    await urn.write(urn.ballots[0], urn.entries[0], 5)
    await urn.void(urn.ballots[0], "bought")

    await seal_all(urn, book)

    [void] = [vote for vote in map(json.loads, (await urn.leaves())[1:]) if vote["kind"] == "void"]
    assert (void["reason"], void["revision"], "value" in void) == ("bought", 2, False)


async def test_checkpoints_go_on_from_each_other_and_name_the_one_before(urn: Urn, book: LogBook) -> None:
    await freeze(urn)
    for seed in range(3):
        await urn.vote(7, seed)
        await seal_all(urn, book)
    assert await seal_all(urn, book) == 0

    async with urn.pool.acquire() as db:
        log = await find_log(db, urn.award)
    tree = Tree(leaf_hash(leaf.encode()) for leaf in await urn.leaves())
    heads = [read_note(note, SIGNER.key(log.origin)) for note in await urn.notes()]
    assert [head.size for head in heads] == [1, 8, 15, 22]
    for one, other in pairwise(heads):
        assert other.line("previous") == digest(one)
        proof = tree.consistency(one.size, other.size)
        assert check_consistency(one.size, other.size, one.root, other.root, proof)


async def test_more_than_one_sealing_holds_goes_into_the_next(urn: Urn, book: LogBook) -> None:
    await freeze(urn)
    await urn.vote(25)

    assert [await seal_all(urn, book, limit=10) for _ in range(4)] == [10, 10, 5, 0]
    assert len(set(await urn.leaves())) == 26


async def test_two_connections_at_once_seal_each_line_once(urn: Urn) -> None:
    await freeze(urn)
    await urn.vote(60)

    sealed = await asyncio.gather(*(seal_all(urn, LogBook(SIGNER), limit=40) for _ in range(4)))

    assert sorted(sealed) == [0, 0, 20, 40]
    assert len(set(await urn.leaves())) == 61
    assert len(await urn.notes()) == 3


async def test_several_sealers_at_once_make_one_log(urn: Urn, database_url: str) -> None:
    await urn.vote(50)
    await urn.close()
    pools = [await open_pool(database_url, size=2) for _ in range(3)]
    sealers = [Sealer(pool, LogBook(SIGNER), CapturedMail()) for pool in pools]

    for _ in range(3):
        await asyncio.gather(*(sealer.look() for sealer in sealers))

    for pool in pools:
        await pool.close()
    leaves = await urn.leaves()
    assert len(set(leaves)) == len(leaves) == 51
    assert len(await urn.notes()) == 2


@pytest.fixture
async def doomed(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection that is cut off in the middle of its work."""
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    yield connection
    connection.terminate()


async def test_process_killed_while_sealing_leaves_nothing_and_the_next_seals_all(
    urn: Urn, book: LogBook, doomed: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await freeze(urn)
    await urn.vote(20)
    await doomed.execute("BEGIN")
    await lock_log(doomed, urn.award)
    assert await seal(doomed, urn.award, book, limit=15) == 15
    assert len(await urn.leaves()) == 1

    doomed.terminate()

    assert await seal_all(urn, book) == 20
    assert (len(await urn.leaves()), len(await urn.notes())) == (21, 2)


@pytest.mark.parametrize("change", ["UPDATE sealed SET leaf = replace(leaf, '\"value\":', '\"value\":1') WHERE log_index = 3",
                                    "DELETE FROM sealed WHERE log_index = 9"])  # fmt: skip
async def test_log_that_was_changed_is_not_built_on(urn: Urn, book: LogBook, change: str) -> None:
    await freeze(urn)
    await urn.vote(10)
    await seal_all(urn, book)
    await as_owner(urn.pool, change)
    await urn.vote(5, 2)

    with pytest.raises(errors.ProofBroken):
        await seal_all(urn, LogBook(SIGNER))

    assert len(await urn.notes()) == 2


async def test_log_signed_with_another_secret_is_not_built_on(urn: Urn) -> None:
    await freeze(urn)
    await urn.vote(5)

    with pytest.raises(errors.ProofBroken, match="not signed by the key of this installation"):
        await seal_all(urn, LogBook(Signer(b"a new secret")))


async def test_database_brought_back_from_a_backup_is_read_again(urn: Urn, book: LogBook) -> None:
    await freeze(urn)
    await urn.vote(10)
    await seal_all(urn, book)
    await seal_all(urn, book)  # the book has read the ten
    async with urn.pool.acquire() as db:
        await book.tree(db, await find_log(db, urn.award))
    await as_owner(urn.pool, "DELETE FROM sealed WHERE log_index > 0", "DELETE FROM checkpoint WHERE size > 1")
    await urn.vote(3, 2)

    assert await seal_all(urn, book, limit=5) == 5
    async with urn.pool.acquire() as db:
        log = await find_log(db, urn.award)
        assert (await book.tree(db, log)).root(log.size) == log.root


async def test_head_is_signed_again_once_a_minute(urn: Urn, book: LogBook) -> None:
    await freeze(urn)
    async with urn.pool.acquire() as db:
        log = await find_log(db, urn.award)

    first, same = book.head(log), book.head(structs.replace(log, now=log.now + timedelta(seconds=59)))
    later = book.head(structs.replace(log, now=log.now + timedelta(seconds=61)))

    assert first is same
    assert (later.size, later.note != first.note) == (first.size, True)
    read = [read_note(head.note, SIGNER.key(log.origin)) for head in (first, later)]
    assert read[0].root == read[1].root == log.root
    assert read[0].line("time") != read[1].line("time")


def kept(*, frozen: bool = True, age: float | None = 0.0, over: bool = False) -> Kept:
    return Kept(award=1, frozen=frozen, age=age, over=over)


@pytest.mark.parametrize(
    ("award", "waited", "due"),
    [
        (kept(frozen=False, age=None), None, True),
        (kept(age=10), None, False),
        (kept(age=SEAL_EVERY), None, True),
        (kept(age=SEAL_EVERY), 5.0, False),
        (kept(age=SEAL_EVERY), SEAL_EVERY, True),
        (kept(age=10), SEAL_EVERY, False),
        (kept(age=10, over=True), None, True),
        (kept(age=10, over=True), 5.0, False),
        (kept(age=10, over=True), SEAL_EVERY, True),
    ],
)
def test_log_is_due_every_ten_minutes_and_when_voting_is_over(award: Kept, waited: float | None, *, due: bool) -> None:
    assert is_due(award, waited) is due


async def test_sealer_freezes_before_opening_and_not_earlier(pool: Pool) -> None:
    async with pool.acquire() as db:
        soon = await builders.an_award(db, opens=timedelta(seconds=50), closes=timedelta(hours=1))
        later = await builders.an_award(db, opens=timedelta(minutes=5), closes=timedelta(hours=1))

    await Sealer(pool, LogBook(SIGNER), CapturedMail()).look()

    frozen = [row["award_id"] for row in await pool.fetch("SELECT award_id FROM award_rules")]
    assert frozen == [soon]
    assert later not in frozen


async def test_checkpoints_are_mailed_to_every_auditor_once(urn: Urn) -> None:
    async with urn.pool.acquire() as db:
        await builders.an_account(db, "organiser")
        auditors = {
            await db.fetchval("SELECT email FROM account WHERE id = $1", await builders.an_account(db, "auditor"))
            for _ in range(2)
        }
    await urn.vote(10)
    await urn.close()
    mailbox = CapturedMail()
    sealers = [Sealer(urn.pool, LogBook(SIGNER), mailbox) for _ in range(2)]

    for _ in range(3):
        await asyncio.gather(*(sealer.look() for sealer in sealers))

    notes = await urn.notes()
    assert len(notes) == 2
    for address in auditors:
        text = "".join(mail.text for mail in mailbox.mails if mail.to == address)
        assert [text.count(note) for note in notes] == [1, 1]
    assert {mail.to for mail in mailbox.mails} == auditors


async def test_checkpoints_wait_where_there_is_no_auditor_yet(urn: Urn) -> None:
    mailbox = CapturedMail()
    sealer = Sealer(urn.pool, LogBook(SIGNER), mailbox)
    await sealer.look()
    assert not mailbox.mails

    async with urn.pool.acquire() as db:
        await builders.an_account(db, "auditor")
    await sealer.mail()

    assert len(mailbox.mails) == 1


async def test_broken_log_does_not_stop_the_others(pool: Pool) -> None:
    broken, sound = await Urn.open(pool), await Urn.open(pool)
    for urn in (broken, sound):
        await freeze(urn)
        await urn.vote(5)
        await urn.close()
    await as_owner(pool, "UPDATE sealed SET leaf = leaf || ' ' WHERE award_id = (SELECT min(award_id) FROM sealed)")

    await Sealer(pool, LogBook(SIGNER), CapturedMail()).look()

    assert (len(await broken.leaves()), len(await sound.leaves())) == (1, 6)
