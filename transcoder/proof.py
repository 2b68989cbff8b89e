"""Argument lists that open what was made as a player would. Pure."""

from collections.abc import Sequence
from typing import Final

#: Where the sandbox shows the package to a process at home in the folder `out`.
PACKAGE: Final = "../package"
_GLOBAL: Final = ["-nostdin", "-hide_banner", "-v", "error", "-xerror"]


def proof_args(rungs: Sequence[str], sounds: Sequence[str]) -> list[str]:
    """Decodes the first picture of every rung and the first of every sound, from their playlists."""
    inputs = [arg for name in [*rungs, *sounds] for arg in _input(name)]
    looks = [arg for n in range(len(rungs)) for arg in ("-map", f"{n}:v:0", "-frames:v", "1", "-f", "null", "-")]
    heard = [
        arg
        for n in range(len(sounds))
        for arg in ("-map", f"{len(rungs) + n}:a:0", "-frames:a", "10", "-f", "null", "-")
    ]
    return [*_GLOBAL, *inputs, *looks, *heard]


def segment_proof_args(file: str) -> list[str]:
    """Decodes the beginning of a segment with its init segment before it."""
    each = ["-f", "mov", "-i", file, "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"]
    return [*_GLOBAL, "-protocol_whitelist", "file", *each, "-map", "0:a:0", "-frames:a", "2", "-f", "null", "-"]


def _input(name: str) -> list[str]:
    return ["-protocol_whitelist", "file", "-f", "hls", "-i", f"{PACKAGE}/{name}/playlist.m3u8"]
