"""Publishing a result takes six gates: what the house proves and people decide, and then two people who agree."""

from api import errors
from api.db import Connection
from api.voting.approvals import show_publication
from api.voting.gate import check_kiosks_empty
from api.voting.logbook import LogBook, find_log
from api.voting.paper_gate import check_paper_done
from api.voting.prover import check_gates, check_same
from api.voting.publishing import hold_unpublished, publish_result
from api.voting.review import check_no_open_voids
from api.voting.review_schemas import Publication
from api.voting.sealing import lock_log
from api.voting.told import arm
from api.voting.voiding import Q


async def ask_publication(tx: Connection, award: int, account: int, book: LogBook) -> tuple[Publication, bool]:
    """The request, and True where it is new; what would be refused then is refused now."""
    log = await find_log(tx, award)
    if log.published_at is not None:
        return await show_publication(tx, award), False
    if not log.over:
        raise errors.VotingNotOver
    await hold_unpublished(tx, award)
    await check_no_open_voids(tx, award)
    await check_kiosks_empty(tx, award)
    await check_paper_done(tx, award)
    await check_gates(tx, award, book)
    asked = await tx.fetchval(Q["ask_publication"], award, account)
    return await show_publication(tx, award), asked is not None


async def agree_publication(tx: Connection, award: int, account: int, book: LogBook) -> tuple[Publication, bool]:
    """Publish what another asked for, once; asked again it says when that was. It is the result that was proved."""
    await lock_log(tx, award)
    log = await find_log(tx, award)
    before = await show_publication(tx, award)
    if log.published_at is not None:
        return before, False
    if before.asked_by is None:
        raise errors.PublicationNotAsked
    if before.asked_by.id == account:
        raise errors.SecondPersonNeeded
    await check_no_open_voids(tx, award)
    await check_kiosks_empty(tx, award)
    await check_paper_done(tx, award)
    proved = await check_gates(tx, award, book)
    result, done = await publish_result(tx, award, account, book)
    check_same(result.text, proved)
    if done:
        await arm(tx, award, result)
    return await show_publication(tx, award), done
