"""The vote path over HTTP, on real PostgreSQL and Valkey."""

from uuid import UUID

import httpx
import uuid_utils.compat as uuids

from api.db import Pool
from tests import builders


async def a_ballot(client: httpx.AsyncClient, award: int) -> dict[str, str]:
    answer = await client.post(f"/api/awards/{award}/ballot")
    assert answer.status_code == 200, answer.text
    return {"Ballot": answer.json()["ballot"]}


def a_vote(entry: int, value: int = 4) -> dict[str, object]:
    return {"id": str(uuids.uuid7()), "entry": entry, "value": value}


async def test_vote_is_in_the_ledger_when_the_answer_comes(client: httpx.AsyncClient, pool: Pool) -> None:
    async with pool.acquire() as db:
        award = await builders.an_award(db)
        entry = await builders.an_entry(db, award)
    ballot = await a_ballot(client, award)

    vote = a_vote(entry)
    answer = await client.post(f"/api/awards/{award}/votes", json=vote, headers=ballot)

    assert answer.status_code == 200, answer.text
    row = await pool.fetchrow("SELECT * FROM vote_event")
    assert row is not None
    assert (row["idem"], row["entry"], row["value"], row["receipt"]) == (UUID(str(vote["id"])), entry, 4, answer.json()["receipt"])
