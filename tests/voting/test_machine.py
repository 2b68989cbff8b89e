"""Votes in any order of events against a small model: the ledger, its count and what voters read stay equal to it."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
import pytest
import uuid_utils.compat as uuids
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from api import errors
from api.db import Pool, open_pool
from api.live import BatchChange, Board, RedisLive
from api.voting import board, rules, service
from api.voting.batcher import Batcher
from api.voting.schemas import VoteReceipt
from tests import builders

T = TypeVar("T")
KEY = b"a key of the tests"
#: Kind, and the ends of its scale or the fewest and most choices.
KINDS = {"stars": (1, 5), "approval": (0, 2), "ranking": (1, 3)}
ENTRIES, BALLOTS = 3, 2
QUICK = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=2_000, derandomize=False, print_blob=True)
Content = tuple[int | None, tuple[int, ...] | None]
VOID = """
INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, channel, receipt)
VALUES ($1, $1, $2, $3, $4, $5, 2, 1, $6)
"""


class Servers:
    """The real servers, reached from a loop in a thread of its own, because the machine itself does not wait."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._urls = database_url, redis_url
        self.run(self._open())

    async def _open(self) -> None:
        self.pool: Pool = await open_pool(self._urls[0])
        self.live = RedisLive(self._urls[1])
        self.changes: list[BatchChange] = []
        self.batchers = [Batcher(self.pool, self.changes.extend) for _ in range(2)]
        for batcher in self.batchers:
            batcher.start()

    async def _close(self) -> None:
        for batcher in self.batchers:
            await batcher.close()
        await self.live.close()
        await self.pool.close()

    async def feed(self) -> None:
        while self.changes:
            change = self.changes.pop()
            await self.live.apply(change.award, [change])

    async def rebuild(self, award: int) -> None:
        async with self.pool.acquire() as db:
            await board.rebuild(db, self.live, award, why="test")

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def close(self) -> None:
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def servers(database_url: str, redis_url: str) -> Iterator[Servers]:
    servers = Servers(database_url, redis_url)
    yield servers
    servers.close()


