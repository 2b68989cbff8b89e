"""`/api/live` as pages use it: a server of its own, real votes, real losses."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx
import pytest
import uuid_utils.compat as uuids

from api.db import Connection, Pool, open_pool
from api.live import RedisLive
from api.settings import Settings
from tests import builders
from tests.builders import code_of
from tests.conftest import SCRAPER, TestServer, start_server, stop_process

pytest_plugins = ("tests.housing",)
PATIENCE = 20


@pytest.fixture(scope="module")
async def hall(house_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[TestServer, None]:
    """The API as it runs in a festival."""
    started = await start_server(house_settings, tmp_path_factory.mktemp("hall"))
    yield started
    await stop_process(started.process)


@pytest.fixture(scope="module")
async def pool(hall: TestServer) -> AsyncGenerator[Pool, None]:
    opened = await open_pool(hall.database_url, size=2)
    yield opened
    await opened.close()


@pytest.fixture
async def db(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection:
        yield connection


@pytest.fixture
async def browser(hall: TestServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=hall.url, timeout=PATIENCE) as client:
        yield client


class Events:
    """What a page hears on one stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self) -> tuple[str, Any]:
        """The next event: its topic and its state."""
        topic = ""
        async with asyncio.timeout(PATIENCE):
            while True:
                name, _, value = (await anext(self._lines)).partition(": ")
                if name == "event":
                    topic = value
                if name == "data":
                    return topic, json.loads(value)

    async def until(self, topic: str, **wanted: Any) -> Any:
        """The first state of `topic` in which these values are as wanted."""
        async with asyncio.timeout(PATIENCE):
            while True:
                told, state = await self.next()
                if told == topic and {name: state[name] for name in wanted} == wanted:
                    return state


@contextlib.asynccontextmanager
async def listening(browser: httpx.AsyncClient, *topics: str) -> AsyncIterator[Events]:
    async with browser.stream("GET", "/api/live", params=[("topic", topic) for topic in topics]) as answer:
        assert answer.status_code == 200
        yield Events(answer)


async def an_award(db: Connection, board: str = "open") -> tuple[int, int]:
    award = await builders.an_award(db, board=board)
    return award, await builders.an_entry(db, award)


async def vote(browser: httpx.AsyncClient, award: int, entry: int, value: int) -> None:
    ballot = (await browser.post(f"/api/awards/{award}/ballot")).json()["ballot"]
    body = {"id": str(uuids.uuid7()), "entry": entry, "value": value}
    answer = await browser.post(f"/api/awards/{award}/votes", json=body, headers={"Ballot": ballot})
    assert answer.status_code == 200, answer.text


async def an_episode(db: Connection) -> tuple[int, int]:
    """An episode and its company."""
    company = await builders.a_company(db)
    return await builders.an_episode(db, await builders.a_series(db, company=company)), company


# What is heard


async def test_first_event_is_the_board_as_it_is(browser: httpx.AsyncClient, db: Connection) -> None:
    award, entry = await an_award(db)
    await vote(browser, award, entry, 4)

    async with listening(browser, f"award:{award}:board") as events:
        topic, state = await events.next()

    expected = {"award": award, "rows": 1, "ballots": 1, "entries": [{"entry": entry, "votes": 1, "sum": 4}]}
    assert (topic, {name: state[name] for name in expected}) == (f"award:{award}:board", expected)


async def test_first_event_is_the_turnout_as_it_is(browser: httpx.AsyncClient, db: Connection) -> None:
    award, entry = await an_award(db, "turnout")
    await vote(browser, award, entry, 4)

    async with listening(browser, f"award:{award}:turnout") as events:
        heard = await events.next()

    assert heard == (f"award:{award}:turnout", {"award": award, "rows": 1, "ballots": 1})


async def test_board_of_an_award_that_shows_turnout_only_names_no_entries(
    browser: httpx.AsyncClient, db: Connection
) -> None:
    award, entry = await an_award(db, "turnout")
    await vote(browser, award, entry, 4)

    async with listening(browser, f"award:{award}:board") as events:
        _, state = await events.next()

    assert (state["rows"], state["entries"]) == (1, [])


async def test_stream_is_not_to_be_kept_or_buffered(browser: httpx.AsyncClient, db: Connection) -> None:
    award, _ = await an_award(db)

    async with listening(browser, f"award:{award}:board") as events:
        headers = events.answer.headers

    assert [
        headers[name] for name in ("content-type", "cache-control", "x-accel-buffering", "x-content-type-options")
    ] == [
        "text/event-stream; charset=utf-8",
        "no-store",
        "no",
        "nosniff",
    ]


async def test_vote_arrives_on_the_board(browser: httpx.AsyncClient, db: Connection) -> None:
    award, entry = await an_award(db)

    async with listening(browser, f"award:{award}:board") as events:
        await events.next()
        await vote(browser, award, entry, 5)
        state = await events.until(f"award:{award}:board", rows=1)

    assert state["entries"] == [{"entry": entry, "votes": 1, "sum": 5}]


