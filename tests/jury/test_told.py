"""A jury's award on its way to the public: gates, two people, a second, a page, a protocol, a screen."""

import base64
import io
import json
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from api.db import Connection
from api.jury.told_paper import facts_of, print_protocol
from api.voting.envelope import open_envelope
from api.voting.told_words import MESSAGES, Teller
from tests.builders import code_of, words
from tests.house import House
from tests.jury.rooms import Room, Seat, a_room, ok

pytest_plugins = ("tests.housing",)
SOON = "2099-01-01T00:00:00+00:00"
CITATION = {"en": "For a house seen through one window.", "zh": "一扇窗，一座房子。"}
#: By juror, in the order of the titles: the first leads in whatever way it is counted.
GRADES = ((6, 3, 2), (5, 3, 1), (6, 4, 2))


class Table:
    """A jury that has decided: the first title wins, the second is mentioned, the third is known to nobody."""

    def __init__(self, room: Room, auditor: httpx.AsyncClient) -> None:
        self.room, self.auditor = room, auditor
        self.desk, self.open = f"/api/desk/juries/{room.jury}", f"/api/juries/{room.jury}"

    @property
    def organiser(self) -> httpx.AsyncClient:
        return self.room.organiser

    async def decide(self, winner: int = 0, **more: Any) -> httpx.Response:
        prizes = [
            {"series": self.room.series[winner], "kind": "winner", "citation": CITATION},
            {"series": self.room.series[1], "kind": "mention"},
        ]
        path = f"/api/jury/rounds/{self.room.round}/decision"
        return await self.room.chair.browser.put(path, json={"prizes": prizes, **more})

    async def release(self, *numbers: int) -> None:
        series = [self.room.series[number] for number in numbers]
        await self.room.rows.execute("UPDATE series SET released_at = now() WHERE id = ANY ($1)", series)

    async def plan(self, reveals_at: str | None, *langs: str) -> Any:
        body = {"told_in": list(langs) or ["en", "fa", "zh"], "reveals_at": reveals_at}
        return await ok(await self.organiser.put(f"{self.desk}/plan", json=body))

    async def publish(self) -> Any:
        await ok(await self.organiser.post(f"{self.desk}/publish"))
        return await ok(await self.auditor.post(f"{self.desk}/publish/agree"))

    async def public(self, path: str) -> httpx.Response:
        return await self.room.house.browser().get(path)

    async def gates(self) -> dict[str, str]:
        found = await ok(await self.organiser.get(f"{self.desk}/gates"))
        return {gate["name"]: gate["state"] for gate in found["gates"]}


async def scored(room: Room, seats: list[Seat], *, lock: bool = True) -> None:
    for seat, grades in zip(seats, GRADES, strict=False):
        for series, grade in zip(room.series, grades, strict=True):
            await seat.score(room.round, series, grade)
        if lock:
            await ok(await seat.lock(room.round))


@pytest.fixture
async def table(house: House, rows: Connection) -> Table:
    room = await a_room(house, rows, jurors=3, titles=3)
    await room.see(*room.seats)
    await scored(room, room.seats)
    await ok(await room.chair.post(f"{room.round}/deliberation", {}))
    return Table(room, await house.signed_in("auditor"))


async def test_gates_open_one_after_the_other_and_two_people_publish(table: Table) -> None:
    undecided = await table.gates()
    await ok(await table.decide())
    hidden = await table.gates()
    shut = await table.organiser.post(f"{table.desk}/publish")
    await table.release(0, 1)
    ready = await table.gates()

    unasked = await table.auditor.post(f"{table.desk}/publish/agree")
    await ok(await table.organiser.post(f"{table.desk}/publish"))
    alone = await table.organiser.post(f"{table.desk}/publish/agree")
    page_before = await table.public(f"/results/jury/{table.room.jury}")
    published = await ok(await table.auditor.post(f"{table.desk}/publish/agree"))
    again = await ok(await table.auditor.post(f"{table.desk}/publish/agree"))

    later = {"coverage": "later", "recusals": "later", "titles": "later", "people": "later"}
    assert undecided == {"decided": "waiting", "locked": "passed", **later}
    assert (hidden["titles"], hidden["people"]) == ("waiting", "later")
    assert (code_of(shut), shut.json()["values"]["gates"]) == ((409, "gates-shut"), ["titles"])
    assert list(ready.values()) == ["passed"] * 5 + ["waiting"]
    assert code_of(unasked) == (409, "publication-not-asked")
    assert code_of(alone) == (403, "second-person-needed")
    assert code_of(page_before) == (404, "result-not-published")
    assert published["publication"]["state"] == "published"
    assert published["passed"] == 6
    assert again == published
    said = await table.room.rows.fetch(
        "SELECT action FROM audit_event WHERE object = $1 ORDER BY id", f"jury:{table.room.jury}"
    )
    assert [row["action"] for row in said][-2:] == ["ask-publish", "publish"]


