"""Evenings at a festival, written straight into the ledger: people who come, watch, and vote for what they like.

They arrive by chance and in a rush before the closing; many watch first and open the ballot then; a tenth stands at
kiosks; telephone companies put strangers behind one network; and 15 % are the fans of one entry, who come within half
an hour and mostly vote for nothing else.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from msgspec import Struct

from api.access.rules import CLEAR_ALPHABET
from api.db import Connection, Pool
from api.voting.fraud import check_award
from api.voting.oddities import QUARTER
from tests import builders

TIERS = ("badge", "hall", "email", "device", "kiosk")
LENGTH = timedelta(hours=3)
FANS = 0.15


class Voter(Struct, kw_only=True):
    """`votes`: entry, value, and seconds after the evening's begin. `network` is None in the venue."""

    tier: str
    issued: float
    votes: list[tuple[int, int, float]]
    network: int | None = None
    devices: int = 1


class Evening:
    """An award that opened more than three hours ago, at a full quarter: which minutes share one is the same each time."""

    def __init__(self, pool: Pool, award: int, entries: Sequence[int], dice: Random) -> None:
        self.pool, self.award, self.entries, self.dice = pool, award, list(entries), dice
        begun = datetime.now(UTC) - LENGTH - timedelta(minutes=1)
        self.start = begun - timedelta(seconds=begun.timestamp() % QUARTER)
        self.seconds = LENGTH.total_seconds()
        self.liked = [dice.paretovariate(1.2) for _ in entries]

    @classmethod
    async def open(cls, pool: Pool, series: Sequence[int], seed: int) -> "Evening":
        dice = Random(seed)
        async with pool.acquire() as db, db.transaction():
            award = await builders.an_award(db, opens=-LENGTH - timedelta(minutes=17), tiers=TIERS)
            chosen = dice.sample(list(series), dice.randint(8, len(series)))
            entries = [await builders.an_entry(db, award, each) for each in chosen]
            # What is written here lies in the past, and a service in the background has not seen it come.
            await db.execute(
                "INSERT INTO award_watch (award_id, check_at) VALUES ($1, now() + interval '1 day')", award
            )
        return cls(pool, award, entries, dice)

    def moment(self, seconds: float) -> datetime:
        return self.start + timedelta(seconds=seconds)

    def honest(self, voters: int, *, fans: float = FANS) -> list[Voter]:
        """Everybody who comes on this evening."""
        favourite, came = self.dice.choice(self.entries), self.dice.uniform(0.1, 0.7) * self.seconds
        stay = self.dice.uniform(600, 2400)
        return [
            self._fan(favourite, came + self.dice.uniform(0, stay)) if self.dice.random() < fans else self._guest()
            for _ in range(voters)
        ]

    def _guest(self) -> Voter:
        rush = self.dice.random() < 0.2
        arrived = self.seconds - self.dice.uniform(60, 600) if rush else self.dice.uniform(0, self.seconds - 700)
        tier = self.dice.choices(TIERS, (20, 20, 10, 40, 10))[0]
        return self._voter(tier, arrived, self._wishes(1 + self._poisson(3)))

    def _fan(self, favourite: int, arrived: float) -> Voter:
        others = [] if self.dice.random() < 0.7 else self._wishes(2)
        wishes = [favourite, *(each for each in others if each != favourite)]
        voter = self._voter(self.dice.choice(("badge", "device")), arrived, wishes)
        voter.votes[0] = (favourite, 5, voter.votes[0][2])
        return voter

    def _wishes(self, count: int) -> list[int]:
        chosen: list[int] = []
        while len(chosen) < min(count, len(self.entries)):
            entry = self.dice.choices(self.entries, self.liked)[0]
            if entry not in chosen:
                chosen.append(entry)
        return chosen

    def _voter(self, tier: str, arrived: float, wishes: Iterable[int]) -> Voter:
        watched_first = tier in ("hall", "kiosk") or self.dice.random() < 0.4
        at, votes = arrived, []
        for entry in wishes:
            at = min(at + (self.dice.uniform(2, 15) if watched_first else self.dice.uniform(25, 90)), self.seconds)
            votes.append((entry, min(5, max(1, round(self.dice.gauss(3.7, 1)))), at))
        inside = tier in ("hall", "kiosk") or self.dice.random() < 0.6
        devices = self.dice.choices((1, 2, 3), (85, 12, 3))[0] if tier == "badge" else 1
        network = None if inside else self._network()
        return Voter(tier=tier, issued=arrived, votes=votes, network=network, devices=devices)

    def _network(self) -> int:
        """Four telephone companies with three networks each, or at home."""
        return self.dice.randrange(12) if self.dice.random() < 0.4 else self.dice.randrange(10_000, 10_000_000)

    def _poisson(self, mean: float) -> int:
        count, left = 0, self.dice.random()
        while left > math.exp(-mean):
            count, left = count + 1, left * self.dice.random()
        return count

    async def write(self, voters: Sequence[Voter]) -> None:
        """Ballots, where they were asked for, and votes; a vote comes to the ledger when it is cast."""
        async with self.pool.acquire() as db, db.transaction():
            ballots = await self._ballots(db, voters)
            await self._origins(db, voters, ballots)
            await self._votes(db, voters, ballots)

    async def _ballots(self, db: Connection, voters: Sequence[Voter]) -> list[int]:
        rows = await db.fetch(
            "INSERT INTO ballot (award_id, tier, voter_key, created_at) SELECT $1, t.tier, t.key, t.at"
            " FROM unnest($2::text[], $3::bytea[], $4::timestamptz[]) WITH ORDINALITY AS t(tier, key, at, place)"
            " ORDER BY t.place RETURNING id",
            self.award,
            [voter.tier for voter in voters],
            [self.dice.randbytes(32) for _ in voters],
            [self.moment(voter.issued) for voter in voters],
        )
        return sorted(row["id"] for row in rows)

    async def _origins(self, db: Connection, voters: Sequence[Voter], ballots: Sequence[int]) -> None:
        rows = [
            (ballot, self.dice.randbytes(16), self.award, network_hash(voter.network), voter.network is None)
            for voter, ballot in zip(voters, ballots, strict=True)
            for _ in range(voter.devices)
            if voter.tier != "kiosk"
        ]
        await db.execute(
            "INSERT INTO ballot_origin (ballot, device, award_id, network, venue)"
            " SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bytea[], $5::boolean[])",
            *map(list, zip(*rows, strict=True)),
        )

    async def _votes(self, db: Connection, voters: Sequence[Voter], ballots: Sequence[int]) -> None:
        rows = sorted(
            (at, ballot, entry, value)
            for voter, ballot in zip(voters, ballots, strict=True)
            for entry, value, at in voter.votes
        )
        await db.execute(
            "INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, channel, cast_at, receipt)"
            " SELECT t.idem, $1, $2, t.ballot, t.entry, 1, 1, t.value, 1, t.at, t.receipt"
            " FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::smallint[], $7::timestamptz[], $8::text[])"
            " AS t(idem, ballot, entry, value, at, receipt)",
            UUID(int=1),
            self.award,
            [UUID(int=self.dice.getrandbits(128)) for _ in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
            [row[3] for row in rows],
            [self.moment(row[0]) for row in rows],
            ["".join(self.dice.choices(CLEAR_ALPHABET, k=12)) for _ in rows],
        )

    async def check(self, *, seconds: float | None = None) -> None:
        """As the background does at that moment of the evening, or when it is over."""
        at = self.moment(self.seconds + 60 if seconds is None else seconds)
        assert await check_award(self.pool, self.award, now=at)

    async def run_through(self, voters: Sequence[Voter], *, looks: int = 4) -> None:
        """People come in the order of their last votes, and the checks look several times."""
        left = sorted(voters, key=lambda voter: voter.votes[-1][2])
        for look in range(1, looks + 1):
            until = self.seconds * look / looks
            now = [voter for voter in left if voter.votes[-1][2] <= until]
            left = left[len(now) :]
            if now:
                await self.write(now)
            await self.check(seconds=until)
        await self.check()

    async def flags(self) -> list[tuple[str, str]]:
        rows = await self.pool.fetch("SELECT what, subject FROM flag WHERE award_id = $1 ORDER BY id", self.award)
        return [(row["what"], row["subject"]) for row in rows]


def network_hash(network: int | None) -> bytes | None:
    return None if network is None else network.to_bytes(16)


async def a_programme(db: Connection, count: int = 14) -> list[int]:
    """Series with two episodes of 12 seconds each."""
    return [await builders.a_watchable_series(db) for _ in range(count)]
