"""What the API and the transcoder say to each other: the job, the package and the reasons a file is refused."""

from typing import Final, Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

#: The queue's entry points: a job that makes a preview never waits behind one that encodes for minutes.
PREVIEW_QUEUE: Final = "preview"
ENCODE_QUEUE: Final = "encode"
POSTER_QUEUE: Final = "poster"
#: What both ask of PostgreSQL for each session: one whose host is cut off is ended within fifteen seconds or so, and
#: what it had begun and locked is given up. By default that takes two hours, in which others wait for its locks.
SESSION: Final = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15s",
}
_PROPAGATOR: Final = TraceContextTextMapPropagator()
DESCRIPTOR: Final = "package.json"
MASTER: Final = "master.m3u8"

PackageState = Literal["queued", "encoding", "ready", "failed"]

#: What is done for one package, in this order. `start` is the producer's preview, `ladder` is what viewers wait for,
#: the others make a package that can be watched already smaller. `edition` only writes its manifest anew.
#: `sound` adds what is heard in other languages.
Tier = Literal["start", "ladder", "av1", "refine", "edition", "sound"]
TierState = Literal["queued", "working", "done", "failed"]


_CLASSES: Final[dict[Tier, int]] = {"start": 4, "edition": 3, "ladder": 2, "sound": 2, "av1": 1, "refine": 0}
_CLASS_SIZE: Final = 400_000_000


def priority(tier: Tier, turn: int) -> int:
    """The queue takes the highest first: whole classes of work before each other, and within one by turn.

    A turn is handed out by start-time fair queuing (Goyal, Vin, Cheng 1996): one more than the larger of the turn
    being served and the last one of the same company, so that eighty episodes of one do not delay one of another.
    """
    return (_CLASSES[tier] + 1) * _CLASS_SIZE - turn


