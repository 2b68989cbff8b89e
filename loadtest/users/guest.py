"""Somebody at the closing: comes in, gets a ballot, watches, and rates every film when the credits roll.

Votes leave at the moments the curve says, whatever became of the votes of others; what one phone is late counts as
waiting. A vote without an answer is sent again with its own id, as the pages do.
"""

import itertools
import random
import time
from typing import Any, Final

import gevent
import msgspec
import uuid_utils.compat as uuids
from locust import FastHttpUser, task
from locust.exception import StopUser

from loadtest import crowd
from loadtest.history import Attempt, History, Orders

BACKOFF: Final = 0.2
#: Nothing was stored, or nobody knows: the same vote again.
_AGAIN: Final = frozenset({0, 429, 502, 503, 504})
_VOTES: Final = "/api/awards/:id/votes"


class Guest(FastHttpUser):
    """`orders` and `begins`, when the doors open, are set before the first one comes in; `places` number them."""

    orders: Orders
    begins = 0.0
    places = itertools.count()
    seated = 0
    late = 0
    attempts: list[Attempt] = []  # noqa: RUF012 - one list for all of them

    @classmethod
    def history(cls) -> History:
        return History(begins=cls.begins, seated=cls.seated, late=cls.late, attempts=cls.attempts)

    @property
    def credits_at(self) -> float:
        return self.begins + self.orders.evening.credits

    def on_start(self) -> None:
        self.person = next(self.places)
        self.ballot, self.entries = "", list[int]()

    @task
    def spend_the_evening(self) -> None:
        self.come_in()
        if self.ballot and self.entries:
            self.sit_down()
            self.watch()
            self.rate_all()
        raise StopUser

    def come_in(self) -> None:
        award = self.orders.award
        self.read("/api/festival", "/api/festival")
        self.read("/api/awards", "/api/awards")
        self.entries = [
            entry["id"] for entry in self.read(f"/api/awards/{award}", "/api/awards/:id").get("entries", [])
        ]
        with self.client.post(f"/api/awards/{award}/ballot", name="/api/awards/:id/ballot") as answer:
            self.ballot = answer.json()["ballot"] if answer.status_code == 200 else ""

    def read(self, path: str, name: str) -> Any:
        with self.client.get(path, name=name) as answer:
            return answer.json() if answer.status_code == 200 else {}

    def sit_down(self) -> None:
        """The phone goes into the pocket and its connection away."""
        Guest.seated += 1
        Guest.late += time.monotonic() > self.credits_at
        self.client.client.close()

    def watch(self) -> None:
        """Nobody leaves before the credits: locust would let somebody else in."""
        gevent.sleep(max(0.0, self.credits_at - time.monotonic()))

    def rate_all(self) -> None:
        evening = self.orders.evening
        for number, tap in enumerate(crowd.taps(evening, self.person)):
            due = self.credits_at + tap
            gevent.sleep(max(0.0, due - time.monotonic()))
            self.vote(due, self.entries[number % len(self.entries)], crowd.answer(evening, self.person, number))

    def vote(self, due: float, entry: int, value: int) -> None:
        vote = str(uuids.uuid7())
        body = msgspec.json.encode({"id": vote, "entry": entry, "value": value}).decode()
        for again in itertools.count():
            sent = time.monotonic()
            status, wait = self.send(body)
            self.attempts.append(Attempt(vote, self.person, entry, value, due, sent, time.monotonic(), status))
            if status not in _AGAIN or time.monotonic() - due > crowd.PATIENCE:
                return
            gevent.sleep(max(wait, random.random() * BACKOFF * 2 ** min(again, 4)))

    def send(self, body: str) -> tuple[int, int]:
        """The status, and the seconds after which to come back. A refusal that says when is no failure of the run."""
        headers = {"Ballot": self.ballot, "Content-Type": "application/json"}
        url = f"{self.orders.votes_at}/api/awards/{self.orders.award}/votes"
        with self.client.post(url, data=body, headers=headers, name=_VOTES, catch_response=True) as answer:
            wait = int((answer.headers or {}).get("retry-after") or 0)
            if answer.status_code == 503 and wait:
                answer.success()
            return answer.status_code or 0, wait
