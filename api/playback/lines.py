"""The picture's size as people say it: 540 lines, whatever the rung is called. No await, no I/O."""

import re
from typing import Final

#: What a picture is called that has as many lines, or fewer; a larger one is the largest.
SIZES: Final = (240, 360, 480, 540, 720, 1080)
_DIGITS: Final = re.compile(r"(?:^|[^0-9])([0-9]{3,4})(?:[^0-9]|$)")


def lines_of(rung: str) -> int | None:
    """Of "v540", "v540s" and "av1-540": 540. None where a rung's name has none, as only somebody else's has."""
    found = _DIGITS.search(rung)
    if found is None:
        return None
    return next((size for size in SIZES if int(found[1]) <= size), SIZES[-1])