class TranscodeJob(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`trace` is the W3C traceparent of what asked for it; a job without one reads as it always has."""

    package: UUID
    tier: Tier
    trace: str | None = None

    @property
    def queue(self) -> str:
        return PREVIEW_QUEUE if self.tier in ("start", "edition") else ENCODE_QUEUE

    @property
    def key(self) -> str:
        """Two jobs with the same key do not wait side by side."""
        return f"{self.package}:{self.tier}"

    def encode(self) -> bytes:
        """For the queue, as a part of the trace under way where there is one."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return msgspec.json.encode(msgspec.structs.replace(self, trace=carrier.get("traceparent")))

    def context(self) -> Context:
        """Of the trace it is a part of; an empty one where it is none."""
        return _PROPAGATOR.extract({} if self.trace is None else {"traceparent": self.trace}, Context())


class Crop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a picture that somebody sent, as it is seen upright: shares of its width and height."""

    picture: UUID
    left: float
    top: float
    width: float
    height: float


class PosterSources(Struct, frozen=True, kw_only=True):
    """What a poster of one's own is made of: 9:16 and 2:3."""

    tall: Crop
    card: Crop


class PosterJob(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`media/<poster>/tall.avif` and so on are made of `pictures/<picture>`. `mark`: it is no poster but a festival's
    logo or the card of its sponsor, which is kept in its row."""

    poster: UUID
    mark: bool = False

    @property
    def key(self) -> str:
        return f"{self.poster}:poster"

    def encode(self) -> bytes:
        return msgspec.json.encode(self)


class VideoTrack(Struct, frozen=True, kw_only=True):
    """One rung, in the folder of its name. `bitrate` in bit/s, `segments` in seconds, `init` is base64."""

    name: str
    width: int
    height: int
    codec: str
    bitrate: int
    init: str
    segments: list[float]
    bytes: int


class AudioTrack(Struct, frozen=True, kw_only=True):
    """`lang` is a BCP 47 tag, None where the film does not say; the first track is the one that plays by itself.

    `dub`: it came as a file of its own and is heard only by those who choose it.
    """

    name: str
    codec: str
    bitrate: int
    init: str
    segments: list[float]
    bytes: int
    lang: str | None = None
    dub: bool = False


class SubtitleTrack(Struct, frozen=True, kw_only=True):
    lang: str
    path: str


class PosterFiles(Struct, frozen=True, kw_only=True):
    """One picture of the film, from `second`, as 9:16 (`tall`) and 2:3 (`card`); the paths lack the suffixes of
    POSTER_FORMATS."""

    second: float
    tall: str
    card: str


POSTER_FORMATS: Final = ("avif", "webp", "jpg")
#: The picture shown unless another is chosen, 9:16; its files are `posters/a.avif` and so on.
POSTER: Final = "posters/a"


class Sprite(Struct, frozen=True, kw_only=True):
    """The storyboard: `count` pictures of `width` x `height`, `columns` in a row, one every `seconds` from 0 on."""

    path: str
    width: int
    height: int
    columns: int
    count: int
    seconds: float


class Loudness(Struct, frozen=True, kw_only=True):
    """EBU R 128 of the original: integrated LUFS, true peak dBTP, range LU. `gain` dB was added to reach `target`."""

    integrated: float
    true_peak: float
    range: float
    gain: float
    target: float


class Decision(Struct, frozen=True, kw_only=True):
    """Why a rung is as it is. `mean` and `low` (5th percentile) are phone-model VMAF on samples, if it was measured."""

    rung: str
    preset: str
    crf: float
    cap: int
    mean: float | None = None
    low: float | None = None


class Descriptor(Struct, frozen=True, kw_only=True):
    """`package.json`. `width` and `height` are the upright size of the original.

    Paths are relative to `media/<package>/`; the manifest of an edition lies in the folder `<edition>/`. The first
    video track is the start rung. `files` holds the SHA-256 of every file of this edition but `package.json` itself,
    `peaks` the peak bit rate (bit/s, RFC 8216) of every track by its name.
    """

    version: int = 2
    package: UUID
    edition: int
    duration: float
    fps: float
    width: int
    height: int
    thumbhash: str
    video: list[VideoTrack]
    audio: list[AudioTrack]
    subtitles: list[SubtitleTrack]
    posters: list[PosterFiles]
    sprite: Sprite | None
    loudness: Loudness | None
    decisions: list[Decision]
    files: dict[str, str]
    peaks: dict[str, int] = {}

    @property
    def master(self) -> str:
        return f"{self.edition}/{MASTER}"


class Preview(Struct, frozen=True, kw_only=True):
    """The start rung as far as it is encoded, picture and sound in one: `start/init.mp4`, `start/000.m4s` ...

    It is going to last `duration` seconds; `complete` as soon as all of it is there.
    """

    width: int
    height: int
    fps: float
    codec: str
    bitrate: int
    init: str
    segments: list[float]
    bytes: int
    duration: float
    complete: bool = False


class RungProgress(Struct, frozen=True, kw_only=True):
    """One picture size on its way: per cent, 100 when it can be watched or waits for the others."""

    name: str
    progress: int


class Failure(Struct, frozen=True, kw_only=True):
    code: str
    happened: str
    kept: str
    next: str


class Rejected(Exception):
    """The file itself cannot become an episode; trying again with the same bytes will not help."""

    def __init__(self, code: str, **params: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def detail(self) -> str:
        """For the column `failure_detail`, from which `failure` fills the sentences."""
        return msgspec.json.encode(self.params).decode()


_KEPT_ENTRY = "This episode's number, its details and your other files are kept."
_KEPT_SOUND = "The film and its other sounds are kept as they are."
_KEPT_FILE = "Your file is kept here, and so are this episode's number and details."

FAILURES: Final[dict[str, tuple[str, str, str]]] = {
    "not-a-video": (
        "This file is {found}, not a video.",
        _KEPT_ENTRY,
        "Export the episode as MP4 or MOV and drop that file here.",
    ),
    "playlist-not-video": (
        "This file is a playlist: it only points to a video and holds no picture of its own.",
        _KEPT_ENTRY,
        "Export the episode as one MP4 or MOV file and drop it here.",
    ),
    "image-not-video": (
        "This file is a still image, not a video.",
        _KEPT_ENTRY,
        "Export the episode as MP4 or MOV and drop that file here.",
    ),
    "no-video-track": (
        "This file has no picture, only {found}.",
        _KEPT_ENTRY,
        "Export the episode with its picture and drop it here.",
    ),
    "unreadable-file": (
        "This file cannot be opened: a part of it is missing, most likely its end.",
        _KEPT_ENTRY,
        "Check that the file plays on your computer, export it again if it does not, and drop it here.",
    ),
    "damaged-file": (
        "The picture or sound is damaged somewhere after {at}.",
        _KEPT_ENTRY,
        "Export the episode again and drop the new file here.",
    ),
    "not-vertical": (
        "The picture is {width} wide and {height} high, so it is not upright.",
        _KEPT_ENTRY,
        "Export the episode upright, 9:16, for example 1080 wide and 1920 high, and drop it here.",
    ),
    "too-long": (
        "This file lasts {length}. An episode may last 10 minutes at most.",
        _KEPT_ENTRY,
        "Cut the episode to 10 minutes or less, or make two episodes of it.",
    ),
    "too-large": (
        "This file is larger than 2 GiB.",
        _KEPT_ENTRY,
        "Export the episode with a lower bitrate, 1080 wide and 1920 high is enough, and drop it here.",
    ),
    "too-many-pixels": (
        "The picture is larger than can be shown here.",
        _KEPT_ENTRY,
        "Export the episode 1080 wide and 1920 high and drop it here.",
    ),
    "unsupported-codec": (
        "This file is stored in a way that cannot be read here ({codec}).",
        _KEPT_ENTRY,
        "Export the episode as MP4 with H.264 picture and AAC sound and drop it here.",
    ),
    "checksum-mismatch": (
        "What arrived here differs from what left your computer.",
        _KEPT_ENTRY,
        "Drop the same file here once more.",
    ),
    "not-a-sound": (
        "There is no sound in this file that can be read here.",
        _KEPT_SOUND,
        "Export the sound as WAV, FLAC, M4A, MP3 or AC-3, or a video with it, and drop that file here.",
    ),
    "sound-length": (
        "This sound lasts {length} and the film {film}; they may differ by half a second.",
        _KEPT_SOUND,
        "Export the sound from the first to the last picture of this version of the film and drop it here.",
    ),
    "encode-failed": (
        "The file was read, but preparing it for the screens did not succeed, twice.",
        _KEPT_FILE,
        "Press “Try again”. If it stops once more, export the episode again and drop the new file here.",
    ),
    "encode-too-slow": (
        "Preparing this file took longer than is allowed for its length.",
        _KEPT_FILE,
        "Press “Try again”. If it stops once more, export the episode 1080 wide and 1920 high and drop it here.",
    ),
    "worker-lost": (
        "Preparing this file was interrupted several times on our side.",
        _KEPT_FILE,
        "Press “Try again”. If it stops once more, write to the festival.",
    ),
    "storage-failed": (
        "The festival's file store could not be read or written, three times in a row.",
        _KEPT_FILE,
        "Press “Try again” in a few minutes. If it stops once more, write to the festival.",
    ),
}


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "unknown"


def failure(code: str, detail: str | None = None) -> Failure:
    """The three sentences of a failed package, from its columns `failure_code` and `failure_detail`."""
    known = code if code in FAILURES else "encode-failed"
    params = _Blank(msgspec.json.decode(detail, type=dict[str, str | int | float]) if detail else {})
    happened, kept, next_step = (sentence.format_map(params) for sentence in FAILURES[known])
    return Failure(code=known, happened=happened, kept=kept, next=next_step)
