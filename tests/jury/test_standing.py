"""Locks that cannot be hit by mistake, and recusals that count."""

from datetime import timedelta
from typing import Any

import pytest

from api.db import Connection
from tests.builders import code_of
from tests.house import House
from tests.jury.rooms import Room, a_room, a_title, ok

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def room(house: House, rows: Connection) -> Room:
    return await a_room(house, rows)


async def finish(room: Room, *places: int) -> None:
    """These jurors have seen and scored everything."""
    for place in places:
        await room.see(room.seats[place])
        for series in room.series:
            await room.seats[place].score(room.round, series, 4)


async def log(rows: Connection, room: Room) -> list[tuple[str, Any]]:
    found = await rows.fetch(
        "SELECT action, detail FROM audit_event WHERE object = $1 ORDER BY id", f"round:{room.round}"
    )
    return [(row["action"], row["detail"]) for row in found if row["action"] not in ("create", "open", "lock-scores")]


async def test_lock_says_what_is_missing(room: Room) -> None:
    await room.chair.score(room.round, room.series[0], 4)

    answer = await room.chair.lock(room.round)

    assert code_of(answer) == (409, "titles-missing")
    missing = answer.json()["values"]["missing"]
    assert [(each["series"], each["why"]) for each in missing] == [
        (room.series[0], "unseen"),
        (room.series[1], "unseen"),
        (room.series[1], "unscored"),
    ]
    assert missing == (await room.chair.get(f"/rounds/{room.round}"))["missing"]


async def test_94_per_cent_are_not_seen(room: Room) -> None:
    await finish(room, 0)
    await room.see(room.chair, share=0.9)

    assert code_of(await room.chair.lock(room.round)) == (409, "titles-missing")


@pytest.mark.parametrize("body", [{}, {"confirm": "yes"}, {"confirm": True}], ids=["nothing", "yes", "true"])
async def test_nothing_locks_without_the_word(room: Room, body: dict[str, Any]) -> None:
    await finish(room, 0)

    assert code_of(await room.chair.post(f"{room.round}/lock", body)) == (400, "bad-request")
    assert (await room.chair.get(f"/rounds/{room.round}"))["lock"] is None


async def test_locked_scores_stay_and_locking_again_is_the_same_lock(room: Room) -> None:
    await finish(room, 0)
    lock = await ok(await room.chair.lock(room.round))

    answer = await room.chair.send(room.round, room.series[0], {"story": 1, "frame": 1})

    assert code_of(answer) == (409, "scores-locked")
    assert await ok(await room.chair.lock(room.round)) == lock
    page = await room.chair.get(f"/rounds/{room.round}")
    assert (page["lock"], page["items"][0]["sheet"]["mean"]) == (lock, 4.0)


async def test_sheet_saved_before_the_lock_may_be_sent_again_after_it(room: Room) -> None:
    """Its answer was lost, and its page does not know."""
    sheet = {"id": "0193e5a0-0000-7000-8000-00000000000a", "revision": 50, "grades": {"story": 4, "frame": 4}}
    path = f"/api/jury/rounds/{room.round}/titles/{room.series[0]}/sheet"
    await finish(room, 0)
    await room.chair.browser.put(path, json=sheet)
    await ok(await room.chair.lock(room.round))

    assert (await ok(await room.chair.browser.put(path, json=sheet)))["applied"] is True


async def test_skipped_and_recused_titles_do_not_keep_from_locking(room: Room) -> None:
    await room.chair.send(room.round, room.series[0], {}, skipped="Watched half; the file stops.")
    await room.chair.post(f"{room.round}/recusals", {"series": room.series[1], "reason": "My sister produced it."})

    await ok(await room.chair.lock(room.round))


async def test_chair_undoes_a_lock_and_both_are_on_record(room: Room, rows: Connection) -> None:
    await finish(room, 0, 1)
    juror = room.seats[1]
    await ok(await juror.lock(room.round))

    await ok(await room.chair.post(f"{room.round}/locks/{juror.account}/undo", {"reason": "Locked by mistake."}))

    await juror.score(room.round, room.series[0], 6)
    protocol = await room.desk("GET", f"/{room.jury}/protocol")
    [line] = protocol["rounds"][0]["locks"]
    assert (line["juror"], line["undone_why"], line["undone_at"] is None) == (
        juror.account,
        "Locked by mistake.",
        False,
    )
    assert await log(rows, room) == [("undo-lock", {"juror": juror.account, "reason": "Locked by mistake."})]


async def test_lock_is_undone_for_24_hours_only(room: Room, rows: Connection) -> None:
    await finish(room, 1)
    juror, path = room.seats[1], f"{room.round}/locks/{room.seats[1].account}/undo"
    lock = await ok(await juror.lock(room.round))
    for hours, status in ((24.01, 409), (23.99, 204)):
        await rows.execute(
            "UPDATE jury_lock SET locked_at = now() - $2::interval WHERE account_id = $1",
            juror.account,
            timedelta(hours=hours),
        )
        answer = await room.chair.post(path, {"reason": "Too early."})
        assert answer.status_code == status, answer.text
    assert lock["undo_until"] > lock["locked_at"]


