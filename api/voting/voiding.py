"""Void events: a vote is never deleted, a later line of the ledger takes its place."""

import hashlib
import hmac
from pathlib import Path
from uuid import UUID

import asyncpg
import uuid_utils.compat as uuids

from api import errors
from api.db import Connection, read_queries
from api.voting.rules import new_receipt

Q = read_queries(Path(__file__).parent, "review.sql")
LINES = 5_000
ROUNDS = 200
#: Seconds, for a statement about many ballots; the pool's own limit is for those of a tap.
PATIENCE = 60.0


def void_id(secret: bytes, void: int, ballot: int, question: int, revision: int) -> UUID:
    """The id of a void event, the same however often it is written (UUIDv8).

    Keyed: the ids of votes are chosen by phones, and one that could be foreseen could be taken first.
    """
    name = f"void:{void}:{ballot}:{question}:{revision}".encode()
    number = int.from_bytes(hmac.digest(secret, name, hashlib.sha256)[:16])
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 0x2 << 62)


async def write_voids(tx: Connection, award: int, secret: bytes) -> int:
    """A void event behind every vote that still counts of ballots that were made void; how many were written.

    Again until there is none: a vote that was under way may take a revision first, and is seen when it has.
    """
    written = 0
    for _ in range(ROUNDS):
        rows = await tx.fetch(Q["votes_to_void"], award, LINES, timeout=PATIENCE)
        if not rows:
            return written
        written += await _save(tx, award, secret, rows)
    raise errors.Unavailable(retry_after=2)


async def _save(tx: Connection, award: int, secret: bytes, rows: list[asyncpg.Record]) -> int:
    columns = (
        [void_id(secret, row["void"], row["ballot"], row["question"], row["revision"]) for row in rows],
        [row["ballot"] for row in rows],
        [row["question"] for row in rows],
        [row["revision"] for row in rows],
        [new_receipt() for _ in rows],
    )
    batch = UUID(str(uuids.uuid7()))
    status: str = await tx.execute(Q["save_voids"], batch, award, *columns, timeout=PATIENCE)
    return int(status.rpartition(" ")[2])