async def test_a_decision_taken_anew_has_to_be_asked_for_anew(table: Table) -> None:
    await ok(await table.decide())
    await table.release(0, 1)
    await ok(await table.organiser.post(f"{table.desk}/publish"))
    await ok(await table.decide(winner=1, against="It moved us more."))

    agreed = await table.auditor.post(f"{table.desk}/publish/agree")
    await table.publish()
    late = await table.decide()

    assert code_of(agreed) == (409, "publication-not-asked")
    assert code_of(late) == (409, "result-published")


async def test_page_tells_the_decision_in_three_languages_and_the_list_leads_to_it(table: Table) -> None:
    await ok(await table.decide(statement=words("A strong year.")))
    await table.release(0, 1)
    await table.plan(None)
    await table.publish()

    answer = await table.public(f"/results/jury/{table.room.jury}")
    listed = (await table.public("/results")).text

    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    page = answer.text
    for lang in ("en", "fa", "zh"):
        assert f'lang="{lang}"' in page
        assert MESSAGES[lang]["jury.how"] in page
        assert f"{table.open}/protocol.pdf?lang={lang}" in page
    assert CITATION["zh"] in page
    assert "A strong year." in page
    assert page.index("<h2>") < page.index(MESSAGES["en"]["jury.mention"])
    assert f'href="/results/jury/{table.room.jury}"' in listed


async def test_nobody_reads_the_decision_before_its_second_and_the_code_opens_the_envelope(table: Table) -> None:
    await ok(await table.decide())
    await table.release(0, 1, 2)
    before = await table.public(f"{table.open}/ceremony")
    await table.plan(SOON)
    await table.publish()

    shown = (await table.public(f"{table.open}/ceremony")).json()
    hidden = [await table.public(path) for path in (f"/results/jury/{table.room.jury}", f"{table.open}/protocol")]
    code = await ok(await table.organiser.post(f"{table.desk}/ceremony/code"))
    nothing = (await table.public("/results")).text
    await table.plan(None)
    told = (await table.public(f"{table.open}/ceremony")).json()

    assert code_of(before) == (404, "result-not-published")
    assert (shown["state"], told["state"]) == ("sealed", "told")
    assert shown["result"] is None
    # Also the title without a prize: which of them win cannot be told from what the screen loads.
    assert {entry["id"] for entry in shown["entries"]} >= set(table.room.series)
    assert [code_of(answer) for answer in hidden] == [(404, "result-not-published")] * 2
    assert f'/results/jury/{table.room.jury}"' not in nothing
    opened = open_envelope(base64.b64decode(shown["envelope"]), code["code"], base64.b64decode(shown["salt"]))
    assert opened["result"] == told["result"]
    assert [(prize["entry"], prize["kind"]) for prize in told["result"]["prizes"]] == [
        (table.room.series[0], "winner"),
        (table.room.series[1], "mention"),
    ]
    assert code_of(await table.organiser.put(f"{table.desk}/plan", json={"told_in": ["en"], "reveals_at": SOON})) == (
        409,
        "result-published",
    )


