"""What a screen says and is told: pairing, session, heartbeats, commands, plays, hand-off."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from api.voting.journal_schemas import Arrived, Counter, Uncertainty

KioskId: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]
CommandKind: TypeAlias = Literal["play", "pause", "blank", "reload", "identify", "say", "screenshot"]
Mode: TypeAlias = Literal["play", "pause", "blank"]
KioskState: TypeAlias = Literal["loop", "in_use", "paused", "blank", "asleep", "loading", "safe"]
Version: TypeAlias = Annotated[str, Meta(max_length=40)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Bytes: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
Id: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]
Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=86_400)]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
PLAYS = 1000
#: A uuid-like text of ours: codes and challenges are opaque.
Opaque: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]


class PairingIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`public_key` is the raw point of a P-256 key as base64url."""

    public_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{87}(?!\n)$")]
    version: Version


class PairingAsked(Struct, frozen=True, kw_only=True):
    """As RFC 8628 names them. The screen shows `user_code` and `qr`, and asks with `device_code`."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    qr: str
    expires_in: int
    interval: int


class PollIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    device_code: Opaque


class Polled(Struct, frozen=True, kw_only=True):
    state: Literal["pending", "approved", "denied", "expired"]
    kiosk: int | None = None
    name: str | None = None
    house_key: str | None = None
    seal_key: str | None = None


class Now(Struct, frozen=True, kw_only=True):
    now: datetime


class ChallengeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kiosk: KioskId


class Challenge(Struct, frozen=True, kw_only=True):
    challenge: str
    expires_in: int


class SessionIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kiosk: KioskId
    challenge: Opaque
    signature: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{86}(?!\n)$")]


class SessionOut(Struct, frozen=True, kw_only=True):
    token: str
    expires_at: datetime
    now: datetime
    kiosk: int
    name: str
    house_key: str
    seal_key: str


class SignedManifest(Struct, frozen=True, kw_only=True):
    """`text` is signed word for word: the name of the key, a line of JSON. `signature` is Ed25519, base64."""

    text: str
    key: str
    signature: str


class Beat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a screen is, about every ten seconds. `counter` is the newest vote it has made, `cached` per cent."""

    state: KioskState
    cached: Annotated[float, Meta(ge=0, le=100)]
    stored_bytes: Bytes
    persisted: bool
    skew_ms: Annotated[int, Meta(ge=-(2**53), le=2**53)]
    uncertainty_ms: Uncertainty
    votes_waiting: Count
    plays_waiting: Count
    counter: Count
    version: Version
    series: Id | None = None
    episode: Id | None = None
    second: Seconds | None = None
    quota_bytes: Bytes | None = None
    last_vote_at: Moment | None = None
    manifest: Bytes | None = None
    recoveries: Count = 0
    width: Annotated[int, Meta(ge=0, le=20_000)] = 0
    height: Annotated[int, Meta(ge=0, le=20_000)] = 0


class Command(Struct, frozen=True, kw_only=True):
    id: int
    kind: CommandKind
    text: str | None
    at: datetime


class Commands(Struct, frozen=True, kw_only=True):
    """All that still wait, oldest first. `revoked`: the screen is paired no more."""

    revoked: bool
    commands: list[Command]


class Heard(Arrived, frozen=True, kw_only=True):
    """`serial` of the manifest and `mode` as they are now."""

    now: datetime
    serial: int
    mode: Mode
    commands: list[Command]


class DoneIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    outcome: Literal["done", "failed"]


class Play(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something was on the screen. `whole`: to its end."""

    counter: Counter
    kind: Literal["film", "wall"]
    how: Literal["loop", "visitor"]
    started_at: Moment
    uncertainty_ms: Uncertainty
    seconds: Seconds
    whole: bool
    series: Id | None = None
    episode: Id | None = None
    award: Id | None = None


class PlaysIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    plays: Annotated[list[Play], Meta(min_length=1, max_length=PLAYS)]


class PlaysOut(Struct, frozen=True, kw_only=True):
    """The highest counter up to which all are here."""

    received: int


class WatchedIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    episode: Id
    spans: Annotated[list[tuple[Seconds, Seconds]], Meta(max_length=50)]


class HandoffIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a visitor stopped, and what they have watched here, of this series and of others."""

    series: Id
    episode: Id
    second: Seconds
    lang: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(?!\n)$")]
    watched: Annotated[list[WatchedIn], Meta(max_length=500)] = []


class Handoff(Struct, frozen=True, kw_only=True):
    """`svg` is the QR code of `url`."""

    url: str
    svg: str
    expires_at: datetime


class HandoffTakeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(min_length=4, max_length=24)]


class TakenEpisode(Struct, frozen=True, kw_only=True):
    """What was watched of an episode; `seconds` is where it stopped."""

    number: int
    seconds: float
    duration: float
    done: bool


class HandoffTaken(Struct, frozen=True, kw_only=True):
    """Where to go on: `slug` and `number`, in `lang`. `credited` seconds count for this device's votes."""

    slug: str
    number: int
    second: float
    lang: str
    episodes: list[TakenEpisode]
    credited: int
