"""Every route names who may call it, and every role is tried on every route."""

from typing import Any, Literal

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import ASGIRouteHandler
from litestar.routes import ASGIRoute, HTTPRoute

from api.access.guards import Allow
from api.access.schemas import Role
from api.db import Pool
from tests import builders
from tests.conftest import NewClient
from tests.kiosk.screens import Screen

#: Nobody, who can sign in, and a screen in the hall with its session.
ROLES: tuple[Role | Literal["kiosk"] | None, ...] = (None, "producer", "juror", "organiser", "auditor", "kiosk")
PRODUCER, JUROR, DESK, ORGANISER, SIGNED_IN = (
    {"producer", "organiser"},
    {"juror", "organiser"},
    {"organiser", "auditor"},
    {"organiser"},
    {"producer", "juror", "organiser", "auditor"},
)
#: First part of the path -> who gets past the door; everything else is public.
EXPECTED: dict[str, set[str]] = {
    "/api/studio": PRODUCER,
    "/api/jury": JUROR,
    "/api/screeners": JUROR,
    "/api/desk": ORGANISER,
    "GET /api/desk/festivals": DESK,
    "GET /api/desk/report": DESK,
    "GET /api/desk/report.csv": DESK,
    "GET /api/desk/report.pdf": DESK,
    "GET /api/desk/overview": DESK,
    "GET /api/desk/counts": DESK,
    "GET /api/desk/flags": DESK,
    "GET /api/desk/awards/{award:int}/turnout": DESK,
    "GET /api/desk/awards/{award:int}/flags": DESK,
    "GET /api/desk/awards/{award:int}/voids": DESK,
    "GET /api/desk/awards/{award:int}/publish": DESK,
    "POST /api/desk/awards/{award:int}/publish/agree": DESK,
    "GET /api/desk/awards/{award:int}/gates": DESK,
    "POST /api/desk/awards/{award:int}/gates/proof": DESK,
    "GET /api/desk/awards/{award:int}/plan": DESK,
    "GET /api/desk/awards/{award:int}/rehearsal": DESK,
    "GET /api/desk/awards/{award:int}/rehearsal/page": DESK,
    "GET /api/desk/awards": DESK,
    "GET /api/desk/awards/{award:int}/draft": DESK,
    "GET /api/desk/awards/{award:int}/turnout/hours": DESK,
    "POST /api/desk/voids/{void:int}/agree": DESK,
    "POST /api/desk/voids/{void:int}/refuse": DESK,
    "GET /api/awards/{award:int}/recount": DESK,
    "GET /api/desk/juries": DESK,
    "GET /api/desk/juries/{jury:int}": DESK,
    "GET /api/desk/juries/{jury:int}/protocol": DESK,
    "GET /api/desk/juries/{jury:int}/gates": DESK,
    "GET /api/desk/juries/{jury:int}/plan": DESK,
    "POST /api/desk/juries/{jury:int}/publish/agree": DESK,
    "GET /api/desk/juries/rounds/{round_id:int}": DESK,
    "GET /api/desk/juries/rounds/{round_id:int}/progress": DESK,
    "GET /api/desk/juries/rounds/{round_id:int}/deliberation": DESK,
    "GET /api/desk/kiosks": DESK,
    "GET /api/desk/kiosks/{kiosk:int}/journal": DESK,
    "GET /api/desk/kiosks/{kiosk:int}/screenshot": DESK,
    "GET /api/desk/kiosks/votes": DESK,
    "GET /api/desk/kiosks/plays": DESK,
    "GET /api/desk/kiosks/plays.csv": DESK,
    "GET /api/desk/programmes": DESK,
    "POST /api/desk/programmes/preview": DESK,
    "GET /api/desk/awards/{award:int}/kiosks": DESK,
    "GET /api/desk/awards/{award:int}/paper": DESK,
    "GET /api/desk/awards/{award:int}/paper.pdf": DESK,
    "GET /api/desk/audit": DESK,
    "GET /api/desk/audit/filters": DESK,
    "POST /api/desk/audit/export/{form:str}": DESK,
    "GET /api/desk/paper/{batch:int}": DESK,
    "GET /api/desk/paper/{batch:int}/photo": DESK,
    "PUT /api/desk/paper/{batch:int}/second": DESK,
    "PUT /api/desk/paper/{batch:int}/differences": DESK,
    "POST /api/desk/paper/{batch:int}/check": DESK,
    "POST /api/desk/paper/{batch:int}/refuse": DESK,
    # A screen's own: nobody who is signed in gets there, only a paired screen with its session.
    "/api/kiosk": {"kiosk"},
    # One's own passkeys and sessions.
    "/api/access": SIGNED_IN,
}
#: Public by decision. A new public route is added here by hand, after a thought.
PUBLIC = {
    "GET /api/screenings", "POST /api/handovers", "POST /api/handovers/take", "GET /api/festival", "GET /api/festivals", "GET /api/marks/{mark:uuid}", "GET /api/series/{slug:str}", "GET /api/series/{slug:str}/credits", "GET /api/feed", "GET /api/media-access",
    "GET /api/streams/{package:uuid}", "GET /api/live",
    "GET /api/awards", "GET /api/awards/{award:int}", "GET /api/awards/{award:int}/reminder.ics", "POST /api/awards/{award:int}/ballot",
    "POST /api/awards/{award:int}/votes", "GET /api/awards/{award:int}/my-votes", "GET /api/awards/{award:int}/board",
    "GET /api/awards/{award:int}/log", "GET /api/awards/{award:int}/rules", "GET /api/awards/{award:int}/checkpoints",
    "GET /api/awards/{award:int}/receipts/{code:str}", "GET /api/awards/{award:int}/result",
    "GET /api/awards/{award:int}/bundle", "GET /api/awards/{award:int}/ceremony", "GET /api/awards/{award:int}/protocol",
    "GET /api/awards/{award:int}/protocol.pdf", "GET /results", "GET /results/{slug:str}", "GET /results/jury/{jury:int}",
    "GET /api/juries/{jury:int}/ceremony", "GET /api/juries/{jury:int}/protocol", "GET /api/juries/{jury:int}/protocol.pdf", "GET /api/awards/{award:int}/review",
    "POST /api/access/codes", "POST /api/access/sessions", "POST /api/access/sign-in", "GET /api/access/me",
    "POST /api/access/passkeys/sign-in/challenge", "POST /api/access/passkeys/sign-in",
    "DELETE /api/access/session", "GET /api/kiosk/programme", "GET /api/kiosk/qr.svg",
    "POST /api/kiosk/pairings", "POST /api/kiosk/pairings/poll", "GET /api/kiosk/time", "POST /api/kiosk/challenges",
    "POST /api/kiosk/sessions", "POST /api/kiosk/handoffs/take",
    "POST /api/awards/{award:int}/ballot-codes", "GET /api/screenings/{screen:str}/code",
    "GET /api/awards/{award:int}/credit", "POST /api/awards/{award:int}/credit", "POST /api/playback/heartbeats", "POST /api/playback/summaries",
    "PUT /storage/parts/originals/{upload:uuid}/{number:int}", "GET /livez", "GET /readyz", "GET /metrics",
}  # fmt: skip


