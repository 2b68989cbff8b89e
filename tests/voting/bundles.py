"""Small published awards in memory, made with the lines that make real ones."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from json import loads
from random import Random
from uuid import UUID

from msgspec import Struct, structs

from api.access.rules import CLEAR_ALPHABET
from api.voting.bundle import csv_lines
from api.voting.leaves import attendance_leaf, canonical, quarantine_leaf, rules_leaf
from api.voting.merkle import Tree, leaf_hash
from api.voting.methods import METHODS
from api.voting.notes import Checkpoint, digest, join_notes, origin_of
from api.voting.recount import Content, count_result
from api.voting.sealing import Terms, TermsEntry, Unsealed, rules_of, vote_leaf
from api.voting.signing import Signer

SIGNER = Signer(b"the festival")
START = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
ENTRIES = (11, 12, 13, 14)
TIERS = ["badge", "device", "hall"]
KINDS = tuple(METHODS)
RANGE = {"stars": (1, 5), "grades": (1, 6), "yesno": (0, 1), "favourite": (1, 1), "approval": (0, 3), "ranking": (1, 4)}


class Made(Struct, frozen=True, kw_only=True):
    """A bundle before it is written down. `sizes` are those of the checkpoints."""

    rules: str
    leaves: tuple[str, ...]
    sizes: tuple[int, ...]
    result: str
    signer: Signer = SIGNER
    notes: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        return origin_of("meridian", "audience")

    def signed(self) -> "Made":
        """With a checkpoint at each of the sizes."""
        tree = Tree(leaf_hash(leaf.encode()) for leaf in self.leaves)
        notes: list[str] = []
        before: Checkpoint | None = None
        for number, size in enumerate(self.sizes):
            lines = [f"time {START + timedelta(minutes=10 * number):%Y-%m-%dT%H:%M:%SZ}"]
            lines += [f"previous {digest(before)}"] if before else []
            before = Checkpoint(self.origin, size, tree.root(size), tuple(lines))
            notes.append(self.signer.sign(before))
        return structs.replace(self, notes=tuple(notes))

    def files(self) -> dict[str, str]:
        rows: list[tuple[object, object]] = [("index", "leaf"), *enumerate(self.leaves)]
        return {
            "key.txt": f"{self.signer.key(self.origin)}\n",
            "rules.json": self.rules,
            "leaves.csv": csv_lines(rows).decode(),
            "checkpoints.txt": join_notes(self.notes),
            "result.json": self.result,
        }


def terms(kind: str, method: str) -> Terms:
    least, most = RANGE[kind]
    return Terms(
        id=1, festival="meridian", slug="audience", name={"en": "Audience award"}, kind=kind, method=method, tiers=TIERS,
        weights={"hall": 0.5}, min=least, max=most, minimum={"rule": "none"}, watch=None, opens_at=START,
        closes_at=START + timedelta(hours=2), grace_seconds=60, board="turnout", receipts=True,
    )  # fmt: skip


def content(dice: Random, kind: str) -> tuple[int, int | None, list[int] | None]:
    """Question, value and choices of one tap."""
    least, most = RANGE[kind]
    if kind in ("stars", "grades", "yesno"):
        return dice.choice(ENTRIES), dice.randint(least, most), None
    return 0, None, dice.sample(ENTRIES, dice.randint(least, min(most, len(ENTRIES))))


def ledger(dice: Random, kind: str, ballots: int) -> list[Unsealed]:
    """Lines as they come: changes of mind, and here and there a void."""
    revisions: dict[tuple[int, int], int] = {}
    rows = []
    for _ in range(ballots * 3):
        ballot = dice.randrange(ballots)
        question, value, choices = content(dice, kind)
        revision = revisions[ballot, question] = revisions.get((ballot, question), 0) + 1
        void = revision > 1 and dice.random() < 0.1
        rows.append(
            Unsealed(
                idem=UUID(int=dice.getrandbits(128)), ballot=ballot, tier=TIERS[ballot % 3], question=question,
                revision=revision, kind=2 if void else 1, value=value, choices=choices, receipt="".join(dice.choices(CLEAR_ALPHABET, k=12)),
                reason="automated" if void else None,
            )
        )  # fmt: skip
    return rows


def make(
    seed: int, *, kind: str = "stars", method: str | None = None, ballots: int = 8, signer: Signer = SIGNER
) -> Made:
    """A published award with its rules, four sealings, and what publication adds."""
    dice = Random(seed)
    entries = [
        TermsEntry(id=entry, series=f"s-{entry}", title={"en": f"Film {entry}"}, episode=None) for entry in ENTRIES
    ]
    method = method or next(iter(METHODS[kind]))
    rules = rules_of(terms(kind, method), entries, signer.key(origin_of("meridian", "audience")))
    leaves, sizes = [rules_leaf("audience", rules)], [1]
    rows = ledger(dice, kind, ballots)
    for start in range(0, len(rows), 8):
        part = sorted(rows[start : start + 8], key=lambda row: sha256(row.receipt.encode()).digest())
        leaves += [vote_leaf(row, f"{row.ballot:016x}") for row in part]
        sizes.append(len(leaves))
    leaves += [attendance_leaf(dict.fromkeys(ENTRIES, 20))] if kind == "yesno" else []
    leaves.append(quarantine_leaf([f"{rows[0].ballot:016x}"]))
    sizes.append(len(leaves))
    result = recounted(rules, tuple(leaves))
    return Made(rules=rules, leaves=tuple(leaves), sizes=tuple(sizes), result=result, signer=signer).signed()


def recounted(rules: str, leaves: tuple[str, ...]) -> str:

    root = Tree(leaf_hash(leaf.encode()) for leaf in leaves).root()
    return canonical(
        count_result(loads(rules), sha256(rules.encode()).digest(), Content(loads(leaf) for leaf in leaves), root)
    )
