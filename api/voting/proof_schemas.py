"""What the public proof of an award looks like from outside."""

from datetime import datetime
from typing import Literal

from msgspec import Struct


class LogOut(Struct, frozen=True, kw_only=True):
    """`note` is the newest head signed with the time, once a minute; `checkpoint` the newest that was sealed.

    Hashes are base64, as in the notes; `rules_sha256` is hex. `key` is the verifier key of C2SP signed notes.
    """

    award: int
    origin: str
    key: str
    rules_sha256: str
    size: int
    root: str
    note: str
    signed_at: datetime
    checkpoint: str
    sealed_at: datetime
    receipts: bool
    published_at: datetime | None


class ReceiptOut(Struct, frozen=True, kw_only=True):
    """Where a receipt is: sealed at `index`, waiting for the next sealing, or unknown. Never what was voted.

    `proof` holds the hashes of RFC 9162 from `leaf_hash` to the head of `checkpoint`, base64.
    """

    award: int
    receipt: str
    state: Literal["sealed", "waiting", "unknown"]
    index: int | None = None
    size: int | None = None
    leaf_hash: str | None = None
    proof: list[str] | None = None
    checkpoint: str | None = None


class StandingOut(Struct, frozen=True, kw_only=True):
    """`votes` are weighted, `ballots` as many as there are."""

    entry: int
    place: int
    score: float
    votes: float
    ballots: int


class UnrankedOut(Struct, frozen=True, kw_only=True):
    """`reason`: no_votes, too_few_votes (`wanted` of which there are `votes`) or no_attendance."""

    entry: int
    reason: str
    wanted: float | None
    votes: float
    ballots: int


class RoundOut(Struct, frozen=True, kw_only=True):
    """A round of an instant runoff: votes by entry, votes that name nobody left, and who goes."""

    votes: dict[str, float]
    exhausted: float
    out: list[int]


class StabilityOut(Struct, frozen=True, kw_only=True):
    """Of resampled ballots: the share each entry wins, the share with the same winners, the middle 95 % of scores."""

    rounds: int
    seed: int
    wins: dict[str, float]
    same: float
    scores: dict[str, tuple[float, float]]
    stable: bool


class Result(Struct, frozen=True, kw_only=True):
    """result.json. Entries are named by their ids; maps have them as text."""

    award: str
    festival: str
    kind: str
    rules_sha256: str
    size: int
    root: str
    votes: int
    ballots: int
    ballots_by_tier: dict[str, int]
    void_by_reason: dict[str, int]
    quarantined: int
    method: str
    winners: list[int]
    ranked: list[StandingOut]
    unranked: list[UnrankedOut]
    rounds: list[RoundOut]
    winners_by_method: dict[str, list[int]]
    stability: StabilityOut


class ResultOut(Struct, frozen=True, kw_only=True):
    award: int
    published_at: datetime
    result: Result
