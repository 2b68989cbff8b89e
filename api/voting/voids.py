"""Declaring ballots void takes two people: one asks with a reason, another agrees or refuses.

Until then whoever asked may take the request back; nobody else can, for a second person has the word "refused".
"""

from datetime import datetime

from msgspec import Struct

from api import errors
from api.db import Connection, fetch_all, fetch_one
from api.voting.paper_gate import Q as PAPER
from api.voting.publishing import hold_unpublished
from api.voting.review import lock_flag, mark_reviewed
from api.voting.review_schemas import Void, VoidIn
from api.voting.sealing import secret_of
from api.voting.voiding import PATIENCE, Q, write_voids


class Request(Struct, frozen=True, kw_only=True):
    id: int
    award: int
    ballots: list[int]
    asked_by: int
    agreed: bool | None
    withdrawn_at: datetime | None


class Candidate(Struct, frozen=True):
    id: int
    void: bool


async def list_voids(db: Connection, award: int) -> list[Void]:
    return await fetch_all(db, Q["voids"], award, None, into=Void)


async def _find(db: Connection, award: int, void: int) -> Void:
    return await fetch_one(db, Q["voids"], award, void, into=Void, missing=errors.NotFound())


async def ask_void(tx: Connection, award: int, account: int, asked: VoidIn) -> tuple[Void, bool]:
    """A request for a flag's ballots, a batch's, or those named, and True where it is new. It changes nothing yet.

    Unprocessable where a ballot is none of this award, NothingToVoid where all are void already.
    """
    if [asked.flag, asked.paper, asked.ballots].count(None) != 2:
        raise errors.Unprocessable("A flag, a batch of paper or ballots are declared void, one of them.", field="flag")
    await hold_unpublished(tx, award)
    wanted = await _wanted(tx, award, asked)
    left = await _voidable(tx, award, wanted, strictly=asked.ballots is not None)
    same = await tx.fetchval(Q["same_void"], award, left, asked.reason, asked.words, account, timeout=PATIENCE)
    if same is not None:
        return await _find(tx, award, same), False
    void = await tx.fetchval(Q["save_void"], award, left, asked.reason, asked.words, account, asked.flag)
    return await _find(tx, award, void), True


async def _wanted(tx: Connection, award: int, asked: VoidIn) -> list[int]:
    if asked.flag is not None:
        return (await lock_flag(tx, award, asked.flag)).ballots
    if asked.paper is not None:
        return [row["id"] for row in await tx.fetch(PAPER["ballots_of_batch"], award, asked.paper)]
    return sorted(set(asked.ballots or []))


async def _voidable(tx: Connection, award: int, wanted: list[int], *, strictly: bool) -> list[int]:
    found = await fetch_all(tx, Q["voidable"], award, wanted, into=Candidate)
    if strictly and len(found) < len(wanted):
        raise errors.Unprocessable("A ballot named here is none of this award.", field="ballots")
    left = [each.id for each in found if not each.void]
    if not left:
        raise errors.NothingToVoid
    return left


async def decide_void(tx: Connection, void: int, account: int, *, agreed: bool) -> tuple[Void, bool]:
    """The word of the second person, and True where it is new: agreed, the ballots' votes are void when this commits.

    SecondPersonNeeded for whoever asked; VoidDecided where the other word was given before, VoidWithdrawn where the
    request was taken back.
    """
    request = await _request(tx, void)
    if request.asked_by == account:
        raise errors.SecondPersonNeeded
    request = await _lock(tx, request)
    if request.withdrawn_at is not None:
        raise errors.VoidWithdrawn
    if request.agreed is not None:
        if request.agreed is not agreed:
            raise errors.VoidDecided
        return await _find(tx, request.award, void), False
    if agreed:
        await _make_void(tx, request, account)
    else:
        await tx.execute(Q["decide_void"], void, account, False, request.ballots)
    return await _find(tx, request.award, void), True


async def withdraw_void(tx: Connection, void: int, account: int) -> tuple[Void, bool]:
    """Taken back by whoever asked, and True where it is new; it had changed nothing.

    NotAllowed for anybody else; VoidDecided where the second person was first.
    """
    request = await _request(tx, void)
    if request.asked_by != account:
        raise errors.NotAllowed("Only who asked may take a request back; everybody else agrees or refuses.")
    request = await _lock(tx, request)
    if request.agreed is not None:
        raise errors.VoidDecided
    fresh = request.withdrawn_at is None
    if fresh:
        await tx.execute(Q["withdraw_void"], void)
    return await _find(tx, request.award, void), fresh


async def _request(tx: Connection, void: int) -> Request:
    return await fetch_one(tx, Q["find_void"], void, into=Request, missing=errors.NotFound())


async def _lock(tx: Connection, request: Request) -> Request:
    """The request as it is now, which stays so until the transaction ends; what has ended is not waited for."""
    if request.agreed is not None or request.withdrawn_at is not None:
        return request
    await hold_unpublished(tx, request.award)
    return await fetch_one(tx, Q["lock_void"], request.id, into=Request, missing=errors.NotFound())


async def _make_void(tx: Connection, request: Request, account: int) -> None:
    """Ballots that another request made void meanwhile keep its reason, so each has one."""
    left = await _voidable(tx, request.award, request.ballots, strictly=False)
    await tx.execute(Q["decide_void"], request.id, account, True, left)
    await tx.execute(Q["bar"], request.award, left, timeout=PATIENCE)
    await write_voids(tx, request.award, await secret_of(tx, request.award))
    await tx.execute(Q["settle_void_flags"], request.award, account, timeout=PATIENCE)
    await mark_reviewed(tx, request.award)
