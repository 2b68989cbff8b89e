"""Every kind of ballot over HTTP: what is stored, what is refused, what the board shows."""

import asyncio
from typing import Any

import httpx
import pytest
import uuid_utils.compat as uuids
from msgspec import Struct

from api.db import Pool
from tests import builders
from tests.builders import code_of

CHOICES = {"favourite": (1, 1), "approval": (0, 3), "ranking": (1, 3)}
SCALES = {"stars": (1, 5), "grades": (1, 6), "yesno": (0, 1)}


class Opened(Struct, frozen=True):
    """An award of one kind with four entries and a browser that holds a ballot of it."""

    client: httpx.AsyncClient
    award: int
    entries: list[int]
    ballot: dict[str, str]

    async def vote(self, **body: Any) -> httpx.Response:
        whole = {"id": str(uuids.uuid7()), **body}
        return await self.client.post(f"/api/awards/{self.award}/votes", json=whole, headers=self.ballot)

    async def tallies(self, rows: int) -> dict[int, tuple[int, int]]:
        """The board once it has heard of so many lines of the ledger: it follows a few milliseconds behind."""
        for _ in range(200):
            board = (await self.client.get(f"/api/awards/{self.award}/board")).json()
            if board["rows"] == rows:
                break
            await asyncio.sleep(0.01)
        return {each["entry"]: (each["votes"], each["sum"]) for each in board["entries"] if each["votes"]}


async def opened(client: httpx.AsyncClient, pool: Pool, kind: str, **columns: Any) -> Opened:
    least, most = (SCALES | CHOICES)[kind]
    async with pool.acquire() as db:
        award = await builders.an_award(db, kind=kind, min_value=least, max_value=most, **columns)
        entries = [await builders.an_entry(db, award) for _ in range(4)]
    answer = await client.post(f"/api/awards/{award}/ballot")
    return Opened(client, award, entries, {"Ballot": answer.json()["ballot"]})


@pytest.mark.parametrize("kind", SCALES)
async def test_scale_takes_its_ends_and_nothing_beyond(client: httpx.AsyncClient, pool: Pool, kind: str) -> None:
    award, (least, most) = await opened(client, pool, kind), SCALES[kind]

    for value in (least, most):
        assert (await award.vote(entry=award.entries[0], value=value)).status_code == 200
    for value in (least - 1, most + 1):
        assert code_of(await award.vote(entry=award.entries[0], value=value)) == (422, "value-out-of-range")

    assert await award.tallies(2) == {award.entries[0]: (1, most)}


@pytest.mark.parametrize("kind", CHOICES)
async def test_choices_are_bounded_and_of_this_award(client: httpx.AsyncClient, pool: Pool, kind: str) -> None:
    award, (least, most) = await opened(client, pool, kind), CHOICES[kind]
    async with pool.acquire() as db:
        stranger = await builders.an_entry(db, await builders.an_award(db))

    assert (await award.vote(choices=award.entries[:most])).status_code == 200
    assert code_of(await award.vote(choices=award.entries[: most + 1])) == (422, "value-out-of-range")
    assert code_of(await award.vote(choices=[stranger])) == (404, "entry-not-found")
    assert code_of(await award.vote(choices=[award.entries[0]] * 2)) == (400, "bad-request")
    assert (await award.vote(choices=[])).status_code == (422 if least else 200)


@pytest.mark.parametrize(
    "body", [{}, {"value": 3}, {"entry": 1}, {"entry": 1, "value": 3, "choices": [1]}, {"entry": 1, "choices": [1]}]
)
async def test_vote_that_is_neither_one_answer_nor_choices_is_refused(
    client: httpx.AsyncClient, pool: Pool, body: dict[str, Any]
) -> None:
    award = await opened(client, pool, "stars")

    assert code_of(await award.vote(**body)) == (400, "bad-request")


async def test_answer_of_another_kind_is_refused(client: httpx.AsyncClient, pool: Pool) -> None:
    stars, ranking = await opened(client, pool, "stars"), await opened(client, pool, "ranking")

    assert code_of(await stars.vote(choices=stars.entries[:1])) == (422, "invalid-value")
    assert code_of(await ranking.vote(entry=ranking.entries[0], value=1)) == (422, "invalid-value")


async def test_later_choices_take_the_place_of_all_earlier_ones(client: httpx.AsyncClient, pool: Pool) -> None:
    award = await opened(client, pool, "approval")
    one, two, three, _ = award.entries

    await award.vote(choices=[one, two])
    await award.vote(choices=[three, two])

    assert await award.tallies(2) == {two: (1, 1), three: (1, 1)}
    mine = (await client.get(f"/api/awards/{award.award}/my-votes", headers=award.ballot)).json()["votes"]
    assert [(vote["choices"], vote["entry"], vote["value"]) for vote in mine] == [([three, two], None, None)]


