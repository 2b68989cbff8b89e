"""Ten frauds as people try them, over HTTP: each is refused or flagged. Honest evenings are left alone.

What the ten used to hide or to prove something with must not be found anywhere afterwards.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uuid_utils.compat as uuids

from api import logs
from api.db import Connection, Pool
from api.voting import fraud, rules
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House
from tests.traces import dump_database, dump_redis, spellings
from tests.voting.evenings import Evening, a_programme

pytest_plugins = ("tests.housing",)
EVENINGS = 20


class Scene:
    """Where frauds are tried, and what must not be found afterwards."""

    def __init__(self, house: House, rows: Connection, programme: list[int]) -> None:
        self.house, self.rows, self.programme = house, rows, programme
        self.secrets: set[str] = set()

    def phone(self, address: str, **headers: str) -> httpx.AsyncClient:
        self.secrets |= {address, address.rpartition(".")[0], *headers.values()}
        phone = ballots.phone_at(self.house.app, address)
        phone.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        return phone

    async def evening(self, seed: int) -> Evening:
        evening = await Evening.open(self.house.pool, self.programme, seed)
        await evening.write(evening.honest(300))
        return evening

    async def award(self, *tiers: str, watch: dict[str, Any] | None = None, minutes: float = 3) -> tuple[int, int, int]:
        """An award with one entry of one episode: their ids and that of the episode."""
        award = await ballots.an_award(self.rows, *tiers, watch=watch)
        episode = await builders.an_episode(self.rows, series := await builders.a_series(self.rows))
        package = await builders.a_package(self.rows, episode)
        await self.rows.execute(
            "UPDATE package SET descriptor = jsonb_set(descriptor, '{duration}', to_jsonb($2::float8)) WHERE id = $1",
            package, minutes * 60,
        )  # fmt: skip
        return award, await builders.an_entry(self.rows, award, series), episode

    async def ballot(self, phone: httpx.AsyncClient, award: int, **proof: str) -> str:
        answer = await phone.post(f"/api/awards/{award}/ballot", json=proof)
        assert answer.status_code == 200, answer.text
        self.secrets |= {phone.cookies["device"], *(value for name, value in proof.items() if name == "badge")}
        return str(answer.json()["ballot"])

    async def vote(self, phone: httpx.AsyncClient, award: int, ballot: str, **vote: Any) -> httpx.Response:
        vote = {"id": str(uuids.uuid7()), "value": 5} | vote
        return await phone.post(f"/api/awards/{award}/votes", json=vote, headers={"Ballot": ballot})

    async def flagged(self, award: int, what: str) -> str:
        """What the checks of the next minutes say; they look twice and raise one flag."""
        for _ in range(2):
            assert await fraud.check_award(self.house.pool, award, now=datetime.now(UTC) + timedelta(minutes=2))
        found = await self.rows.fetchval("SELECT count(*) FROM flag WHERE award_id = $1 AND what = $2", award, what)
        return f"flagged {what}" if found == 1 else f"{found} flags"

    async def lines(self, award: int) -> int:
        return int(await self.rows.fetchval("SELECT count(*) FROM vote_event WHERE award_id = $1", award))


async def burst(scene: Scene) -> str:
    """Sixty phones in sixty networks vote for one entry at once."""
    evening = await scene.evening(101)
    entry = evening.entries[evening.liked.index(max(evening.liked))]

    async def strike(number: int) -> None:
        async with scene.phone(f"93.184.{number}.9") as phone:
            answer = await scene.vote(phone, evening.award, await scene.ballot(phone, evening.award), entry=entry)
            assert answer.status_code == 200, answer.text

    await asyncio.gather(*(strike(number) for number in range(60)))
    return await scene.flagged(evening.award, "burst")


async def code_sharing(scene: Scene) -> str:
    """The code on a badge goes round in a chat: six people, one ballot, and it is seen."""
    (award, entry, _), badge = await scene.award("badge"), await ballots.a_badge(scene.rows)
    held = set()
    for number in range(6):
        async with scene.phone(f"93.185.{number}.9") as phone:
            held.add(await scene.ballot(phone, award, badge=badge))
            await scene.vote(phone, award, *held, entry=entry)
    assert (len(held), await scene.rows.fetchval("SELECT count(*) FROM ballot WHERE award_id = $1", award)) == (1, 1)
    return await scene.flagged(award, "many_devices")


async def replayed_queue(scene: Scene) -> str:
    """A kiosk's queue is sent again, three times and out of order: receipts are the same and nothing is counted."""
    award, entry, _ = await scene.award("kiosk")
    queue = []
    for _ in range(4):
        ballot = rules.Ballot(award, await builders.a_ballot(scene.rows, award, "kiosk"), "kiosk")
        token = rules.sign_ballot(scene.house.settings.key, ballot)
        queue.append((token, {"id": str(uuids.uuid7()), "entry": entry, "value": 4}))
    async with scene.phone("93.186.1.9") as kiosk:
        first = [(await scene.vote(kiosk, award, ballot, **vote)).json() for ballot, vote in queue]
        again = [
            (await scene.vote(kiosk, award, ballot, **vote)).json()
            for ballot, vote in reversed([*queue, *queue, *queue])
        ]
    assert again == list(reversed([*first, *first, *first]))
    return "refused" if await scene.lines(award) == 4 else "counted again"


async def sped_up_heartbeats(scene: Scene) -> str:
    """A script says that it has watched three minutes in two seconds."""
    award, entry, episode = await scene.award("device", watch={"episodes": 1})
    session = str(uuid4())
    async with scene.phone("93.187.1.9") as phone:
        ballot = await scene.ballot(phone, award)
        for number in range(18):
            beat = ballots.heartbeat(episode, (number * 10, number * 10 + 10), session=session, speed=4)
            assert (await phone.post("/api/playback/heartbeats", json=beat)).status_code == 200
        noted = await phone.post(f"/api/awards/{award}/credit", json={"entry": entry}, headers={"Ballot": ballot})
        assert code_of(noted) == (403, "not-watched")
        return f"refused {code_of(await scene.vote(phone, award, ballot, entry=entry))[1]}"


