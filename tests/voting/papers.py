"""Ballots of paper for tests: an award that takes them, a pile of sheets, and two people at the desk."""

from datetime import timedelta
from random import Random
from uuid import uuid4

from api.db import Pool
from api.voting import paper
from api.voting.paper_schemas import Batch, BatchIn, How, Mark, Marks, Sheet
from tests import builders
from tests.voting.bundles import RANGE

SPOILT = Marks(spoilt=True)


def stars(entry: int, value: int) -> Marks:
    return Marks(values=(Mark(entry=entry, value=value),))


def sheet(place: int, marks: Marks | None, *, turn: int = 1) -> Sheet:
    return Sheet(id=uuid4(), place=place, turn=turn, marks=marks)


def pile(marks: list[Marks]) -> list[Sheet]:
    return [sheet(place, each) for place, each in enumerate(marks, start=1)]


class PaperDesk:
    """An award with paper, and `first` and `second` at the desk."""

    def __init__(self, pool: Pool, award: int, kind: str, entries: list[int], first: int, second: int) -> None:
        self.pool, self.award, self.kind, self.entries = pool, award, kind, entries
        self.first, self.second = first, second

    @classmethod
    async def open(cls, pool: Pool, kind: str = "stars", method: str = "mean", *, entries: int = 4) -> "PaperDesk":
        least, most = RANGE[kind]
        async with pool.acquire() as db, db.transaction():
            award = await builders.an_award(
                db, opens=timedelta(hours=-3), kind=kind, method=method, min_value=least, max_value=most,
                tiers=["device", "paper"],
            )  # fmt: skip
            await db.execute("UPDATE award SET paper_until = closes_at + interval '1 day' WHERE id = $1", award)
            found = [await builders.an_entry(db, award) for _ in range(entries)]
            first, second = await builders.an_account(db), await builders.an_account(db)
        return cls(pool, award, kind, found, first, second)

    def marks(self, count: int, seed: int = 1) -> list[Marks]:
        """Random lawful sheets; every fifth is spoilt."""
        dice, (least, most) = Random(seed), RANGE[self.kind]
        found = []
        for number in range(1, count + 1):
            if number % 5 == 0:
                found.append(SPOILT)
            elif self.kind in ("stars", "grades", "yesno"):
                named = dice.sample(self.entries, dice.randint(1, 3))
                found.append(Marks(values=tuple(Mark(entry=each, value=dice.randint(least, most)) for each in named)))
            else:
                named = dice.sample(self.entries, dice.randint(max(least, 1), min(most, len(self.entries))))
                found.append(Marks(choices=tuple(named)))
        return found

    async def batch(self, sheets: int, *, how: How = "rekey") -> int:
        async with self.pool.acquire() as db, db.transaction():
            data = BatchIn(request=uuid4(), sheets=sheets, place="Hall 1", how=how)
            return (await paper.open_batch(db, self.award, self.first, data))[0].id

    async def key(self, batch: int, sheets: list[Sheet], *, account: int | None = None) -> Batch:
        async with self.pool.acquire() as db, db.transaction():
            return await paper.key_sheets(db, batch, account or self.first, sheets)

    async def keyed(self, marks: list[Marks], *, how: How = "rekey") -> int:
        """A batch that waits for its second person."""
        batch = await self.batch(len(marks), how=how)
        await self.key(batch, pile(marks))
        async with self.pool.acquire() as db, db.transaction():
            await paper.end_keying(db, batch, self.first)
        return batch

    async def read(self, batch: int, sheets: list[Sheet], *, account: int | None = None) -> Batch:
        async with self.pool.acquire() as db, db.transaction():
            return await paper.read_again(db, batch, account or self.second, sheets)

    async def check(self, batch: int, *, account: int | None = None) -> Batch:
        async with self.pool.acquire() as db, db.transaction():
            return (await paper.check_batch(db, batch, account or self.second))[0]

    async def counted(self, marks: list[Marks]) -> int:
        """A batch that both have read alike."""
        batch = await self.keyed(marks)
        await self.read(batch, pile(marks))
        assert (await self.check(batch)).state == "counted"
        return batch

    async def lines(self) -> int:
        """Lines of the ledger."""
        return int(await self.pool.fetchval("SELECT count(*) FROM vote_event WHERE award_id = $1", self.award))

    async def close(self) -> None:
        """Voting ended an hour ago; paper may still be keyed."""
        await self.pool.execute("UPDATE award SET closes_at = now() - interval '1 hour' WHERE id = $1", self.award)

    async def end_paper(self) -> None:
        await self.close()
        await self.pool.execute("UPDATE award SET paper_until = now() - interval '1 second' WHERE id = $1", self.award)
