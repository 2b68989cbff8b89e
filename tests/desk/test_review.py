"""The review at the desk: quarantine is a public number, voids and publication take two people, and all is written down."""

import asyncio
import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uuid_utils.compat as uuids

from api.db import Connection
from api.voting import board, review
from api.voting.checking import check_bundle
from api.voting.sealer import Sealer
from api.voting.sealing import pseudonym
from api.voting.voiding import Q
from tests.builders import SECRET, code_of
from tests.house import House
from tests.voting.urn import Urn

pytest_plugins = ("tests.housing",)


class Case:
    """An award with twelve votes of nine ballots, four of them flagged; two organisers and an auditor."""

    def __init__(self, house: House, urn: Urn, flag: int, people: list[httpx.AsyncClient]) -> None:
        self.house, self.urn, self.flag = house, urn, flag
        self.organiser, self.second, self.auditor = people
        self.desk = f"/api/desk/awards/{urn.award}"

    @classmethod
    async def open(cls, house: House) -> "Case":
        urn = await Urn.open(house.pool)
        for number, ballot in enumerate(urn.ballots):
            await urn.write(ballot, urn.entries[0], 1 if number < 4 else 5)
        for ballot in urn.ballots[:3]:
            await urn.write(ballot, urn.entries[1], 4)
        people = [await house.signed_in(role) for role in ("organiser", "organiser", "auditor")]
        case = cls(house, urn, 0, people)
        case.flag = await case.a_flag(urn.ballots[:4])
        await house.pool.execute("UPDATE award SET board = 'open' WHERE id = $1", urn.award)
        return case

    async def a_flag(self, ballots: list[int], what: str = "one_network") -> int:
        return int(
            await self.house.pool.fetchval(
                "INSERT INTO flag (award_id, what, subject, ballots, numbers) VALUES ($1, $2, $3, $4, $5) RETURNING id",
                self.urn.award, what, str(uuid4()), ballots, {"ballots": len(ballots)},
            )
        )  # fmt: skip

    async def board(self) -> dict[int, tuple[int, int]]:
        """Votes and sum of each entry as everyone sees them, from the live board."""
        shown = (await self.house.browser().get(f"/api/awards/{self.urn.award}/board")).json()
        assert shown["source"] == "live"
        return {entry["entry"]: (entry["votes"], entry["sum"]) for entry in shown["entries"]}

    async def review(self) -> Any:
        return (await self.house.browser().get(f"/api/awards/{self.urn.award}/review")).json()

    async def on_flag(self, what: str, flag: int | None = None) -> httpx.Response:
        return await self.organiser.post(f"{self.desk}/flags/{flag or self.flag}/{what}")

    async def ask(self, **void: Any) -> httpx.Response:
        body = {"reason": "automated", "words": "One script on one network.", "flag": self.flag} | void
        return await self.organiser.post(f"{self.desk}/voids", json={k: v for k, v in body.items() if v is not None})

    async def voided(self) -> Any:
        asked = (await self.ask()).json()
        agreed = await self.second.post(f"/api/desk/voids/{asked['id']}/agree")
        assert agreed.status_code == 200, agreed.text
        return agreed.json()

    async def audit(self) -> list[str]:
        rows = await self.house.pool.fetch(
            "SELECT action FROM audit_event WHERE detail->>'award' = $1 OR object = $2 ORDER BY id",
            str(self.urn.award), f"award:{self.urn.award}",
        )  # fmt: skip
        return [row["action"] for row in rows]

    async def lines(self) -> int:
        """Of the ledger; voids are lines too."""
        ledger = "SELECT count(*) FROM vote_event WHERE award_id = $1"
        return int(await self.house.pool.fetchval(ledger, self.urn.award))

    async def look(self) -> None:
        for _ in range(3):
            await Sealer(self.house.pool, self.house.app.state.logbook, self.house.mailbox).look()

    async def ready(self) -> None:
        """Voting is over, what is odd was looked at, the count is proved."""
        await self.urn.close()
        await self.look()
        settled = "UPDATE flag SET settled_at = now(), outcome = 'dismissed' WHERE award_id = $1 AND settled_at IS NULL"
        await self.house.pool.execute(f"{settled} AND quarantined_at IS NULL", self.urn.award)
        await self.urn.prove(self.house.app.state.logbook)

    async def publish(self) -> httpx.Response:
        await self.ready()
        asked = await self.organiser.post(f"{self.desk}/publish")
        assert asked.status_code == 200, asked.text
        return await self.auditor.post(f"{self.desk}/publish/agree")


