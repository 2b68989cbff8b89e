"""A jury with its chair, jurors and one open round, made as the desk makes it."""

import itertools
from typing import Any, cast

import httpx
import uuid_utils.compat as uuids

from api.db import Connection
from tests import builders
from tests.house import House

_numbers = itertools.count(1)
RUBRIC = {
    "criteria": [
        {"key": "story", "name": builders.words("Story"), "weight": 600, "anchors": {"5": builders.words("Good")}},
        {"key": "frame", "name": builders.words("Frame"), "weight": 400},
    ]
}


def new_id() -> str:
    return str(uuids.uuid7())


async def ok(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


class Seat:
    """A juror at their tablet."""

    def __init__(self, browser: httpx.AsyncClient, account: int, email: str) -> None:
        self.browser, self.account, self.email = browser, account, email
        self.revision = itertools.count(1)

    async def get(self, path: str) -> Any:
        return await ok(await self.browser.get(f"/api/jury{path}"))

    async def score(self, round_id: int, series: int, story: int, frame: int | None = None) -> Any:
        return await ok(await self.send(round_id, series, {"story": story, "frame": story if frame is None else frame}))

    async def send(self, round_id: int, series: int, grades: dict[str, int], **more: Any) -> httpx.Response:
        body = {"id": new_id(), "revision": next(self.revision), "grades": grades, **more}
        return await self.browser.put(f"/api/jury/rounds/{round_id}/titles/{series}/sheet", json=body)

    async def post(self, path: str, body: object) -> httpx.Response:
        return await self.browser.post(f"/api/jury/rounds/{path}", json=body)

    async def lock(self, round_id: int) -> httpx.Response:
        return await self.post(f"{round_id}/lock", {"confirm": "lock"})


class Room:
    """What a test needs of a jury."""

    def __init__(self, house: House, rows: Connection) -> None:
        self.house, self.rows = house, rows
        self.seats: list[Seat] = []
        self.series: list[int] = []
        self.jury = self.round = 0
        self.organiser: httpx.AsyncClient

    @property
    def chair(self) -> Seat:
        return self.seats[0]

    def members(self, affiliations: dict[int, str] | None = None) -> list[dict[str, Any]]:
        return [
            {"email": seat.email, "chair": seat is self.chair, "affiliation": (affiliations or {}).get(number, "")}
            for number, seat in enumerate(self.seats)
        ]

    def about(self, **more: Any) -> dict[str, Any]:
        said = {"name": builders.words("Main jury"), "award": builders.words("Grand Prix"), "rubric": RUBRIC}
        return {**said, "members": self.members(), **more}

    async def desk(self, method: str, path: str, body: object = None) -> Any:
        return await ok(await self.ask(method, path, body))

    async def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        return await self.organiser.request(method, f"/api/desk/juries{path}", json=body)

    async def see(self, *seats: Seat, share: float = 1.0) -> None:
        """These have watched so much of every title: put where the heartbeats put it, which is tested on its own."""
        for seat in seats:
            for episode, seconds in await self.episodes():
                bits = (1 << round(seconds * share)) - 1
                await self.rows.execute(
                    "INSERT INTO juror_watched VALUES ($1, $2, $3) ON CONFLICT (account_id, episode_id) DO UPDATE SET seconds = $3",
                    seat.account,
                    episode,
                    bits.to_bytes((seconds + 7) // 8, "little"),
                )

    async def episodes(self) -> list[tuple[int, int]]:
        found = await self.rows.fetch("SELECT id FROM episode WHERE series_id = ANY($1) ORDER BY id", self.series)
        return [(row["id"], 12) for row in found]

    async def deliberate(self) -> Any:
        return await ok(await self.chair.post(f"{self.round}/deliberation", {"reason": "The prize is tonight."}))


async def a_seat(house: House) -> Seat:
    browser = await house.signed_in("juror")
    account = cast("dict[str, Any]", (await browser.get("/api/access/me")).json()["account"])
    return Seat(browser, account["id"], account["email"])


async def a_title(rows: Connection, *, episodes: int = 1, **more: Any) -> int:
    series = await builders.a_series(rows, slug=f"title-{next(_numbers)}", released=False, **more)
    for number in range(1, episodes + 1):
        await builders.a_package(rows, await builders.an_episode(rows, series, number))
    return series


async def a_room(
    house: House,
    rows: Connection,
    *,
    jurors: int = 2,
    titles: int = 2,
    opened: bool = True,
    cut: dict[str, Any] | None = None,
    **about: Any,
) -> Room:
    """Everybody sees all, and the round is open."""
    await builders.a_festival(rows)
    room = Room(house, rows)
    room.organiser = await house.signed_in("organiser")
    room.seats = [await a_seat(house) for _ in range(jurors)]
    room.series = [await a_title(rows) for _ in range(titles)]
    room.jury = (await room.desk("POST", "", room.about(**about)))["id"]
    body = {"name": builders.words("First round"), "series": room.series, "cut": cut}
    room.round = (await room.desk("POST", f"/{room.jury}/rounds", body))["id"]
    if opened:
        await room.desk("POST", f"/rounds/{room.round}/open")
    return room
