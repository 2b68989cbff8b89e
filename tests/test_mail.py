"""Mail goes out behind the caller's back, so that an answer does not tell which addresses have an account."""

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import httpx
import pytest
from msgspec import structs

from api import embedded, logs
from api.mail import CapturedMail, SmtpMail
from api.settings import Settings
from tests.builders import code_of
from tests.house import opened_house

pytest_plugins = ("tests.housing",)


class PostOffice:
    """A mail server that takes every mail, as soon as it is let to."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.open = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.open.wait()
        writer.write(b"220 post office\r\n")
        while line := (await reader.readline()).decode().strip().upper():
            if line == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
            writer.write(b"221 bye\r\n" if line == "QUIT" else b"250 fine\r\n")
            if line == "QUIT":
                break
        writer.close()


@pytest.fixture
async def post() -> AsyncIterator[tuple[PostOffice, SmtpMail]]:
    office = PostOffice()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield office, SmtpMail(f"smtp://127.0.0.1:{port}?from=desk@festival.example")
    server.close()
    await server.wait_closed()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", written)
        logs.configure()
    yield written
    logs.configure()


async def logged(mail: SmtpMail, log: io.StringIO) -> list[str]:
    """What was logged, once all mail is gone."""
    await asyncio.gather(*mail._under_way)
    return [json.loads(line)["event"] for line in log.getvalue().splitlines()]


async def test_mail_arrives_with_its_words(post: tuple[PostOffice, SmtpMail]) -> None:
    office, mail = post
    office.open.set()

    await mail.send("person@festival.example", "Your code", "Your code is 12345678.")

    await asyncio.gather(*mail._under_way)
    [arrived] = office.mails
    lines = arrived.splitlines()
    assert (lines[:3], "Your code is 12345678." in lines) == (
        ["From: desk@festival.example", "To: person@festival.example", "Subject: Your code"],
        True,
    )


async def test_caller_does_not_wait_for_the_mail_server(post: tuple[PostOffice, SmtpMail]) -> None:
    office, mail = post

    await mail.send("person@festival.example", "Your code", "Your code is 12345678.")

    assert office.mails == []
    office.open.set()
    await asyncio.gather(*mail._under_way)


async def test_mail_that_cannot_be_sent_is_logged_and_not_the_callers_trouble(log: io.StringIO) -> None:
    mail = SmtpMail(f"smtp://127.0.0.1:{embedded.free_port()}")

    await mail.send("person@festival.example", "Your code", "Your code is 12345678.")

    assert await logged(mail, log) == ["mail not sent"]


async def test_neither_address_nor_code_of_a_mail_is_logged(
    post: tuple[PostOffice, SmtpMail], log: io.StringIO
) -> None:
    office, mail = post
    office.open.set()

    await mail.send("person@festival.example", "Your code", "Your code is 12345678.")

    assert (await logged(mail, log), "person" in log.getvalue(), "12345678" in log.getvalue()) == (
        ["mail sent"],
        False,
        False,
    )


async def test_captured_mail_keeps_the_newest_fifty_first() -> None:
    mail = CapturedMail()

    for number in range(60):
        await mail.send("person@festival.example", f"Mail {number}", "text")

    assert [kept.subject for kept in mail.mails] == [f"Mail {number}" for number in range(59, 9, -1)]


async def ask_for_mail(house_settings: Settings, *, demo: bool, caller: str) -> httpx.Response:
    """Open /dev/mail from this address after one mail was sent."""
    async with opened_house(structs.replace(house_settings, demo=demo)) as house:
        await house.mailbox.send("person@festival.example", "Your code", "Your code is 12345678.")
        transport = httpx.ASGITransport(app=cast("Any", house.app), client=(caller, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver.local") as browser:
            return await browser.get("/dev/mail")


async def test_captured_mail_of_a_demo_is_shown_on_its_own_machine(house_settings: Settings) -> None:
    answer = await ask_for_mail(house_settings, demo=True, caller="127.0.0.1")

    assert (answer.status_code, [mail["to"] for mail in answer.json()]) == (200, ["person@festival.example"])


@pytest.mark.parametrize(("demo", "caller"), [(True, "203.0.113.9"), (True, "192.168.1.20"), (False, "127.0.0.1")])
async def test_captured_mail_is_shown_nowhere_else(house_settings: Settings, demo: bool, caller: str) -> None:
    answer = await ask_for_mail(house_settings, demo=demo, caller=caller)

    assert code_of(answer) == (404, "not-found")
