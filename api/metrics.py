"""Prometheus metrics of the API. Labels never hold ids, names or addresses, and every label has few values.

Processes that share a port answer for each other: PROMETHEUS_MULTIPROC_DIR names a folder in which each of them keeps
its numbers, and whichever is asked adds them up. Numbers that are the database's are in `desk/facts.py`.
"""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

SHARED: Final = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
if SHARED:  # before the first metric, which opens its file there
    Path(SHARED).mkdir(parents=True, exist_ok=True)

REQUESTS = Histogram(
    "tallscreen_request_seconds",
    "Time to answer by route",
    ["method", "route", "status"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
)
VOTES_ACKED = Counter("tallscreen_votes_acked_total", "Votes confirmed to a voter, each after its commit")
VOTES_REFUSED = Counter("tallscreen_votes_refused_total", "Votes refused", ["code"])
VOTES_WAITING = Gauge(
    "tallscreen_votes_waiting", "Votes that wait for the next batch, at the last one", multiprocess_mode="livesum"
)
BATCH_ROWS = Histogram("tallscreen_vote_batch_rows", "Votes stored by one statement", buckets=(1, 2, 8, 32, 128, 512))
BATCH_SECONDS = Histogram(
    "tallscreen_vote_batch_seconds", "Time of one batch to its commit", buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 5)
)
VOTE_SECONDS = Histogram(
    "tallscreen_vote_seconds",
    "Time from receiving a vote to its answer: of each batch the one that waited longest",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
BOARD_SECONDS = Histogram(
    "tallscreen_board_lag_seconds",
    "Time from a commit to the live board that shows it: of each call the batch that waited longest",
    buckets=(0.01, 0.05, 0.2, 1, 5, 30),
)
BOARD_REBUILDS = Counter("tallscreen_board_rebuilds_total", "Live boards rebuilt from the ledger", ["why"])
STREAMS = Gauge("tallscreen_live_streams", "Open live streams", multiprocess_mode="livesum")
LIMITED = Counter("tallscreen_limited_total", "Requests refused because they came too often", ["limit"])
REDIS_SECONDS = Histogram(
    "tallscreen_redis_seconds", "Time of one call to Redis", buckets=(0.001, 0.005, 0.02, 0.1, 1, 4)
)
REDIS_LOST = Counter("tallscreen_redis_lost_total", "Calls that did not reach Redis")
REDIS_BUSY = Gauge("tallscreen_redis_calls", "Calls to Redis under way", multiprocess_mode="livesum")
POOL_BUSY = Gauge("tallscreen_pool_busy", "Connections to PostgreSQL in use", ["pool"], multiprocess_mode="livesum")
POOL_SIZE = Gauge(
    "tallscreen_pool_size", "Connections to PostgreSQL that may be open", ["pool"], multiprocess_mode="livesum"
)
LOOP_LAG = Gauge("tallscreen_loop_lag_seconds", "How late the event loop woke a sleeper", multiprocess_mode="livemax")
STORAGE_FAILED = Counter("tallscreen_storage_failed_total", "Requests that failed at the store", ["why"])
#: Of viewers, as their players tell once a playing is over.
STARTS = Histogram(
    "tallscreen_playback_start_seconds",
    "Time from the wish to see an episode to its first picture",
    ["network"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 10),
)
STALLS = Counter("tallscreen_playback_stalls_total", "Times the picture stood still", ["network"])
STALLED = Counter("tallscreen_playback_stalled_seconds_total", "Time the picture stood still", ["network"])
PLAYED = Counter("tallscreen_playback_seconds_total", "Time played by lines of the picture", ["network", "lines"])

# A series that begins with its first failure hides that failure from `rate`.
for _code in ("voting-busy", "unavailable"):
    VOTES_REFUSED.labels(_code)
for _why in ("missing", "drift"):
    BOARD_REBUILDS.labels(_why)
for _why in ("full", "away"):
    STORAGE_FAILED.labels(_why)
for _network in ("hall", "elsewhere"):
    STARTS.labels(_network), STALLS.labels(_network), STALLED.labels(_network)


def to_text(facts: Iterable[Metric]) -> bytes:
    """What Prometheus reads: the numbers of all processes, and `facts` beside them."""
    registry = CollectorRegistry() if SHARED else REGISTRY
    if SHARED:
        forget_dead(Path(SHARED))
        collect: Any = MultiProcessCollector  # has no types
        collect(registry)
    told = CollectorRegistry()
    told.register(_Told(facts))
    return generate_latest(registry) + generate_latest(told)


class _Told(Collector):
    def __init__(self, facts: Iterable[Metric]) -> None:
        self._facts = list(facts)

    def collect(self) -> Iterable[Metric]:
        return self._facts


def forget_dead(folder: Path) -> None:
    """What a process that has ended counted stays counted; what it had open is open no more."""
    for number in {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*_*.db")}:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            forget: Any = mark_process_dead  # has no types
            with contextlib.suppress(FileNotFoundError):  # another process was asked at the same moment
                forget(number, str(folder))
        except PermissionError:  # it is there, and somebody else's
            pass