@pytest.fixture
async def case(house: House) -> Case:
    return await Case.open(house)


async def test_flags_are_shown_with_their_numbers_to_organisers_and_auditors(case: Case) -> None:
    await case.house.pool.execute("UPDATE flag SET settled_at = now(), outcome = 'dismissed' WHERE id = $1", case.flag)
    newer = await case.a_flag(case.urn.ballots[4:], "burst")

    for browser in (case.organiser, case.auditor):
        pages = [(await browser.get(f"{case.desk}/flags?settled={each}")).json() for each in ("false", "true")]
        flags = [flag for page in pages for flag in page["flags"]]
        assert [flag["id"] for flag in flags] == [newer, case.flag]
        assert [(page["open"], page["settled"], page["next"]) for page in pages] == [(1, 1, None)] * 2
    assert flags[0]["numbers"] == {"ballots": 5}
    assert (flags[0]["ballots"], flags[0]["sample"]) == (5, case.urn.ballots[4:])
    assert (flags[0]["what"], flags[0]["outcome"], flags[1]["outcome"]) == ("burst", None, "dismissed")


async def test_quarantine_takes_ballots_out_of_the_board_and_into_a_public_number(case: Case) -> None:
    entries = case.urn.entries

    first, again = await case.on_flag("quarantine"), await case.on_flag("quarantine")

    assert (first.json()["under_review"], first.json()["quarantined_at"]) == (4, again.json()["quarantined_at"])
    assert await case.board() == {entries[0]: (5, 25)}
    assert await case.review() == {"award": case.urn.award, "under_review": 4, "void": 0, "void_by_reason": {}}

    released = await case.on_flag("release")

    assert (released.json()["under_review"], released.json()["settled_at"]) == (0, None)
    assert await case.board() == {entries[0]: (9, 29), entries[1]: (3, 12)}
    assert (await case.review())["under_review"] == 0
    assert await case.audit() == ["quarantine", "release"]


async def test_quarantine_again_takes_in_ballots_that_came_later(case: Case) -> None:
    await case.on_flag("quarantine")
    await case.house.pool.execute("UPDATE flag SET ballots = $2 WHERE id = $1", case.flag, case.urn.ballots[:6])

    assert (await case.on_flag("quarantine")).json()["under_review"] == 6


async def test_ballots_of_two_flags_stay_under_review_until_both_let_them_go(case: Case) -> None:
    other = await case.a_flag(case.urn.ballots[2:6], "burst")
    await case.on_flag("quarantine")
    await case.on_flag("quarantine", other)

    assert (await case.on_flag("release")).json()["under_review"] == 2
    assert (await case.on_flag("dismiss", other)).json()["under_review"] == 0


async def test_dismissed_flag_is_settled_and_its_ballots_count(case: Case) -> None:
    await case.on_flag("quarantine")

    first, again = await case.on_flag("dismiss"), await case.on_flag("dismiss")

    assert (first.status_code, first.json()) == (200, again.json())
    assert (first.json()["outcome"], first.json()["under_review"]) == ("dismissed", 0)
    assert first.json()["settled_by"]["name"].startswith("Person ")
    assert code_of(await case.on_flag("quarantine")) == (409, "flag-settled")
    assert code_of(await case.ask()) == (409, "flag-settled")
    assert await case.audit() == ["quarantine", "dismiss"]


async def test_one_person_cannot_void(case: Case) -> None:
    void = (await case.ask()).json()

    for word in ("agree", "refuse"):
        refused = await case.organiser.post(f"/api/desk/voids/{void['id']}/{word}")
        assert code_of(refused) == (403, "second-person-needed")
    assert await case.lines() == 12
    assert (await case.review())["void"] == 0
    assert code_of(await case.on_flag("dismiss")) == (409, "voids-open")


