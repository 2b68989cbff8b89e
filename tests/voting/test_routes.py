"""The vote path over HTTP, on real PostgreSQL and Valkey."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from msgspec import Struct

from api.db import Pool
from tests import builders
from tests.conftest import NewClient


class Opened(Struct, frozen=True):
    """An award with one entry, and a browser that holds a ballot of it."""

    client: httpx.AsyncClient
    award: int
    entry: int
    ballot: dict[str, str]

    async def vote(self, value: int = 4, **changed: Any) -> httpx.Response:
        body = {"id": str(uuids.uuid7()), "entry": self.entry, "value": value} | changed
        return await self.client.post(f"/api/awards/{self.award}/votes", json=body, headers=self.ballot)

    async def board(self) -> Any:
        return (await self.client.get(f"/api/awards/{self.award}/board")).json()


async def a_ballot(client: httpx.AsyncClient, award: int) -> dict[str, str]:
    answer = await client.post(f"/api/awards/{award}/ballot")
    assert answer.status_code == 200, answer.text
    return {"Ballot": answer.json()["ballot"]}


async def open_award(client: httpx.AsyncClient, pool: Pool, **changed: Any) -> Opened:
    async with pool.acquire() as db:
        award = await builders.an_award(db, **changed)
        entry = await builders.an_entry(db, award)
    return Opened(client, award, entry, await a_ballot(client, award))


@pytest.fixture
async def opened(client: httpx.AsyncClient, pool: Pool) -> Opened:
    return await open_award(client, pool)


async def lines(pool: Pool) -> list[tuple[int, int]]:
    return [
        (row["question"], row["value"])
        for row in await pool.fetch("SELECT question, value FROM vote_event ORDER BY question, revision")
    ]


def code_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_vote_is_in_the_ledger_when_the_answer_comes(opened: Opened, pool: Pool) -> None:
    tap = str(uuids.uuid7())

    answer = await opened.vote(4, id=tap)

    assert answer.status_code == 200, answer.text
    row = await pool.fetchrow("SELECT idem, question, value, receipt FROM vote_event")
    assert row is not None
    assert tuple(row) == (UUID(tap), opened.entry, 4, answer.json()["receipt"])


async def test_same_tap_twice_gets_the_same_receipt_and_counts_once(opened: Opened, pool: Pool) -> None:
    tap = str(uuids.uuid7())

    first, second = await opened.vote(4, id=tap), await opened.vote(4, id=tap)

    assert first.json() == second.json()
    assert await lines(pool) == [(opened.entry, 4)]


async def test_same_tap_many_times_at_once_counts_once(opened: Opened, pool: Pool) -> None:
    tap = str(uuids.uuid7())

    answers = await asyncio.gather(*(opened.vote(4, id=tap) for _ in range(25)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert await lines(pool) == [(opened.entry, 4)]


async def test_same_id_with_another_value_is_a_conflict_and_the_first_is_kept(opened: Opened, pool: Pool) -> None:
    tap = str(uuids.uuid7())
    await opened.vote(4, id=tap)

    answer = await opened.vote(5, id=tap)

    assert code_of(answer) == (409, "vote-conflict")
    assert await lines(pool) == [(opened.entry, 4)]


async def test_later_vote_replaces_the_earlier_one(opened: Opened, pool: Pool) -> None:
    await opened.vote(2)

    await opened.vote(5)

    assert await lines(pool) == [(opened.entry, 2), (opened.entry, 5)]
    mine = await opened.client.get(f"/api/awards/{opened.award}/my-votes", headers=opened.ballot)
    assert [(vote["entry"], vote["value"]) for vote in mine.json()["votes"]] == [(opened.entry, 5)]


async def test_vote_within_the_grace_counts_and_after_it_does_not(client: httpx.AsyncClient, pool: Pool) -> None:
    late = await open_award(client, pool, closes=timedelta(seconds=-30), grace=timedelta(seconds=60))
    gone = await open_award(client, pool, closes=timedelta(seconds=-30), grace=timedelta(seconds=0))

    assert (await late.vote()).status_code == 200
    assert code_of(await gone.vote()) == (410, "voting-closed")


async def test_vote_before_opening_is_refused(client: httpx.AsyncClient, pool: Pool) -> None:
    early = await open_award(client, pool, opens=timedelta(minutes=5))

    assert code_of(await early.vote()) == (425, "voting-not-open")
    assert await lines(pool) == []


@pytest.mark.parametrize("value", [0, 6, -1, 32767])
async def test_value_off_the_scale_is_refused(opened: Opened, pool: Pool, value: int) -> None:
    assert code_of(await opened.vote(value)) == (422, "value-out-of-range")
    assert await lines(pool) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "not-an-id"},
        {"entry": "1"},
        {"entry": 0},
        {"value": "5"},
        {"value": 4.5},
        {"value": 99999},
        {"extra": 1},
        {"id": None},
    ],
)
async def test_vote_of_the_wrong_shape_is_refused_and_names_the_field(
    opened: Opened, pool: Pool, changed: dict[str, Any]
) -> None:
    answer = await opened.vote(**changed)

    assert code_of(answer) == (400, "bad-request")
    assert await lines(pool) == []


async def test_entry_of_another_award_is_not_found(opened: Opened, pool: Pool) -> None:
    async with pool.acquire() as db:
        other = await builders.an_entry(db, await builders.an_award(db))

    assert code_of(await opened.vote(entry=other)) == (404, "entry-not-found")


async def test_entry_of_an_unreleased_series_is_not_found(opened: Opened, pool: Pool) -> None:
    async with pool.acquire() as db:
        hidden = await builders.an_entry(db, opened.award, await builders.a_series(db, released=False))

    assert code_of(await opened.vote(entry=hidden)) == (404, "entry-not-found")


@pytest.mark.parametrize("token", [None, "", "1.1.0.forged", "x" * 150, "1.1.3."])
async def test_vote_without_a_valid_ballot_is_refused(opened: Opened, pool: Pool, token: str | None) -> None:
    body = {"id": str(uuids.uuid7()), "entry": opened.entry, "value": 4}
    headers = {} if token is None else {"Ballot": token}

    answer = await opened.client.post(f"/api/awards/{opened.award}/votes", json=body, headers=headers)

    assert code_of(answer) == (401, "ballot-invalid")
    assert await lines(pool) == []


async def test_ballot_of_another_award_is_refused(opened: Opened, pool: Pool) -> None:
    other = await open_award(opened.client, pool)

    answer = await opened.client.post(
        f"/api/awards/{opened.award}/votes",
        json={"id": str(uuids.uuid7()), "entry": opened.entry, "value": 4},
        headers=other.ballot,
    )

    assert code_of(answer) == (401, "ballot-invalid")


async def test_device_has_one_ballot_however_often_it_asks(opened: Opened, pool: Pool) -> None:
    again = await a_ballot(opened.client, opened.award)

    assert again == opened.ballot
    assert await pool.fetchval("SELECT count(*) FROM ballot") == 1


async def test_two_devices_have_two_ballots_and_both_count(opened: Opened, new_client: NewClient) -> None:
    other_client = new_client()
    other = Opened(other_client, opened.award, opened.entry, await a_ballot(other_client, opened.award))

    await opened.vote(5)
    await other.vote(3)

    recounted = (await opened.board())["entries"]
    assert recounted == [{"entry": opened.entry, "votes": 2, "sum": 8}]


async def test_ballot_of_an_award_that_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    assert code_of(await client.post("/api/awards/999/ballot")) == (404, "not-found")


async def test_ledger_cannot_be_changed_or_emptied(opened: Opened, pool: Pool) -> None:
    await opened.vote(4)

    for statement in ("UPDATE vote_event SET value = 5", "DELETE FROM vote_event", "TRUNCATE vote_event"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute(statement)

    assert await lines(pool) == [(opened.entry, 4)]


async def test_hidden_board_is_not_found_and_turnout_shows_no_tallies(client: httpx.AsyncClient, pool: Pool) -> None:
    hidden = await open_award(client, pool, board="hidden")
    turnout = await open_award(client, pool, board="turnout")
    await turnout.vote(5)

    assert code_of(await client.get(f"/api/awards/{hidden.award}/board")) == (404, "not-found")
    shown = await turnout.board()
    assert (shown["entries"], shown["ballots"]) == ([], 1)


async def test_recount_is_for_the_desk_only(opened: Opened, pool: Pool) -> None:
    await opened.vote(5)
    address = f"/api/awards/{opened.award}/recount"

    assert code_of(await opened.client.get(address)) == (401, "sign-in-needed")
    async with pool.acquire() as db:
        await builders.sign_in(opened.client, db, "auditor")
    counted = (await opened.client.get(address)).json()
    assert counted == {
        "award": opened.award,
        "rows": 1,
        "ballots": 1,
        "source": "ledger",
        "entries": [{"entry": opened.entry, "votes": 1, "sum": 5}],
    }
