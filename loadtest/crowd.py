"""The closing minute as a curve: who arrives when, and when each of them taps. No I/O and no clock of its own.

Doors open and people arrive evenly. They watch. When the credits roll, first taps spread evenly over what is left of
the closing when each person has had time for all of theirs; so the rate rises, holds for the plateau and falls:

    rate  __/-----------\\__      rise = fall = the time one person takes for all taps
"""

import math
import random
from typing import Final

from msgspec import Struct

#: How long a phone goes on sending a vote, in seconds.
PATIENCE: Final = 30.0
#: One of so many has no opinion.
SILENT: Final = 20
#: Taps of one person come this far from an even pace, as a share of it.
_UNEVEN: Final = 0.5


class Evening(Struct, frozen=True, kw_only=True):
    """`votes` are each voter's; everything else is in seconds. `seed` decides who taps when."""

    people: int
    votes: int
    doors: float
    film: float
    closing: float = 90.0
    plateau: float = 60.0
    seed: int = 1

    @property
    def credits(self) -> float:
        """From the opening of the doors until the credits roll."""
        return self.doors + self.film

    @property
    def tapping(self) -> float:
        """What one person takes for all taps, from just before the first until just after the last."""
        return (self.closing - self.plateau) / 2

    @property
    def arrivals(self) -> float:
        """People a second while the doors are open."""
        return self.people / self.doors

    @property
    def voters(self) -> int:
        return sum(has_opinion(person) for person in range(self.people))

    @property
    def rate(self) -> float:
        """Votes a second on the plateau."""
        return self.voters * self.votes / (self.closing - self.tapping)


def evening_for(rate: float, votes: int, *, doors: float, film: float, closing: float, plateau: float) -> Evening:
    """The smallest crowd whose plateau is `rate` votes a second at least."""
    voters = math.ceil(rate * (closing + plateau) / 2 / votes)
    people = voters + (voters - 1) // (SILENT - 1)
    return Evening(people=people, votes=votes, doors=doors, film=film, closing=closing, plateau=plateau)


def has_opinion(person: int) -> bool:
    return person % SILENT != SILENT - 1


def taps(evening: Evening, person: int) -> list[float]:
    """When this person taps, in seconds after the credits began, in order. People are numbered from 0."""
    if not has_opinion(person):
        return []
    dice = random.Random(f"{evening.seed} {person}")
    place = (_shuffled(person, evening.people) + dice.random()) / evening.people
    first, step = place * (evening.closing - evening.tapping), evening.tapping / evening.votes
    return [first + (tap + 0.5 + dice.uniform(-_UNEVEN, _UNEVEN)) * step for tap in range(evening.votes)]


def _shuffled(person: int, people: int) -> int:
    """Another number below `people`, a different one for each: who came first is not the first to vote."""
    step = max(1, round(people * 0.618))
    while math.gcd(step, people) > 1:
        step += 1
    return person * step % people


def answer(evening: Evening, person: int, tap: int) -> int:
    """The stars of this tap, 1 to 5, so that the ledger can be compared with what was meant."""
    return 1 + random.Random(f"{evening.seed} {person} {tap}").randrange(5)


def users_at(evening: Evening, second: float, present: int) -> tuple[int, float] | None:
    """How many people there are to be, and how many of them may come in a second; None when all is over.

    Locust lets them in at that pace by itself, and asks again only when they are all there. Who has voted has left;
    who still waits for an answer is waited for.
    """
    left = second - evening.credits - evening.closing
    if left > PATIENCE or (left > 0 and present == 0):
        return None
    return evening.people, evening.arrivals
