"""How a result is told: never before its second, offline by its code, on a page in three languages, and on paper."""

import base64
import io
import json
import re
import zipfile
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from api.db import Connection
from api.voting.envelope import BLOCK, close_envelope, new_code, open_envelope
from api.voting.protocol_paper import facts_of, print_protocol
from api.voting.sealer import Sealer
from api.voting.told_words import MESSAGES, Teller
from tests.house import House
from tests.voting.urn import Urn

pytest_plugins = ("tests.housing",)
SOON = "2099-01-01T00:00:00+00:00"


class Evening:
    """A published award, told or sealed until a second far away."""

    def __init__(self, house: House, urn: Urn, organiser: httpx.AsyncClient, auditor: httpx.AsyncClient) -> None:
        self.house, self.urn, self.organiser, self.auditor = house, urn, organiser, auditor
        self.open = f"/api/awards/{urn.award}"
        self.desk = f"/api/desk/awards/{urn.award}"

    @classmethod
    async def ready(cls, house: House, best: int = 0) -> "Evening":
        """Everything but the two people; entry `best` of four gets the best marks."""
        urn = await Urn.open(house.pool)
        for _ in range(2):
            await look(house)
        for number, ballot in enumerate(urn.ballots):
            for place, entry in enumerate(urn.entries):
                await urn.write(ballot, entry, 5 if place == best else 1 + (number + place) % 3)
        await urn.close()
        await urn.prove(house.app.state.logbook)
        return cls(house, urn, await house.signed_in("organiser"), await house.signed_in("auditor"))

    async def plan(self, reveals_at: str | None) -> httpx.Response:
        return await self.organiser.put(
            f"{self.desk}/plan", json={"told_in": ["en", "fa", "zh"], "reveals_at": reveals_at}
        )

    async def publish(self) -> None:
        assert (await self.organiser.post(f"{self.desk}/publish")).status_code == 200
        agreed = await self.auditor.post(f"{self.desk}/publish/agree")
        assert agreed.status_code == 200, agreed.text

    async def public(self, path: str) -> httpx.Response:
        return await self.house.browser().get(path)

    async def slug(self) -> str:
        return str(await self.house.pool.fetchval("SELECT slug FROM award WHERE id = $1", self.urn.award))


async def look(house: House) -> None:
    await Sealer(house.pool, house.app.state.logbook, house.mailbox).look()


@pytest.fixture
async def evening(house: House) -> Evening:
    return await Evening.ready(house)


def test_envelope_opens_with_its_code_and_no_other() -> None:
    salt, code = b"s" * 16, new_code()
    closed = close_envelope({"winners": [3]}, code, salt)

    assert open_envelope(closed, code, salt) == {"winners": [3]}
    assert len(closed) == BLOCK + 32
    for wrong in (new_code(), code[::-1] if code[::-1] != code else "2" * 10):
        with pytest.raises(ValueError, match="does not open"):
            open_envelope(closed, wrong, salt)
    changed = bytes([closed[0] ^ 1]) + closed[1:]
    with pytest.raises(ValueError, match="does not open"):
        open_envelope(changed, code, salt)


