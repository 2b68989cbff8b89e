"""The audit log is a chain: what was done stays as it was written, and whoever changes it is found out."""

import asyncio

import pytest

from api.access.audit import lines_of, note, public_detail, public_name, verify_chain
from api.access.operators import to_lines, verify_audit
from api.access.schemas import Account
from api.db import Connection, Pool
from tests import builders
from tests.voting.urn import as_owner


async def an_organiser(db: Connection, name: str = "Aigerim Sarsenova") -> Account:
    account = await builders.an_account(db)
    await db.execute("UPDATE account SET name = $2 WHERE id = $1", account, name)
    return Account(id=account, email="a@festival.example", name=name, role="organiser", company=None)


async def write(pool: Pool, count: int = 4) -> None:
    """Lines of one person, each in a transaction of its own."""
    async with pool.acquire() as db:
        organiser = await an_organiser(db)
        for number in range(count):
            async with db.transaction():
                await note(db, organiser, "change", f"section:{number}", {"name": {"was": "А", "is": "Б\u0301\n"}})


async def wrong(pool: Pool) -> list[str]:
    async with pool.acquire() as db, db.transaction():
        return (await verify_chain(db)).wrong


async def test_lines_are_linked_in_the_order_in_which_they_are_committed(pool: Pool) -> None:
    async with pool.acquire() as slow, pool.acquire() as fast:
        organiser = await an_organiser(slow)
        held = slow.transaction()
        await held.start()
        await note(slow, organiser, "create", "award:1", {})
        async with fast.transaction():
            await note(fast, organiser, "create", "award:2", {})
        await held.commit()

    rows = await pool.fetch(
        "SELECT l.seq, e.object FROM audit_link l JOIN audit_event e ON e.id = l.event_id ORDER BY l.seq"
    )
    assert [tuple(row) for row in rows] == [(1, "award:2"), (2, "award:1")]
    assert await wrong(pool) == []


async def test_many_that_write_at_once_make_one_chain(pool: Pool) -> None:
    async with pool.acquire() as db:
        organiser = await an_organiser(db)

    async def one(number: int) -> None:
        async with pool.acquire() as db, db.transaction():
            await note(db, organiser, "release", f"series:{number}", {"number": number})
            await note(db, None, "destroy-secret", f"award:{number}", {})

    await asyncio.gather(*(one(number) for number in range(20)))

    assert await pool.fetchval("SELECT array_agg(seq ORDER BY seq) FROM audit_link") == list(range(1, 41))
    assert await wrong(pool) == []


async def test_what_was_rolled_back_leaves_neither_line_nor_link(pool: Pool) -> None:
    async with pool.acquire() as db:
        organiser = await an_organiser(db)
        given_up = db.transaction()
        await given_up.start()
        await note(db, organiser, "publish", "award:1", {})
        await given_up.rollback()
    await write(pool, 1)

    assert await pool.fetchval("SELECT count(*) FROM audit_link") == 1
    assert await wrong(pool) == []


TAMPERS = {
    "detail": ["UPDATE audit_event SET detail = '{}' WHERE object = 'section:1'"],
    "who": ["UPDATE audit_event SET account_id = NULL WHERE object = 'section:2'"],
    "when": ["UPDATE audit_event SET at = at + interval '1 microsecond' WHERE object = 'section:0'"],
    "action": ["UPDATE audit_event SET action = 'create' WHERE object = 'section:3'"],
    "deleted": ["DELETE FROM audit_event WHERE object = 'section:1'"],
    "cut-out": [
        "DELETE FROM audit_link WHERE seq = 2",
        "DELETE FROM audit_event WHERE object = 'section:1'",
        "UPDATE audit_link SET seq = seq - 1 WHERE seq > 2",
    ],
    "gap": ["DELETE FROM audit_link WHERE seq = 2", "DELETE FROM audit_event WHERE object = 'section:1'"],
    "slipped-in": ["INSERT INTO audit_event (action, object) VALUES ('publish', 'award:1')"],
    "hash": ["UPDATE audit_link SET hash = sha256('x') WHERE seq = 4"],
    "swapped": ["UPDATE audit_link SET event_id = -event_id", "UPDATE audit_link SET event_id = (SELECT id FROM audit_event ORDER BY id DESC OFFSET seq - 1 LIMIT 1)"],
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERS)
async def test_whoever_changes_the_log_is_found_out(pool: Pool, database_url: str, what: str) -> None:
    await write(pool)
    before = await verify_audit(database_url)

    await as_owner(pool, *TAMPERS[what])

    after = await verify_audit(database_url)
    assert before.wrong == []
    assert after.wrong != []
    assert to_lines(after)[-1].startswith("The audit log is not what was written")


async def test_the_application_cannot_change_links(pool: Pool) -> None:
    await write(pool, 2)
    for statement in ("UPDATE audit_link SET seq = seq + 9", "DELETE FROM audit_link", "TRUNCATE audit_link"):
        with pytest.raises(Exception, match=r"append-only|permission denied"):
            await pool.execute(statement)


async def test_head_says_how_far_the_log_was(pool: Pool, database_url: str) -> None:
    assert (await verify_audit(database_url)).head == ""
    await write(pool, 2)
    report = await verify_audit(database_url)

    assert (report.lines, len(report.head)) == (2, 64)
    assert to_lines(report)[1].endswith(report.head)


async def test_lines_of_an_award_name_no_person_and_no_words(db: Connection) -> None:
    organiser = await an_organiser(db)
    await note(db, organiser, "create", "award:7", {"slug": "audience"})
    await note(
        db, organiser, "ask-void", "void:3", {"award": 7, "ballots": 12, "reason": "bought", "words": "He said so."}
    )
    await note(db, organiser, "open", "paper:2", {"award": 7, "number": 1, "place": "Hall of Mr. Smith"})
    await note(db, organiser, "publish", "award:7", {"asked_by": organiser.id})
    await note(db, None, "destroy-secret", "award:7", {"origins": 4})
    await note(db, organiser, "create", "award:77", {"slug": "jury"})
    await note(db, organiser, "open", "paper:3", {"award": 77})

    found = await lines_of(db, 7)

    assert [(each.by, each.action, each.object, each.detail) for each in found] == [
        ("organiser A.S.", "create", "award:7", {"slug": "audience"}),
        ("organiser A.S.", "ask-void", "void:3", {"award": 7, "ballots": 12, "reason": "bought"}),
        ("organiser A.S.", "open", "paper:2", {"award": 7, "number": 1}),
        ("organiser A.S.", "publish", "award:7", {}),
        ("house", "destroy-secret", "award:7", {"origins": 4}),
    ]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Aigerim Sarsenova", "auditor A.S."), ("李 明", "auditor 李.明."), ("", "auditor"), ("—", "auditor")],
)
def test_person_is_published_as_role_and_initials(name: str, wanted: str) -> None:
    assert public_name("auditor", name) == wanted


def test_detail_is_published_as_numbers_and_codes_only() -> None:
    detail = {
        "count": 3,
        "how": "rekey",
        "text": "hi",
        "note": "Words of a person",
        "list": [1],
        "until": None,
        "ok": True,
    }

    assert public_detail(detail) == {"count": 3, "how": "rekey", "until": None, "ok": True}
