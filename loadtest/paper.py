"""Ballots of paper in the demo: one batch that two people have read, and one that waits for its second person."""

import random
from typing import Any, Final

import uuid_utils.compat as uuids

from loadtest.client import Person

#: Sheets, hall, and whether a second person has read them.
BATCHES: Final = ((24, {"en": "Hall 1, Saturday matinee"}, True), (18, {"en": "Hall 2, Saturday night"}, False))


async def key_paper(organiser: Person, second: Person, award: int) -> int:
    """How many sheets were keyed; none where there are batches already."""
    page = await organiser.get(f"/api/desk/awards/{award}/paper")
    if page["batches"] or not page["entries"]:
        return 0
    dice = random.Random(f"2026 paper {award}")
    keyed = 0
    for count, place, read in BATCHES:
        sheets = [_sheet(number, page["entries"], dice) for number in range(1, count + 1)]
        asked = {"request": str(uuids.uuid7()), "sheets": count, "place": place["en"]}
        batch = (await organiser.post(f"/api/desk/awards/{award}/paper", asked))["id"]
        await organiser.put(f"/api/desk/paper/{batch}/sheets", {"sheets": sheets})
        await organiser.post(f"/api/desk/paper/{batch}/keyed")
        keyed += count
        if read:
            await second.put(f"/api/desk/paper/{batch}/second", {"sheets": [_again(sheet) for sheet in sheets]})
            await second.post(f"/api/desk/paper/{batch}/check")
    return keyed


def _sheet(place: int, entries: list[dict[str, Any]], dice: random.Random) -> dict[str, Any]:
    if dice.random() < 0.06:
        return {"id": str(uuids.uuid7()), "place": place, "turn": 1, "marks": {"spoilt": True}}
    named = dice.sample(entries, k=min(len(entries), dice.randint(1, 3)))
    values = [{"entry": entry["id"], "value": dice.choice((3, 4, 4, 5, 5))} for entry in named]
    return {"id": str(uuids.uuid7()), "place": place, "turn": 1, "marks": {"values": values}}


def _again(sheet: dict[str, Any]) -> dict[str, Any]:
    return sheet | {"id": str(uuids.uuid7())}
