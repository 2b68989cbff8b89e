"""No action at the desk without a line in the audit log: every unsafe route is looked at, and most are walked."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import FunctionType
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from api.access import audit
from api.db import Connection
from tests import builders
from tests.builders import NO_RULES
from tests.house import House
from tests.kiosk.screens import Screen

pytest_plugins = ("tests.housing",)
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
#: Routes that leave no line, and why that is right.
SILENT = {
    "POST /api/desk/submissions/{submission:int}/letter": "it only reads: the letter as it would be sent",
    "POST /api/desk/programmes/preview": "it only reads: what would play at that hour",
    "POST /api/desk/festivals/preview": "it only reads: what the next festival would take over",
    "POST /api/desk/festival/accent": "it only reads: whether a colour can be read",
    "PUT /api/desk/paper/{batch:int}/sheets": "each sheet says who read it when; the end of keying is a line",
    "PUT /api/desk/paper/{batch:int}/second": "each sheet says who read it when; the check is a line",
    "PUT /api/desk/paper/{batch:int}/differences": "each sheet says who read it when; the check is a line",
}
DEPTH = 6


def unsafe_routes(app: Litestar) -> dict[str, Any]:
    return {
        f"{method} {route.path}": handler
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/desk/")
        for method, (handler, _) in route.route_handler_map.items()
        if method in UNSAFE
    }


def functions_in(function: Any) -> Iterator[FunctionType]:
    """The functions of ours that it names, called or handed on."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        found: Any = None
        if isinstance(node, ast.Name):
            found = function.__globals__.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(function.__globals__.get(node.value.id), node.attr, None)
        if isinstance(found, FunctionType) and found.__module__.startswith("api."):
            yield found


def reaches_the_log(function: Any, seen: set[Any], depth: int = DEPTH) -> bool:
    if function is audit.note or "save_audit_event" in inspect.getsource(function):
        return True
    if depth == 0 or function in seen:
        return False
    seen.add(function)
    return any(reaches_the_log(each, seen, depth - 1) for each in functions_in(function))


async def test_every_unsafe_route_leads_to_the_audit_log(house: House) -> None:
    routes = unsafe_routes(house.app)
    silent = {name for name, handler in routes.items() if not reaches_the_log(handler.fn, set())}

    assert silent - SILENT.keys() == set()
    assert SILENT.keys() - routes.keys() == set()


def test_function_without_a_line_is_found_out() -> None:
    from api.desk import audit as desk

    assert not reaches_the_log(desk.show_filters, set())
    assert reaches_the_log(desk.note_export, set())


class Walk:
    """One organiser and one auditor, and what they need to act on."""

    def __init__(
        self, house: House, rows: Connection, organiser: httpx.AsyncClient, auditor: httpx.AsyncClient
    ) -> None:
        self.house, self.rows, self.organiser, self.auditor = house, rows, organiser, auditor

    async def step(self, route: str, *ids: object, body: object = None, by: httpx.AsyncClient | None = None) -> Any:
        """The call succeeds and leaves a line; its answer."""
        method, _, path = route.partition(" ")
        for each in ids:
            before, _, rest = path.partition("{")
            path = f"{before}{each}{rest.partition('}')[2]}"
        lines = await self.rows.fetchval("SELECT count(*) FROM audit_event")
        client = by or self.organiser
        raw = body if isinstance(body, bytes) else None
        answer = await (
            client.request(method, path, json=body) if raw is None else client.request(method, path, content=raw)
        )
        assert answer.status_code < 300, (route, answer.text)
        assert await self.rows.fetchval("SELECT count(*) FROM audit_event") > lines, route
        return answer.json() if "json" in answer.headers.get("content-type", "") else None


@pytest.fixture
async def walk(house: House, rows: Connection) -> Walk:
    await builders.a_festival(rows)
    return Walk(house, rows, await house.signed_in("organiser"), await house.signed_in("auditor"))


NAME = {"en": "Evening"}
TIMES = {"starts_at": "2026-11-07T18:00:00Z", "ends_at": "2026-11-07T20:00:00Z"}


async def test_the_programme_is_walked(walk: Walk) -> None:
    company = await builders.a_company(walk.rows)
    series = await builders.a_series(walk.rows, released=False, company=company)
    rules = NO_RULES | {"name": NAME, "landscape": "refuse"}

    section = await walk.step("POST /api/desk/sections", body={"slug": "walk", "name": NAME})
    await walk.step("PUT /api/desk/sections/{section:int}", section["id"], body=rules | {"min_seconds": 60})
    await walk.step("POST /api/desk/series/{series:int}/release?anyway=true", series)
    await walk.step("PUT /api/desk/series/{series:int}/keeping", series, body={"allowed": True, "until": None})
    await walk.step("PUT /api/desk/rooms/{company:int}", company, body={"limit": 10**9})
    await walk.step("PUT /api/desk/festival/player", body={"double_tap": "seek"})
    account = {"email": "walk@festival.example", "name": "Walk", "role": "juror"}
    await walk.step("POST /api/desk/accounts", body=account)
    await walk.step("POST /api/desk/audit/export/{form:str}", "csv", body={})


