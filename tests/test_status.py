"""`status`: what an operator sees, and when it calls for somebody."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api import cli, demo, embedded
from api.db import Connection, Pool
from api.desk import status as preparing
from api.desk.schemas import Worker
from api.desk.status import FailedFile, Status, Work
from api.settings import Settings
from api.status import Report, Server, look, to_text
from tests import builders
from tests.conftest import ROOT, TestServer
from transcoder.contract import RungProgress

NOWHERE = "postgresql://127.0.0.1:1/tallscreen"
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


def a_worker(host: str = "render-1", **more: Any) -> Worker:
    known = {"sandbox": "bubblewrap", "slots": 2, "busy": 1, "seen_at": NOW - timedelta(seconds=3), "leaving": False}
    return Worker(host=host, **{**known, **more})


def a_status(**more: Any) -> Status:
    known: dict[str, Any] = {"workers": [a_worker()], "waiting": {"start": 0, "ladder": 0}, "working": [], "failed": []}
    return Status(**{**known, **more})


def environment(settings: Settings) -> dict[str, str]:
    return {
        "TALLSCREEN_DATABASE_URL": settings.database_url,
        "TALLSCREEN_REDIS_URL": settings.redis_url,
        "TALLSCREEN_STORAGE_URL": settings.storage_url,
        "TALLSCREEN_SECRET": settings.secret,
    }


def test_nothing_is_wrong_with_an_idle_house() -> None:
    assert preparing.troubles(a_status(workers=[])) == []


def test_work_that_nobody_will_do_is_trouble() -> None:
    leaving = a_status(workers=[a_worker(leaving=True)], waiting={"start": 1, "ladder": 1})

    assert preparing.troubles(leaving) == [
        "No worker is there, and 2 steps wait. Start one: python -m transcoder.worker"
    ]


def test_worker_without_a_sandbox_is_trouble() -> None:
    assert preparing.troubles(a_status(workers=[a_worker("laptop", sandbox="none")])) == [
        "Uploads are opened without protection on laptop. Install bubblewrap there."
    ]


def test_step_nobody_speaks_of_is_trouble() -> None:
    work = Work(series="night-bus", number=1, tier="ladder", rungs=[], seconds_left=None, silent=91.0)

    assert preparing.troubles(a_status(working=[work])) == ["Nothing was heard of 1 steps for more than 90 seconds."]


def test_bad_file_is_its_producers_business_and_a_broken_encode_ours() -> None:
    known: dict[str, Any] = {"series": "night-bus", "number": 4, "happened": "…", "at": NOW}
    bad, broken = FailedFile(code="not-a-video", **known), FailedFile(code="encode-failed", **known)

    assert preparing.troubles(a_status(failed=[bad])) == []
    assert len(preparing.troubles(a_status(failed=[bad, broken]))) == 1


def test_report_fits_on_one_screen_of_text() -> None:
    rungs = [RungProgress(name="v360", progress=100), RungProgress(name="v540", progress=43)]
    work = Work(series="night-bus", number=3, tier="ladder", rungs=rungs, seconds_left=250, silent=0.4)
    failed = FailedFile(series="kite", number=4, code="not-a-video", happened="This file is text, not a video.", at=NOW)
    status = a_status(waiting={"start": 2, "ladder": 14}, working=[work], failed=[failed] * 14)
    servers = [Server(name="PostgreSQL", error=None), Server(name="Redis", error="Connection refused")]

    said = to_text(Report(at=NOW, servers=servers, preparing=status, troubles=["Redis does not answer."]))

    assert said.splitlines()[:15] == [
        "Tallscreen, 2026-11-20 18:30 UTC",
        "",
        "Servers   PostgreSQL  answers",
        "          Redis       ! Connection refused",
        "",
        "Workers   render-1                bubblewrap    1 of 2 busy, seen 3 s ago",
        "",
        "Queue     start 2   ladder 14",
        "",
        "At work   night-bus, 3                  ladder  360 ✓  540 43 %, about 4 min left",
        "",
        "Failed    kite, 4                       This file is text, not a video.",
        *["          kite, 4                       This file is text, not a video."] * 3,
    ]
    assert said.splitlines()[-4:] == ["          and 2 more", "", "To do     ! Redis does not answer.", ""]
    assert len(said.splitlines()) <= 40


async def test_report_tells_of_servers_workers_queue_and_failures(settings: Settings, pool: Pool) -> None:
    async with pool.acquire() as db:
        await fill(db)

    report = await look(environment(settings))

    assert [(server.name, server.error) for server in report.servers] == [
        ("PostgreSQL", None),
        ("Redis", None),
        ("Storage", None),
    ]
    status = report.preparing
    assert status is not None
    assert [worker.host for worker in status.workers] == ["render-1"]
    assert status.waiting == {"start": 1, "ladder": 1, "edition": 0, "av1": 0, "refine": 0}
    assert [
        (work.series, work.number, work.tier, work.rungs[0].progress, work.seconds_left) for work in status.working
    ] == [("night-bus", 1, "ladder", 43, 250)]
    assert [(failed.number, failed.code) for failed in status.failed] == [(3, "damaged-file")]
    assert report.troubles == []


async def fill(db: Connection) -> None:
    """One episode being made, one waiting, one whose file was bad, one whose file was replaced."""
    series = await builders.a_series(db, slug="night-bus")
    await builders.a_worker(db, "render-1", busy=1)
    packages = [
        await builders.a_package(db, await builders.an_episode(db, series, number), state=state)
        for number, state in enumerate(("encoding", "queued", "failed", "failed"), start=1)
    ]
    await builders.a_tier(db, packages[0], "ladder", state="working", rungs={"v360": 43}, seconds_left=250)
    await db.execute("UPDATE package SET failure_code = 'superseded' WHERE id = $1", packages[3])


async def test_servers_that_are_away_are_named_without_their_passwords(tmp_path: Path) -> None:
    port = embedded.free_port()

    report = await look(
        {
            "TALLSCREEN_DATABASE_URL": f"postgresql://postgres:hidden@127.0.0.1:{port}/tallscreen",
            "TALLSCREEN_REDIS_URL": f"redis://:hidden@127.0.0.1:{port}/0",
            "TALLSCREEN_STORAGE_URL": f"file://{tmp_path}/nowhere",
            "TALLSCREEN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
    )

    assert [server.error is None for server in report.servers] == [False] * 4
    assert (report.preparing, len(report.troubles)) == (None, 4)
    assert "hidden" not in to_text(report)


@pytest.mark.parametrize(
    "form",
    [
        "redis://:hidden@{}",
        "redis+cluster://:hidden@{}",
        "redis+sentinel://:hidden@{}/festival?sentinel_password=hidden",
    ],
)
async def test_redis_that_is_away_is_named_in_every_form(form: str) -> None:
    url = form.format(f"127.0.0.1:{embedded.free_port()}")

    report = await look({"TALLSCREEN_DATABASE_URL": NOWHERE, "TALLSCREEN_REDIS_URL": url})

    assert [server.name for server in report.servers if server.error is not None] == ["PostgreSQL", "Redis"]
    assert "hidden" not in to_text(report)


async def test_sentinels_without_a_primary_are_trouble(tmp_path: Path) -> None:
    """What answers here is no Sentinel, and so names none."""
    valkey = await embedded.start_valkey(tmp_path)
    url = valkey.url.replace("redis://", "redis+sentinel://").replace("/0", "/festival?sentinel_password=hidden")

    report = await look({"TALLSCREEN_DATABASE_URL": NOWHERE, "TALLSCREEN_REDIS_URL": url})
    await valkey.stop()

    assert report.servers[1].error is not None
    assert "hidden" not in to_text(report)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("REDIS", "memcached://cache"),
        ("REDIS", "redis+cluster://one/7"),
        ("STORAGE", "ftp://files"),
        ("STORAGE", "s3://films?endpoint=http://127.0.0.1:1"),
        ("STORAGE", "s3://films?endpoint=nowhere"),
        ("DATABASE", "nonsense"),
    ],
)
async def test_address_of_no_server_is_told_like_a_server_that_is_away(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for credential in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(credential, "hidden")

    report = await look({"TALLSCREEN_DATABASE_URL": NOWHERE, f"TALLSCREEN_{name}_URL": url})

    assert [server.error is None for server in report.servers] == [False] * len(report.servers)
    assert len(report.troubles) == len(report.servers)


async def run(env: dict[str, str], *arguments: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli", "status", *arguments, cwd=ROOT,
        env={**{name: value for name, value in os.environ.items() if not name.startswith("TALLSCREEN_")}, **env, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_command_ends_with_one_exactly_when_something_is_wrong(server: TestServer, pool: Pool) -> None:
    env = {name: server.env[name] for name in server.env if name.startswith("TALLSCREEN_")}

    well, said = await run(env)
    async with pool.acquire() as db:
        await builders.a_package(db, await builders.an_episode(db, await builders.a_series(db)), state="queued")
    ill, told = await run(env, "--json")

    assert (well, "API         answers" in said, "To do     nothing" in said) == (0, True, True)
    assert (ill, json.loads(told)["preparing"]["waiting"]["start"]) == (1, 1)


async def test_command_finds_the_servers_of_a_running_demo(settings: Settings, tmp_path: Path) -> None:
    demo.note_running(tmp_path, {**environment(settings), "TALLSCREEN_PUBLIC_URL": ""})

    code, said = await run({}, "--var", str(tmp_path))

    assert (code, "PostgreSQL  answers" in said) == (0, True), said
    assert ((tmp_path / demo.RUNNING).stat().st_mode & 0o777) == 0o600


async def test_command_without_any_server_says_what_to_set(tmp_path: Path) -> None:
    code, said = await run({}, "--var", str(tmp_path))

    assert (code, said) == (1, f"tallscreen: Set {cli.DATABASE} to the festival's database.\n")