async def test_void_by_two_is_in_ledger_board_and_review_at_once(case: Case) -> None:
    await case.on_flag("quarantine")

    void = await case.voided()

    assert (void["state"], void["ballots"], void["asked_by"] == void["decided_by"]) == ("agreed", 4, False)
    rows = await case.house.pool.fetch(
        "SELECT ballot, question, revision, kind, channel, value FROM vote_event WHERE award_id = $1 AND kind = 2",
        case.urn.award,
    )
    assert len(rows) == 7
    assert {(row["revision"], row["channel"], row["value"]) for row in rows} == {(2, 1, None)}
    assert await case.board() == {case.urn.entries[0]: (5, 25)}
    recount = (await case.auditor.get(f"/api/awards/{case.urn.award}/recount")).json()
    assert {entry["entry"]: (entry["votes"], entry["sum"]) for entry in recount["entries"]} == await case.board()
    assert await case.review() == {
        "award": case.urn.award, "under_review": 0, "void": 4, "void_by_reason": {"automated": 4},
    }  # fmt: skip
    [flag] = (await case.auditor.get(f"{case.desk}/flags?settled=true")).json()["flags"]
    assert (flag["outcome"], flag["void"], flag["under_review"]) == ("void", 4, 0)
    assert await case.audit() == ["quarantine", "ask-void", "agree-void"]


async def test_void_is_in_the_result_and_the_verifier_agrees(case: Case) -> None:
    await case.look()
    await case.voided()
    await case.on_flag("quarantine", await case.a_flag(case.urn.ballots[4:6], "burst"))
    before = await case.review()

    published = await case.publish()

    assert published.status_code == 200, published.text
    browser = case.house.browser()
    result = (await browser.get(f"/api/awards/{case.urn.award}/result")).json()["result"]
    assert (result["void_by_reason"], result["quarantined"], result["ballots"]) == ({"automated": 4}, 2, 3)
    assert before == await case.review()
    assert (before["void_by_reason"], before["under_review"]) == (result["void_by_reason"], result["quarantined"])
    packed = (await browser.get(f"/api/awards/{case.urn.award}/bundle")).content
    with zipfile.ZipFile(io.BytesIO(packed)) as bundle:
        files = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert check_bundle(files).wrong == []
    voids = [json.loads(leaf) for leaf in await case.urn.leaves() if '"void"' in leaf]
    assert {leaf["ballot"] for leaf in voids} == {pseudonym(SECRET, ballot) for ballot in case.urn.ballots[:4]}


async def test_void_ballot_casts_no_more(case: Case) -> None:
    phone = case.house.browser()
    address = f"/api/awards/{case.urn.award}"
    ballot = (await phone.post(f"{address}/ballot")).json()["ballot"]
    vote = {"id": str(uuids.uuid7()), "entry": case.urn.entries[0], "value": 5}
    await phone.post(f"{address}/votes", json=vote, headers={"Ballot": ballot})
    number = int(ballot.split(".")[1])
    asked = (await case.ask(flag=None, ballots=[number])).json()
    await case.auditor.post(f"/api/desk/voids/{asked['id']}/agree")

    again = await phone.post(f"{address}/votes", json=vote | {"id": str(uuids.uuid7())}, headers={"Ballot": ballot})

    assert code_of(again) == (403, "ballot-void")
    assert (await phone.get(f"{address}/my-votes", headers={"Ballot": ballot})).json()["votes"] == []


async def test_asking_and_deciding_again_is_the_same(case: Case) -> None:
    first, again = await case.ask(), await case.ask()
    assert (first.status_code, first.json()) == (201, again.json())
    address = f"/api/desk/voids/{first.json()['id']}"

    agreed = await asyncio.gather(*(case.second.post(f"{address}/agree") for _ in range(3)))

    assert {each.status_code for each in agreed} == {200}
    assert len({each.text for each in agreed}) == 1
    assert await case.lines() == 19
    assert code_of(await case.auditor.post(f"{address}/refuse")) == (409, "void-decided")
    assert code_of(await case.ask(flag=None, ballots=case.urn.ballots[:4])) == (409, "nothing-to-void")
    assert await case.audit() == ["ask-void", "agree-void"]


