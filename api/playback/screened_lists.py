"""Stored playlists as one juror's session gets them: its own addresses, its own key. Pure."""

import posixpath
import re

from api.playback.ciphers import iv_of
from api.playback.grants import SCREENERS, Grant

PLAYLIST = ".m3u8"
SEGMENT = ".m4s"
_URI = re.compile(r'URI="([^"]+)"')


def rewrite(text: str, name: str, grant: Grant) -> str:
    """`name` is the playlist's place in its package.

    Every segment names its IV; what a map names is not encrypted, and comes before any key (RFC 8216, 4.3.2.5).
    """
    folder, lines, waiting = posixpath.dirname(name), list[str](), list[str]()
    for line in text.splitlines():
        if line.startswith("#EXTINF"):
            waiting.append(line)
        elif line.startswith("#"):
            lines.append(_URI.sub(lambda found: f'URI="{_address(folder, found[1], grant)}"', line))
        elif line:
            lines += [*_key_line(_place(folder, line), grant), *waiting, _address(folder, line, grant)]
            waiting = []
    return "\n".join(lines) + "\n"


def _key_line(place: str, grant: Grant) -> list[str]:
    if not place.endswith(SEGMENT):
        return []
    iv = iv_of(grant.package, place).hex()
    return [f'#EXT-X-KEY:METHOD=AES-128,URI="{SCREENERS}/{grant.package}/key",IV=0x{iv}']


def _place(folder: str, uri: str) -> str:
    return posixpath.normpath(posixpath.join(folder, uri))


def _address(folder: str, uri: str, grant: Grant) -> str:
    place = _place(folder, uri)
    return f"{SCREENERS}/{grant.package}/playlists/{place}" if place.endswith(PLAYLIST) else grant.address(place)