async def test_sealed_result_is_nowhere_before_its_second(evening: Evening) -> None:
    assert (await evening.plan(SOON)).status_code == 200
    await evening.publish()

    for path in ("result", "bundle", "protocol", "protocol.pdf"):
        answer = await evening.public(f"{evening.open}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "result-not-published"), path
    assert (await evening.public(f"/results/{await evening.slug()}")).status_code == 404
    assert await evening.slug() not in (await evening.public("/results")).text
    card = (await evening.public(evening.open)).json()
    log = (await evening.public(f"{evening.open}/log")).json()
    assert (card["published_at"], log["published_at"]) == (None, None)
    ceremony = (await evening.public(f"{evening.open}/ceremony")).json()
    assert (ceremony["state"], ceremony["result"]) == ("sealed", None)


async def test_what_a_screen_loads_before_the_second_tells_nothing_of_the_order(house: House) -> None:
    loaded = []
    for best in (0, 3):
        evening = await Evening.ready(house, best)
        await evening.plan(SOON)
        await evening.publish()
        shown = (await evening.public(f"{evening.open}/ceremony")).json()
        numbers = {entry: place for place, entry in enumerate(evening.urn.entries)}
        shown["entries"] = [numbers[entry["id"]] for entry in shown["entries"]]
        loaded.append((sorted(shown), shown["entries"], len(shown["envelope"]), shown["result"], shown["state"]))

    assert loaded[0] == loaded[1]


async def test_result_is_told_at_its_second_by_the_clock_of_the_database(evening: Evening, rows: Connection) -> None:
    await evening.plan(SOON)
    await evening.publish()
    await rows.execute("UPDATE award SET reveals_at = clock_timestamp() WHERE id = $1", evening.urn.award)

    told = (await evening.public(f"{evening.open}/ceremony")).json()

    assert (told["state"], told["result"]["winners"]) == ("told", [evening.urn.entries[0]])
    assert (await evening.public(f"{evening.open}/result")).status_code == 200
    late = await evening.plan(SOON)
    assert (late.status_code, late.json()["code"]) == (409, "result-published")


async def test_code_from_the_desk_opens_the_envelope_without_a_network_and_is_on_record(evening: Evening) -> None:
    assert (await evening.organiser.post(f"{evening.desk}/ceremony/code")).status_code == 404
    await evening.plan(SOON)
    await evening.publish()
    shown = (await evening.public(f"{evening.open}/ceremony")).json()

    code = (await evening.organiser.post(f"{evening.desk}/ceremony/code")).json()["code"]

    found = open_envelope(base64.b64decode(shown["envelope"]), code, base64.b64decode(shown["salt"]))
    assert found["result"]["winners"] == [evening.urn.entries[0]]
    assert (await evening.auditor.post(f"{evening.desk}/ceremony/code")).status_code == 403
    actions = await evening.house.pool.fetch(
        "SELECT action FROM audit_event WHERE object = $1 ORDER BY id", f"award:{evening.urn.award}"
    )
    assert [row["action"] for row in actions] == ["plan-result", "ask-publish", "publish", "show-ceremony-code"]


async def test_results_page_tells_it_in_the_chosen_languages_and_runs_no_script(evening: Evening) -> None:
    await evening.plan(None)
    await evening.publish()

    answer = await evening.public(f"/results/{await evening.slug()}")

    page = answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "script" not in answer.headers["content-security-policy"]
    assert "<script" not in page
    for lang in ("en", "fa", "zh"):
        for key in ("winner", "by_method", "check", "interval"):
            assert MESSAGES[lang][key] in page, (lang, key)
    assert MESSAGES["ru"]["check"] not in page
    assert page.count('class="bar"') == 4
    assert f'href="{evening.open}/bundle"' in page
    assert 'href="/verify.py"' in page
    rules = json.loads((await evening.public(f"{evening.open}/protocol")).text)["rules_sha256"]
    assert rules in page


async def test_rehearsal_is_marked_and_neither_reads_nor_writes_anything(evening: Evening) -> None:
    before = await evening.house.pool.fetchval("SELECT count(*) FROM audit_event")

    ceremony = (await evening.organiser.get(f"{evening.desk}/rehearsal")).json()
    page = (await evening.organiser.get(f"{evening.desk}/rehearsal/page")).text

    assert (ceremony["rehearsal"], ceremony["state"], len(ceremony["result"]["ranked"])) == (True, "told", 4)
    assert 'class="stamp"' in page
    assert f"{evening.open}/bundle" not in page
    assert await evening.house.pool.fetchval("SELECT count(*) FROM audit_event") == before
    assert (await evening.public(f"{evening.open}/ceremony")).json()["state"] == "waiting"
    winners = {
        tuple((await evening.organiser.get(f"{evening.desk}/rehearsal")).json()["result"]["winners"]) for _ in range(12)
    }
    assert len(winners) > 1  # nothing of the real votes is in it


async def test_protocol_names_people_proof_and_checkpoints_and_goes_into_the_bundle(evening: Evening) -> None:
    await evening.plan(None)
    await evening.publish()

    text = (await evening.public(f"{evening.open}/protocol")).text
    protocol = json.loads(text)

    assert protocol["people"]["asked_by"] != protocol["people"]["agreed_by"]
    assert protocol["proof"]["ballots"] == protocol["result"]["ballots"] == len(evening.urn.ballots)
    assert protocol["checkpoints"][-1]["size"] == protocol["log"]["size"] == protocol["result"]["size"]
    assert [each["action"] for each in protocol["audit"]] == ["plan-result", "ask-publish", "publish"]
    bundle = (await evening.public(f"{evening.open}/bundle")).content
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        assert files.read("protocol.json").decode() == text
        assert files.read("audit.csv").decode().count("\n") == 4


async def test_protocol_prints_nobodys_name_and_no_words_they_typed(evening: Evening) -> None:
    await evening.house.pool.execute(
        "UPDATE account SET name = 'Amina ' || role || ' Sadykova', email = role || id || '@private.example'"
    )
    away = {"reason": "other", "words": "Call amina@private.example", "ballots": [evening.urn.ballots[0]]}
    await evening.house.pool.execute(
        "INSERT INTO audit_event (account_id, action, object, detail) SELECT id, 'change', $1, $2 FROM account LIMIT 1",
        f"award:{evening.urn.award}",
        {**away, "note": "amina@private.example"},
    )
    await evening.plan(None)
    await evening.publish()

    text = (await evening.public(f"{evening.open}/protocol")).text
    protocol = json.loads(text)
    paper = print_protocol(text, "en")

    people = {protocol["people"][by] for by in ("asked_by", "agreed_by")}
    assert people == {"organiser A.O.S.", "auditor A.A.S."}
    assert {line["by"] for line in protocol["audit"]} <= people
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    assert "Auditor A.A.S." in read
    for secret in ("Sadykova", "private.example"):
        assert secret not in text
        assert secret not in read


@pytest.mark.parametrize("lang", sorted(MESSAGES))
async def test_paper_says_what_the_json_says_in_every_language(evening: Evening, lang: str) -> None:
    await evening.plan(None)
    await evening.publish()
    text = (await evening.public(f"{evening.open}/protocol")).text
    protocol: dict[str, Any] = json.loads(text)

    paper = print_protocol(text, lang)

    said = facts_of(protocol, Teller(lang, "Asia/Almaty"))
    read = re.sub(r"\s|\u200b", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages))
    assert protocol["rules_sha256"] in read
    assert protocol["key"] in read
    assert protocol["proof"]["result_sha256"] in read
    for point in protocol["checkpoints"]:
        assert point["root"].strip() in read
    assert len(said["sections"]) == 11
    assert len(said["sections"][1]["table"]["lines"]) == len(evening.urn.entries)
    assert paper == print_protocol(text, lang)


