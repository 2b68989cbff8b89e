"""A publication takes a while; whatever cuts it off in the middle, nothing of it is there or all of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import count
from typing import Any, cast

import httpx
import pytest

from api import errors
from api.db import Connection, Pool
from api.voting.checking import check_bundle
from api.voting.logbook import LogBook
from api.voting.publishing import publish_result
from api.voting.sealer import Sealer
from tests import builders
from tests.house import House
from tests.voting.test_publishing import SIGNER, bundle_of, look
from tests.voting.urn import Urn

pytest_plugins = ("tests.housing",)
#: How many hold the lock of an award's log or wait for it.
AT_IT = (
    "WITH key AS (SELECT hashtextextended('tallscreen-log:' || $1::bigint, 0) AS key)"
    " SELECT count(*) FROM pg_locks, key WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = key"
)


class Knife:
    """A connection whose user is cancelled at the n-th thing asked of it: while it is under way, or `late`, after it."""

    def __init__(self, db: Connection, at: int, *, late: bool) -> None:
        self._db, self._left, self._late = db, at, late

    def __getattr__(self, name: str) -> Any:
        def ask(*args: Any, **named: Any) -> Any:
            self._left -= 1
            asked = getattr(self._db, name)(*args, **named)
            if self._left != 0:
                return asked
            if self._late and asyncio.iscoroutine(asked):
                return self._then_cut(asked)
            _cut()
            return asked

        return ask

    @staticmethod
    async def _then_cut(asked: Any) -> Any:
        answer = await asked
        _cut()
        return answer


def _cut() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


async def an_evening(pool: Pool) -> Urn:
    """An award whose publication has everything to do: seal, void, quarantine and count."""
    urn = await Urn.open(pool)
    await pool.execute("UPDATE entry SET attendance = 40 WHERE award_id = $1", urn.award)
    await urn.vote(12)
    await look(urn)
    await urn.vote(12, 2)
    await urn.void(urn.ballots[0])
    await urn.write(urn.ballots[0], urn.entries[0], 5)  # came late, so that it is void only when this is published
    await urn.quarantine(urn.ballots[1])
    await urn.close()
    return urn


async def everything(urn: Urn) -> tuple[Any, ...]:
    """All that a publication writes."""
    result = await urn.pool.fetchval("SELECT text FROM award_result WHERE award_id = $1", urn.award)
    published_at = await urn.pool.fetchval("SELECT published_at FROM award WHERE id = $1", urn.award)
    lines = await urn.pool.fetchval("SELECT count(*) FROM vote_event WHERE award_id = $1", urn.award)
    return result is not None, published_at is not None, lines, await urn.leaves(), await urn.notes()


async def publish(urn: Urn, account: int, book: LogBook, at: int, *, late: bool) -> bool:
    async with urn.pool.acquire() as db, db.transaction():
        _, done = await publish_result(cast("Connection", Knife(db, at, late=late)), urn.award, account, book)
        return done


@pytest.mark.parametrize("late", [False, True])
async def test_publication_cut_off_at_any_statement_is_whole_or_not_there(pool: Pool, late: bool) -> None:
    urn, book = await an_evening(pool), LogBook(SIGNER)
    async with pool.acquire() as db:
        account = await builders.an_account(db)
    before = await everything(urn)
    assert before[:2] == (False, False)

    for at in count(1):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.create_task(publish(urn, account, book, at, late=late))
        after = await everything(urn)
        if after != before:
            break

    assert at > 15
    assert after[:2] == (True, True)
    assert after[2] == before[2] + 1
    assert check_bundle(await bundle_of(urn)).wrong == []
    assert await publish(urn, account, book, 0, late=late) is False
    assert await everything(urn) == after


async def test_second_publication_that_waits_too_long_for_the_first_is_told_to_come_again(pool: Pool) -> None:
    urn = await an_evening(pool)
    async with pool.acquire() as first, pool.acquire() as second, first.transaction():
        await publish_result(first, urn.award, await builders.an_account(first), LogBook(SIGNER))
        async with second.transaction():
            await second.execute("SET LOCAL lock_timeout = '50ms'")
            with pytest.raises(errors.Unavailable):
                await publish_result(second, urn.award, 1, LogBook(SIGNER))

    assert (await everything(urn))[:2] == (True, True)


class Evening:
    """A house with an award that one person has asked to publish."""

    def __init__(self, house: House, urn: Urn) -> None:
        self.house, self.urn = house, urn
        self.address = f"/api/desk/awards/{urn.award}/publish"

    @contextlib.asynccontextmanager
    async def held_up(self) -> AsyncIterator[None]:
        """A vote that came in time is not committed yet: until it is, a publication is under way and waits for it."""
        async with self.house.pool.acquire() as db, db.transaction():
            await self.urn.write(self.urn.ballots[2], self.urn.entries[0], 5, db=db)
            yield

    async def agree(self) -> asyncio.Task[httpx.Response]:
        """A request of another person, when it has begun to publish or waits for who is at it."""
        auditor, before = await self.house.signed_in("auditor"), await self.at_it()
        request = asyncio.create_task(auditor.post(f"{self.address}/agree"))
        for _ in range(3000):
            if request.done() or await self.at_it() > before:
                break
            await asyncio.sleep(0.01)
        return request

    async def at_it(self) -> int:
        return int(await self.house.pool.fetchval(AT_IT, self.urn.award))

    async def answer(self, request: asyncio.Task[httpx.Response]) -> httpx.Response:
        """What came of it; who is told to come again, as on a busy machine, does."""
        for _ in range(20):
            answer = await request
            if answer.status_code != 503:
                break
            request = await self.agree()
        return answer

    async def said(self) -> tuple[int, int]:
        """Results, and lines in the audit log that say so."""
        results = await self.house.pool.fetchval(
            "SELECT count(*) FROM award_result WHERE award_id = $1", self.urn.award
        )
        lines = "SELECT count(*) FROM audit_event WHERE action = 'publish' AND object = $1"
        return results, await self.house.pool.fetchval(lines, f"award:{self.urn.award}")


@pytest.fixture
async def evening(house: House, monkeypatch: pytest.MonkeyPatch) -> Evening:
    monkeypatch.setattr("api.voting.publishing.WRITERS_PATIENCE", 10_000)  # as long as a busy machine takes
    urn = await Urn.open(house.pool)
    await urn.vote(12)
    await urn.close()
    for _ in range(3):
        await Sealer(house.pool, house.app.state.logbook, house.mailbox).look()
    await urn.prove(house.app.state.logbook)
    # A vote that is held up for minutes comes after the proof; here it is the publication that waits for it.
    monkeypatch.setattr("api.voting.publication.check_same", lambda result, proved: None)
    evening = Evening(house, urn)
    asked = await (await house.signed_in("organiser")).post(evening.address)
    assert asked.status_code == 200, asked.text
    return evening


async def test_request_that_ends_in_the_middle_leaves_the_award_as_it_was_and_the_next_publishes(
    evening: Evening,
) -> None:
    async with evening.held_up():
        gone = await evening.agree()
        gone.cancel()
        await asyncio.wait([gone])
        assert gone.cancelled()
        assert await evening.said() == (0, 0)
        assert await evening.at_it() == 0
    await evening.urn.prove(evening.house.app.state.logbook)  # the vote that was held up came after the proof

    published = await evening.answer(await evening.agree())

    assert published.status_code == 200, published.text
    assert published.json()["state"] == "published"
    assert await evening.said() == (1, 1)


async def test_two_who_agree_at_once_publish_once(evening: Evening) -> None:
    async with evening.held_up():
        both = [await evening.agree() for _ in range(2)]
        assert not both[0].done()
    answers = [await evening.answer(request) for request in both]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert await evening.said() == (1, 1)
