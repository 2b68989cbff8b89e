"""The public logs of awards as this process remembers them: trees for proofs, and heads signed a moment ago."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from api import errors
from api.db import Connection, fetch_maybe, read_queries
from api.voting.merkle import Tree
from api.voting.notes import Checkpoint, Key, origin_of
from api.voting.signing import Signer

Q = read_queries(Path(__file__).parent, "proof.sql")
PAGE = 20_000
TREES = 16
RESIGN_EVERY = timedelta(seconds=60)
#: For statements about a whole log; the pool's own limit is for those of a tap.
PATIENCE = 60.0


class Log(Struct, frozen=True, kw_only=True):
    """The log of one award by its newest checkpoint. `now` is the database's clock."""

    award: int
    festival: str
    slug: str
    receipts: bool
    published_at: datetime | None
    reveals_at: datetime | None = None
    rules: str
    rules_sha256: bytes
    size: int
    root: bytes
    note: str
    sealed_at: datetime
    now: datetime
    over: bool
    rehearsal: bool = False

    @property
    def origin(self) -> str:
        return origin_of(self.festival, self.slug)

    @property
    def told_at(self) -> datetime | None:
        """When it was published, for those who may know it: everyone, from the second of the ceremony on."""
        return self.published_at if self.reveals_at is None or self.reveals_at <= self.now else None


class Head(Struct, frozen=True):
    """The newest tree head, signed again with the time."""

    size: int
    signed_at: datetime
    note: str


class LogBook:
    """Trees grow with what was committed only; anything here may be forgotten and is read again."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        self._trees: OrderedDict[int, Tree] = OrderedDict()
        self._heads: dict[int, Head] = {}

    def key(self, log: Log) -> Key:
        return self.key_of(log.festival, log.slug)

    def key_of(self, festival: str, award: str) -> Key:
        return self.signer.key(origin_of(festival, award))

    async def tree(self, db: Connection, log: Log) -> Tree:
        """The tree behind the newest checkpoint, which it must have the head of; else ProofBroken."""
        for _ in range(2):  # a database brought back from a backup may contradict what was remembered
            tree = await self._grow(db, log)
            if len(tree) >= log.size and tree.root(log.size) == log.root:
                return tree
            self._trees.pop(log.award, None)
        raise errors.ProofBroken("The leaves of this log do not give the tree head that was signed.")

    async def _grow(self, db: Connection, log: Log) -> Tree:
        tree = self._trees.setdefault(log.award, Tree())
        self._trees.move_to_end(log.award)
        while len(self._trees) > TREES:
            self._trees.popitem(last=False)
        while len(tree) < log.size:
            start = len(tree)
            wanted = min(PAGE, log.size - start)
            rows = await db.fetch(Q["leaf_hashes"], log.award, start, wanted, timeout=PATIENCE)
            if not rows:
                break
            if len(tree) == start:  # else another reader brought the same page meanwhile
                tree.extend(row["hash"] for row in rows)
        return tree

    def head(self, log: Log) -> Head:
        """The newest head with the time, signed again once a minute."""
        known = self._heads.get(log.award)
        if known is not None and known.size == log.size and log.now - known.signed_at < RESIGN_EVERY:
            return known
        checkpoint = Checkpoint(log.origin, log.size, log.root, (time_line(log.now),))
        head = Head(log.size, log.now, self.signer.sign(checkpoint))
        self._heads[log.award] = head
        return head


def time_line(now: datetime) -> str:
    return f"time {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


async def read_log(db: Connection, award: int) -> Log | None:
    return await fetch_maybe(db, Q["log"], award, into=Log)


async def find_log(db: Connection, award: int) -> Log:
    """The log of an award that is no rehearsal, or why there is none."""
    log = await read_log(db, award)
    if log is not None and not log.rehearsal:
        return log
    if await db.fetchval(Q["gives_receipts"], award) is None:
        raise errors.NotFound
    raise errors.LogNotStarted
