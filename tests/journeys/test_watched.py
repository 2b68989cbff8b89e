"""A festival is watched while it runs: two API processes on one port, a worker, Prometheus and a collector of traces."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from msgspec import Struct
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.desk.facts import TIERS
from api.embedded import free_port
from api.live import RedisLive
from api.settings import Settings
from loadtest.client import Person, Refused
from tests.conftest import (
    METRICS_TOKEN,
    SCRAPER,
    SECRET,
    copy_database,
    drop_database,
    start_process,
    start_server,
    stop_process,
)
from tests.journeys.collector import Collector, Sent
from tests.journeys.conftest import House
from tests.transcoder.media import make_clip
from tests.watching import OWN, TARGET, asked_by, expressions, grouped_by

VOTES = 24
Samples = dict[str, list[tuple[dict[str, str], float]]]


class Evening(Struct, frozen=True, kw_only=True):
    """What a festival left behind: the metrics of API and worker, and its spans."""

    house: House
    api: Samples
    worker: Samples
    spans: list[Sent]
    log: str


@pytest.fixture(scope="module")
async def evening(postgres: str, valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Evening:
    folder, database = tmp_path_factory.mktemp("watched"), await copy_database(postgres)
    live = RedisLive(valkey)
    await live.forget()
    await live.close()
    (folder / "storage").mkdir()
    settings = Settings(
        database_url=database,
        redis_url=valkey,
        storage_url=f"file://{folder / 'storage'}",
        secret=SECRET,
        public_url="http://unused.local",
    )
    collector = Collector()
    traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "300"}
    server = await start_server(settings, folder, workers=2, **traced, TALLSCREEN_BACKUP_DIR=str(folder / "backups"))
    house = House(server, folder)
    listen = f"127.0.0.1:{free_port()}"
    env = {**server.env, "TALLSCREEN_PROFILE": "quick", "TALLSCREEN_METRICS_LISTEN": listen}
    worker = await start_process(["-m", "transcoder.worker"], env, folder / "worker.log")
    try:
        await house.found(by_mail=False)
        await run_evening(house, folder)
        api, told = await scrape(f"{server.url}/metrics"), await scrape(f"http://{listen}/metrics")
    finally:
        await stop_process(worker)
        await house.close()
        await stop_process(server.process)
        collector.close()
        await drop_database(database)
    logs = (folder / "api.log").read_text() + (folder / "worker.log").read_text()
    return Evening(house=house, api=api, worker=told, spans=collector.spans, log=logs)


async def run_evening(house: House, folder: Path) -> None:
    """A film, a file that is none, votes from many phones, an account of a playing, and somebody who asks too often."""
    episode = await house.send(1, make_clip(folder / "film.mp4", seconds=6))
    await house.send(2, make_clip(folder / "text.mp4", fault="text"))
    await until(house, 1, "ready")
    await until(house, 2, "failed")
    entry = (await house.producer.get(f"/api/awards/{house.award}"))["entries"][0]["id"]
    await asyncio.gather(*(vote(house, entry) for _ in range(VOTES)))
    played = {"session": str(uuid4()), "episode": episode, "start_ms": 240, "stalls": 1, "stalled_ms": 900}
    await house.producer.post(
        "/api/playback/summaries", {**played, "seconds": 60, "rungs": {"v540": 50, "odd-name": 10}}
    )
    for _ in range(8):
        await house.producer.http.post("/api/access/codes", json={"email": "nobody@films.example"})
    with pytest.raises(Refused):
        await house.producer.post(f"/api/awards/{house.award}/votes", {"id": "none"})


async def vote(house: House, entry: int) -> None:
    """Each from a connection of its own, so that both processes take some."""
    phone = Person(house.server.url)
    ballot = (await phone.post(f"/api/awards/{house.award}/ballot"))["ballot"]
    body = {"id": str(uuid4()), "entry": entry, "value": 4}
    await phone.post(f"/api/awards/{house.award}/votes", body, {"Ballot": ballot})
    await phone.close()


async def until(house: House, number: int, state: str) -> None:
    for _ in range(1_800):
        if (await house.state(number))["state"] == state:
            return
        await asyncio.sleep(0.1)
    raise AssertionError((house.folder / "worker.log").read_text()[-2000:])


async def scrape(url: str) -> Samples:
    async with httpx.AsyncClient() as prometheus:
        text = (await prometheus.get(url, headers=SCRAPER)).text
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def total(samples: Samples, name: str, **labels: str) -> float:
    return sum(value for given, value in samples[name] if labels.items() <= given.items())


pytestmark = pytest.mark.timeout(400)


async def test_numbers_of_both_processes_add_up(evening: Evening) -> None:
    assert total(evening.api, "tallscreen_votes_acked_total") == VOTES
    assert total(evening.api, "tallscreen_vote_batch_rows_sum") == VOTES
    assert total(evening.api, "tallscreen_pool_size", pool="ledger") == 2


async def test_evening_is_counted(evening: Evening) -> None:
    api, worker = evening.api, evening.worker

    assert total(api, "tallscreen_votes_refused_total", code="bad-request") == 1
    assert total(api, "tallscreen_limited_total", limit="code") == 3
    assert total(api, "tallscreen_board_lag_seconds_count") >= 1
    assert total(api, "tallscreen_redis_seconds_count") > 0
    assert total(api, "tallscreen_playback_start_seconds_count", network="hall") == 1
    assert total(api, "tallscreen_playback_seconds_total", lines="540") == 50
    assert total(api, "tallscreen_playback_seconds_total", lines="other") == 10
    assert total(api, "tallscreen_playback_stalled_seconds_total") == pytest.approx(0.9)
    assert total(api, "tallscreen_packages_failed", code="not-a-video") == 1
    assert total(api, "tallscreen_workers") == 1
    assert total(api, "tallscreen_awards_open") == 1
    assert total(api, "tallscreen_backup_age_seconds", part="base") == float("inf")
    assert total(worker, "tallscreen_step_seconds_count", tier="ladder", outcome="done") == 1
    assert total(worker, "tallscreen_steps_failed_total", code="not-a-video") == 1
    assert total(worker, "tallscreen_program_seconds_count", program="ffmpeg", outcome="done") >= 2
    stages = {labels["stage"] for labels, _ in worker["tallscreen_stage_seconds_count"]}
    assert {"fetch", "verify", "look", "preview", "study", "search", "encode", "stills", "publish"} <= stages
    assert total(worker, "tallscreen_scratch_free_bytes") > 0


async def test_every_query_of_dashboard_and_alerts_asks_for_what_is_there(evening: Evening) -> None:
    told = evening.api | evening.worker
    missing = {
        (place, each.name, label)
        for place, expression in expressions().items()
        for each in asked_by(expression)
        if each.name not in OWN
        for label in (each.labels | grouped_by(expression) or {""}) - TARGET
        if each.name not in told or (label in each.labels and not any(label in given for given, _ in told[each.name]))
    }

    assert missing == set()


async def test_sums_keep_only_labels_there_are(evening: Evening) -> None:
    told = evening.api | evening.worker
    wrong = {
        (place, label)
        for place, expression in expressions().items()
        for label in grouped_by(expression) - TARGET
        if not any(label in given for each in asked_by(expression) for given, _ in told.get(each.name, []))
    }

    assert wrong == set()


#: What each label may say, but for routes, and for codes of errors.
VALUES: dict[str, set[str]] = {
    "method": {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "other"},
    "pool": {"requests", "ledger"},
    "network": {"hall", "elsewhere"},
    "lines": {"240", "360", "480", "540", "720", "1080", "other"},
    "state": {"online", "late", "unseen", "queued", "working"},
    "what": {"fork", "chain", "clock", "signature", "other"},
    "tier": {*TIERS, "none", "other"},
    "outcome": {"done", "failed", "left", "stopped"},
    "program": {"ffmpeg", "probe_child", "poster_child", "sound_child"},
    "part": {"base", "log", "proven"},
    "why": {"missing", "drift", "full", "away"},
    "kind": {"bubblewrap", "landlock", "none"},
}
WORD = re.compile(r"[a-z]+(-[a-z0-9]+)*")


async def test_labels_have_few_values_and_name_nobody(evening: Evening) -> None:
    settings = Settings(
        database_url="", redis_url="redis://", storage_url="file:///x", secret=SECRET, public_url="http://x"
    )
    routes = {route.path_format for route in create_app(settings).routes} | {"unknown", "/media", "/assets"}
    told = [
        (name, label, value)
        for samples in (evening.api, evening.worker)
        for name, each in samples.items()
        if name.startswith("tallscreen_")
        for labels, _ in each
        for label, value in labels.items()
        if label not in ("le", "quantile")
    ]
    odd = {(name, label, value) for name, label, value in told if label in VALUES and value not in VALUES[label]}
    rest = {(label, value) for _, label, value in told if label not in VALUES}

    assert odd == set()
    assert {label for label, _ in rest} <= {"route", "status", "code", "limit", "stage"}
    assert {value for label, value in rest if label == "route"} <= {re.sub(r":\w+", "", route) for route in routes}
    assert all(re.fullmatch(r"[1-5][0-9]{2}", value) for label, value in rest if label == "status")
    assert all(WORD.fullmatch(value) for label, value in rest if label in ("code", "limit", "stage"))


async def test_one_trace_leads_from_the_finished_upload_to_the_published_package(evening: Evening) -> None:
    spans = evening.spans
    begun = next(span for span in spans if span.name.startswith("POST /api/studio/uploads/") and published(spans, span))
    trace = {span.id: span for span in spans if span.trace == begun.trace}
    steps = {span.name for span in trace.values() if span.service == "tallscreen-transcoder"}

    assert {"step start", "step ladder", "fetch", "encode", "publish", "ffmpeg", "probe_child"} <= steps
    for span in trace.values():
        assert root_of(trace, span) == begun
    assert {"search", "encode"} & {trace[span.parent].name for span in trace.values() if span.name == "ffmpeg"}


def published(spans: list[Sent], begun: Sent) -> bool:
    ours = {span.id: span for span in spans if span.trace == begun.trace}
    return any(span.name == "publish" and ours[span.parent].name == "step ladder" for span in ours.values())


def root_of(trace: dict[str, Sent], span: Sent) -> Sent:
    while span.parent:
        span = trace[span.parent]
    return span


async def test_neither_spans_nor_metrics_name_anybody(evening: Evening) -> None:
    written = "".join(span.words for span in evening.spans) + str(evening.api) + str(evening.worker)
    secrets = ("films.example", "127.0.0.1", METRICS_TOKEN, SECRET, "sid=", "sig=")

    assert len(evening.spans) > 50
    assert [secret for secret in secrets if secret in written] == []


async def test_log_leads_from_a_request_to_its_trace_and_to_its_job(evening: Evening) -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in evening.log.splitlines() if line.startswith("{")]
    answered = [line for line in lines if line["event"] == "answered"]
    done = [line["trace_id"] for line in lines if line["event"] == "done"]

    assert answered
    assert all("request_id" in line for line in answered)
    assert done
    assert set(done) <= {line.get("trace_id") for line in answered}
