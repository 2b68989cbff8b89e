"""What of a screen programme goes on to the next festival."""

from api.desk.years_rules import carry
from api.kiosk.plan_schemas import Block, Item, Plan, Window


def test_sections_and_walls_are_those_of_the_new_festival_and_series_stay_behind() -> None:
    morning = Block(
        starts="09:00",
        ends="12:00",
        items=[
            Item(kind="all"),
            Item(kind="section", id=3, episodes="all"),
            Item(kind="series", id=8),
            Item(kind="wall", id=5),
        ],
    )
    alone = Block(starts="12:00", ends="13:00", items=[Item(kind="series", id=8)])
    plan = Plan(blocks=[morning, alone], sleep=[Window(starts="23:00", ends="08:00")])

    carried, left = carry(plan, {("section", 3): 30, ("wall", 5): 50})

    assert left == 2
    assert carried.sleep == plan.sleep
    assert [block.items for block in carried.blocks] == [
        [Item(kind="all"), Item(kind="section", id=30, episodes="all"), Item(kind="wall", id=50)]
    ]
