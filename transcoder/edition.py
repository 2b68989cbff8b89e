"""The manifest of a package as it grows: what a tier adds, the descriptor that follows from it, and its files."""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec import Struct

from transcoder.contract import (
    DESCRIPTOR,
    MASTER,
    AudioTrack,
    Decision,
    Descriptor,
    Loudness,
    PosterFiles,
    Sprite,
    SubtitleTrack,
    VideoTrack,
)
from transcoder.package import Unfit, check_language, master_playlist, subtitle_playlist


class Subtitle(Struct, frozen=True, kw_only=True):
    lang: str
    vtt: str


class Film(Struct, frozen=True, kw_only=True):
    """What is said about a film as a whole, once; see Descriptor."""

    duration: float
    fps: float
    width: int
    height: int
    thumbhash: str
    audio: list[AudioTrack]
    posters: list[PosterFiles]
    sprite: Sprite | None
    loudness: Loudness | None


class Addition(Struct, frozen=True, kw_only=True):
    """What one tier has made: tracks, those they take the place of, and the digests of their files by path."""

    video: list[VideoTrack]
    peaks: dict[str, int]
    files: dict[str, str]
    decisions: list[Decision] = []
    replaced: list[str] = []
    sounds: list[AudioTrack] = []
    film: Film | None = None


def compose(
    current: Descriptor | None,
    addition: Addition | None,
    package: UUID,
    edition: int,
    subtitles: Sequence[Subtitle],
    *,
    dubs: Collection[str] = (),
) -> Descriptor:
    """The descriptor of the next edition, without the digests of the edition's own files.

    `current` is that of the last edition, None before the first, whose addition brings the film. `dubs` are the names
    of those that are wanted: the others go.
    """
    base = _begun(addition, package, edition) if current is None else current
    if addition is not None:
        base = _added(base, addition)
    base = _with_dubs(base, dubs)
    return msgspec.structs.replace(
        base,
        edition=edition,
        subtitles=[SubtitleTrack(lang=subtitle.lang, path=f"{edition}/{subtitle.lang}.vtt") for subtitle in subtitles],
        files=dict(sorted((path, digest) for path, digest in base.files.items() if not path[0].isdigit())),
    )


def _begun(addition: Addition | None, package: UUID, edition: int) -> Descriptor:
    if addition is None or addition.film is None:
        raise Unfit("the first edition needs a film")
    film = {name: getattr(addition.film, name) for name in addition.film.__struct_fields__}
    return Descriptor(
        package=package, edition=edition, video=[], subtitles=[], decisions=[], files={}, peaks={}, **film
    )


def _with_dubs(base: Descriptor, wanted: Collection[str]) -> Descriptor:
    """The film's own sounds first, so that it begins with them, then those that are still wanted."""
    gone = {track.name for track in base.audio if track.dub and track.name not in wanted}
    kept = [track for track in base.audio if track.name not in gone]
    return msgspec.structs.replace(
        base,
        audio=sorted(kept, key=lambda track: (track.lang or "") if track.dub else ""),
        files=_without(base.files, gone),
        peaks={name: peak for name, peak in base.peaks.items() if name not in gone},
    )


def _added(base: Descriptor, addition: Addition) -> Descriptor:
    gone = {*addition.replaced, *(track.name for track in addition.video)}
    video = [*(track for track in base.video if track.name not in gone), *addition.video]
    rungs = {*(decision.rung for decision in addition.decisions), *gone}
    film = addition.film
    changes = {name: getattr(film, name) for name in film.__struct_fields__} if film else {}
    changes["audio"] = [*(film.audio if film else base.audio), *addition.sounds]
    return msgspec.structs.replace(
        base,
        video=sorted(video, key=_place),
        decisions=[*(known for known in base.decisions if known.rung not in rungs), *addition.decisions],
        files={**_without(base.files, gone), **addition.files},
        peaks={**{name: peak for name, peak in base.peaks.items() if name not in gone}, **addition.peaks},
        **changes,
    )


def _place(track: VideoTrack) -> tuple[bool, int]:
    """H.264 first, which every player has, and the smallest first: players start with the first."""
    return track.codec.startswith("av01"), track.width


def _without(files: dict[str, str], folders: set[str]) -> dict[str, str]:
    return {path: digest for path, digest in files.items() if path.split("/")[0] not in folders}


def write_edition(folder: Path, descriptor: Descriptor, subtitles: Sequence[Subtitle]) -> Descriptor:
    """Writes `<edition>/` into `folder`, `package.json` last, and returns the descriptor that stands in it."""
    home = folder / str(descriptor.edition)
    home.mkdir(parents=True)
    (home / MASTER).write_text(master_playlist(descriptor), encoding="utf-8")
    for subtitle in subtitles:
        lang = check_language(subtitle.lang)
        (home / f"{lang}.vtt").write_text(subtitle.vtt, encoding="utf-8")
        (home / f"{lang}.m3u8").write_text(subtitle_playlist(lang, descriptor.duration), encoding="utf-8")
    whole = msgspec.structs.replace(descriptor, files={**descriptor.files, **digests(folder, home)})
    (home / DESCRIPTOR).write_bytes(msgspec.json.encode(whole))
    return whole


def digests(root: Path, folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder`, by its path from `root`."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): _sha256(path) for path in paths}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
