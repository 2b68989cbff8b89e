"""What of a programme goes on to the next festival. No await, no I/O."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import structs

from api.kiosk.plan_schemas import Block, Item, Plan

#: (kind, id) of a section or an award before, and its id now.
Pairs: TypeAlias = Mapping[tuple[str, int], int]


def carry(plan: Plan, pairs: Pairs) -> tuple[Plan, int]:
    """Sections and walls become those of the new festival. Series do not exist there: how many items were left out."""
    blocks: list[Block] = []
    for block in plan.blocks:
        items = [kept for item in block.items if (kept := _carry(item, pairs)) is not None]
        if items:
            blocks.append(structs.replace(block, items=items))
    went = sum(len(block.items) for block in blocks)
    return structs.replace(plan, blocks=blocks), sum(len(block.items) for block in plan.blocks) - went


def _carry(item: Item, pairs: Pairs) -> Item | None:
    if item.kind == "all":
        return item
    there = pairs.get((item.kind, item.id))
    return None if there is None else structs.replace(item, id=there)
