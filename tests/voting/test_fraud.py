"""Odd votes in a ledger full of honest ones: each kind is found with its ballots, once, and honest evenings are not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from api.db import Connection, Pool
from api.voting import fraud
from tests.voting.evenings import Evening, Voter, a_programme


@pytest.fixture
async def programme(pool: Pool) -> list[int]:
    async with pool.acquire() as db:
        return await a_programme(db)


def least_liked(evening: Evening) -> int:
    return min(zip(evening.liked, evening.entries, strict=True))[1]


def bots(evening: Evening, count: int, *, at: float, every: float, **more: object) -> list[Voter]:
    """Phones nobody holds, one vote each for the same entry, each from a network of its own."""
    entry = least_liked(evening)
    made = [
        Voter(
            tier="device",
            issued=at + number * every - 600,
            votes=[(entry, 5, at + number * every)],
            network=10**8 + number,
        )
        for number in range(count)
    ]
    for voter in made:
        for name, value in more.items():
            setattr(voter, name, value)
    return made


def burst(evening: Evening) -> list[Voter]:
    """Sixty votes in a minute for an entry that gets one; before and after them these people vote like others."""
    made = bots(evening, 60, at=9000, every=0.9)
    for voter in made:
        voter.votes += [(entry, 3, evening.dice.uniform(9100, 10_700)) for entry in evening.entries[:3]]
    return made


def of_one_network(evening: Evening) -> list[Voter]:
    return bots(evening, 40, at=3000, every=100, network=77)


def too_fast(evening: Evening) -> list[Voter]:
    made = bots(evening, 140, at=2000, every=50)
    for voter in made:
        voter.issued = voter.votes[0][2] - 2
    return made


def on_a_kiosk(evening: Evening) -> list[Voter]:
    return bots(evening, 150, at=2000, every=40, tier="kiosk", network=None)


def shared_badge(evening: Evening) -> list[Voter]:
    return bots(evening, 1, at=5000, every=1, tier="badge", devices=4, network=None)


FRAUDS: dict[str, Callable[[Evening], list[Voter]]] = {
    "burst": burst,
    "single_entry": lambda evening: bots(evening, 150, at=2000, every=50),
    "one_network": of_one_network,
    "many_devices": shared_badge,
    "too_fast": too_fast,
    "channels": on_a_kiosk,
}


@pytest.mark.parametrize("what", list(FRAUDS))
async def test_fraud_among_honest_votes_is_flagged_with_its_ballots(
    pool: Pool, programme: list[int], what: str
) -> None:
    evening = await Evening.open(pool, programme, seed=4)
    await evening.run_through(FRAUDS[what](evening) + evening.honest(500, fans=0))

    rows = await pool.fetch(
        "SELECT subject, ballots, numbers FROM flag WHERE award_id = $1 AND what = $2", evening.award, what
    )
    [flag] = rows
    bad = await pool.fetch(
        "SELECT DISTINCT b.id FROM ballot b JOIN vote_event v ON v.ballot = b.id WHERE b.award_id = $1 AND v.question = $2",
        evening.award, least_liked(evening),
    )  # fmt: skip
    assert flag["numbers"]
    assert set(flag["ballots"]) <= {row["id"] for row in bad}
    assert len(flag["ballots"]) >= (1 if what == "many_devices" else 30)


async def test_checks_again_and_by_several_at_once_add_nothing(pool: Pool, programme: list[int]) -> None:
    evening = await Evening.open(pool, programme, seed=5)
    await evening.write(
        [*evening.honest(300, fans=0), *burst(evening), *of_one_network(evening), *shared_badge(evening)]
    )

    await asyncio.gather(*(evening.check() for _ in range(3)))
    first = await pool.fetch("SELECT * FROM flag WHERE award_id = $1 ORDER BY id", evening.award)
    await evening.check()

    assert await pool.fetch("SELECT * FROM flag WHERE award_id = $1 ORDER BY id", evening.award) == first
    assert {row["what"] for row in first} >= {"burst", "one_network", "many_devices"}


async def test_open_flag_takes_in_ballots_that_come_later(pool: Pool, programme: list[int]) -> None:
    evening = await Evening.open(pool, programme, seed=6)
    await evening.write(evening.honest(300, fans=0))
    made = of_one_network(evening)
    await evening.write(made[:25])
    await evening.check()
    before = await pool.fetchrow("SELECT * FROM flag WHERE award_id = $1 AND what = 'one_network'", evening.award)
    await evening.write(made[25:])
    await evening.check()

    after = await pool.fetchrow("SELECT * FROM flag WHERE award_id = $1 AND what = 'one_network'", evening.award)

    assert before is not None
    assert after is not None
    assert (after["id"], after["raised_at"]) == (before["id"], before["raised_at"])
    assert (len(before["ballots"]), len(after["ballots"])) == (25, 40)


Settle = Callable[[Pool, int], Awaitable[object]]


async def test_dismissed_flag_speaks_up_again_only_when_it_has_doubled(pool: Pool, programme: list[int]) -> None:
    evening = await Evening.open(pool, programme, seed=6)
    await evening.write(evening.honest(300, fans=0))
    made = bots(evening, 60, at=3000, every=100, network=77)
    settled = []
    for start, stop in ((0, 25), (25, 40), (40, 60)):
        await evening.write(made[start:stop])
        await evening.check()
        row = await pool.fetchrow(
            "UPDATE flag SET settled_at = coalesce(settled_at, now()), outcome = 'dismissed' WHERE award_id = $1 AND what = 'one_network'"
            " RETURNING cardinality(ballots) AS ballots",
            evening.award,
        )
        assert row is not None
        settled.append(row["ballots"])

    assert settled == [25, 25, 60]


async def test_void_ballots_are_flagged_no_more(pool: Pool, programme: list[int]) -> None:
    evening = await Evening.open(pool, programme, seed=6)
    await evening.write([*evening.honest(300, fans=0), *of_one_network(evening)])
    await pool.execute(
        "UPDATE ballot b SET barred_at = now() FROM ballot_origin o WHERE o.ballot = b.id AND o.network = $1",
        (77).to_bytes(16),
    )

    await evening.check()

    assert "one_network" not in {what for what, _ in await evening.flags()}


async def test_crowd_of_a_telephone_company_is_not_odd_unless_it_wants_one_thing(
    pool: Pool, programme: list[int]
) -> None:
    evening = await Evening.open(pool, programme, seed=8)
    guests = evening.honest(400, fans=0)
    for voter in guests[:120]:
        voter.network = 3 + (voter.votes[0][0] % 2)

    await evening.run_through(guests)

    assert "one_network" not in {what for what, _ in await evening.flags()}


async def test_check_that_takes_too_long_is_broken_off_and_the_others_go_on(
    pool: Pool, programme: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = await Evening.open(pool, programme, seed=9)
    await evening.write([*evening.honest(50, fans=0), *shared_badge(evening)])

    async def endless(db: Connection, *_: object) -> fraud.Found:
        await db.execute("SET LOCAL statement_timeout = '20ms'")
        await db.execute("SELECT pg_sleep(3)")
        return []

    monkeypatch.setattr(fraud, "CHECKS", (endless, *fraud.CHECKS))

    assert not await fraud.check_award(pool, evening.award, now=evening.moment(evening.seconds))
    assert [what for what, _ in await evening.flags()] == ["many_devices"]


async def test_minutes_are_counted_once_and_only_when_they_are_over(pool: Pool, programme: list[int]) -> None:
    evening = await Evening.open(pool, programme, seed=10)
    await evening.write(evening.honest(100))
    total = "SELECT coalesce(sum(votes), 0) FROM entry_minute WHERE award_id = $1"
    wanted = await pool.fetchval(
        "SELECT count(*) FROM vote_event v JOIN ballot b ON b.id = v.ballot WHERE v.award_id = $1 AND b.tier NOT IN ('hall', 'kiosk')",
        evening.award,
    )
    counted = []
    for minutes in (60, 60, 120, 185, 185):
        await evening.check(seconds=timedelta(minutes=minutes).total_seconds())
        counted.append(await pool.fetchval(total, evening.award))

    assert counted[0] == counted[1] < counted[2] < counted[3] == counted[4] == wanted