async def forged_hall_code(scene: Scene) -> str:
    award, _, _ = await scene.award("hall")
    await ballots.a_screening(scene.rows)
    return await _by_hall(scene, award, await ballots.code_now(b"a guess of thirty-two bytes....."))


async def old_window(scene: Scene) -> str:
    """A code that was filmed and posted is a minute old on arrival."""
    (award, _, _), (_, secret) = await scene.award("hall"), await ballots.a_screening(scene.rows)
    return await _by_hall(scene, award, await ballots.code_now(secret, back=2))


async def _by_hall(scene: Scene, award: int, code: str) -> str:
    scene.secrets.add(code)
    async with scene.phone("93.188.1.9") as phone:
        answer = await phone.post(f"/api/awards/{award}/ballot", json={"hall": code})
    assert await scene.rows.fetchval("SELECT count(*) FROM ballot WHERE award_id = $1", award) == 0
    return f"refused {code_of(answer)[1]}"


async def changed_payload(scene: Scene) -> str:
    """Somebody in between changes the value of a vote and sends it with its id."""
    award, entry, _ = await scene.award("device")
    async with scene.phone("93.189.1.9") as phone:
        ballot, tap = await scene.ballot(phone, award), str(uuids.uuid7())
        assert (await scene.vote(phone, award, ballot, id=tap, entry=entry, value=5)).status_code == 200
        answer = await scene.vote(phone, award, ballot, id=tap, entry=entry, value=1)
    assert await scene.rows.fetchval("SELECT value FROM vote_event WHERE award_id = $1", award) == 5
    return f"refused {code_of(answer)[1]}"


async def after_close(scene: Scene) -> str:
    award, entry, _ = await scene.award("device")
    async with scene.phone("93.190.1.9") as phone:
        ballot = await scene.ballot(phone, award)
        await scene.rows.execute("UPDATE award SET closes_at = now() - interval '61 seconds' WHERE id = $1", award)
        answer = await scene.vote(phone, award, ballot, entry=entry)
    assert await scene.lines(award) == 0
    return f"refused {code_of(answer)[1]}"


async def entry_of_another_award(scene: Scene) -> str:
    """With a ballot of this award for an entry of that one, and with that one's address."""
    (award, _, _), (other, entry, _) = await scene.award("device"), await scene.award("device")
    async with scene.phone("93.191.1.9") as phone:
        ballot = await scene.ballot(phone, award)
        assert code_of(await scene.vote(phone, other, ballot, entry=entry)) == (401, "ballot-invalid")
        answer = await scene.vote(phone, award, ballot, entry=entry)
    assert await scene.lines(award) + await scene.lines(other) == 0
    return f"refused {code_of(answer)[1]}"


async def spoofed_forwarded_for(scene: Scene) -> str:
    """Forty ballots from one address that says of itself to be forty others; nobody trusts it."""
    evening = await scene.evening(110)
    entry = evening.entries[evening.liked.index(min(evening.liked))]
    for number in range(40):
        async with scene.phone("93.192.1.9", X_Forwarded_For=f"203.{number}.113.7") as phone:
            answer = await scene.vote(phone, evening.award, await scene.ballot(phone, evening.award), entry=entry)
            assert answer.status_code == 200, answer.text
    return await scene.flagged(evening.award, "one_network")


FRAUDS: dict[Callable[[Scene], Awaitable[str]], str] = {
    burst: "flagged burst",
    code_sharing: "flagged many_devices",
    replayed_queue: "refused",
    sped_up_heartbeats: "refused not-watched",
    forged_hall_code: "refused hall-code-refused",
    old_window: "refused hall-code-refused",
    changed_payload: "refused vote-conflict",
    after_close: "refused voting-closed",
    entry_of_another_award: "refused entry-not-found",
    spoofed_forwarded_for: "flagged one_network",
}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written from here on."""
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", written)
        logs.configure()
    yield written
    logs.configure()


async def test_ten_frauds_of_ten_are_refused_or_flagged_and_leave_no_trace_of_people(
    house: House, rows: Connection, log: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    scene = Scene(house, rows, await a_programme(rows))

    outcomes = {fraud.__name__: await fraud(scene) for fraud in FRAUDS}

    assert outcomes == {fraud.__name__: wanted for fraud, wanted in FRAUDS.items()}
    assert len(outcomes) == 10
    written = log.getvalue() + caplog.text
    kept = {"database": await dump_database(rows), "redis": await dump_redis(house), "log": written}
    assert len(scene.secrets) > 150
    assert all(len(text) > 1000 for text in kept.values())
    found = [
        (place, secret)
        for place, text in kept.items()
        for secret in scene.secrets
        for each in spellings(secret)
        if each in text
    ]
    assert found == []


async def test_honest_evenings_have_at_most_one_false_flag(pool: Pool) -> None:
    async with pool.acquire() as db:
        programme = await a_programme(db)
    false: dict[int, list[tuple[str, str]]] = {}
    for seed in range(EVENINGS):
        evening = await Evening.open(pool, programme, seed)
        await evening.run_through(evening.honest(evening.dice.randint(150, 1200)))
        false[seed] = await evening.flags()

    assert {seed: flags for seed, flags in false.items() if len(flags) > 1} == {}
    assert await pool.fetchval("SELECT min(n) > 400 FROM (SELECT count(*) AS n FROM vote_event GROUP BY award_id) e")
