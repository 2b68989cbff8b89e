"""What one pass over the whole film finds out, and what follows from it. Pure."""

from typing import Final

import msgspec
from msgspec import Struct

from transcoder.contract import Loudness
from transcoder.probe import SourceInfo


class Source(Struct, frozen=True, kw_only=True):
    """All that is known about an original; stored with its package so that every tier cuts at the same places.

    `keys` are numbers of frames (see `SourceInfo.fps`) every segment begins with, `shots` the seconds of the three
    pictures best fit for a poster.
    """

    info: SourceInfo
    keys: list[int]
    shots: list[float]
    loudness: Loudness | None

    @property
    def key_times(self) -> list[float]:
        return [float(key / self.info.fps) for key in self.keys]

    def encode(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, content: bytes | str) -> "Source":
        return msgspec.json.decode(content, type=cls)
