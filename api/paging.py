"""Lists page by page: a page is asked for with one row more than it shows, which tells whether there is another."""

from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")
#: Rows of a page where nobody says how many.
LIMIT: Final = 50


def cut(rows: Sequence[T], limit: int) -> tuple[list[T], bool]:
    """What is shown of the rows that were read, and whether there are more."""
    return list(rows[:limit]), len(rows) > limit
