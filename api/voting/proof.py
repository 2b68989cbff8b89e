"""What everyone may ask of the proof of an award."""

import base64

import msgspec

from api import errors
from api.access.rules import CLEAR_ALPHABET, normalise_issued
from api.db import Connection
from api.live import Live
from api.voting.logbook import LogBook, Q, find_log
from api.voting.proof_schemas import LogOut, ReceiptOut, Result, ResultOut
from api.voting.publishing import find_result
from api.voting.rules import RECEIPT_LENGTH

#: Look-ups of receipts per award and minute; they reveal nothing, but they are not free.
LOOKUPS = 600


async def show_log(db: Connection, award: int, book: LogBook) -> LogOut:
    log = await find_log(db, award)
    head = book.head(log)
    return LogOut(
        award=award,
        origin=log.origin,
        key=str(book.key(log)),
        rules_sha256=log.rules_sha256.hex(),
        size=log.size,
        root=_base64(log.root),
        note=head.note,
        signed_at=head.signed_at,
        checkpoint=log.note,
        sealed_at=log.sealed_at,
        receipts=log.receipts,
        published_at=log.told_at,
    )


async def show_rules(db: Connection, award: int) -> str:
    return (await find_log(db, award)).rules


async def show_notes(db: Connection, award: int) -> list[str]:
    await find_log(db, award)
    return [row["note"] for row in await db.fetch(Q["notes"], award)]


async def find_receipt(db: Connection, award: int, code: str, book: LogBook, live: Live) -> ReceiptOut:
    """Where the vote with this receipt is. Dashes, spaces and small letters do not matter."""
    await live.limit(f"receipts:{award}", burst=LOOKUPS, per_seconds=60, fail_open=True)
    gives = await db.fetchval(Q["gives_receipts"], award)
    if gives is None:
        raise errors.NotFound
    if not gives:
        raise errors.ReceiptsOff
    receipt = normalise_issued(code)
    known = len(receipt) == RECEIPT_LENGTH and set(receipt) <= set(CLEAR_ALPHABET)
    row = await db.fetchrow(Q["find_receipt"], award, receipt) if known else None
    if row is None:
        return ReceiptOut(award=award, receipt=receipt[:RECEIPT_LENGTH], state="unknown")
    if row["log_index"] is None:
        return ReceiptOut(award=award, receipt=receipt, state="waiting")
    log = await find_log(db, award)
    tree = await book.tree(db, log)
    index = row["log_index"]
    return ReceiptOut(
        award=award,
        receipt=receipt,
        state="sealed",
        index=index,
        size=log.size,
        leaf_hash=_base64(tree.leaf(index)),
        proof=[_base64(each) for each in tree.inclusion(index, log.size)],
        checkpoint=log.note,
    )


async def show_result(db: Connection, award: int) -> ResultOut:
    found = await find_result(db, award)
    result = msgspec.json.decode(found.text, type=Result)
    return ResultOut(award=award, published_at=found.published_at, result=result)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
