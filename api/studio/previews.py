"""What a producer can watch of a package while the rest of it is being made."""

from math import ceil
from typing import Final
from uuid import UUID

from msgspec import Struct

from api import errors
from api.db import Connection, fetch_one
from api.studio.queries import Q
from api.studio.schemas import PreviewStream
from transcoder.contract import Preview, VideoTrack

FOLDER: Final = "start"
_LONGEST: Final = 5


class PreviewRow(Struct, frozen=True, kw_only=True):
    package: UUID
    preview: Preview
    under_way: bool

    @property
    def complete(self) -> bool:
        """Also of a package that has stopped: nothing will follow."""
        return self.preview.complete or not self.under_way


def address_of(package: UUID) -> str:
    return f"/api/studio/previews/{package}"


async def show(db: Connection, company: int | None, package: UUID) -> PreviewStream:
    return to_stream(await _load(db, company, package))


async def playlist(db: Connection, company: int | None, package: UUID) -> str:
    return to_playlist(await _load(db, company, package))


async def _load(db: Connection, company: int | None, package: UUID) -> PreviewRow:
    return await fetch_one(db, Q["preview"], package, company, into=PreviewRow, missing=errors.NotFound())


def to_stream(row: PreviewRow) -> PreviewStream:
    preview = row.preview
    track = VideoTrack(
        name=FOLDER,
        width=preview.width,
        height=preview.height,
        codec=preview.codec,
        bitrate=preview.bitrate,
        init=preview.init,
        segments=preview.segments,
        bytes=preview.bytes,
    )
    return PreviewStream(
        base=f"/media/{row.package}/",
        duration=preview.duration,
        fps=preview.fps,
        width=preview.width,
        height=preview.height,
        video=[track],
        complete=row.complete,
    )


def to_playlist(row: PreviewRow) -> str:
    """A player that reads it again finds more, until the line that says that this is all.

    The longest segment is promised from the first line on: a playlist may not change its mind about it.
    """
    folder = f"/media/{row.package}/{FOLDER}/"
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(_LONGEST, *(ceil(length) for length in row.preview.segments), 1)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:EVENT",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{folder}init.mp4"',
    ]
    for number, length in enumerate(row.preview.segments):
        lines += [f"#EXTINF:{length:.6f},", f"{folder}{number:03d}.m4s"]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if row.complete else [])]) + "\n"
