"""The queue of submissions: decided with a letter, taken back within a minute, answered, and never decided twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from msgspec import Struct

from api.db import Connection
from api.desk import keeping
from api.letters import LETTERS
from tests import builders
from tests.house import House

pytest_plugins = ("tests.housing",)
SOON = (datetime.now(UTC) + timedelta(days=3)).isoformat()


class Case(Struct, frozen=True):
    """A submitted series, its producer's browser and an organiser's."""

    series: int
    submission: int
    email: str
    producer: httpx.AsyncClient
    desk: httpx.AsyncClient

    async def decide(self, kind: str = "accept", *, seen: int = 1, **more: Any) -> httpx.Response:
        body = {"id": str(uuid4()), "kind": kind, "seen": seen, **more}
        return await self.desk.post(f"/api/desk/submissions/{self.submission}/decisions", json=body)

    async def state(self, rows: Connection) -> tuple[str, int]:
        row = await rows.fetchrow("SELECT state, version FROM submission WHERE id = $1", self.submission)
        assert row is not None
        return row["state"], row["version"]

    async def told(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.producer.get(f"/api/studio/series/{self.series}/submission")).json()
        return answer


@pytest.fixture
async def case(house: House, rows: Connection) -> Case:
    company = await builders.a_company(rows)
    account = await builders.an_account(rows, "producer", company)
    await rows.execute("UPDATE account SET lang = 'ru' WHERE id = $1", account)
    producer = house.browser()
    producer.cookies.set("sid", await builders.a_session(rows, account))
    series = await builders.a_series(rows, company=company, released=False)
    await builders.a_submission(rows, series, account=account)
    submission = await rows.fetchval("SELECT id FROM submission WHERE series_id = $1", series)
    email = await rows.fetchval("SELECT email FROM account WHERE id = $1", account)
    return Case(series, submission, email, producer, await house.signed_in("organiser"))


async def a_minute_passes(house: House, rows: Connection) -> None:
    await rows.execute("UPDATE letter SET due_at = clock_timestamp() WHERE sent_at IS NULL AND cancelled_at IS NULL")
    await keeping.send_letters(house.pool, house.mailbox)


def mails_to(house: House, email: str) -> list[str]:
    return [mail.text for mail in house.mailbox.mails if mail.to == email]


async def test_acceptance_is_written_in_the_producers_language_as_it_was_shown(
    house: House, rows: Connection, case: Case
) -> None:
    words = {"kind": "accept", "words": "Поздравляем!"}
    shown = (await case.desk.post(f"/api/desk/submissions/{case.submission}/letter", json=words)).json()

    answer = await case.decide(words="Поздравляем!")

    assert (answer.status_code, answer.json()["submission"]["state"]) == (200, "accepted")
    assert (shown["to"], shown["lang"], "Поздравляем!" in shown["text"]) == (case.email, "ru", True)
    assert mails_to(house, case.email) == []
    await a_minute_passes(house, rows)
    mail = house.mail_to(case.email)
    assert (mail.subject, mail.text) == (shown["subject"], shown["text"])
    assert mail.subject.startswith(LETTERS["ru"]["accepted"].subject.split("{")[0])


async def test_letter_is_sent_once_by_however_many_machines(house: House, rows: Connection, case: Case) -> None:
    await case.decide()
    await rows.execute("UPDATE letter SET due_at = clock_timestamp() WHERE sent_at IS NULL")

    await asyncio.gather(*(keeping.send_letters(house.pool, house.mailbox) for _ in range(3)))

    assert len(mails_to(house, case.email)) == 1


async def test_decision_taken_back_within_the_minute_is_as_if_it_had_not_been(
    house: House, rows: Connection, case: Case
) -> None:
    decided = (await case.decide("ask", words="Why?", until=SOON)).json()
    [decision] = decided["decisions"]
    assert decision["undo_until"] is not None

    undone = [await case.desk.post(f"/api/desk/decisions/{decision['id']}/undo") for _ in range(2)]

    assert [answer.status_code for answer in undone] == [200, 200]
    assert await case.state(rows) == ("new", 3)
    assert await rows.fetchval("SELECT changes_until FROM submission WHERE id = $1", case.submission) is None
    await a_minute_passes(house, rows)
    assert mails_to(house, case.email) == []


async def test_what_is_on_its_way_cannot_be_taken_back(house: House, rows: Connection, case: Case) -> None:
    [decision] = (await case.decide()).json()["decisions"]
    await a_minute_passes(house, rows)

    answer = await case.desk.post(f"/api/desk/decisions/{decision['id']}/undo")

    assert (answer.status_code, answer.json()["code"]) == (409, "letter-gone")
    assert (await case.state(rows))[0] == "accepted"


async def test_producer_hears_of_it_with_the_letter_and_not_before(house: House, rows: Connection, case: Case) -> None:
    await case.decide("decline", words="Too long for us.")

    early = await case.told()
    await a_minute_passes(house, rows)
    later = await case.told()

    assert (early["standing"]["state"], early["told"]) == ("new", [])
    assert (later["standing"]["state"], later["told"][0]["words"]) == ("declined", "Too long for us.")


async def test_first_of_two_organisers_wins_and_the_second_is_told_who_and_what(
    house: House, rows: Connection, case: Case
) -> None:
    other = await house.signed_in("organiser")
    body = {"id": str(uuid4()), "kind": "decline", "seen": 1}

    first, second = await asyncio.gather(
        case.decide(), other.post(f"/api/desk/submissions/{case.submission}/decisions", json=body)
    )

    assert sorted([first.status_code, second.status_code]) == [200, 409]
    refused = second if second.status_code == 409 else first
    problem, values = refused.json(), refused.json()["values"]
    stands = "accept" if refused is second else "decline"
    assert (problem["code"], values["decision"], values["by"].startswith("Person")) == (
        "decided-meanwhile",
        stands,
        True,
    )
    assert await rows.fetchval("SELECT count(*) FROM decision WHERE submission_id = $1", case.submission) == 1


async def test_same_decision_again_is_one_decision(rows: Connection, case: Case) -> None:
    body = {"id": str(uuid4()), "kind": "accept", "seen": 1}
    path = f"/api/desk/submissions/{case.submission}/decisions"

    answers = await asyncio.gather(*(case.desk.post(path, json=body) for _ in range(3)))

    assert [answer.status_code for answer in answers] == [200] * 3
    assert await case.state(rows) == ("accepted", 2)
    assert (
        await rows.fetchval(
            "SELECT count(*) FROM letter l JOIN decision d ON d.id = l.decision_id WHERE d.submission_id = $1",
            case.submission,
        )
        == 1
    )


async def test_question_is_answered_and_waits_for_the_festival_again(
    house: House, rows: Connection, case: Case
) -> None:
    asked = await case.decide("ask", words="Where is the director's name?", until=SOON)
    await a_minute_passes(house, rows)
    [told] = (await case.told())["told"]
    path = f"/api/studio/series/{case.series}/submission/answer"

    answers = [await case.producer.post(path, json={"question": told["id"], "text": "At the end."}) for _ in range(2)]

    assert asked.json()["submission"]["tray"] == "asked"
    assert [answer.status_code for answer in answers] == [200, 200]
    assert await case.state(rows) == ("answered", 3)
    queue = (await case.desk.get("/api/desk/submissions?tray=waiting&limit=100")).json()
    assert case.submission in [each["id"] for each in queue["submissions"]]
    card = (await case.desk.get(f"/api/desk/submissions/{case.submission}")).json()
    assert card["decisions"][0]["answer"] == "At the end."


async def test_decision_that_did_not_see_the_answer_is_refused(house: House, rows: Connection, case: Case) -> None:
    await case.decide("ask", words="Why?", until=SOON)
    await a_minute_passes(house, rows)
    [told] = (await case.told())["told"]
    await case.producer.post(
        f"/api/studio/series/{case.series}/submission/answer", json={"question": told["id"], "text": "So."}
    )

    answer = await case.decide("decline", seen=2)

    assert (answer.status_code, answer.json()["code"]) == (409, "decided-meanwhile")


async def test_answer_nobody_asked_for_is_refused(case: Case) -> None:
    body = {"question": str(uuid4()), "text": "Hello."}

    answer = await case.producer.post(f"/api/studio/series/{case.series}/submission/answer", json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing-asked")


async def test_question_opens_a_locked_series_for_its_producer(house: House, rows: Connection, case: Case) -> None:
    await rows.execute(
        "UPDATE series SET section_id = $2 WHERE id = $1",
        case.series,
        await builders.a_section_that(rows, closes_at=datetime.now(UTC) - timedelta(days=1)),
    )
    before = (await case.told())["standing"]["locked"]

    await case.decide("ask", words="Please mend the title.", until=SOON)

    assert (before, (await case.told())["standing"]["locked"]) == (True, False)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"words": " "}, "words"),
        ({"until": None}, "until"),
        ({"until": "2020-01-01T00:00:00Z"}, "until"),
        ({"kind": "accept"}, "until"),
    ],
    ids=["no-words", "no-time", "past", "time-without-question"],
)
async def test_question_without_words_or_time_is_refused(case: Case, changed: dict[str, Any], field: str) -> None:
    answer = await case.decide(**{"kind": "ask", "words": "Why?", "until": SOON, **changed})

    assert (answer.status_code, answer.json()["values"]["field"]) == (422, field)


async def test_withdrawn_submission_is_decided_by_nobody_and_its_letter_stays(
    house: House, rows: Connection, case: Case
) -> None:
    await case.decide()
    await case.producer.delete(f"/api/studio/series/{case.series}/submission")

    answer = await case.decide("decline", seen=3)
    await a_minute_passes(house, rows)

    assert (answer.status_code, answer.json()["code"]) == (409, "not-submitted")
    assert mails_to(house, case.email) == []


async def test_series_without_people_is_written_to_at_its_contact(rows: Connection, case: Case) -> None:
    await rows.execute("UPDATE account SET disabled_at = now() WHERE email = $1", case.email)
    await builders.say_all(rows, case.series)

    letter = (await case.desk.post(f"/api/desk/submissions/{case.submission}/letter", json={"kind": "accept"})).json()

    assert (letter["to"], letter["lang"]) == ("alesia@depot.example", "en")


async def test_every_decision_leaves_a_line_in_the_log(rows: Connection, case: Case) -> None:
    [decision] = (await case.decide()).json()["decisions"]
    await case.desk.post(f"/api/desk/decisions/{decision['id']}/undo")

    lines = await rows.fetch("SELECT action FROM audit_event WHERE object = $1 ORDER BY id", f"series:{case.series}")

    assert [line["action"] for line in lines] == ["accept", "undo-accept"]


@pytest.mark.parametrize("role", ["producer", "juror", "auditor"])
async def test_others_decide_nothing(house: House, rows: Connection, case: Case, role: Any) -> None:
    browser = await house.signed_in(role)
    body = {"id": str(uuid4()), "kind": "accept", "seen": 1}

    answer = await browser.post(f"/api/desk/submissions/{case.submission}/decisions", json=body)

    assert (answer.status_code, await case.state(rows)) == (403, ("new", 1))
