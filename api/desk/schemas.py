"""What organisers see of the whole festival."""

from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from api.catalog.schemas import Festival, SectionRef
from api.kiosk.fleet_schemas import LateKiosk
from api.voting.schemas import AwardCard


class AwardOverview(Struct, frozen=True, kw_only=True):
    """`rows` and `ballots` are None while there is no live board and others read the ledger: the next look has them."""

    award: AwardCard
    rows: int | None
    ballots: int | None


Sandbox: TypeAlias = Literal["bubblewrap", "landlock", "none"]


class Worker(Struct, frozen=True, kw_only=True):
    """A transcoder that has lately said that it is there. `sandbox` is what confines the programs that open files."""

    host: str
    sandbox: Sandbox
    slots: int
    busy: int
    seen_at: datetime
    leaving: bool


class AwardsPage(Struct, frozen=True, kw_only=True):
    awards: list[AwardOverview]
    next: int | None


class Overview(Struct, frozen=True, kw_only=True):
    """`episodes` counts episodes by state; `waiting` the steps of any kind that wait for a worker.

    `late` are screens in the hall that are silent. `awards` are a page of them, `next_award` what the following one is
    asked for with.
    """

    festival: Festival | None
    sections: list[SectionRef]
    series: int
    released: int
    episodes: dict[str, int]
    awards: list[AwardOverview]
    next_award: int | None
    accounts: int
    workers: list[Worker]
    waiting: int
    late: list[LateKiosk]


class Counts(Struct, frozen=True, kw_only=True):
    """Beside the names of the desk's pages: submissions and flags that wait for somebody, screens that are paired."""

    review: int
    flags: int
    kiosks: int


class Released(Struct, frozen=True, kw_only=True):
    series: int
    released_at: datetime


class LogLine(Struct, frozen=True, kw_only=True):
    """Something that was done; `by` is None for what the house does by itself."""

    at: datetime
    by: str | None
    action: str
    detail: dict[str, Any]


class Created(Struct, frozen=True, kw_only=True):
    id: int
