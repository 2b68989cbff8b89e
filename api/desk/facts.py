"""Numbers for the metrics that are nobody's own: of the database, of this house's disk and of its backups.

They are asked for when Prometheus asks. Every process of a house says the same, so they are never added up.
"""

import asyncio
import contextlib
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from api import backup
from api.db import GONE, Pool, read_queries
from api.kiosk.fleet import LATE
from api.settings import Settings
from transcoder.contract import FAILURES

Q = read_queries(Path(__file__).parent, "facts.sql")
TIMEOUT: Final = 3.0
#: The values of labels that come out of the database; what is none of them is "other".
TIERS: Final = frozenset({"start", "ladder", "av1", "refine", "edition", "sound"})
FINDINGS: Final = frozenset({"fork", "chain", "clock", "signature"})
CODES: Final = frozenset(FAILURES)
Row = Mapping[str, Any]
Labelled = dict[tuple[str, ...], float]


class Found(Struct, frozen=True, kw_only=True):
    """One answer to each statement of `facts.sql`. `skew`: seconds that the database's clock is ahead of this one's."""

    servers: Row
    skew: float
    screens: Row
    findings: Sequence[Row]
    steps: Sequence[Row]
    workers: Row
    failures: Sequence[Row]
    awards: Row


class Room(Struct, frozen=True, kw_only=True):
    """Bytes of a disk."""

    size: int
    free: int


async def load(pool: Pool, settings: Settings, now: datetime) -> list[Metric]:
    """What is known now. Without the database, that it is away, and what is known without it."""
    found, away = None, 1
    with contextlib.suppress(*GONE):
        found, away = await _ask(pool, now), 0
    room, standing = await asyncio.to_thread(_look_around, settings)
    told = [gauge("tallscreen_database_away", "Whether PostgreSQL did not answer", away)]
    told += [] if found is None else [*_of_database(found), *_of_screens(found), *_of_steps(found), *_of_awards(found)]
    return [*told, *_of_disk(room), *_of_backups(standing, now)]


async def _ask(pool: Pool, now: datetime) -> Found:
    async with asyncio.timeout(TIMEOUT), pool.acquire() as db:
        started = time.time()
        servers: Any = await db.fetchrow(Q["servers"])
        skew = servers["now"] - (started + time.time()) / 2
        screens: Any = await db.fetchrow(Q["screens"], now - LATE)
        workers: Any = await db.fetchrow(Q["workers"])
        awards: Any = await db.fetchrow(Q["awards"])
        findings: Any = await db.fetch(Q["findings"])
        steps: Any = await db.fetch(Q["steps"])
        failures: Any = await db.fetch(Q["failures"])
        return Found(
            servers=servers,
            skew=skew,
            screens=screens,
            findings=findings,
            steps=steps,
            workers=workers,
            failures=failures,
            awards=awards,
        )


def _look_around(settings: Settings) -> tuple[Room | None, backup.Standing | None]:
    parts = urlsplit(settings.storage_url)
    room = None
    if parts.scheme == "file":
        try:
            usage = shutil.disk_usage(unquote(parts.path))
            room = Room(size=usage.total, free=usage.free)
        except OSError:
            room = Room(size=0, free=0)
    folder = settings.backup_dir
    return room, None if folder is None else backup.standing(backup.Vault(folder))


def gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=float(value))


def gauges(name: str, what: str, labels: Sequence[str], values: Labelled) -> Metric:
    family = GaugeMetricFamily(name, what, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key), float(value))
    return family


def known(value: str, values: frozenset[str]) -> str:
    """A label has the values somebody wrote down and no others."""
    return value if value in values else "other"


def _of_database(found: Found) -> Iterator[Metric]:
    row = found.servers
    yield gauge("tallscreen_database_bytes", "Size of the database", row["bytes"])
    yield gauge("tallscreen_database_connections", "Connections of everybody", row["connections"])
    yield gauge("tallscreen_database_connections_limit", "Connections there may be", row["connections_limit"])
    yield gauge(
        "tallscreen_database_oldest_transaction_seconds", "Age of the oldest transaction", row["oldest_transaction"]
    )
    yield gauge("tallscreen_database_kept_log_bytes", "Log kept for a backup or a replica", row["kept_log"])
    yield gauge("tallscreen_clock_skew_seconds", "The database's clock less this machine's", found.skew)


def _of_screens(found: Found) -> Iterator[Metric]:
    row = found.screens
    states: Labelled = {(state,): row[state] for state in ("online", "late", "unseen")}
    yield gauges("tallscreen_kiosks", "Paired screens; late is one silent for a minute", ["state"], states)
    yield gauge("tallscreen_kiosk_votes_held", "Votes that silent screens hold, as far as is known", row["held"])
    yield gauge("tallscreen_kiosk_votes_waiting", "Votes that screens have not handed over yet", row["waiting"])
    odd: Labelled = {(what,): 0 for what in FINDINGS}
    odd |= {(known(each["what"], FINDINGS),): each["found"] for each in found.findings}
    yield gauges("tallscreen_kiosk_findings", "What does not fit in journals of screens", ["what"], odd)


def _of_steps(found: Found) -> Iterator[Metric]:
    steps = {(known(each["tier"], TIERS), each["state"]): each for each in found.steps}
    counts: Labelled = {(tier, state): 0 for tier in TIERS for state in ("queued", "working")}
    counts |= {key: each["steps"] for key, each in steps.items()}
    ages: Labelled = {(tier,): 0 for tier in TIERS}
    ages |= {(tier,): each["age"] for (tier, state), each in steps.items() if state == "queued"}
    yield gauges("tallscreen_steps", "Steps of encoding under way", ["tier", "state"], counts)
    yield gauges("tallscreen_step_queue_seconds", "How long the first of the queue has waited", ["tier"], ages)
    row = found.workers
    yield gauge("tallscreen_workers", "Transcoders that are there", row["workers"])
    yield gauge("tallscreen_worker_slots", "Encodes that may run side by side", row["slots"])
    yield gauge("tallscreen_worker_slots_busy", "Encodes that run", row["busy"])
    yield gauge("tallscreen_workers_unprotected", "Transcoders without a sandbox", row["unprotected"])
    failed: Labelled = {(code,): 0 for code in CODES - {"superseded"}}
    for each in found.failures:
        code = (known(each["code"], CODES),)
        failed[code] = failed.get(code, 0) + each["packages"]
    yield gauges("tallscreen_packages_failed", "Episodes that failed in the last day", ["code"], failed)


def _of_awards(found: Found) -> Iterator[Metric]:
    yield gauge("tallscreen_awards_open", "Awards that take votes", found.awards["open"])
    yield gauge(
        "tallscreen_checkpoint_age_seconds", "How long votes have waited for a checkpoint", found.awards["unsealed"]
    )


def _of_disk(room: Room | None) -> Iterator[Metric]:
    """Of an S3 store nothing is known here."""
    if room is not None:
        yield gauge("tallscreen_storage_bytes", "Size of the disk of the local store", room.size)
        yield gauge("tallscreen_storage_free_bytes", "Room left on the disk of the local store", room.free)


def _of_backups(standing: backup.Standing | None, now: datetime) -> Iterator[Metric]:
    """Ages in seconds; one that never was is infinitely old."""
    if standing is None:
        return
    parts = {"base": standing.base_at, "log": standing.log_at, "proven": standing.proven_at}
    ages: Labelled = {(part,): float("inf") if at is None else (now - at).total_seconds() for part, at in parts.items()}
    yield gauges("tallscreen_backup_age_seconds", "Since the last base, log and proven restore", ["part"], ages)
