"""The mail server is away: nobody who asks for a page waits for it, and letters that were promised go out when it is back."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from api import embedded
from api.db import Connection, Pool
from api.desk import keeping
from api.mail import MailServerAway, SmtpMail
from tests import builders
from tests.test_mail import PostOffice

LETTER = """
INSERT INTO letter (decision_id, address, lang, subject, body, due_at)
VALUES ($1, 'producer@films.example', 'en', 'Your series', 'It is accepted.', clock_timestamp()) RETURNING id
"""


class Office:
    """A post office on a port of its own, closed at first."""

    def __init__(self) -> None:
        self.port = embedded.free_port()
        self.staff = PostOffice()
        self.staff.open.set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self.staff.serve, "127.0.0.1", self.port)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()


@pytest.fixture
async def office() -> AsyncGenerator[Office, None]:
    office = Office()
    yield office
    await office.close()


async def a_letter(db: Connection) -> int:
    """Due now."""
    account = await builders.an_account(db)
    series = await builders.a_series(db)
    await builders.a_submission(db, series, account=account)
    decision = await db.fetchval(
        "INSERT INTO decision (id, submission_id, kind, was, decided_by)"
        " SELECT gen_random_uuid(), id, 'accept', 'new', $2 FROM submission WHERE series_id = $1 RETURNING id",
        series, account,
    )  # fmt: skip
    return int(await db.fetchval(LETTER, decision))


async def test_letter_waits_for_the_mail_server_and_goes_out_once(
    pool: Pool, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LETTERS_AGAIN", 0.0)
    async with pool.acquire() as db:
        letter = await a_letter(db)
    mail, sent = SmtpMail(f"smtp://127.0.0.1:{office.port}"), "SELECT sent_at IS NOT NULL FROM letter WHERE id = $1"

    await keeping.send_letters(pool, mail)
    assert await pool.fetchval(sent, letter) is False

    await office.open()
    for _ in range(2):
        await keeping.send_letters(pool, mail)
    assert await pool.fetchval(sent, letter) is True
    assert ["It is accepted." in mail for mail in office.staff.mails] == [True]


async def test_mail_server_that_breaks_off_is_away(office: Office) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"421 busy\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", office.port)
    with pytest.raises(MailServerAway):
        await SmtpMail(f"smtp://127.0.0.1:{office.port}").deliver("a@b.example", "Your series", "It is accepted.")
    server.close()
    await server.wait_closed()


async def test_address_that_is_refused_for_good_holds_up_nobody(office: Office) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post office\r\n")
        while line := (await reader.readline()).upper():
            writer.write(b"550 nobody of that name\r\n" if line.startswith(b"RCPT") else b"250 fine\r\n")
            if line.startswith(b"QUIT"):
                break
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", office.port)
    await SmtpMail(f"smtp://127.0.0.1:{office.port}").deliver("a@b.example", "Your series", "It is accepted.")
    server.close()
    await server.wait_closed()