async def test_ballot_of_two_requests_keeps_the_reason_of_the_first(case: Case) -> None:
    ballots = case.urn.ballots
    first = (await case.ask()).json()
    second = (await case.ask(flag=None, ballots=ballots[3:5], reason="bought", words="Paid for.")).json()

    for void in (first, second):
        await case.auditor.post(f"/api/desk/voids/{void['id']}/agree")

    assert (await case.review())["void_by_reason"] == {"automated": 4, "bought": 1}


async def test_refused_void_changes_nothing(case: Case) -> None:
    void = (await case.ask()).json()

    refused = await case.auditor.post(f"/api/desk/voids/{void['id']}/refuse")

    assert (refused.json()["state"], (await case.review())["void"]) == ("refused", 0)
    [listed] = (await case.auditor.get(f"{case.desk}/voids")).json()
    assert listed == refused.json()
    assert await case.audit() == ["ask-void", "refuse-void"]


async def test_request_can_be_taken_back_by_whoever_asked_and_changes_nothing(case: Case) -> None:
    void = (await case.ask()).json()
    address = f"/api/desk/voids/{void['id']}"

    stranger, auditor = await case.second.post(f"{address}/withdraw"), await case.auditor.post(f"{address}/withdraw")
    first, again = await case.organiser.post(f"{address}/withdraw"), await case.organiser.post(f"{address}/withdraw")

    assert (code_of(stranger), code_of(auditor)) == ((403, "not-allowed"), (403, "not-allowed"))
    assert (first.status_code, first.json()) == (200, again.json())
    assert (first.json()["state"], first.json()["decided_by"]) == ("withdrawn", None)
    for word in ("agree", "refuse"):
        assert code_of(await case.auditor.post(f"{address}/{word}")) == (409, "void-withdrawn")
    assert (await case.review())["void"] == 0
    assert await case.lines() == 12
    assert (await case.on_flag("dismiss")).json()["outcome"] == "dismissed"
    assert await case.audit() == ["ask-void", "withdraw-void", "dismiss"]


async def test_result_does_not_wait_for_a_request_that_was_taken_back(case: Case) -> None:
    void = (await case.ask()).json()
    await case.organiser.post(f"/api/desk/voids/{void['id']}/withdraw")
    anew = (await case.ask()).json()
    await case.organiser.post(f"/api/desk/voids/{anew['id']}/withdraw")

    assert anew["id"] != void["id"]
    assert (await case.publish()).json()["state"] == "published"


async def test_request_that_is_decided_cannot_be_taken_back(case: Case) -> None:
    void = await case.voided()

    assert code_of(await case.organiser.post(f"/api/desk/voids/{void['id']}/withdraw")) == (409, "void-decided")
    assert (await case.review())["void"] == 4


async def test_of_agreeing_and_taking_back_at_once_one_happens(case: Case) -> None:
    for _ in range(5):
        asked = (await case.ask(flag=None, ballots=[case.urn.ballots.pop()])).json()
        address = f"/api/desk/voids/{asked['id']}"
        agreed, withdrawn = await asyncio.gather(
            case.auditor.post(f"{address}/agree"), case.organiser.post(f"{address}/withdraw")
        )
        assert sorted((agreed.status_code, withdrawn.status_code)) == [200, 409]
        listed = {each["id"]: each for each in (await case.auditor.get(f"{case.desk}/voids")).json()}
        assert listed[asked["id"]]["state"] == ("agreed" if agreed.status_code == 200 else "withdrawn")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"flag": None}, (422, "invalid-value")),
        ({"ballots": [1]}, (422, "invalid-value")),
        ({"flag": None, "ballots": [2**52]}, (422, "invalid-value")),
        ({"flag": 2**52}, (404, "not-found")),
        ({"reason": "envy"}, (400, "bad-request")),
        ({"words": ""}, (400, "bad-request")),
        ({"flag": None, "ballots": []}, (400, "bad-request")),
    ],
)
async def test_void_of_the_wrong_shape_is_refused(case: Case, changed: Any, refusal: tuple[int, str]) -> None:
    assert code_of(await case.ask(**changed)) == refusal


