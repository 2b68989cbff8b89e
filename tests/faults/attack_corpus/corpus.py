"""What an attack is: a file made by code, and what may become of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

EPISODE: Final = "episode"


class Traps(Struct, frozen=True, kw_only=True):
    """What attacks reach for: a secret text, another producer's film, and a port where somebody listens."""

    secret: Path
    film: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


class Hole(Struct, frozen=True, kw_only=True):
    """A file of `size` bytes of which only the beginning is written."""

    head: bytes
    size: int


Content = bytes | Hole


class Attack(Struct, frozen=True, kw_only=True):
    """`ends` are the codes it may be refused with; EPISODE among them where it may become one."""

    name: str
    ends: frozenset[str]
    content: Callable[[Traps], Content]

    def write(self, path: Path, traps: Traps) -> None:
        content = self.content(traps)
        with path.open("wb") as file:
            file.write(content if isinstance(content, bytes) else content.head)
            if isinstance(content, Hole):
                file.truncate(content.size)


Table = dict[str, tuple[str, Callable[[Traps], Content]]]


def attacks(table: Table) -> list[Attack]:
    """The ends are written as words in one string."""
    return [Attack(name=name, ends=frozenset(ends.split()), content=make) for name, (ends, make) in table.items()]
