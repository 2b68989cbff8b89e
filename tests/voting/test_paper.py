"""Ballots of paper: keyed by one, read by another, and then votes like all others."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import cast
from uuid import UUID, uuid4

import pytest
from msgspec import structs

from api import errors
from api.access.schemas import Account
from api.db import Pool
from api.desk import review
from api.live import RedisLive
from api.voting import paper, paper_rules, voids
from api.voting.checking import check_bundle
from api.voting.leaves import paper_leaf
from api.voting.methods import METHODS
from api.voting.paper_gate import open_batches
from api.voting.paper_schemas import BatchChange, BatchIn, How, Mark, Marks
from api.voting.refusals import BatchMoved, PaperClosed, PaperOpen, SheetsMissing, SheetTaken
from api.voting.review_schemas import VoidIn
from api.voting.schemas import AwardKind
from tests import builders
from tests.voting.bundles import KINDS, RANGE, make, recounted
from tests.voting.papers import SPOILT, PaperDesk, pile, sheet, stars
from tests.voting.test_publishing import bundle_of, look, publish
from tests.voting.urn import Urn

NOWHERE = "redis://127.0.0.1:1/0"


def urn_of(desk: PaperDesk) -> Urn:
    return Urn(desk.pool, desk.award, desk.kind, desk.entries, [])


@pytest.mark.parametrize(("kind", "method"), [(kind, list(METHODS[kind])[-1]) for kind in KINDS])
async def test_sheets_of_every_kind_count_and_the_verifier_agrees(
    pool: Pool, kind: str, method: str, tmp_path: Path
) -> None:
    desk = await PaperDesk.open(pool, kind, method)
    urn = urn_of(desk)
    await pool.execute("UPDATE entry SET attendance = 40 WHERE award_id = $1", desk.award)
    await look(urn)
    async with pool.acquire() as db:
        urn.ballots.extend([await builders.a_ballot(db, desk.award) for _ in range(6)])
    await urn.vote(12)
    marks = desk.marks(12)
    await desk.counted(marks)
    await desk.close()
    await look(urn)
    await desk.counted(desk.marks(7, seed=2))  # after closing, before the time that is printed in the rules

    voted = await pool.fetchval(
        "SELECT count(DISTINCT v.ballot) FROM vote_event v JOIN ballot b ON b.id = v.ballot WHERE b.tier = 'device'"
    )

    result = json.loads((await publish(urn))[0].text)

    assert result["ballots_by_tier"] == {"device": voted, "paper": 10 + 6}
    assert result["winners"] != []
    files = await bundle_of(urn)
    assert json.loads(files["rules.json"])["paper_until"]
    report = check_bundle(files)
    assert report.wrong == []
    assert "16 ballots of paper lie in 2 batches as they were published." in report.facts
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: ASYNC221
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Everything agrees.")


async def test_ledger_holds_what_is_on_the_sheets(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    one, two, *_ = desk.entries
    both = Marks(values=(Mark(entry=one, value=5), Mark(entry=two, value=1)))

    batch = await desk.counted([both, SPOILT, stars(two, 3)])

    rows = await pool.fetch(
        "SELECT v.question, v.value, v.channel, v.revision, b.tier, b.paper_id FROM vote_event v JOIN ballot b ON b.id = v.ballot ORDER BY 1, 2"
    )
    paper_row = (3, 1, "paper", batch)
    assert [tuple(row) for row in rows] == [(one, 5, *paper_row), (two, 1, *paper_row), (two, 3, *paper_row)]
    assert await pool.fetchval("SELECT count(*) FROM ballot") == 2


async def test_nothing_counts_before_the_second_persons_yes(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    marks = desk.marks(4)
    batch = await desk.keyed(marks)
    before = await desk.lines()
    await desk.read(batch, pile(marks))

    assert (before, await desk.lines()) == (0, 0)
    assert (await desk.check(batch)).state == "counted"
    assert await desk.lines() > 0


async def test_what_is_sent_twice_counts_once(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    async with pool.acquire() as db, db.transaction():
        asked = BatchIn(request=batch_request(), sheets=3, place="Hall 1")
        one = await paper.open_batch(db, desk.award, desk.first, asked)
        two = await paper.open_batch(db, desk.award, desk.first, asked)
        assert (one[0].id, one[1], two[1]) == (two[0].id, True, False)
    batch, sheets = one[0].id, pile(desk.marks(3))
    await desk.key(batch, sheets[:2])
    await desk.key(batch, sheets)
    await desk.key(batch, sheets)
    async with pool.acquire() as db, db.transaction():
        assert [(await paper.end_keying(db, batch, desk.first))[1] for _ in range(2)] == [True, False]
    again = [structs.replace(each, id=batch_request()) for each in sheets]
    await desk.read(batch, again)
    await desk.read(batch, again)
    await desk.check(batch)
    lines = await desk.lines()

    assert (await desk.check(batch)).state == "counted"
    assert await desk.lines() == lines
    assert await pool.fetchval("SELECT count(*) FROM ballot WHERE paper_id = $1", batch) == 3


def batch_request() -> UUID:
    return uuid4()


async def test_later_turn_of_a_sheet_takes_the_place_of_an_earlier_one_in_any_order(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    entry, batch = desk.entries[0], await desk.batch(2)
    typed = sheet(1, stars(entry, 2))
    undone, right = structs.replace(typed, turn=2, marks=None), structs.replace(typed, turn=3, marks=stars(entry, 4))

    await desk.key(batch, [typed])
    await desk.key(batch, [right])
    await desk.key(batch, [undone, typed])

    async with pool.acquire() as db:
        assert [each.marks for each in (await paper.show_batch(db, batch, desk.first)).sheets] == [stars(entry, 4)]


async def test_sheet_that_was_taken_back_is_missing(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    batch = await desk.batch(2)
    one, two = pile(desk.marks(2))
    await desk.key(batch, [one, two])
    await desk.key(batch, [structs.replace(two, turn=2, marks=None)])

    with pytest.raises(SheetsMissing) as refused:
        async with pool.acquire() as db, db.transaction():
            await paper.end_keying(db, batch, desk.first)
    assert refused.value.extra["places"] == [2]


async def test_two_devices_do_not_write_over_each_other(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    batch = await desk.batch(3)
    await desk.key(batch, pile(desk.marks(2)))

    with pytest.raises(SheetTaken) as refused:
        await desk.key(batch, [sheet(3, SPOILT), sheet(2, SPOILT)])

    assert refused.value.extra["places"] == [2]
    async with pool.acquire() as db:
        assert (await paper.find_batch(db, batch, desk.first)).keyed == 2  # all of a request, or nothing


async def test_second_person_is_another_account(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    marks = desk.marks(3)
    batch = await desk.batch(3)
    async with pool.acquire() as db:
        helper = await builders.an_account(db)
    await desk.key(batch, pile(marks)[:1])
    await desk.key(batch, [sheet(2, marks[1]), sheet(3, marks[2])], account=helper)
    async with pool.acquire() as db, db.transaction():
        await paper.end_keying(db, batch, desk.first)

    for account in (desk.first, helper):
        with pytest.raises(errors.SecondPersonNeeded):
            await desk.read(batch, pile(marks), account=account)
    await desk.read(batch, pile(marks))
    for account in (desk.first, helper):
        with pytest.raises(errors.SecondPersonNeeded):
            await desk.check(batch, account=account)
    assert await desk.lines() == 0


async def test_second_person_does_not_see_what_the_first_has_read(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    marks = desk.marks(3)
    batch = await desk.keyed(marks)
    await desk.read(batch, [sheet(2, marks[1])])

    async with pool.acquire() as db:
        second, first = await paper.show_batch(db, batch, desk.second), await paper.show_batch(db, batch, desk.first)

    assert [each.place for each in second.sheets] == [2]
    assert (second.batch.spoilt, first.batch.spoilt) == (None, 0)
    assert (first.sheets, first.differences, second.differences) == ([], [], [])


async def test_differences_are_settled_before_anything_counts(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    entry = desk.entries[0]
    batch = await desk.keyed([stars(entry, 1), stars(entry, 2), stars(entry, 3)])
    await desk.read(batch, pile([stars(entry, 1), stars(entry, 4), SPOILT]))
    assert (await desk.check(batch)).state == "differs"

    with pytest.raises(SheetsMissing):
        await desk.check(batch)
    async with pool.acquire() as db, db.transaction():
        page = await paper.settle(db, batch, desk.second, [sheet(2, stars(entry, 5)), sheet(3, SPOILT)])
    assert [(each.place, each.agreed) for each in page.differences] == [(2, stars(entry, 5)), (3, SPOILT)]
    assert await desk.lines() == 0
    assert (await desk.check(batch)).state == "counted"

    assert [row["value"] for row in await pool.fetch("SELECT value FROM vote_event ORDER BY value")] == [1, 5]


async def test_sheet_without_a_difference_cannot_be_settled(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    entry = desk.entries[0]
    batch = await desk.keyed([stars(entry, 1), stars(entry, 2)])
    await desk.read(batch, pile([stars(entry, 1), stars(entry, 4)]))
    await desk.check(batch)

    with pytest.raises(errors.Unprocessable):
        async with pool.acquire() as db, db.transaction():
            await paper.settle(db, batch, desk.second, [sheet(1, stars(entry, 5))])


async def test_sample_that_differs_is_followed_by_all_sheets(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    entry = desk.entries[0]
    marks = [stars(entry, 3)] * 20
    batch = await desk.keyed(marks, how="sample")
    async with pool.acquire() as db:
        drawn = (await paper.find_batch(db, batch, desk.second)).places
    assert len(drawn) == 5
    outside = next(place for place in range(1, 21) if place not in drawn)
    with pytest.raises(errors.Unprocessable):
        await desk.read(batch, [sheet(outside, stars(entry, 3))])

    await desk.read(batch, [sheet(place, stars(entry, 1 if place == drawn[0] else 3)) for place in drawn])
    checked = await desk.check(batch)

    assert (checked.state, checked.how, len(checked.places), await desk.lines()) == ("waiting", "rekey", 20, 0)


async def test_sample_that_agrees_is_enough(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    batch = await desk.keyed([stars(desk.entries[0], 3)] * 60, how="sample")
    async with pool.acquire() as db:
        drawn = (await paper.find_batch(db, batch, desk.second)).places
    await desk.read(batch, [sheet(place, stars(desk.entries[0], 3)) for place in drawn])

    assert (len(drawn), (await desk.check(batch)).state, await desk.lines()) == (6, "counted", 60)


async def test_late_paper_is_refused_and_what_was_keyed_in_time_is_still_checked(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    marks = desk.marks(3)
    waiting, sheets = await desk.keyed(marks), pile(desk.marks(2))
    keying = await desk.batch(2)
    await desk.key(keying, sheets[:1])
    await desk.end_paper()

    with pytest.raises(PaperClosed):
        await desk.batch(3)
    with pytest.raises(PaperClosed):
        await desk.key(keying, sheets)
    assert (await desk.key(keying, sheets[:1])).keyed == 1  # sent again: it was in time
    await desk.read(waiting, pile(marks))
    assert (await desk.check(waiting)).state == "counted"


async def test_paper_is_not_keyed_before_voting_opens_nor_for_an_award_without_it(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    await pool.execute("UPDATE award SET opens_at = now() + interval '1 minute' WHERE id = $1", desk.award)
    with pytest.raises(errors.VotingNotOpen):
        await desk.batch(3)
    await pool.execute("UPDATE award SET paper_until = NULL WHERE id = $1", desk.award)
    with pytest.raises(errors.TierNotAdmitted):
        await desk.batch(3)


async def test_open_batches_hold_up_the_publication(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    urn = urn_of(desk)
    await look(urn)
    marks = desk.marks(3)
    await desk.counted(marks)
    batch = await desk.keyed(marks)
    await desk.close()

    with pytest.raises(PaperOpen) as refused:
        await publish(urn)
    assert refused.value.extra["batches"] == [{"batch": batch, "number": 2}]
    async with pool.acquire() as db:
        assert [(each.number, each.state) for each in await open_batches(db, desk.award)] == [(2, "waiting")]
        async with db.transaction():
            refusing = await paper.refuse_batch(db, batch, desk.second, "Opened for the wrong award.")
    assert refusing[0].state == "refused"
    result = json.loads((await publish(urn))[0].text)

    assert result["ballots_by_tier"] == {"paper": 3}
    assert check_bundle(await bundle_of(urn)).wrong == []
    for late in (desk.batch(2), desk.check(batch)):
        with pytest.raises((errors.ResultPublished, BatchMoved)):
            await late


async def test_batch_with_sheets_is_refused_by_a_second_person_only(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    empty, keyed = await desk.batch(2), await desk.keyed(desk.marks(2))

    async with pool.acquire() as db, db.transaction():
        assert (await paper.refuse_batch(db, empty, desk.first, "Opened twice."))[0].state == "refused"
    with pytest.raises(errors.SecondPersonNeeded):
        async with pool.acquire() as db, db.transaction():
            await paper.refuse_batch(db, keyed, desk.first, "I do not like it.")


async def test_whole_batch_is_declared_void_by_two_people(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    urn = urn_of(desk)
    await look(urn)
    kept, marks = desk.marks(4), desk.marks(9, seed=3)
    await desk.counted(kept)
    batch = await desk.counted(marks)
    async with pool.acquire() as db, db.transaction():
        asked, _ = await voids.ask_void(
            db, desk.award, desk.first, VoidIn(reason="staff", words="Filled in by staff.", paper=batch)
        )
    live = RedisLive(NOWHERE)
    other = Account(id=desk.second, email="b@festival.example", name="B", role="organiser", company=None)
    await review.decide_void(pool, live, other, asked.id, agreed=True)
    await live.close()
    await desk.close()

    result = json.loads((await publish(urn))[0].text)

    assert asked.ballots == 8
    assert (result["ballots_by_tier"], result["void_by_reason"]) == ({"paper": 4}, {"staff": 8})
    assert check_bundle(await bundle_of(urn)).wrong == []


async def test_number_of_sheets_may_be_corrected_down_to_what_was_keyed(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    batch = await desk.batch(5)
    await desk.key(batch, pile(desk.marks(3)))

    async with pool.acquire() as db, db.transaction():
        changed = await paper.change_batch(db, batch, desk.first, BatchChange(sheets=3, place="Hall 2"))
        with pytest.raises(errors.Unprocessable):
            await paper.change_batch(db, batch, desk.first, BatchChange(sheets=2, place="Hall 2"))
        assert (changed.sheets, changed.place, (await paper.end_keying(db, batch, desk.first))[0].state) == (
            3,
            "Hall 2",
            "waiting",
        )


async def test_batch_of_one_entry_takes_no_other(pool: Pool) -> None:
    desk = await PaperDesk.open(pool)
    one, two, *_ = desk.entries
    async with pool.acquire() as db, db.transaction():
        data = BatchIn(request=batch_request(), sheets=2, place="Hall 1", entry=one)
        batch = (await paper.open_batch(db, desk.award, desk.first, data))[0].id
    await desk.key(batch, [sheet(1, stars(one, 4))])

    with pytest.raises(errors.EntryNotFound):
        await desk.key(batch, [sheet(2, stars(two, 4))])


WRONG: dict[str, list[Marks]] = {
    "stars": [
        Marks(),
        Marks(spoilt=True, choices=(1,)),
        Marks(choices=(1,)),
        stars(1, 6),
        stars(99, 3),
        Marks(values=()),
    ],
    "ranking": [Marks(choices=()), Marks(choices=(1, 1)), Marks(choices=(1, 99)), stars(1, 3)],
    "favourite": [Marks(choices=(1, 2))],
    "approval": [Marks(choices=(1, 2, 3, 4))],
}


@pytest.mark.parametrize(
    ("kind", "number"), [(kind, number) for kind, each in WRONG.items() for number in range(len(each))]
)
def test_sheet_that_no_phone_could_send_is_refused(kind: str, number: int) -> None:
    award = an_award(kind)

    with pytest.raises(errors.FestivalError):
        paper_rules.check_marks(award, None, WRONG[kind][number])


def an_award(kind: str) -> paper_rules.PaperAward:
    least, most = RANGE[kind]
    return paper_rules.PaperAward(
        id=1, name={}, kind=cast("AwardKind", kind), min=least, max=most, opens_at=builders.NOW, paper_until=builders.NOW,
        published_at=None, now=builders.NOW, entries=frozenset({1, 2, 3, 4}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sheets", "how", "wanted"),
    [(3, "rekey", 3), (3, "sample", 3), (40, "sample", 5), (51, "sample", 6), (500, "sample", 50)],
)
def test_second_reading_is_of_all_sheets_or_of_a_tenth(sheets: int, how: How, wanted: int) -> None:
    drawn = paper_rules.draw(sheets, how, Random(1).sample)

    assert (len(set(drawn)), drawn == sorted(drawn), min(drawn) >= 1, max(drawn) <= sheets) == (
        wanted,
        True,
        True,
        True,
    )


def test_order_matters_in_a_ranking_only() -> None:
    one, other = Marks(choices=(1, 2)), Marks(choices=(2, 1))

    assert paper_rules.agree("approval", one, other)
    assert not paper_rules.agree("ranking", one, other)


def test_verifier_counts_the_sheets_of_each_batch() -> None:
    made = make(7)
    told = paper_leaf([{"batch": 1, "sheets": 5, "how": "rekey", "counted": True, "ballots": 4}])
    leaves = (*made.leaves[:-1], told, made.leaves[-1])
    signed = structs.replace(
        made, leaves=leaves, sizes=(*made.sizes[:-1], len(leaves)), result=recounted(made.rules, leaves)
    ).signed()

    assert check_bundle(signed.files()).wrong == ["Batch 1 of paper has 0 ballots in the log; 4 were published."]
