"""What is published has waited for the paper: no batch is half keyed or half checked."""

from pathlib import Path

from api.db import Connection, fetch_all, read_queries
from api.voting.paper_schemas import OpenBatch
from api.voting.refusals import PaperOpen

Q = read_queries(Path(__file__).parent, "paper.sql")


async def open_batches(db: Connection, award: int) -> list[OpenBatch]:
    """Batches of an award that are neither counted nor refused: they hold up its publication."""
    return await fetch_all(db, Q["open_batches"], award, into=OpenBatch)


async def check_paper_done(db: Connection, award: int) -> None:
    """Raise PaperOpen, with their numbers, where batches are open."""
    waiting = await open_batches(db, award)
    if waiting:
        raise PaperOpen(batches=[{"batch": each.id, "number": each.number} for each in waiting])