async def test_voters_are_walked(walk: Walk) -> None:
    made = await walk.step("POST /api/desk/badges", body={"count": 1})
    await walk.step("POST /api/desk/badges/import", body={"csv": "Anna", "labels": True})
    badge = await walk.rows.fetchval("SELECT max(id) FROM badge")
    await walk.step("POST /api/desk/badges/{badge:int}/revoke", badge)
    screening = await walk.step("POST /api/desk/screenings", body={"name": NAME, **TIMES})
    changed = {"name": NAME, "head_count": 3, **TIMES}
    await walk.step("PUT /api/desk/screenings/{screening:int}", screening["id"], body=changed)

    assert made["added"] == 1


async def test_review_is_walked(walk: Walk) -> None:
    award = await builders.an_award(walk.rows)
    entry = await builders.an_entry(walk.rows, award)
    ballots = [await builders.a_ballot(walk.rows, award) for _ in range(4)]
    flag = (
        "INSERT INTO flag (award_id, what, subject, ballots, numbers) VALUES ($1, 'burst', $2, $3, '{}') RETURNING id"
    )
    one = await walk.rows.fetchval(flag, award, "one", ballots[:1])
    reason = {"reason": "staff", "words": "They work here."}
    for ballot in ballots:
        vote = (
            "INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, channel, receipt)"
            " VALUES ($1, $1, $2, $3, $4, 1, 1, 3, 1, $5)"
        )
        await walk.rows.execute(vote, uuid4(), award, ballot, entry, uuid4().hex[:12])

    await walk.step("POST /api/desk/awards/{award:int}/flags/{flag:int}/quarantine", award, one)
    await walk.step("POST /api/desk/awards/{award:int}/flags/{flag:int}/release", award, one)
    await walk.step("POST /api/desk/awards/{award:int}/flags/{flag:int}/dismiss", award, one)
    for act, ballot in (("agree", 1), ("refuse", 2), ("withdraw", 3)):
        asked = await walk.step(
            "POST /api/desk/awards/{award:int}/voids", award, body=reason | {"ballots": [ballots[ballot]]}
        )
        by = walk.organiser if act == "withdraw" else walk.auditor
        await walk.step(f"POST /api/desk/voids/{{void:int}}/{act}", asked["id"], by=by)


async def test_paper_is_walked(walk: Walk) -> None:
    await builders.a_series(walk.rows)
    now = datetime.now(UTC)
    window = {"opens_at": (now - timedelta(hours=1)).isoformat(), "closes_at": (now + timedelta(hours=1)).isoformat()}
    award = await walk.step("POST /api/desk/awards", body={"slug": "walk", "name": NAME, "tiers": ["paper"], **window})
    page = (await walk.organiser.get(f"/api/desk/awards/{award['id']}/paper")).json()
    marks = {"values": [{"entry": page["entries"][0]["id"], "value": 4}]}
    sheets = {"sheets": [{"id": str(uuid4()), "place": 1, "turn": 1, "marks": marks}]}
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)

    async def opened() -> int:
        asked = {"request": str(uuid4()), "sheets": 2, "place": "Hall 1"}
        return int((await walk.step("POST /api/desk/awards/{award:int}/paper", award["id"], body=asked))["id"])

    batch, empty = await opened(), await opened()
    await walk.step("PUT /api/desk/paper/{batch:int}", batch, body={"sheets": 1, "place": "Hall 2"})
    await walk.step("POST /api/desk/paper/{batch:int}/photo", batch, body=png)
    assert (await walk.organiser.get(f"/api/desk/paper/{batch}/photo")).content == png
    assert (await walk.organiser.put(f"/api/desk/paper/{batch}/sheets", json=sheets)).status_code == 200
    await walk.step("POST /api/desk/paper/{batch:int}/keyed", batch)
    assert (await walk.auditor.put(f"/api/desk/paper/{batch}/second", json=sheets)).status_code == 200
    await walk.step("POST /api/desk/paper/{batch:int}/check", batch, by=walk.auditor)
    await walk.step("POST /api/desk/paper/{batch:int}/refuse", empty, body={"words": "Opened twice."})


async def test_screens_are_walked(walk: Walk) -> None:
    async def asking() -> Screen:
        screen = Screen(walk.house.browser())
        await screen.ask()
        return screen

    denied, screen = await asking(), await asking()
    await walk.step("POST /api/desk/kiosks/pairings/{code:str}/deny", denied.user_code)
    paired = await walk.step(
        "POST /api/desk/kiosks/pairings/{code:str}/approve", screen.user_code, body={"name": "Walk"}
    )
    await walk.step("POST /api/desk/kiosks/{kiosk:int}/commands", paired["kiosk"], body={"kind": "reload"})
    await walk.step("POST /api/desk/kiosks/{kiosk:int}/revoke", paired["kiosk"])
