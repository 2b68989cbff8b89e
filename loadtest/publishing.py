"""Two people publish a demo's result, when the house has proved its count."""

import asyncio
from typing import Final

from loadtest.client import Person, Refused

#: Seconds to wait for the end of the vote and for the proof of its count.
PATIENCE: Final = 300
AGAIN: Final = 5
#: Refusals that only say: not yet.
NOT_YET: Final = frozenset({"voting-not-over", "log-not-started", "unavailable", "gates-shut"})


async def publish(organiser: Person, auditor: Person, award: int) -> bool:
    """Whether it is published now."""
    for _ in range(PATIENCE // AGAIN):
        try:
            await keep_odd_ballots(organiser, award)
            await organiser.post(f"/api/desk/awards/{award}/publish")
            await auditor.post(f"/api/desk/awards/{award}/publish/agree")
        except Refused as refused:
            if refused.code not in NOT_YET:
                raise
            await asyncio.sleep(AGAIN)
        else:
            return True
    return False


async def keep_odd_ballots(organiser: Person, award: int) -> None:
    """Somebody has looked at what is odd: these voters are all one machine, which is no fault of theirs."""
    while flags := (await organiser.get(f"/api/desk/awards/{award}/flags?limit=100"))["flags"]:
        for flag in flags:
            await organiser.post(f"/api/desk/awards/{award}/flags/{flag['id']}/dismiss")
