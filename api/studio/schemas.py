"""What producers send and are told."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.access.schemas import Company
from api.catalog.schemas import Keeping, Poster, SectionRef
from api.studio.submission_schemas import Standing
from api.words import Words
from transcoder.contract import RungProgress, VideoTrack

State: TypeAlias = Literal["awaiting_upload", "uploading", "received", "queued", "encoding", "ready", "failed"]
Sha256: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]


class FailureOut(Struct, frozen=True, kw_only=True):
    """Three sentences, and the values in them for pages that say it in other languages."""

    code: str
    happened: str
    kept: str
    next: str
    values: dict[str, Any]


class SoundState(Struct, frozen=True, kw_only=True):
    """A further sound of an episode. `off_by` are the seconds it was longer than the film, negative where it was
    shorter: what is too much is cut, what is missing is silent. `silent`: nothing is heard in it."""

    lang: str
    state: Literal["uploading", "queued", "encoding", "ready", "failed"]
    file_name: str | None
    size: int | None
    upload: UUID | None
    off_by: float | None
    silent: bool
    failure: FailureOut | None


class EpisodeState(Struct, frozen=True, kw_only=True):
    """`package` is what can be watched now, also while a newer one is being made.

    `rungs` are the picture sizes that are being made, in order; `seconds_left` is an estimate for what viewers wait
    for. `improving`: it can be watched, and smaller files of the same picture follow. `preview` is the address of what
    its producer can watch already; None before and after that.
    """

    id: int
    series: int
    number: int
    title: Words
    state: State
    progress: int
    rungs: list[RungProgress]
    seconds_left: int | None
    improving: bool
    queue_position: int | None
    file_name: str | None
    size: int | None
    duration_ms: int | None
    poster: Poster | None
    upload: UUID | None
    failure: FailureOut | None
    package: UUID | None
    preview: str | None
    subtitles: list[str]
    sounds: list[SoundState]
    updated_at: datetime


class PreviewStream(Struct, frozen=True, kw_only=True):
    """One picture size with its sound, as far as it is there: more segments follow until it is `complete`.

    `duration` is what it is going to last.
    """

    base: str
    duration: float
    fps: float
    width: int
    height: int
    video: list[VideoTrack]
    complete: bool


class StudioSeries(Struct, frozen=True, kw_only=True):
    """`submission` is the one that stands; None for a draft."""

    id: int
    slug: str
    title: Words
    country: str
    section: SectionRef
    company: Company
    released: bool
    keeping: Keeping
    submission: Standing | None
    poster: Poster | None
    episodes: list[EpisodeState]


class UploadIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`file_name` is shown to people and used for nothing else. With a language (`ru`) the file is a further sound of
    the film in it, else the film itself."""

    file_name: Annotated[str, Meta(min_length=1, max_length=300)]
    size: Annotated[int, Meta(ge=1)]
    lang: Annotated[str, Meta(max_length=3)] | None = None


class Space(Struct, frozen=True, kw_only=True):
    """Bytes of a company's originals: what is here or on its way, and how much that may become."""

    used: int
    limit: int


class Room(Space, frozen=True, kw_only=True):
    """`own`: the limit is this company's own, not the one of every company."""

    company: int
    name: str
    own: bool


class Rooms(Struct, frozen=True, kw_only=True):
    """`standard`: bytes that every company has without a limit of its own."""

    standard: int
    rooms: list[Room]


class RoomIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bytes; None as for every company."""

    limit: Annotated[int, Meta(ge=10**9, le=10**14)] | None


class PartOut(Struct, frozen=True, kw_only=True):
    number: int
    size: int
    sha256: str | None


class Upload(Struct, frozen=True, kw_only=True):
    """Every part but the last has `part_size` bytes. `stored` are the parts that have arrived whole."""

    id: UUID
    episode: int
    lang: str | None
    file_name: str
    size: int
    part_size: int
    part_count: int
    state: Literal["open", "received"]
    expires_at: datetime
    stored: list[PartOut]


class PartIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: Annotated[int, Meta(ge=1, le=10_000)]
    size: Annotated[int, Meta(ge=1)]
    sha256: Sha256


class PartsIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    parts: Annotated[list[PartIn], Meta(min_length=1, max_length=100)]


class PartAddress(Struct, frozen=True, kw_only=True):
    """PUT the bytes to `url` with these headers."""

    number: int
    url: str
    headers: dict[str, str]


class PartAddresses(Struct, frozen=True, kw_only=True):
    parts: list[PartAddress]
