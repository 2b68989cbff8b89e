"""How the desk's lists are asked for: after which row, and for how many."""

from typing import Annotated

from litestar.params import QueryParameter

AFTER = Annotated[int, QueryParameter(ge=0, le=2**53)]
MOST = Annotated[int, QueryParameter(ge=1, le=100)]
#: What the answer before gave as `next`, where that is no number.
CURSOR = Annotated[str, QueryParameter(max_length=100)]
