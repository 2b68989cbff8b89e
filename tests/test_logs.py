"""The log tells what happened and nothing of whom: no address, token, e-mail or text that somebody sent."""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import structlog

from api import logs
from api.db import Connection
from tests import builders
from tests.conftest import SCRAPER
from tests.house import House

pytest_plugins = ("tests.housing",)
EMAIL = "canary.person@secret-mailbox.example"
WORD = "canary-4711-secret"
ADDRESS = "198.51.100.77"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written from here on."""
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", written)
        logs.configure()
    yield written
    logs.configure()


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def visit(house: House, browser: httpx.AsyncClient, headers: dict[str, str]) -> int:
    """Every route once with every method it takes, the canary in each place that takes text; the number of requests."""
    body = {"email": EMAIL, "code": WORD, "slug": WORD, "name": {"en": WORD}, "nothing": WORD}
    asked = 0
    for route in house.app.routes:
        path = "/".join(WORD if part.startswith("{") else part for part in route.path_format.split("/"))
        number = "/".join("1" if part.startswith("{") else part for part in route.path_format.split("/"))
        for method in sorted(getattr(route, "methods", {"GET"}) - {"OPTIONS"}):
            if route.path_format == "/api/live":
                continue  # an endless answer; its log line is written when it ends
            for address in dict.fromkeys((path, number)):
                await browser.request(method, f"{address}?q={WORD}&topic={WORD}", json=body, headers=headers)
                asked += 1
    return asked


async def test_crawl_with_planted_secrets_leaves_none_of_them_in_the_log(
    house: House, rows: Connection, log: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    await rows.execute("INSERT INTO account (email, name, role) VALUES ($1, 'Canary', 'organiser')", EMAIL)
    browser = await house.signed_in("organiser")
    headers = {
        "User-Agent": WORD,
        "Referer": f"http://{WORD}/",
        "X-Forwarded-For": ADDRESS,
        "Ballot": WORD,
        "X-Original-URI": f"/media/{WORD}",
        "Cookie": f"sid={browser.cookies['sid']}; device={WORD}",
    }

    asked = await visit(house, browser, headers)

    planted = (EMAIL, WORD, ADDRESS, browser.cookies["sid"], "127.0.0.1")
    written = log.getvalue() + caplog.text
    assert asked > 60
    assert len(lines(log)) > 50
    assert [secret for secret in planted if secret in written] == []


async def test_sign_in_by_mail_leaves_neither_code_nor_address_nor_session_in_the_log(
    house: House, rows: Connection, log: io.StringIO
) -> None:
    address = f"{uuid4()}@festival.example"
    await rows.execute("INSERT INTO account (email, name, role) VALUES ($1, 'Canary', 'organiser')", address)
    browser = house.browser()

    asked = (await browser.post("/api/access/codes", json={"email": address})).json()
    code = house.mail_to(address).text.split()[3].rstrip(".")
    answer = await browser.post("/api/access/sessions", json={"request": asked["request"], "code": code})

    assert answer.status_code == 200
    secrets = (address, code, browser.cookies["sid"], browser.cookies["browser"], asked["request"])
    assert [secret for secret in secrets if secret in log.getvalue()] == []


async def test_ballot_and_signed_address_do_not_reach_the_log(house: House, rows: Connection, log: io.StringIO) -> None:
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    award = await builders.an_award(rows)
    producer = await house.signed_in("producer", company)

    ballot = (await producer.post(f"/api/awards/{award}/ballot")).json()["ballot"]
    upload = (
        await producer.post(f"/api/studio/episodes/{episode}/uploads", json={"file_name": WORD, "size": 3})
    ).json()
    part = {"number": 1, "size": 3, "sha256": "a" * 64}
    told = (await producer.post(f"/api/studio/uploads/{upload['id']}/parts", json={"parts": [part]})).json()
    url = told["parts"][0]["url"]
    await producer.put(url, content=b"abc")

    secrets = (ballot, url, url.rsplit("sig=", 1)[1], WORD, producer.cookies["device"], "a" * 64)
    assert [secret for secret in secrets if secret in log.getvalue()] == []


async def test_addresses_somebody_made_up_do_not_become_metrics(house: House) -> None:
    browser = house.browser()

    await browser.get(f"/{WORD}/{WORD}")
    await browser.get(f"/{WORD}")
    await browser.post(f"/{WORD}")
    await browser.post(f"/{WORD}/{WORD}", headers={"Sec-Fetch-Site": "cross-site"})
    await browser.request(WORD.upper(), "/api/access/me")

    assert WORD not in (await browser.get("/metrics", headers=SCRAPER)).text.lower()


async def test_answered_line_holds_route_method_status_and_the_id_told_to_the_caller(
    house: House, log: io.StringIO
) -> None:
    answer = await house.browser().get("/api/awards/4711/board")

    line = lines(log)[-1]
    assert {name: line[name] for name in ("event", "level", "method", "route", "status", "request_id")} == {
        "event": "answered",
        "level": "info",
        "method": "GET",
        "route": "/api/awards/{award}/board",
        "status": 404,
        "request_id": answer.headers["x-request-id"],
    }


async def test_refused_vote_is_one_line_with_the_id_that_its_voter_was_told(house: House, log: io.StringIO) -> None:
    answer = await house.browser().post("/api/awards/4711/votes", json={})

    told = {answer.json()["request_id"], answer.headers["x-request-id"]}
    assert (answer.status_code, {line["request_id"] for line in lines(log)}) == (400, told)
    assert len(told) == 1


async def test_watched_files_and_health_are_not_logged(house: House, rows: Connection, log: io.StringIO) -> None:
    browser = house.browser()

    await browser.get(f"/media/{uuid4()}/master.m3u8")
    await browser.get("/assets/nothing.js")
    await browser.get("/livez")

    assert lines(log) == []


def test_failure_is_logged_with_its_place_and_without_its_message(log: io.StringIO) -> None:
    secret = WORD
    try:
        raise ValueError(f"invalid input {secret}")
    except ValueError as error:
        structlog.get_logger("tests").error("failed", exc_info=error)

    line = lines(log)[0]
    assert ([part["exc_type"] for part in line["exception"]], WORD in log.getvalue()) == (["ValueError"], False)


def test_cause_of_a_failure_is_logged_without_its_message_too(log: io.StringIO) -> None:
    try:
        try:
            raise KeyError(WORD)
        except KeyError as cause:
            raise RuntimeError(WORD) from cause
    except RuntimeError as error:
        structlog.get_logger("tests").error("failed", exc_info=error)

    line = lines(log)[0]
    assert ([part["exc_type"] for part in line["exception"]], WORD in log.getvalue()) == (
        ["RuntimeError", "KeyError"],
        False,
    )