async def test_juror_undoes_nobodys_lock_and_nothing_is_there_to_undo(room: Room) -> None:
    await finish(room, 1)
    juror, path = room.seats[1], f"{room.round}/locks/{room.seats[1].account}/undo"
    assert code_of(await room.chair.post(path, {"reason": "x"})) == (404, "not-found")

    await ok(await juror.lock(room.round))

    assert code_of(await juror.post(path, {"reason": "x"})) == (403, "chair-needed")


async def test_recused_juror_does_not_score_and_does_not_count(room: Room, rows: Connection) -> None:
    juror, series = room.seats[1], room.series[0]
    await juror.score(room.round, series, 6)
    await room.chair.score(room.round, series, 2)
    body = {"series": series, "reason": "I taught its director."}
    await ok(await juror.post(f"{room.round}/recusals", body))
    await ok(await juror.post(f"{room.round}/recusals", body))

    assert code_of(await juror.send(room.round, series, {"story": 6})) == (409, "recused-here")
    table = await room.deliberate()

    assert table["rankings"][0]["lines"] == [{"rank": 1, "series": series, "value": 2.0, "jurors": 1}]
    cells = {cell["juror"]: cell for cell in table["cells"] if cell["series"] == series}
    assert (cells[juror.account]["state"], cells[juror.account]["mean"]) == ("recused", None)
    assert [action for action, _ in await log(rows, room)] == ["recuse", "open-deliberation"]


async def test_withdrawn_recusal_stays_in_the_protocol(room: Room) -> None:
    juror, series = room.seats[1], room.series[0]
    await ok(await juror.post(f"{room.round}/recusals", {"series": series, "reason": "Same name as a friend."}))
    await ok(await juror.post(f"{room.round}/recusals/withdraw", {"series": series, "reason": "Another person."}))

    await juror.score(room.round, series, 5)

    [line] = (await room.desk("GET", f"/{room.jury}/protocol"))["recusals"]
    assert (line["juror"], line["series"], line["reason"]) == (juror.account, series, "Same name as a friend.")
    assert (line["withdrawn_why"], line["withdrawn_by"]) == ("Another person.", line["declared_by"])
    again = await juror.post(f"{room.round}/recusals/withdraw", {"series": series, "reason": "Another person."})
    assert code_of(again) == (404, "not-found")


async def test_chair_recuses_others_and_jurors_only_themselves(room: Room) -> None:
    juror, chair, series = room.seats[1], room.chair, room.series[0]

    theirs = await juror.post(f"{room.round}/recusals", {"series": series, "juror": chair.account, "reason": "x"})
    await ok(
        await chair.post(f"{room.round}/recusals", {"series": series, "juror": juror.account, "reason": "His firm."})
    )

    assert code_of(theirs) == (403, "chair-needed")
    item = (await juror.get(f"/rounds/{room.round}/titles/{series}"))["item"]
    assert (item["recusal"]["reason"], item["recusal"]["by_chair"]) == ("His firm.", True)


async def test_recusal_holds_in_every_round_of_the_jury(room: Room) -> None:
    juror, series = room.seats[1], room.series[0]
    await ok(await juror.post(f"{room.round}/recusals", {"series": series, "reason": "Family."}))
    body = {"name": {"en": "Second"}, "series": [series]}
    second = (await room.desk("POST", f"/{room.jury}/rounds", body))["id"]
    await room.desk("POST", f"/rounds/{second}/open")

    assert code_of(await juror.send(second, series, {"story": 6})) == (409, "recused-here")


async def test_recusal_is_suggested_and_the_desk_sees_why(room: Room, rows: Connection) -> None:
    juror, series = room.seats[1], room.series[0]
    await rows.execute("UPDATE account SET name = 'Roya Daneshvar' WHERE id = $1", juror.account)
    made_by = [{"part": "editor", "name": "Roya Daneshvar"}]
    await rows.execute("UPDATE series SET credits = $2 WHERE id = $1", series, made_by)

    title = (await juror.get(f"/rounds/{room.round}/titles/{series}"))["item"]
    [line] = await room.desk("GET", f"/rounds/{room.round}/conflicts")

    met = {"kind": "credit", "found": "Roya Daneshvar (editor)"}
    assert title["conflicts"] == line["conflicts"] == [met]
    assert (line["juror"], line["series"], line["recusal"]) == (juror.account, series, None)


async def test_nothing_is_recused_of_a_title_outside_the_round(room: Room, rows: Connection) -> None:
    body = {"series": await a_title(rows), "reason": "x"}

    assert code_of(await room.chair.post(f"{room.round}/recusals", body)) == (404, "not-found")