async def test_board_counts_first_places_of_a_ranking(client: httpx.AsyncClient, pool: Pool) -> None:
    award = await opened(client, pool, "ranking")

    await award.vote(choices=award.entries[:3])
    assert await award.tallies(1) == {award.entries[0]: (1, 1)}
    await award.vote(choices=[award.entries[2], award.entries[0]])

    assert await award.tallies(2) == {award.entries[2]: (1, 1)}
    row = await pool.fetchrow("SELECT choices, revision FROM vote_event ORDER BY revision DESC LIMIT 1")
    assert row is not None
    assert tuple(row) == ([award.entries[2], award.entries[0]], 2)


async def test_same_tap_with_other_choices_is_a_conflict(client: httpx.AsyncClient, pool: Pool) -> None:
    award, tap = await opened(client, pool, "ranking"), str(uuids.uuid7())
    first = await award.vote(id=tap, choices=award.entries[:2])

    assert code_of(await award.vote(id=tap, choices=award.entries[1::-1])) == (409, "vote-conflict")
    assert (await award.vote(id=tap, choices=award.entries[:2])).json() == first.json()


async def test_vote_needs_what_the_award_wants_watched(client: httpx.AsyncClient, pool: Pool) -> None:
    stars = await opened(client, pool, "stars", watch={"episodes": 2, "share": None})
    ballot = int(stars.ballot["Ballot"].split(".")[1])

    assert code_of(await stars.vote(entry=stars.entries[0], value=5)) == (403, "not-watched")
    await pool.execute("INSERT INTO watched (ballot, entry) VALUES ($1, $2)", ballot, stars.entries[0])
    assert (await stars.vote(entry=stars.entries[0], value=5)).status_code == 200
    assert code_of(await stars.vote(entry=stars.entries[1], value=5)) == (403, "not-watched")


async def test_each_choice_must_have_been_watched(client: httpx.AsyncClient, pool: Pool) -> None:
    award = await opened(client, pool, "approval", watch={"episodes": 2, "share": None})
    ballot = int(award.ballot["Ballot"].split(".")[1])
    await pool.execute("INSERT INTO watched (ballot, entry) VALUES ($1, $2)", ballot, award.entries[0])

    assert code_of(await award.vote(choices=award.entries[:2])) == (403, "not-watched")
    assert (await award.vote(choices=award.entries[:1])).status_code == 200


async def test_void_ballot_votes_no_more(client: httpx.AsyncClient, pool: Pool) -> None:
    award = await opened(client, pool, "stars")
    await pool.execute("UPDATE ballot SET barred_at = now()")

    assert code_of(await award.vote(entry=award.entries[0], value=5)) == (403, "ballot-void")


async def test_ballot_under_review_may_vote_and_does_not_count_yet(client: httpx.AsyncClient, pool: Pool) -> None:
    award = await opened(client, pool, "stars")
    await award.vote(entry=award.entries[0], value=5)
    await pool.execute("UPDATE ballot SET quarantined_at = now()")

    assert (await award.vote(entry=award.entries[1], value=5)).status_code == 200
    async with pool.acquire() as db:
        await builders.sign_in(client, db, "auditor")
    counted = (await client.get(f"/api/awards/{award.award}/recount")).json()
    assert (counted["rows"], counted["ballots"], counted["entries"]) == (2, 1, [])


async def test_award_without_receipts_gives_none(client: httpx.AsyncClient, pool: Pool) -> None:
    award, tap = await opened(client, pool, "stars", receipts=False), str(uuids.uuid7())

    answers = [await award.vote(id=tap, entry=award.entries[0], value=5) for _ in range(2)]

    assert [answer.json()["receipt"] for answer in answers] == [None, None]
    mine = (await client.get(f"/api/awards/{award.award}/my-votes", headers=award.ballot)).json()["votes"]
    assert [vote["receipt"] for vote in mine] == [None]


async def test_ballot_that_taps_faster_than_people_do_is_slowed_down(client: httpx.AsyncClient, pool: Pool) -> None:
    award = await opened(client, pool, "stars")

    answers: list[httpx.Response] = []
    while len(answers) < 100 and (not answers or answers[-1].status_code == 200):
        answers.append(await award.vote(entry=award.entries[0], value=1 + len(answers) % 5))

    assert len(answers) > 30
    assert code_of(answers[-1]) == (429, "too-many-requests")
    assert int(answers[-1].headers["retry-after"]) >= 1