class Votes(RuleBasedStateMachine):
    #: Votes that were stored, with what their voters were told.
    stored = Bundle("stored")
    #: Votes that were refused and are kept on the phone.
    kept = Bundle("kept")
    servers: Servers

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, list[int]] = {}
        self.ballots: dict[str, list[int]] = {}
        self.awards: dict[str, int] = {}
        self.state = dict.fromkeys(KINDS, "open")
        self.barred: set[int] = set()
        self.reviewed: set[int] = set()
        #: Kind, ballot and question to all that was stored, None for a void.
        self.lines: dict[tuple[str, int, int], list[rules.Cast | None]] = {}
        self.servers.run(self._open())

    async def _open(self) -> None:
        async with self.servers.pool.acquire() as db:
            for kind, (least, most) in KINDS.items():
                award = await builders.an_award(db, kind=kind, min_value=least, max_value=most, grace=timedelta(0))
                self.awards[kind] = award
                self.entries[kind] = [await builders.an_entry(db, award) for _ in range(ENTRIES)]
                self.ballots[kind] = [await builders.a_ballot(db, award) for _ in range(BALLOTS)]
                await self.servers.rebuild(award)

    def _cast(self, kind: str, ballot: int, question: int, content: Content) -> rules.Cast:
        value, choices = content
        return rules.Cast(
            id=uuids.uuid7(), award=self.awards[kind], ballot=self.ballots[kind][ballot],
            question=self.entries[kind][question] if choices is None else 0, value=value, choices=choices,
            channel=1, receipt=rules.new_receipt(),
        )  # fmt: skip

    async def _store(self, cast: rules.Cast, process: int = 0) -> VoteReceipt | str:
        """The receipt, or the code of the refusal. The board is fed behind it."""
        try:
            stored = await self.servers.batchers[process].store(cast)
        except errors.Unavailable:  # another process was first with this ballot, and a phone sends again
            return await self._store(cast, process)
        except errors.FestivalError as error:
            return error.code
        await self.servers.feed()
        return msgspec.json.decode(stored, type=VoteReceipt)

    def _kind(self, cast: rules.Cast) -> str:
        return next(kind for kind, award in self.awards.items() if award == cast.award)

    def _refusal(self, cast: rules.Cast) -> str | None:
        """Why a new vote is refused, in the order in which voters are told."""
        state = self.state[self._kind(cast)]
        if state != "open":
            return {"scheduled": "voting-not-open", "closed": "voting-closed"}[state]
        return "ballot-void" if cast.ballot in self.barred else None

    def _note(self, cast: rules.Cast) -> None:
        self.lines.setdefault((self._kind(cast), cast.ballot, cast.question), []).append(cast)

    def _settled(self, cast: rules.Cast, answer: VoteReceipt | str) -> bool:
        """Whether a new vote was stored, as the model says it must or must not be."""
        refusal = self._refusal(cast)
        if refusal is not None:
            assert answer == refusal
            return False
        assert isinstance(answer, VoteReceipt)
        assert (answer.id, answer.receipt) == (cast.id, cast.receipt)
        assert (answer.entry, answer.value, answer.choices) == (cast.question or None, cast.value, cast.choices)
        self._note(cast)
        return True

    def _content(self, data: st.DataObject, kind: str) -> Content:
        least, most = KINDS[kind]
        if kind == "stars":
            return data.draw(st.integers(least, most)), None
        chosen = st.lists(st.sampled_from(self.entries[kind]), min_size=least, max_size=most, unique=True)
        return None, tuple(data.draw(chosen))

    def _any_vote(self, data: st.DataObject) -> rules.Cast:
        kind = data.draw(st.sampled_from(sorted(KINDS)))
        ballot, question = data.draw(st.integers(0, BALLOTS - 1)), data.draw(st.integers(0, ENTRIES - 1))
        return self._cast(kind, ballot, question, self._content(data, kind))

    @rule(targets=(stored, kept), data=st.data())
    def cast(self, data: st.DataObject) -> Any:
        """A first vote, or another one for the same question: the voter has changed their mind."""
        cast = self._any_vote(data)
        return self._sorted(cast, self.servers.run(self._store(cast)))

    def _sorted(self, cast: rules.Cast, answer: VoteReceipt | str) -> Any:
        return multiple((cast, self._settled(cast, answer)))

    @rule(given=stored, process=st.integers(0, 1))
    def send_again(self, given: tuple[rules.Cast, bool], process: int) -> None:
        """The same receipt, whatever has happened to award and ballot since; a vote that was refused is tried anew."""
        cast, was_stored = given
        if not was_stored:
            return
        again = msgspec.structs.replace(cast, receipt=rules.new_receipt())

        answer = self.servers.run(self._store(again, process))

        assert isinstance(answer, VoteReceipt)
        assert answer.receipt == cast.receipt

    @rule(target=stored, given=kept)
    def send_what_was_refused(self, given: tuple[rules.Cast, bool]) -> Any:
        cast, was_stored = given
        if was_stored or any(cast in lines for lines in self.lines.values()):
            return multiple()
        return multiple((cast, self._settled(cast, self.servers.run(self._store(cast)))))

    @rule(target=stored, data=st.data())
    def send_twice_at_once(self, data: st.DataObject) -> Any:
        cast = self._any_vote(data)
        again = msgspec.structs.replace(cast, receipt=rules.new_receipt())

        async def both() -> tuple[VoteReceipt | str, VoteReceipt | str]:
            return await asyncio.gather(self._store(cast, 0), self._store(again, 1))

        first, second = self.servers.run(both())

        assert first == second
        winner = again if isinstance(first, VoteReceipt) and first.receipt == again.receipt else cast
        return multiple((winner, self._settled(winner, first)))

    @rule(target=stored, data=st.data())
    def change_on_two_devices_at_once(self, data: st.DataObject) -> Any:
        """Both are stored, one after the other; only the ledger knows in which order."""
        one = self._any_vote(data)
        kind = self._kind(one)
        value, choices = self._content(data, kind)
        other = msgspec.structs.replace(
            one, id=uuids.uuid7(), value=value, choices=choices, receipt=rules.new_receipt()
        )

        async def both() -> tuple[VoteReceipt | str, VoteReceipt | str]:
            return await asyncio.gather(self._store(one, 0), self._store(other, 1))

        answers = dict(zip((one.id, other.id), self.servers.run(both()), strict=True))
        order = self.servers.run(self._revisions([one, other]))
        casts = sorted((one, other), key=lambda cast: order.get(cast.id, 0))
        return multiple(*((cast, self._settled(cast, answers[cast.id])) for cast in casts))

    async def _revisions(self, casts: list[rules.Cast]) -> dict[Any, int]:
        ids = [cast.id for cast in casts]
        rows = await self.servers.pool.fetch("SELECT idem, revision FROM vote_event WHERE idem = ANY ($1)", ids)
        return {row["idem"]: row["revision"] for row in rows}

    @rule(given=stored, data=st.data())
    def use_an_id_for_another_vote(self, given: tuple[rules.Cast, bool], data: st.DataObject) -> None:
        cast, was_stored = given
        value, choices = self._content(data, self._kind(cast))
        if was_stored and (value, choices) != (cast.value, cast.choices):
            other = msgspec.structs.replace(cast, value=value, choices=choices)

            assert self.servers.run(self._store(other)) == "vote-conflict"

    @rule(data=st.data(), wrong=st.sampled_from(["value", "entry", "kind"]))
    def cast_what_is_not_a_vote(self, data: st.DataObject, wrong: str) -> None:
        cast = self._cast("stars", data.draw(st.integers(0, BALLOTS - 1)), 0, (3, None))
        changes: dict[str, dict[str, Any]] = {
            "value": {"value": 6},
            "entry": {"question": self.entries["ranking"][0]},
            "kind": {"question": 0, "value": None, "choices": (self.entries["stars"][0],)},
        }
        #: What is no vote of this award at all is that in any state of it.
        codes = {
            "value": self._refusal(cast) or "value-out-of-range",
            "entry": "entry-not-found",
            "kind": "invalid-value",
        }

        answer = self.servers.run(self._store(msgspec.structs.replace(cast, **changes[wrong])))

        assert answer == codes[wrong]

    @rule(kind=st.sampled_from(sorted(KINDS)), state=st.sampled_from(["open", "open", "closed", "scheduled"]))
    def open_or_close(self, kind: str, state: str) -> None:
        hours = {"open": (-1, 1), "closed": (-2, -1), "scheduled": (1, 2)}[state]
        self._execute(
            "UPDATE award SET opens_at = now() + $2, closes_at = now() + $3 WHERE id = $1",
            self.awards[kind], *(timedelta(hours=hour) for hour in hours),
        )  # fmt: skip
        self.state[kind] = state

    @rule(kind=st.sampled_from(sorted(KINDS)), number=st.integers(0, BALLOTS - 1))
    def put_under_review_or_release(self, kind: str, number: int) -> None:
        ballot = self.ballots[kind][number]
        self.reviewed ^= {ballot}
        self._execute(
            "UPDATE ballot SET quarantined_at = CASE WHEN $2 THEN now() END WHERE id = $1",
            ballot, ballot in self.reviewed,
        )  # fmt: skip
        self.servers.run(self.servers.rebuild(self.awards[kind]))

    @rule(kind=st.sampled_from(sorted(KINDS)), number=st.integers(0, BALLOTS - 1), bar=st.booleans())
    def void(self, kind: str, number: int, bar: bool) -> None:
        """Void events follow the ballot's votes, and where it is barred it casts no more."""
        ballot = self.ballots[kind][number]
        if bar:
            self._execute("UPDATE ballot SET barred_at = now() WHERE id = $1", ballot)
            self.barred.add(ballot)
        for (of_kind, of_ballot, question), lines in self.lines.items():
            if (of_kind, of_ballot) == (kind, ballot) and lines[-1] is not None:
                award, receipt = self.awards[kind], rules.new_receipt()
                self._execute(VOID, uuid4(), award, ballot, question, len(lines) + 1, receipt)
                lines.append(None)
        self.servers.run(self.servers.rebuild(self.awards[kind]))
        self._check_own_votes(kind)

    def _execute(self, statement: str, *values: object) -> None:
        self.servers.run(self.servers.pool.execute(statement, *values))

    @invariant()
    def ledger_is_the_model(self) -> None:
        rows = self.servers.run(
            self.servers.pool.fetch(
                "SELECT award_id, ballot, question, array_agg(CASE WHEN kind = 1 THEN idem END ORDER BY revision) AS ids,"
                " array_agg(revision ORDER BY revision) AS revisions FROM vote_event WHERE award_id = ANY ($1)"
                " GROUP BY award_id, ballot, question",
                list(self.awards.values()),
            )
        )
        ours = {
            (self.awards[kind], ballot, question): [cast and cast.id for cast in lines]
            for (kind, ballot, question), lines in self.lines.items()
        }
        assert {(row["award_id"], row["ballot"], row["question"]): row["ids"] for row in rows} == ours
        assert all(row["revisions"] == list(range(1, len(row["ids"]) + 1)) for row in rows)

    @invariant()
    def count_is_the_model(self) -> None:
        for kind, award in self.awards.items():
            lines = {key[1:]: lines for key, lines in self.lines.items() if key[0] == kind}
            entries: dict[int, tuple[int, int]] = {}
            for (ballot, question), stored in lines.items():
                if stored[-1] is not None and ballot not in self.reviewed:
                    for entry, points in _points(kind, question, stored[-1]):
                        votes, total = entries.get(entry, (0, 0))
                        entries[entry] = (votes + 1, total + points)
            expected = (sum(map(len, lines.values())), len({ballot for ballot, _ in lines}), entries)
            for counted in self.servers.run(self._counts(award)):
                given = {each.entry: (each.votes, each.sum) for each in counted.entries if each.votes}
                assert (counted.rows, counted.ballots, given) == expected

    async def _counts(self, award: int) -> list[Board]:
        """The ledger's and the live board's."""
        async with self.servers.pool.acquire() as db:
            live = await self.servers.live.board(award)
            assert live is not None
            return [await board.recount(db, award), live]

    @rule()
    def lose_the_boards(self) -> None:
        """Redis forgets all, and the boards are built anew."""
        self.servers.run(self.servers.live.forget())
        for award in self.awards.values():
            self.servers.run(self.servers.rebuild(award))

    @rule(kind=st.sampled_from(sorted(KINDS)))
    def read_own_votes(self, kind: str) -> None:
        self._check_own_votes(kind)

    def _check_own_votes(self, kind: str) -> None:
        """Of all voters of an award; the second time they are Redis's."""
        latest = {ballot: set[str]() for ballot in self.ballots[kind]}
        for (of_kind, ballot, _), lines in self.lines.items():
            if of_kind == kind and lines[-1] is not None:
                latest[ballot].add(lines[-1].receipt)

        for _ in range(2):
            assert {ballot: self.servers.run(self._own(kind, ballot)) for ballot in latest} == latest

    async def _own(self, kind: str, ballot: int) -> set[str | None]:
        award = self.awards[kind]
        token = rules.sign_ballot(KEY, rules.Ballot(award, ballot, "device"))
        mine = await service.my_votes(self.servers.pool, self.servers.live, award, token, secret=KEY)
        return {vote.receipt for vote in mine.votes}


def _points(kind: str, question: int, cast: rules.Cast) -> list[tuple[int, int]]:
    if cast.choices is None:
        return [(question, cast.value or 0)]
    return [(entry, 1) for entry in (cast.choices[:1] if kind == "ranking" else cast.choices)]


def try_out(servers: Servers, profile: settings) -> None:
    machine = type("Votes", (Votes,), {"servers": servers})
    run_state_machine_as_test(machine, settings=profile)


@pytest.mark.timeout(300)
def test_votes_in_any_order_of_events_are_the_model(servers: Servers) -> None:
    try_out(servers, QUICK)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_votes_in_very_many_orders_of_events_are_the_model(servers: Servers) -> None:
    try_out(servers, LONG)