async def test_protocol_names_recusals_coverage_and_places_and_nothing_private(table: Table, house: House) -> None:
    room = table.room
    await room.rows.execute("UPDATE account SET name = 'Amina Sadykova', email = 'juror' || id || '@private.example'")
    body = {"series": room.series[1], "juror": room.seats[2].account, "reason": "My sister edited this film."}
    await ok(await room.chair.post(f"{room.round}/recusals", body))
    body = {"series": room.series[2], "juror": room.seats[2].account, "reason": "I know the director."}
    await ok(await room.chair.post(f"{room.round}/recusals", body))
    await ok(await table.decide())
    await table.release(0, 1)
    await table.publish()

    text = (await table.public(f"{table.open}/protocol")).text
    paper = await table.public(f"{table.open}/protocol.pdf?lang=en")

    protocol = json.loads(text)
    assert [(each["juror"], each["entry"], each["by_chair"]) for each in protocol["recusals"]] == [
        ("juror A.S.", room.series[1], True),
        ("juror A.S.", None, True),
    ]
    assert [entry["id"] for entry in protocol["entries"]] == room.series[:2]
    [won, mentioned] = protocol["coverage"]
    assert (won["jurors"], won["seen"], won["scored"], won["recused"]) == (3, 3, 3, 0)
    assert (mentioned["scored"], mentioned["recused"]) == (2, 1)
    assert [each["method"] for each in protocol["rankings"]] == ["raw", "levelled", "pairwise"]
    # The mention was scored by two jurors only: where it stands is not told.
    assert all([place["entry"] for place in each["places"]] == room.series[:1] for each in protocol["rankings"])
    assert all(each["leads"] == room.series[:1] for each in protocol["rankings"])
    assert protocol["result"]["depends"] is False
    assert protocol["audit"][-1]["action"] == "publish"
    assert paper.headers["content-type"] == "application/pdf"
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    assert "Juror A.S." in read
    private = ("Sadykova", "private.example", "sister", "I know", "title-3", "mean", '"grades"')
    for secret in private:
        assert secret not in text
    for secret in private[:4]:
        assert secret not in read


async def test_protocol_warns_where_the_winner_depends_on_the_way_of_counting(house: House, rows: Connection) -> None:
    """A juror who gives everything low grades and one who gives them high: the plain mean and the pairs differ."""
    room = await a_room(house, rows, jurors=3, titles=3, cut=None)
    for seat, grades in zip(room.seats, ((1, 2, 1), (1, 2, 1), (6, 2, 5)), strict=True):
        for series, grade in zip(room.series, grades, strict=True):
            await seat.score(room.round, series, grade)
    await room.deliberate()
    table = Table(room, await house.signed_in("auditor"))
    await ok(await table.decide())
    await table.release(0, 1)
    await table.publish()

    protocol = (await table.public(f"{table.open}/protocol")).json()
    page = (await table.public(f"/results/jury/{room.jury}")).text

    assert protocol["result"]["depends"] is True
    leads = {each["method"]: each["leads"] for each in protocol["rankings"]}
    assert leads["raw"] == [room.series[0]]
    assert leads["pairwise"] == [room.series[1]]
    assert MESSAGES["en"]["jury.depends"] in page
    # Nobody had locked or watched: the chair opened the table with a reason, and the protocol says so.
    assert protocol["rounds"][0]["early"] is True
    assert [each["seen"] for each in protocol["coverage"]] == [0, 0]
    assert "The prize is tonight." not in json.dumps(protocol)


async def test_places_are_not_told_where_they_would_be_one_jurors_own(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, jurors=2, titles=3)
    await room.see(*room.seats)
    await scored(room, room.seats)
    await ok(await room.chair.post(f"{room.round}/deliberation", {}))
    table = Table(room, await house.signed_in("auditor"))
    await ok(await table.decide())
    await table.release(0, 1)
    await table.publish()

    assert (await table.public(f"{table.open}/protocol")).json()["rankings"] == []


async def test_paper_says_what_the_json_says_in_every_language(table: Table) -> None:
    await ok(await table.decide())
    await table.release(0, 1)
    await table.publish()
    text = (await table.public(f"{table.open}/protocol")).text

    for lang in sorted(MESSAGES):
        said = facts_of(json.loads(text), Teller(lang, "Asia/Almaty"))
        paper = print_protocol(text, lang)
        assert len(said["sections"]) == 8, lang
        assert len(PdfReader(io.BytesIO(paper)).pages) >= 1
        assert paper == print_protocol(text, lang)


async def test_languages_are_ours_and_named_once(table: Table) -> None:
    for told_in in (["en", "en"], ["en", "xx"], []):
        refused = await table.organiser.put(f"{table.desk}/plan", json={"told_in": told_in, "reveals_at": None})
        assert refused.status_code in (400, 422), told_in
