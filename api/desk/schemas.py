"""What organisers see of the whole festival."""

from datetime import datetime

from msgspec import Struct

from api.catalog.schemas import Festival
from api.voting.schemas import AwardCard


class AwardOverview(Struct, frozen=True, kw_only=True):
    award: AwardCard
    rows: int
    ballots: int


class Overview(Struct, frozen=True, kw_only=True):
    """`episodes` counts episodes by state."""

    festival: Festival | None
    series: int
    released: int
    episodes: dict[str, int]
    awards: list[AwardOverview]
    accounts: int


class Released(Struct, frozen=True, kw_only=True):
    series: int
    released_at: datetime


class Created(Struct, frozen=True, kw_only=True):
    id: int
