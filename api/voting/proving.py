"""Whether what a database holds of an award is what was signed: asked of a database that came out of a backup."""

import asyncio
import json

from msgspec import Struct

from api.db import Connection
from api.errors import ProofBroken
from api.voting.leaves import canonical
from api.voting.logbook import PATIENCE, Log, LogBook, Q, find_log
from api.voting.merkle import Tree
from api.voting.notes import Key, NoteError, read_note
from api.voting.publishing import check_ledger, read_content
from api.voting.recount import Content, count_result
from api.voting.sealing import SEAL_LIMIT, OpenLog


class Proof(Struct, frozen=True, kw_only=True):
    """What was found of one award: its log and the key that signs it, and a sentence for each thing that is wrong."""

    award: str
    key: Key
    tree: Tree
    lines: int
    wrong: list[str]


async def prove_award(db: Connection, award: int, book: LogBook) -> Proof:
    """Seal what waits, then compare checkpoints, leaves, ledger and published result. Only on a copy: it seals."""
    async with db.transaction():
        log = await find_log(db, award)
        wrong: list[str] = []
        lines = int(await db.fetchval("SELECT count(*) FROM vote_event WHERE award_id = $1", award, timeout=PATIENCE))
        tree = Tree()
        try:
            log = await _seal(db, log, book)
            tree = await book.tree(db, log)
            wrong += await _check_notes(db, log, book, tree)
            content = await read_content(db, log)
            wrong += await _check_lines(db, log, content, lines)
            wrong += await _check_published(db, log, content)
        except (ProofBroken, NoteError) as error:
            wrong.append(str(error))
        said = [f"{log.origin}: {sentence}" for sentence in wrong]
        return Proof(award=log.slug, key=book.key(log), tree=tree, lines=lines, wrong=said)


async def _seal(db: Connection, log: Log, book: LogBook) -> Log:
    if log.published_at is not None:
        return log
    opened = OpenLog(db, log, book)
    while await opened.seal() == SEAL_LIMIT:
        pass
    return opened.log


async def _check_notes(db: Connection, log: Log, book: LogBook, tree: Tree) -> list[str]:
    wrong = []
    for row in await db.fetch(Q["notes"], log.award):
        checkpoint = read_note(row["note"], book.key(log))
        if checkpoint.size > len(tree) or tree.root(checkpoint.size) != checkpoint.root:
            wrong.append(f"the leaves do not give the head signed when there were {checkpoint.size}.")
    return wrong


async def _check_lines(db: Connection, log: Log, content: Content, lines: int) -> list[str]:
    """Line by line while the award's secret is kept, after that by their number."""
    secret = await db.fetchval(Q["award_secret"], log.award)
    if secret is not None:
        await check_ledger(db, log, secret, content)
        return []
    found = len(content.events)
    return [] if found == lines else [f"the ledger has {lines} lines and the log {found}."]


async def _check_published(db: Connection, log: Log, content: Content) -> list[str]:
    row = await db.fetchrow(Q["result"], log.award)
    if row is None:
        return []
    rules = json.loads(log.rules)
    counted = await asyncio.to_thread(count_result, rules, log.rules_sha256, content, log.root)
    return [] if canonical(counted) == row["text"] else ["a recount of the leaves does not give the published result."]