async def test_publication_waits_for_the_second_word_on_voids(case: Case) -> None:
    await case.on_flag("quarantine")
    await case.ready()
    await case.organiser.post(f"{case.desk}/publish")
    void = (await case.ask()).json()

    assert code_of(await case.organiser.post(f"{case.desk}/publish")) == (409, "voids-open")
    assert code_of(await case.auditor.post(f"{case.desk}/publish/agree")) == (409, "voids-open")
    await case.auditor.post(f"/api/desk/voids/{void['id']}/refuse")
    assert (await case.auditor.post(f"{case.desk}/publish/agree")).status_code == 200


async def test_review_that_changes_the_count_takes_the_request_to_publish_back(case: Case) -> None:
    await case.ready()
    await case.organiser.post(f"{case.desk}/publish")
    await case.house.pool.execute("UPDATE flag SET settled_at = NULL, outcome = NULL WHERE id = $1", case.flag)

    await case.on_flag("quarantine")

    assert (await case.auditor.get(f"{case.desk}/publish")).json()["state"] == "open"
    assert code_of(await case.auditor.post(f"{case.desk}/publish/agree")) == (409, "publication-not-asked")
    assert await case.audit() == ["ask-publish", "withdraw-publish", "quarantine"]


async def test_nothing_is_reviewed_after_publication(case: Case) -> None:
    waiting = await case.a_flag(case.urn.ballots[4:5])
    await case.on_flag("quarantine", waiting)
    assert (await case.publish()).status_code == 200

    for what in ("quarantine", "release", "dismiss"):
        assert code_of(await case.on_flag(what, waiting)) == (409, "result-published")
    assert code_of(await case.ask()) == (409, "result-published")


async def test_what_is_not_there_is_said(case: Case) -> None:
    for address in (f"{case.desk}/flags/{2**52}/quarantine", f"/api/desk/voids/{2**52}/agree"):
        assert code_of(await case.organiser.post(address)) == (404, "not-found")
    other = await Urn.open(case.house.pool)
    wrong = await case.organiser.post(f"/api/desk/awards/{other.award}/flags/{case.flag}/quarantine")
    assert code_of(wrong) == (404, "not-found")
    assert code_of(await case.organiser.get("/api/awards/999999/review")) == (404, "not-found")


async def test_board_that_was_not_told_of_a_review_is_built_by_the_next_look(
    case: Case, rows: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, award = case.house.app.state.live, case.urn.award
    await board.rebuild(rows, live, award, why="missing")

    async def lost(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(live, "put", lost)
        assert (await case.on_flag("quarantine")).status_code == 200
        assert case.urn.entries[1] in await case.board()
    await review.build_boards(case.house.pool, live)

    assert await case.board() == {case.urn.entries[0]: (5, 25)}


async def test_board_is_built_once_more_when_the_statements_of_a_reviews_moment_have_ended(
    case: Case, rows: Connection
) -> None:
    async def due() -> bool:
        return case.urn.award in {row["award_id"] for row in await rows.fetch(Q["boards_to_build"])}

    await case.on_flag("quarantine")
    assert not await due()
    async with rows.transaction():  # so that the one in the background does not see it first
        await rows.execute(
            "UPDATE award_review SET reviewed_at = now() - interval '7 seconds', board_at = now() - interval '6.5 seconds'"
            " WHERE award_id = $1",
            case.urn.award,
        )
        assert await due()
    await review.build_boards(case.house.pool, case.house.app.state.live)

    assert not await due()


async def test_turnout_counts_ballots_by_tier_and_lines_for_the_desk_only(case: Case) -> None:
    told = await case.auditor.get(f"{case.desk}/turnout")
    refused = await case.house.browser().get(f"{case.desk}/turnout")
    missing = await case.auditor.get("/api/desk/awards/999999/turnout")

    assert told.json()["rows"] == 12
    assert sum(told.json()["ballots"].values()) == 9
    assert code_of(refused) == (401, "sign-in-needed")
    assert code_of(missing) == (404, "not-found")