REFUSALS = ("sign-in-needed", "too-many-devices", "not-allowed", "kiosk-unknown")


def routes(app: Litestar) -> list[tuple[str, str, Any]]:
    return [
        (method, route.path, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute) and not route.path.startswith("/schema")
        for method, (handler, _) in route.route_handler_map.items()
        if method not in ("OPTIONS", "HEAD")
    ]


def expected(method: str, path: str) -> set[str] | None:
    """The roles that may pass, or None for everyone."""
    name = f"{method} {path}"
    if not path.startswith(("/api/", "/storage/", "/dev/", "/livez", "/readyz", "/metrics")):
        return None  # a page: what it shows is asked of the API
    if name in PUBLIC:
        return None
    if name in EXPECTED:
        return EXPECTED[name]
    for start, roles in EXPECTED.items():
        if path.startswith(start):
            return roles
    raise AssertionError(f"{name} is public: was that decided?")


def test_every_route_has_exactly_one_guard(app: Litestar) -> None:
    handlers = [handler for _, _, handler in routes(app)]
    handlers += [route.route_handler for route in app.routes if isinstance(route, ASGIRoute)]
    unguarded = [
        str(handler) for handler in handlers if sum(isinstance(guard, Allow) for guard in handler.guards or ()) != 1
    ]

    assert unguarded == []
    assert any(isinstance(handler, ASGIRouteHandler) for handler in handlers)


def address(path: str) -> str:
    for placeholder, value in {
        "{slug:str}": "nothing-here", "{kind:str}": "logo", "{mark:uuid}": "00000000-0000-4000-8000-000000000000", "{screen:str}": "1-nothing", "{lang:str}": "ru", "{code:str}": "2345ABCDEFGH", "{upload:uuid}": "00000000-0000-4000-8000-000000000000",
        "{package:uuid}": "00000000-0000-4000-8000-000000000000", "{decision:uuid}": "00000000-0000-4000-8000-000000000000", "{note:uuid}": "00000000-0000-4000-8000-000000000000",
        "{folder:str}": "v360", "{name:str}": "000.m4s",
    }.items():  # fmt: skip
        path = path.replace(placeholder, value)
    names = (
        "award",
        "festival",
        "series",
        "episode",
        "number",
        "badge",
        "screening",
        "flag",
        "void",
        "section",
        "invitation",
        "member",
        "kiosk",
        "programme",
        "command",
        "company",
        "jury",
        "juror",
        "round_id",
        "passkey",
        "session",
        "person",
        "batch",
        "submission",
    )
    for name in names:
        path = path.replace(f"{{{name}:int}}", "999999")
    return path


async def enter(new_client: NewClient, pool: Pool, role: Role | Literal["kiosk"] | None) -> httpx.AsyncClient:
    client = new_client()
    async with pool.acquire() as db:
        if role == "kiosk":
            await builders.a_festival(db)
            organiser, screen = new_client(), Screen(client)
            await builders.sign_in(organiser, db, "organiser")
            await screen.ask()
            path = f"/api/desk/kiosks/pairings/{screen.user_code}/approve"
            screen.id = (await organiser.post(path, json={"name": "Foyer left"})).json()["kiosk"]
            await screen.sign_in()
        elif role is not None:
            await builders.sign_in(client, db, role)
    return client


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "nobody")
async def test_only_the_named_roles_get_past_the_door(
    app: Litestar, new_client: NewClient, pool: Pool, role: Role | Literal["kiosk"] | None
) -> None:
    client = await enter(new_client, pool, role)

    wrong = []
    for method, path, _ in routes(app):
        allowed = expected(method, path)
        if path == "/api/live" or path == "/api/access/session":
            continue  # a stream has no end, and signing out would end the walk
        answer: httpx.Response = await client.request(
            method, address(path), json={} if method in ("POST", "PUT") else None
        )
        refused = answer.status_code in (401, 403) and answer.json()["code"] in REFUSALS
        should = allowed is not None and role not in allowed
        if refused is not should and not path.startswith("/storage/"):
            wrong.append((method, path, answer.status_code))

    assert wrong == []
