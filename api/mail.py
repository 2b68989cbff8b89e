"""Mail: by SMTP, or kept in memory for the demo's terminal and /dev/mail."""

import asyncio
import contextlib
import smtplib
from collections import deque
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

import structlog
from msgspec import Struct

log = structlog.get_logger("mail")
SMTP_TIMEOUT = 10
_FOR_GOOD = 500


class Mail(Struct, frozen=True, kw_only=True):
    to: str
    subject: str
    text: str
    sent_at: datetime


class MailServerAway(Exception):
    """The mail server has not taken a mail that it may take later."""


class Mailer(Protocol):
    async def send(self, to: str, subject: str, text: str) -> None:
        """Behind the caller's back and once: for what is worth nothing later, such as a code."""

    async def deliver(self, to: str, subject: str, text: str) -> None:
        """Until it is handed over; MailServerAway where it is not. What is refused for good counts as done."""


class CapturedMail:
    """The last mails, for people who try the demo."""

    def __init__(self) -> None:
        self.mails: deque[Mail] = deque(maxlen=50)

    async def send(self, to: str, subject: str, text: str) -> None:
        self.mails.appendleft(Mail(to=to, subject=subject, text=text, sent_at=datetime.now(UTC)))

    async def deliver(self, to: str, subject: str, text: str) -> None:
        await self.send(to, subject, text)


class SmtpMail:
    """Sends through `smtp://user:password@host:587?from=address` with STARTTLS (`smtps://` for TLS from the start)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._tls = parts.hostname or "localhost", parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = parts.query.removeprefix("from=") or f"festival@{self._host}"
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, to: str, subject: str, text: str) -> None:
        """Delivered behind the caller's back: how long it takes must not tell which addresses have an account."""
        task = asyncio.create_task(self._try(self._message(to, subject, text)), name="mail")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def deliver(self, to: str, subject: str, text: str) -> None:
        try:
            await asyncio.to_thread(self._deliver, self._message(to, subject, text))
        except (smtplib.SMTPException, OSError) as error:
            if not _is_final(error):
                raise MailServerAway(type(error).__name__) from error
            log.error("mail refused", error=type(error).__name__)
        else:
            log.info("mail sent")

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        message.set_content(text)
        return message

    async def _try(self, message: EmailMessage) -> None:
        try:
            await asyncio.to_thread(self._deliver, message)
        except (smtplib.SMTPException, OSError) as error:
            log.error("mail not sent", error=type(error).__name__)
        else:
            log.info("mail sent")

    def _deliver(self, message: EmailMessage) -> None:
        kind = smtplib.SMTP_SSL if self._tls else smtplib.SMTP
        with contextlib.closing(kind(self._host, self._port, timeout=SMTP_TIMEOUT)) as server:
            if not self._tls and server.has_extn("starttls"):
                server.starttls()
            if self._user:
                server.login(self._user, self._password)
            try:
                server.send_message(message)
            finally:
                # What a server says to QUIT changes nothing: a mail that it took would be sent again for it, and
                # why it refused one would not be heard.
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()


def _is_final(error: Exception) -> bool:
    """Whether the server will never take this mail, for its address or its text. A wrong password is put right."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= _FOR_GOOD for code, _ in error.recipients.values())
        case smtplib.SMTPDataError():
            return int(error.smtp_code) >= _FOR_GOOD
        case _:
            return False
