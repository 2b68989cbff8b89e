"""The demo's voters: each a phone of its own, and a few who lend their badge to friends."""

import random

import uuid_utils.compat as uuids

from loadtest.awards import Answers, AwardPlan, answers, tastes
from loadtest.client import Person

#: Devices on which a lent badge asks for its ballot; the fraud desk hears of more than three.
FRIENDS = 5


async def vote_in(url: str, award: int, plan: AwardPlan) -> int:
    """How many people voted, in the same way in every demo; none where nothing competes."""
    reader = Person(url)
    try:
        entries = [entry["id"] for entry in (await reader.get(f"/api/awards/{award}"))["entries"]]
    finally:
        await reader.close()
    if not entries:
        return 0
    dice = random.Random(f"2026 {plan.slug}")
    liking = tastes(entries, dice)
    for _ in range(plan.voters):
        await vote_once(url, award, answers(plan.rules["kind"], liking, dice))
    return plan.voters


async def vote_once(url: str, award: int, votes: Answers, badge: str | None = None) -> None:
    voter = Person(url)
    try:
        ballot = (await voter.post(f"/api/awards/{award}/ballot", {"badge": badge} if badge else None))["ballot"]
        for vote in votes:
            await voter.post(f"/api/awards/{award}/votes", {"id": str(uuids.uuid7()), **vote}, {"Ballot": ballot})
    finally:
        await voter.close()


async def share(url: str, award: int, badge: str) -> None:
    """A badge that is handed round. It is still one ballot."""
    for _ in range(FRIENDS):
        await vote_once(url, award, [], badge)
