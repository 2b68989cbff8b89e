"""Who may read a package, and what a player is told of it. No await, no I/O."""

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from api.access.schemas import Account
from api.catalog.schemas import Poster
from api.playback.grants import SCREENERS, Grant
from api.playback.schemas import PosterChoice, SpriteLink, Stream, SubtitleLink
from transcoder.contract import POSTER, Descriptor, Sprite

_MEDIA_PATH = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/((?:[a-z0-9-]{1,20}/)?[A-Za-z0-9-]{1,40}\.[a-z0-9]{2,5})"
)

#: Seconds that one heartbeat may name: a minute's heartbeats at the highest speed, and some that were lost.
HEARTBEAT_LIMIT = 300


#: Files of a package that jurors get; its descriptor and whatever else lies there are none.
SCREENED = (".m4s", "/init.mp4", ".vtt", ".avif", ".webp", ".jpg")
#: A year: what is published never changes.
FOREVER = 31_536_000


class MediaRights(Struct, frozen=True, kw_only=True):
    """`released`: the audience may watch it, here and now. `everywhere`: wherever it asks from."""

    released: bool
    everywhere: bool
    seconds_left: float | None
    company: int
    #: Who is assigned to the title, while it stands on a shortlist.
    jurors: list[int]


def keeping_of(rights: MediaRights) -> int:
    """Seconds for which a cache may give a file to anybody; 0 where it has to ask each time."""
    if not rights.released or not rights.everywhere:
        return 0
    return FOREVER if rights.seconds_left is None else min(FOREVER, int(rights.seconds_left))


def cache_of(seconds: int) -> str:
    """As a header says it."""
    return f"public, max-age={seconds}, immutable" if seconds > 0 else "private, no-store"


def may_read(rights: MediaRights, account: Account | None) -> bool:
    """Released material is everyone's; the rest as it is stored belongs to its company and the organisers."""
    if rights.released:
        return True
    if account is None:
        return False
    match account.role:
        case "organiser":
            return True
        case "producer":
            return account.company is not None and account.company.id == rights.company
        case _:
            return False


def may_screen(rights: MediaRights, account: Account | None) -> bool:
    """Jurors get what they are assigned to in a form of its own, never as it is stored."""
    return account is not None and account.role == "juror" and account.id in rights.jurors


def read_media_path(path: str) -> tuple[UUID, str] | None:
    """Package and file of `<package id>/[<folder>/]<file>`; None for anything that is not exactly that."""
    found = _MEDIA_PATH.fullmatch(path)
    return None if found is None else (UUID(found[1]), found[2])


def to_stream(package: UUID, descriptor: Descriptor) -> Stream:
    base = f"/media/{package}/"
    return Stream(
        base=base,
        master=base + descriptor.master,
        duration=descriptor.duration,
        fps=descriptor.fps,
        width=descriptor.width,
        height=descriptor.height,
        thumbhash=descriptor.thumbhash,
        video=descriptor.video,
        audio=descriptor.audio,
        subtitles=[SubtitleLink(lang=track.lang, url=base + track.path) for track in descriptor.subtitles],
        poster=Poster.at(base + POSTER),
        posters=[
            PosterChoice(second=files.second, tall=Poster.at(base + files.tall), card=Poster.at(base + files.card))
            for files in descriptor.posters
        ],
        sprite=None if descriptor.sprite is None else to_sprite(base, descriptor.sprite),
    )


def to_screener(stream: Stream, master: str, film: Grant, still: Grant) -> Stream:
    """The same film as a juror's session gets it; what a player could begin with at once is left out."""
    base, of_film, of_still = f"{SCREENERS}/{film.package}/", _within(stream.base, film), _within(stream.base, still)
    fields = {name: getattr(stream, name) for name in stream.__struct_fields__}
    return Stream(
        **fields
        | {
            "base": base,
            "master": f"{base}playlists/{master}",
            "video": [replace(track, init="") for track in stream.video],
            "audio": [replace(track, init="") for track in stream.audio],
            "subtitles": [replace(track, url=of_film(track.url)) for track in stream.subtitles],
            "poster": _stills(stream.poster, of_still),
            "posters": [
                replace(each, tall=_stills(each.tall, of_still), card=_stills(each.card, of_still))
                for each in stream.posters
            ],
            "sprite": None if stream.sprite is None else replace(stream.sprite, url=of_still(stream.sprite.url)),
            "encrypted": True,
        }
    )


def _within(base: str, grant: Grant) -> Callable[[str], str]:
    return lambda address: grant.address(address.removeprefix(base))


def _stills(poster: Poster, address: Callable[[str], str]) -> Poster:
    return Poster(avif=address(poster.avif), webp=address(poster.webp), jpg=address(poster.jpg))


def segment_at(durations: Sequence[float], second: float) -> int:
    """Number of the segment that holds `second`; the last one for what is behind the end."""
    ends = list(itertools.accumulate(durations))
    return min(bisect.bisect_right(ends, second), max(0, len(ends) - 1))


def to_sprite(base: str, sprite: Sprite) -> SpriteLink:
    return SpriteLink(
        url=base + sprite.path,
        width=sprite.width,
        height=sprite.height,
        columns=sprite.columns,
        count=sprite.count,
        seconds=sprite.seconds,
    )


def whole_seconds(spans: Iterable[tuple[float, float]]) -> list[tuple[int, int]]:
    """First and last whole second of each span, borders to the nearer second so that spans that meet leave no gap."""
    whole: list[tuple[int, int]] = []
    left = HEARTBEAT_LIMIT
    for start, end in spans:
        first, last = round(start), min(round(end) - 1, round(start) + left - 1)
        if last >= first:
            whole.append((first, last))
            left -= last - first + 1
    return whole