async def test_changed_vote_arrives_on_the_board(browser: httpx.AsyncClient, db: Connection) -> None:
    award, entry = await an_award(db)
    await vote(browser, award, entry, 5)

    async with listening(browser, f"award:{award}:board") as events:
        await events.next()
        await vote(browser, award, entry, 2)
        state = await events.until(f"award:{award}:board", rows=2)

    assert (state["ballots"], state["entries"]) == (1, [{"entry": entry, "votes": 1, "sum": 2}])


async def test_every_page_hears_the_vote(browser: httpx.AsyncClient, db: Connection) -> None:
    award, entry = await an_award(db)

    async with contextlib.AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(listening(browser, f"award:{award}:board")) for _ in range(5)]
        await vote(browser, award, entry, 3)
        states = [await page.until(f"award:{award}:board", rows=1) for page in pages]

    assert [state["entries"] for state in states] == [[{"entry": entry, "votes": 1, "sum": 3}]] * 5


async def test_two_topics_share_a_stream(browser: httpx.AsyncClient, db: Connection) -> None:
    (first, entry), (second, other) = await an_award(db), await an_award(db)

    async with listening(browser, f"award:{first}:board", f"award:{second}:turnout") as events:
        heard = {(await events.next())[0] for _ in range(2)}
        await vote(browser, second, other, 3)
        await events.until(f"award:{second}:turnout", rows=1)
        await vote(browser, first, entry, 3)
        await events.until(f"award:{first}:board", rows=1)

    assert heard == {f"award:{first}:board", f"award:{second}:turnout"}


async def test_same_topic_named_twice_is_one(browser: httpx.AsyncClient, db: Connection) -> None:
    award, entry = await an_award(db)

    async with listening(browser, f"award:{award}:board", f"award:{award}:board") as events:
        await events.next()
        await vote(browser, award, entry, 3)
        state = await events.until(f"award:{award}:board", rows=1)

    assert state["ballots"] == 1


async def test_state_of_an_episode_arrives_as_its_package_goes_on(browser: httpx.AsyncClient, db: Connection) -> None:
    episode, company = await an_episode(db)
    package = await builders.a_package(db, episode, state="queued")
    await builders.sign_in(browser, db, "producer", company)

    async with listening(browser, f"episode:{episode}:state") as events:
        first = await events.next()
        await db.execute("UPDATE package SET state = 'encoding', progress = 30 WHERE id = $1", package)
        encoding = await events.until(f"episode:{episode}:state", state="encoding")
        await db.execute(
            "UPDATE package SET state = 'failed', failure_code = 'damaged-file', failure_detail = '{}' WHERE id = $1",
            package,
        )
        failed = await events.until(f"episode:{episode}:state", state="failed")

    assert (first[1]["state"], encoding["progress"], failed["failure"]["code"]) == ("queued", 30, "damaged-file")


async def test_state_of_an_episode_is_what_the_studio_shows(browser: httpx.AsyncClient, db: Connection) -> None:
    episode, company = await an_episode(db)
    await builders.a_package(db, episode)
    await builders.sign_in(browser, db, "producer", company)

    async with listening(browser, f"episode:{episode}:state") as events:
        _, state = await events.next()

    [series] = (await browser.get("/api/studio/series")).json()
    assert state == series["episodes"][0]


async def test_upload_that_is_opened_shows_on_the_stream(browser: httpx.AsyncClient, db: Connection) -> None:
    episode, company = await an_episode(db)
    await builders.sign_in(browser, db, "producer", company)

    async with listening(browser, f"episode:{episode}:state") as events:
        await events.next()
        opened = await browser.post(f"/api/studio/episodes/{episode}/uploads", json={"file_name": "a.mp4", "size": 9})
        state = await events.until(f"episode:{episode}:state", state="uploading")

    assert state["upload"] == opened.json()["id"]


# What is lost


async def test_stream_goes_on_when_redis_has_lost_everything(
    browser: httpx.AsyncClient, db: Connection, valkey: str
) -> None:
    award, entry = await an_award(db)

    async with listening(browser, f"award:{award}:board") as events:
        await vote(browser, award, entry, 5)
        await events.until(f"award:{award}:board", rows=1)
        live = RedisLive(valkey)
        await live.forget()
        await live.close()
        await vote(browser, award, entry, 1)
        state = await events.until(f"award:{award}:board", rows=2)

    assert state["entries"] == [{"entry": entry, "votes": 1, "sum": 1}]


async def test_stream_goes_on_when_its_listener_at_the_database_is_cut_off(
    browser: httpx.AsyncClient, db: Connection
) -> None:
    episode, company = await an_episode(db)
    package = await builders.a_package(db, episode, state="queued")
    await builders.sign_in(browser, db, "producer", company)

    async with listening(browser, f"episode:{episode}:state") as events:
        await events.next()
        await db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()"
        )
        await db.execute("UPDATE package SET progress = 77, state = 'encoding' WHERE id = $1", package)
        state = await events.until(f"episode:{episode}:state", progress=77)

    assert state["state"] == "encoding"


