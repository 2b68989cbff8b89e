"""From what ffmpeg left behind to the folder that is published: only files we asked for, playlists written by us."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from transcoder import package
from transcoder.contract import DESCRIPTOR, MASTER, Descriptor, Rejected
from transcoder.package import Track, Unfit, segment_name
from transcoder.plan import AUDIO_PIECES, Plan, key_frame_times
from transcoder.probe import SourceInfo, clock
from transcoder.profiles import AUDIO_NAME


class Subtitle(msgspec.Struct, frozen=True, kw_only=True):
    lang: str
    vtt: str


class Assembled(msgspec.Struct, frozen=True, kw_only=True):
    folder: Path
    rungs: list[Track]
    sound: Track
    languages: list[str]


def assemble(out: Path, folder: Path, plan: Plan, source: SourceInfo, subtitles: Sequence[Subtitle]) -> Assembled:
    """Moves and checks. A film that ends early is damaged; anything else that is wrong is our own failure."""
    borders = {picture.name: _borders(out / picture.name) for picture in plan.pictures}
    package.check_alignment(borders)
    first = next(iter(borders.values()))
    if not package.is_complete(first, plan.duration):
        raise Rejected("damaged-file", at=clock(sum(first)))
    rungs = [_move_rung(out / picture.name, folder / picture.name, borders[picture.name]) for picture in plan.pictures]
    sized = [
        msgspec.structs.replace(rung, width=picture.width, height=picture.height)
        for rung, picture in zip(rungs, plan.pictures, strict=True)
    ]
    sound = _join_sound(out / AUDIO_PIECES, folder / AUDIO_NAME, plan, len(first))
    languages = [_write_subtitle(folder / "subs", subtitle, sum(first)) for subtitle in subtitles]
    master = package.master_playlist(sized, sound, float(source.fps), languages)
    (folder / MASTER).write_text(master)
    return Assembled(folder=folder, rungs=sized, sound=sound, languages=languages)


def describe(assembled: Assembled, source: SourceInfo, identity: UUID, thumbhash: str) -> Descriptor:
    """Writes `package.json`, the last file, with the digest of every other one."""
    facts = package.Facts(
        package=identity,
        fps=float(source.fps),
        width=source.width,
        height=source.height,
        thumbhash=thumbhash,
        languages=assembled.languages,
    )
    paths = sorted(path for path in assembled.folder.rglob("*") if path.is_file())
    files = {path.relative_to(assembled.folder).as_posix(): _sha256(path) for path in paths}
    descriptor = package.make_descriptor(facts, assembled.rungs, assembled.sound, files)
    (assembled.folder / DESCRIPTOR).write_bytes(msgspec.json.encode(descriptor))
    return descriptor


def take_file(source: Path, target: Path) -> bytes:
    """Moves a regular file; a link would be a way out of the sandbox."""
    if source.is_symlink() or not source.is_file():
        raise Unfit(f"{source.name} is missing")
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    return target.read_bytes()


def _borders(folder: Path) -> list[float]:
    try:
        return package.parse_playlist((folder / "playlist.m3u8").read_text())
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise Unfit("a playlist is missing") from error


def _move_rung(source: Path, target: Path, durations: list[float]) -> Track:
    init = take_file(source / "init.mp4", target / "init.mp4")
    names = [segment_name(number) for number in range(len(durations))]
    sizes = [len(take_file(source / name, target / name)) for name in names]
    (target / "playlist.m3u8").write_text(package.media_playlist(durations))
    return Track(name=target.name, init=init, durations=durations, sizes=sizes)


def _join_sound(source: Path, target: Path, plan: Plan, segments: int) -> Track:
    lengths = _borders(source)
    groups = package.group_pieces(len(lengths), key_frame_times(plan.duration), segments)
    durations, sizes = [], []
    init = take_file(source / "init.mp4", target / "init.mp4")
    for number, group in enumerate(groups):
        pieces = [take_file(source / segment_name(n), target / "piece") for n in group]
        joined = package.join_pieces(pieces)
        (target / segment_name(number)).write_bytes(joined)
        durations.append(round(sum(lengths[n] for n in group), 6))
        sizes.append(len(joined))
    (target / "piece").unlink()
    (target / "playlist.m3u8").write_text(package.media_playlist(durations))
    return Track(name=AUDIO_NAME, init=init, durations=durations, sizes=sizes)


def _write_subtitle(folder: Path, subtitle: Subtitle, duration: float) -> str:
    lang = package.check_language(subtitle.lang)
    folder.mkdir(exist_ok=True)
    (folder / f"{lang}.vtt").write_text(subtitle.vtt, encoding="utf-8")
    (folder / f"{lang}.m3u8").write_text(package.subtitle_playlist(lang, duration))
    return lang


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
