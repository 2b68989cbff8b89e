"""What the API and the transcoder say to each other: the job, the package and the reasons a file is refused."""

from typing import Final, Literal
from uuid import UUID

import msgspec
from msgspec import Struct

QUEUE: Final = "transcode"
DESCRIPTOR: Final = "package.json"
MASTER: Final = "master.m3u8"

PackageState = Literal["queued", "encoding", "ready", "failed"]


class TranscodeJob(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    package: UUID

    def encode(self) -> bytes:
        return msgspec.json.encode(self)


class VideoTrack(Struct, frozen=True, kw_only=True):
    name: str
    width: int
    height: int
    codec: str
    bitrate: int
    init: str
    segments: list[float]
    bytes: int


class AudioTrack(Struct, frozen=True, kw_only=True):
    name: str
    codec: str
    bitrate: int
    init: str
    segments: list[float]
    bytes: int


class SubtitleTrack(Struct, frozen=True, kw_only=True):
    lang: str
    path: str


class Descriptor(Struct, frozen=True, kw_only=True):
    """`package.json`. `width` and `height` are the upright size of the original; `init` is base64."""

    version: int = 1
    package: UUID
    duration: float
    fps: float
    width: int
    height: int
    thumbhash: str
    video: list[VideoTrack]
    audio: list[AudioTrack]
    subtitles: list[SubtitleTrack]
    posters: list[str]
    files: dict[str, str]


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
