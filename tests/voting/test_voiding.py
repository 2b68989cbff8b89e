"""Void events against votes that arrive at the same moment, and the background that completes them."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from api import errors
from api.access.schemas import Account
from api.db import Connection, Pool
from api.desk import review
from api.live import RedisLive
from api.voting import fraud, rules, voids
from api.voting.batcher import Batcher
from api.voting.logbook import LogBook
from api.voting.lookout import Lookout
from api.voting.publishing import publish_result
from api.voting.review_schemas import VoidIn
from api.voting.signing import Signer
from api.voting.voiding import void_id
from tests import builders
from tests.voting.test_publishing import look
from tests.voting.urn import Urn

NOWHERE = "redis://127.0.0.1:1/0"


async def void(urn: Urn, ballots: list[int]) -> None:
    """Asked by one at the desk and agreed by another."""
    async with urn.pool.acquire() as db:
        first, second = await builders.an_account(db), await builders.an_account(db)
        async with db.transaction():
            asked, _ = await voids.ask_void(
                db, urn.award, first, VoidIn(reason="automated", words="A script.", ballots=ballots)
            )
    live = RedisLive(NOWHERE)
    other = Account(id=second, email="b@festival.example", name="B", role="organiser", company=None)
    await review.decide_void(urn.pool, live, other, asked.id, agreed=True)
    await live.close()


async def standing(urn: Urn) -> int:
    """Votes of void ballots that still count."""
    return int(
        await urn.pool.fetchval(
            "SELECT count(*) FROM (SELECT DISTINCT ON (v.ballot, v.question) v.kind FROM vote_event v JOIN ballot b ON b.id = v.ballot"
            " WHERE v.award_id = $1 AND b.barred_at IS NOT NULL ORDER BY v.ballot, v.question, v.revision DESC) l WHERE kind = 1",
            urn.award,
        )
    )


def cast(urn: Urn, ballot: int, entry: int) -> rules.Cast:
    return rules.Cast(
        id=uuid4(), award=urn.award, ballot=ballot, question=entry, value=5, choices=None, channel=1, receipt=rules.new_receipt()
    )  # fmt: skip


async def test_votes_that_race_with_a_void_lose_or_are_void_too(pool: Pool) -> None:
    for seed in range(8):
        urn = await Urn.open(pool)
        await urn.vote(20, seed)
        batcher = Batcher(pool, lambda _: None)
        batcher.start()
        casts = [cast(urn, ballot, entry) for ballot in urn.ballots for entry in urn.entries]

        async def vote(each: rules.Cast, delay: float, batcher: Batcher = batcher) -> None:
            await asyncio.sleep(delay)
            try:
                await batcher.store(each)
            except (errors.BallotBarred, errors.Unavailable):
                return

        await asyncio.gather(void(urn, urn.ballots), *(vote(each, n * 0.0005) for n, each in enumerate(casts)))
        await batcher.close()
        await Lookout(pool, RedisLive(NOWHERE)).look()

        assert await standing(urn) == 0
        gaps = await pool.fetchval(
            "SELECT count(*) FROM (SELECT max(revision) - count(*) AS gap FROM vote_event WHERE award_id = $1 GROUP BY ballot, question) g"
            " WHERE gap <> 0",
            urn.award,
        )
        assert gaps == 0


async def a_late_vote(urn: Urn, held_up: Connection) -> None:
    """The ballot is made void while this vote, its first for the entry, is stored but not committed."""
    late = held_up.transaction()
    await late.start()
    await urn.write(urn.ballots[0], urn.entries[1], 5, db=held_up)
    await void(urn, urn.ballots[:1])
    await late.commit()


async def test_vote_that_was_under_way_is_void_after_the_next_look(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await urn.write(urn.ballots[0], urn.entries[0], 5)
    async with pool.acquire() as held_up:
        await a_late_vote(urn, held_up)
    assert await standing(urn) == 1

    lookout = Lookout(pool, RedisLive(NOWHERE))
    await lookout.look()
    await lookout.look()

    assert await standing(urn) == 0
    assert await pool.fetchval("SELECT count(*) FROM vote_event WHERE kind = 2 AND award_id = $1", urn.award) == 2


async def test_vote_that_was_under_way_is_void_at_the_latest_in_the_result(pool: Pool) -> None:
    urn = await Urn.open(pool)
    await look(urn)
    await urn.write(urn.ballots[0], urn.entries[0], 5)
    async with pool.acquire() as held_up:
        await a_late_vote(urn, held_up)
    await urn.close()

    async with pool.acquire() as db, db.transaction():
        result, _ = await publish_result(db, urn.award, await builders.an_account(db), LogBook(Signer(b"tests")))

    assert await standing(urn) == 0
    assert ('"void_by_reason":{"automated":1}' in result.text, '"votes":0' in result.text) == (True, True)


async def test_thousands_of_void_ballots_take_one_transaction(pool: Pool) -> None:
    urn = await Urn.open(pool, entries=3, ballots=1)
    ballots = [
        row["id"]
        for row in await pool.fetch(
            "INSERT INTO ballot (award_id, tier, voter_key) SELECT $1, 'device', sha256(n::text::bytea)"
            " FROM generate_series(1, 3000) n RETURNING id",
            urn.award,
        )
    ]
    await pool.execute(
        "INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, channel, receipt)"
        " SELECT gen_random_uuid(), gen_random_uuid(), $1, b, q, 1, 1, 5, 1,"
        " translate(upper(substr(md5(b::text || q::text), 1, 12)), '01', 'XY')"
        " FROM unnest($2::bigint[]) b, unnest($3::bigint[]) q",
        urn.award, ballots, urn.entries,
    )  # fmt: skip

    for start in (0, 1500):
        await void(urn, ballots[start : start + 1500])

    assert await standing(urn) == 0
    assert await pool.fetchval("SELECT count(*) FROM vote_event WHERE kind = 2 AND award_id = $1", urn.award) == 9000


def test_id_of_a_void_event_is_its_own_and_nobody_elses() -> None:
    made = {void_id(b"k" * 32, *numbers) for numbers in [(1, 2, 3, 4), (1, 2, 3, 5), (1, 23, 3, 4), (12, 3, 3, 4)]}

    assert len(made) == 4
    assert void_id(b"k" * 32, 1, 2, 3, 4) in made
    assert void_id(b"l" * 32, 1, 2, 3, 4) not in made
    assert {(each.version, each.variant) for each in made} == {(8, UUID(int=0x2 << 62).variant)}


async def test_one_of_several_checks_an_award_and_once_more_when_it_is_over(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    urn = await Urn.open(pool)
    checked: list[int] = []

    async def count(_: Pool, award: int, **__: object) -> bool:
        checked.append(award)
        return True

    monkeypatch.setattr("api.voting.lookout.check_award", count)
    watchers = [Lookout(pool, RedisLive(NOWHERE)) for _ in range(3)]

    async def all_look() -> int:
        checked.clear()
        await asyncio.gather(*(each.look() for each in watchers))
        return len(checked)

    first, again = await all_look(), await all_look()
    await pool.execute("UPDATE award_watch SET check_at = now()")
    later = await all_look()
    await urn.close()
    await pool.execute("UPDATE award_watch SET check_at = now()")
    over = await all_look()
    await pool.execute("UPDATE award_watch SET check_at = now()")
    assert (first, again, later, over, await all_look()) == (1, 0, 1, 1, 0)


async def test_check_that_takes_long_rests_twenty_times_as_long(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    await Urn.open(pool)
    monkeypatch.setattr("api.voting.lookout.REST", 100_000.0)

    await Lookout(pool, RedisLive(NOWHERE)).look()

    wait = await pool.fetchval("SELECT check_at - now() FROM award_watch")
    assert wait > timedelta(seconds=120)
    assert await pool.fetch(fraud.Q["awards_to_check"]) == []
