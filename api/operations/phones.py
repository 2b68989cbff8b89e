"""The voters of a rehearsal: each gets a ballot for its badge and votes, through the same door as everybody's phone."""

import http.client
import json
import ssl
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import uuid_utils.compat as uuids
from msgspec import Struct, field

PATIENCE: Final = 10.0
#: A phone sends a tap again with the same id, this often and after so many seconds.
TRIES, AGAIN_AFTER = 6, 0.5
CLOSED: Final = 410
#: Phones that speak at the same time.
AT_ONCE: Final = 16
#: Every so many voters send a tap twice, or change their mind.
TWICE, CHANGES_MIND = 7, 5


class PhoneError(Exception):
    """The service did not answer as it promises; the message is the sentence."""


class Heard(Struct):
    """What voters were told: the last confirmed value by ballot and entry, and how long each confirmation took."""

    votes: dict[tuple[str, int], int] = field(default_factory=dict)
    lines: int = 0
    seconds: list[float] = field(default_factory=list)
    again: int = 0

    def add(self, other: "Heard") -> None:
        self.votes |= other.votes
        self.lines += other.lines
        self.seconds += other.seconds
        self.again += other.again

    def tally(self) -> dict[int, tuple[int, int]]:
        """Votes and the sum of their values by entry, as a count of the ledger has to give them."""
        counted: dict[int, tuple[int, int]] = {}
        for (_, entry), value in self.votes.items():
            votes, total = counted.get(entry, (0, 0))
            counted[entry] = (votes + 1, total + value)
        return counted


class Phone:
    """One connection to the service."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        self._path = parts.path.rstrip("/")
        self._line = (
            http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=PATIENCE)
        )

    def post(self, path: str, body: Mapping[str, object], **headers: str) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the answer. OSError or HTTPException where there was none."""
        try:
            payload = json.dumps(body)
            self._line.request("POST", self._path + path, payload, {"Content-Type": "application/json", **headers})
            with self._line.getresponse() as answer:
                text = answer.read()
            return answer.status, json.loads(text) if text.startswith(b"{") else {}
        except (OSError, http.client.HTTPException):
            self._line.close()
            raise

    def close(self) -> None:
        self._line.close()


class Voter:
    """One badge on one phone."""

    def __init__(self, phone: Phone, award: int, badge: str) -> None:
        self._phone, self._award = phone, award
        self.heard = Heard()
        self._ballot = ""
        self._badge = badge

    def vote_all(self, number: int, entries: Sequence[int], stop: Event) -> None:
        for place, entry in enumerate(entries):
            if stop.is_set():
                return
            tap, value = UUID(str(uuids.uuid7())), 1 + (number + place) % 5
            receipt = self._confirmed(tap, entry, value)
            self.heard.lines += 1
            if number % TWICE == 0 and self._confirmed(tap, entry, value) != receipt:
                raise PhoneError("The same tap, sent twice, got two receipts.")
            if number % CHANGES_MIND == 0 and place == 0:
                self._confirmed(UUID(str(uuids.uuid7())), entry, 1 + value % 5)
                self.heard.lines += 1

    def get_ballot(self) -> None:
        status, said = self._patiently(f"/api/awards/{self._award}/ballot", {"badge": self._badge})
        if status != 200:
            raise PhoneError(f"A badge got no ballot: {_refusal(status, said)}")
        self._ballot = said["ballot"]

    def vote(self, tap: UUID, entry: int, value: int) -> tuple[int, dict[str, Any]]:
        path, body = f"/api/awards/{self._award}/votes", {"id": str(tap), "entry": entry, "value": value}
        return self._patiently(path, body, Ballot=self._ballot)

    def _confirmed(self, tap: UUID, entry: int, value: int) -> str:
        started = time.monotonic()
        status, said = self.vote(tap, entry, value)
        if status == CLOSED:
            raise PhoneError("Voting ended before everybody had voted: let it last longer (--seconds), or ask fewer.")
        if status != 200:
            raise PhoneError(f"A vote was not taken: {_refusal(status, said)}")
        self.heard.seconds.append(time.monotonic() - started)
        self.heard.votes[self._badge, entry] = value
        return str(said["receipt"])

    def _patiently(self, path: str, body: Mapping[str, object], **headers: str) -> tuple[int, dict[str, Any]]:
        """As a phone does: the same again where nobody answered or all were busy."""
        status, said, why = 0, dict[str, Any](), ""
        for turn in range(TRIES):
            if turn:
                self.heard.again += 1
                time.sleep(AGAIN_AFTER)
            try:
                status, said = self._phone.post(path, body, **headers)
            except (OSError, http.client.HTTPException, ValueError) as error:
                why = str(error) or type(error).__name__
                continue
            if status not in (429, 502, 503, 504):
                return status, said
        if status:
            return status, said
        raise PhoneError(f"The service does not answer: {why}")


def _refusal(status: int, said: Mapping[str, Any]) -> str:
    return f"{status} {said.get('code', '')}, {said.get('detail') or said.get('title', '')}".rstrip(", ")


def vote_with(url: str, award: int, badges: Sequence[str], entries: Sequence[int], stop: Event) -> Heard:
    """Let every badge vote for every entry, some at the same time; blocks. Raises PhoneError."""

    def take_turns(first: int) -> Heard:
        phone, heard = Phone(url), Heard()
        try:
            for number in range(first, len(badges), AT_ONCE):
                if stop.is_set():
                    break
                voter = Voter(phone, award, badges[number])
                voter.get_ballot()
                voter.vote_all(number, entries, stop)
                heard.add(voter.heard)
        except PhoneError:
            stop.set()
            raise
        finally:
            phone.close()
        return heard

    heard = Heard()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for each in threads.map(take_turns, range(min(AT_ONCE, len(badges)))):
            heard.add(each)
    return heard


def vote_late(url: str, award: int, badge: str, entry: int) -> int:
    """The status that a vote gets after closing; blocks."""
    phone = Phone(url)
    try:
        voter = Voter(phone, award, badge)
        voter.get_ballot()
        return voter.vote(UUID(str(uuids.uuid7())), entry, 5)[0]
    finally:
        phone.close()
