"""Who stayed: what producers are told of how their series was watched.

Nothing in it stands for fewer than `floor` viewers.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Share(Struct, frozen=True, kw_only=True):
    """`viewers` of a larger group; between `low` and `high` lies the true share, 95 times in 100."""

    viewers: int
    value: float
    low: float
    high: float


class Carried(Struct, frozen=True, kw_only=True):
    """Of those who started the first episode, how many started this or a later one; None: too few to show."""

    number: int
    share: Share | None


class Step(Struct, frozen=True, kw_only=True):
    """The largest loss between two episodes: from which share to which, and the part of those that were left who go.

    `clear`: no other step loses half as many.
    """

    leaving: int
    entering: int
    before: float
    after: float
    lost: float
    clear: bool


class LanguageUse(Struct, frozen=True, kw_only=True):
    """`lang` is None for all the others together, none of which may be shown by itself."""

    lang: str | None
    viewers: int
    share: float


class Languages(Struct, frozen=True, kw_only=True):
    """Each viewer once. Empty: too few to show."""

    interface: list[LanguageUse]
    subtitles: list[LanguageUse]
    sound: list[LanguageUse]


class Playing(Struct, frozen=True, kw_only=True):
    """Of `playings`: half began within `half_ms`, nine in ten within `nine_ms`; `steady` never stood still."""

    playings: int
    half_ms: int | None
    nine_ms: int | None
    steady: float


class Figures(Struct, frozen=True, kw_only=True):
    """`typical` is the number of episodes that half of the viewers saw at least."""

    since: datetime
    viewers: int
    began: int | None
    carried: list[Carried]
    step: Step | None
    completed: Share | None
    typical: int | None
    subtitled: Share | None
    liked: Share | None
    languages: Languages
    playing: Playing | None


class Stretch(Struct, frozen=True, kw_only=True):
    """From the second `start` up to `end`, so many viewers left for good."""

    start: int
    end: int
    viewers: int


class Leaving(Struct, frozen=True, kw_only=True):
    """Where an episode is left before its end; `peak` is the second from which most leave in the shortest time."""

    number: int
    package: UUID
    duration: float
    started: int | None
    finished: Share | None
    stretches: list[Stretch]
    peak: int | None


class Counted(Struct, frozen=True, kw_only=True):
    """As it is kept until whole groups of viewers have come or gone."""

    whole: Figures | None
    recent: Figures | None
    leaving: list[Leaving]


class Staying(Struct, frozen=True, kw_only=True):
    """`whole` is since the release, `recent` about the last seven days; None: too few to show."""

    released_at: datetime | None
    floor: int
    counted_at: datetime | None
    whole: Figures | None
    recent: Figures | None
    leaving: list[Leaving]
