"""What a player needs to start, and what it says while it plays."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.catalog.schemas import EntryRef, Poster
from api.words import Lang, Slug, Words
from transcoder.contract import AudioTrack, VideoTrack


class SubtitleLink(Struct, frozen=True, kw_only=True):
    lang: str
    url: str


class PosterChoice(Struct, frozen=True, kw_only=True):
    """One picture of the film as 9:16 (`tall`) and 2:3 (`card`)."""

    second: float
    tall: Poster
    card: Poster


class SpriteLink(Struct, frozen=True, kw_only=True):
    """The storyboard: `count` pictures of `width` x `height`, `columns` in a row, one every `seconds` from 0 on."""

    url: str
    width: int
    height: int
    columns: int
    count: int
    seconds: float


class Stream(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Segment n of a rung is `{base}{name}/{n:03d}.m4s`; init segments are inlined, so pictures come first.

    Of an `encrypted` one, a juror's, only the manifest at `master` says where everything is, for a few minutes.
    """

    base: str
    master: str
    duration: float
    fps: float
    width: int
    height: int
    thumbhash: str
    video: list[VideoTrack]
    audio: list[AudioTrack]
    subtitles: list[SubtitleLink]
    poster: Poster
    posters: list[PosterChoice]
    sprite: SpriteLink | None
    encrypted: bool = False


class FeedEpisode(Struct, frozen=True, kw_only=True):
    id: int
    number: int
    title: Words
    duration_ms: int


class FeedSeries(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    title: Words
    country: str
    episode_count: int
    duration_ms: int
    poster: Poster | None
    thumbhash: str | None


class FeedItem(Struct, frozen=True, kw_only=True):
    episode: FeedEpisode
    series: FeedSeries
    stream: Stream
    entries: list[EntryRef]


class Feed(Struct, frozen=True, kw_only=True):
    """`next` is the number to ask `from` for the following page; None at the end."""

    items: list[FeedItem]
    next: int | None


#: Of a film at most four hours long.
Second: TypeAlias = Annotated[float, Meta(ge=0, le=14_400)]


class Heartbeat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was played since the last one, about every 10 seconds and when it ends: `spans` of seconds of the film.

    `session` is made by the player for each playing of an episode. Nothing is believed of `speed`; the server's clock
    decides what is credited.
    """

    session: UUID
    episode: Annotated[int, Meta(ge=1, le=2**53)]
    spans: Annotated[list[tuple[Second, Second]], Meta(max_length=20)]
    speed: Annotated[float, Meta(ge=0.25, le=4)] = 1.0


class EpisodeProgress(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far one episode was watched, in seconds of the film; `done` once it was seen to its end."""

    number: Annotated[int, Meta(ge=1, le=999)]
    seconds: Second
    duration: Second
    done: bool


class SeriesProgress(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one device has seen of a series: `last` is the episode watched last, `at` when, in milliseconds."""

    series: Slug
    last: Annotated[int, Meta(ge=1, le=999)]
    at: Annotated[int, Meta(ge=0, le=2**53)]
    episodes: Annotated[list[EpisodeProgress], Meta(max_length=999)]


class HandoverIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    progress: Annotated[list[SeriesProgress], Meta(min_length=1, max_length=60)]


class Handover(Struct, frozen=True, kw_only=True):
    """The code to type, or to scan, on the other device."""

    code: str
    expires_at: datetime


class TakeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(min_length=1, max_length=40)]


class Taken(Struct, frozen=True, kw_only=True):
    progress: list[SeriesProgress]


Milliseconds: TypeAlias = Annotated[int, Meta(ge=0, le=14_400_000)]


class Summary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one playing of an episode went, sent once when it is over.

    `session` is made for this playing alone. `start_ms` is from the wish to see it to its first picture, None where
    there was none; `rungs` has the seconds played of each rung, `seconds` all that was played; `liked` that its viewer
    likes the episode. `viewing` is random, the same for all episodes of a series on a device, and new after thirty days
    of rest; with it come where the episode was left, whether at its end, and the languages of page, subtitles (None:
    without) and sound.
    """

    session: UUID
    episode: Annotated[int, Meta(ge=1, le=2**53)]
    start_ms: Milliseconds | None
    stalls: Annotated[int, Meta(ge=0, le=10_000)]
    stalled_ms: Milliseconds
    seconds: Second
    rungs: Annotated[dict[Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,20}(?!\n)$")], Second], Meta(max_length=12)]
    liked: bool = False
    viewing: UUID | None = None
    left_at: Second | None = None
    finished: bool | None = None
    interface: Lang | None = None
    subtitles: Lang | None = None
    sound: Lang | None = None


class Heard(Struct, frozen=True, kw_only=True):
    """The episode's seconds credited to this device so far, each once; None while they cannot be counted."""

    seconds: int | None