async def test_paper_is_given_to_everyone_in_the_language_they_ask_for(evening: Evening) -> None:
    await evening.plan(None)
    await evening.publish()

    answer = await evening.public(f"{evening.open}/protocol.pdf?lang=zh")

    assert answer.headers["content-type"] == "application/pdf"
    title = PdfReader(io.BytesIO(answer.content)).metadata
    assert title is not None
    assert str(title.title).startswith(MESSAGES["zh"]["protocol_of"])


def test_every_language_has_every_message_with_the_same_values() -> None:
    holes = {
        lang: {key: sorted(re.findall(r"\{(\w+)\}", text)) for key, text in said.items()}
        for lang, said in MESSAGES.items()
    }

    assert len(MESSAGES) == 11
    assert all(each == holes["en"] for each in holes.values())


async def test_languages_of_a_result_are_ours_and_named_once(evening: Evening) -> None:
    for told_in in (["en", "en"], ["en", "xx"], []):
        refused = await evening.organiser.put(f"{evening.desk}/plan", json={"told_in": told_in, "reveals_at": None})
        assert refused.status_code in (400, 422), told_in


def test_a_moment_keeps_its_order_in_a_line_from_right_to_left() -> None:
    assert Teller("fa", "Asia/Almaty").moment("2026-11-14T17:00:00Z") == "\u20662026-11-14 22:00:00\u2069"
    assert Teller("ru", "Asia/Almaty").moment("2026-11-14T17:00:00Z") == "2026-11-14 22:00:00"
