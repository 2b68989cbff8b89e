"""An award with votes in the real ledger, written there directly: what is tested here begins after the vote."""

from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from api.access.rules import CLEAR_ALPHABET
from api.db import Connection, Pool
from api.voting import gates
from api.voting.logbook import LogBook
from api.voting.prover import Prover
from tests import builders
from tests.voting.bundles import RANGE, TIERS

# An urn is closed by hand; nothing else can move the end of a vote once its rules are published.
gates.FREE |= {"closes_at"}


class Urn:
    """One award. `close` makes it look as if voting had ended an hour ago."""

    def __init__(self, pool: Pool, award: int, kind: str, entries: list[int], ballots: list[int]) -> None:
        self.pool, self.award, self.kind, self.entries, self.ballots = pool, award, kind, entries, ballots
        self._revisions: dict[tuple[int, int], int] = {}

    @classmethod
    async def open(
        cls, pool: Pool, kind: str = "stars", method: str = "mean", *, entries: int = 4, ballots: int = 9
    ) -> "Urn":
        least, most = RANGE[kind]
        async with pool.acquire() as db, db.transaction():  # with its entries: they are in the rules
            award = await builders.an_award(
                db, opens=timedelta(hours=-3), kind=kind, method=method, min_value=least, max_value=most, tiers=TIERS,
                weights={"hall": 0.5},
            )  # fmt: skip
            found = [await builders.an_entry(db, award) for _ in range(entries)]
            made = [await builders.a_ballot(db, award, TIERS[number % 3]) for number in range(ballots)]
        return cls(pool, award, kind, found, made)

    async def vote(self, count: int, seed: int = 1) -> list[str]:
        """Random lawful votes, with changes of mind; their receipts."""
        dice = Random(seed + self.award * 1000)
        least, most = RANGE[self.kind]
        receipts = []
        for _ in range(count):
            question, value, choices = 0, None, None
            if self.kind in ("stars", "grades", "yesno"):
                question, value = dice.choice(self.entries), dice.randint(least, most)
            else:
                choices = dice.sample(self.entries, dice.randint(least, min(most, len(self.entries))))
            receipts.append(await self.write(dice.choice(self.ballots), question, value, choices))
        return receipts

    async def write(
        self,
        ballot: int,
        question: int,
        value: int | None = None,
        choices: list[int] | None = None,
        *,
        kind: int = 1,
        db: Connection | None = None,
    ) -> str:
        """One line of the ledger; its receipt."""
        revision = self._revisions[ballot, question] = self._revisions.get((ballot, question), 0) + 1
        receipt = "".join(Random(uuid4().int).choices(CLEAR_ALPHABET, k=12))
        await (db or self.pool).execute(
            "INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, choices, channel,"
            " receipt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)",
            uuid4(), UUID(int=1), self.award, ballot, question, revision, kind, value, choices, receipt,
        )  # fmt: skip
        return receipt

    async def void(self, ballot: int, reason: str = "automated") -> None:
        """As two people do it: the ballot is barred, and void events follow its votes."""
        async with self.pool.acquire() as db:
            asked, agreed = await builders.an_account(db), await builders.an_account(db)
            await db.execute(
                "INSERT INTO void_request (award_id, ballots, reason, words, asked_by, decided_by, decided_at, agreed)"
                " VALUES ($1, $2, $3, 'a script', $4, $5, now(), true)",
                self.award, [ballot], reason, asked, agreed,
            )  # fmt: skip
            await db.execute("UPDATE ballot SET barred_at = now() WHERE id = $1", ballot)
        for of, question in list(self._revisions):
            if of == ballot:
                await self.write(ballot, question, kind=2)

    async def write_of_a_new_ballot(self, tier: str) -> None:
        async with self.pool.acquire() as db:
            ballot = await builders.a_ballot(db, self.award, tier)
        await self.write(ballot, self.entries[0], 5)

    async def skip_a_revision(self) -> None:
        self._revisions[self.ballots[0], self.entries[0]] = 100
        await self.write(self.ballots[0], self.entries[0], 5)

    async def quarantine(self, ballot: int) -> None:
        await self.pool.execute("UPDATE ballot SET quarantined_at = now() WHERE id = $1", ballot)

    async def close(self) -> None:
        await self.pool.execute("UPDATE award SET closes_at = now() - interval '1 hour' WHERE id = $1", self.award)

    async def prove(self, book: LogBook) -> None:
        """What the house does by itself when voting is over."""
        await Prover(self.pool, book).prove(self.award)

    async def leaves(self) -> list[str]:
        rows = await self.pool.fetch("SELECT leaf FROM sealed WHERE award_id = $1 ORDER BY log_index", self.award)
        return [row["leaf"] for row in rows]

    async def notes(self) -> list[str]:
        rows = await self.pool.fetch("SELECT note FROM checkpoint WHERE award_id = $1 ORDER BY size", self.award)
        return [row["note"] for row in rows]


async def as_owner(pool: Pool, *statements: str) -> None:
    """What somebody with the database in their hands can do: the triggers are off."""
    async with pool.acquire() as db, db.transaction():
        await db.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            await db.execute(statement)