async def test_stream_that_is_left_is_not_counted_any_more(browser: httpx.AsyncClient, db: Connection) -> None:
    award, _ = await an_award(db)
    async with listening(browser, f"award:{award}:board") as events:
        await events.next()
        counted = await open_streams(browser)

    for _ in range(PATIENCE * 10):
        if await open_streams(browser) < counted:
            return
        await asyncio.sleep(0.1)
    pytest.fail("the stream is still counted")


async def open_streams(browser: httpx.AsyncClient) -> float:
    lines = (await browser.get("/metrics", headers=SCRAPER)).text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("tallscreen_live_streams "))


# What is refused


@pytest.mark.parametrize(
    "topic",
    [
        "nothing",
        "award:1",
        "award:1:nothing",
        "award:x:board",
        "episode:1:board",
        "award:1:board\n",
        "award:-1:board",
        "",
    ],
)
async def test_unknown_topic_is_not_found(browser: httpx.AsyncClient, topic: str) -> None:
    answer = await browser.get("/api/live", params={"topic": topic})

    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize("topic", ["award:4711:board", "award:4711:turnout", f"award:{'9' * 15}:board"])
async def test_award_that_is_not_there_is_not_found(browser: httpx.AsyncClient, topic: str) -> None:
    answer = await browser.get("/api/live", params={"topic": topic})

    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize("count", [0, 41])
async def test_one_to_forty_topics_make_a_stream(browser: httpx.AsyncClient, count: int) -> None:
    answer = await browser.get("/api/live", params=[("topic", f"award:{number}:board") for number in range(count)])

    assert code_of(answer) == (400, "bad-request")


@pytest.mark.parametrize("kind", ["board", "turnout"])
async def test_hidden_award_is_not_found(browser: httpx.AsyncClient, db: Connection, kind: str) -> None:
    award, _ = await an_award(db, "hidden")

    answer = await browser.get("/api/live", params={"topic": f"award:{award}:{kind}"})

    assert code_of(answer) == (404, "not-found")


async def test_one_topic_that_may_not_be_heard_refuses_the_stream(browser: httpx.AsyncClient, db: Connection) -> None:
    (shown, _), (hidden, _) = await an_award(db), await an_award(db, "hidden")

    answer = await browser.get(
        "/api/live", params=[("topic", f"award:{shown}:board"), ("topic", f"award:{hidden}:board")]
    )

    assert code_of(answer) == (404, "not-found")


async def test_state_of_an_episode_is_not_for_nobody(browser: httpx.AsyncClient, db: Connection) -> None:
    episode, _ = await an_episode(db)

    answer = await browser.get("/api/live", params={"topic": f"episode:{episode}:state"})

    assert code_of(answer) == (401, "sign-in-needed")


@pytest.mark.parametrize(
    ("role", "refusal"),
    [("juror", (403, "not-allowed")), ("auditor", (403, "not-allowed")), ("producer", (404, "not-found"))],
)
async def test_state_of_an_episode_is_not_for_others(
    browser: httpx.AsyncClient, db: Connection, role: Any, refusal: tuple[int, str]
) -> None:
    episode, _ = await an_episode(db)
    await builders.sign_in(browser, db, role)

    answer = await browser.get("/api/live", params={"topic": f"episode:{episode}:state"})

    assert code_of(answer) == refusal


async def test_organiser_hears_the_state_of_every_episode(browser: httpx.AsyncClient, db: Connection) -> None:
    episode, _ = await an_episode(db)
    await builders.sign_in(browser, db, "organiser")

    async with listening(browser, f"episode:{episode}:state") as events:
        topic, state = await events.next()

    assert (topic, state["id"], state["state"]) == (f"episode:{episode}:state", episode, "awaiting_upload")


async def test_states_of_a_series_of_two_hundred_come_on_one_stream_and_then_only_what_changes(
    browser: httpx.AsyncClient, db: Connection
) -> None:
    company = await builders.a_company(db)
    series = await builders.a_series(db, company=company)
    await db.execute("INSERT INTO episode (series_id, number) SELECT $1, n FROM generate_series(1, 200) n", series)
    await builders.sign_in(browser, db, "producer", company)
    topic = f"series:{series}:states"
    moving = await db.fetchval("SELECT id FROM episode WHERE series_id = $1 AND number = 150", series)

    async with listening(browser, topic) as events:
        first = await events.next()
        await events.next()  # the hub's own first look, which every listener is told of
        await builders.a_package(db, moving, state="encoding")
        while not (news := (await events.next())[1]) or news[0]["state"] != "encoding":
            pass

    assert (first[0], [state["number"] for state in first[1]]) == (topic, list(range(1, 201)))
    assert [state["number"] for state in news] == [150]


async def test_states_of_a_series_of_another_company_are_not_there(browser: httpx.AsyncClient, db: Connection) -> None:
    series = await builders.a_series(db)
    await builders.sign_in(browser, db, "producer", await builders.a_company(db))

    answer = await browser.get("/api/live", params={"topic": f"series:{series}:states"})

    assert code_of(answer) == (404, "not-found")
