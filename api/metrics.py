"""Prometheus metrics of this process. Labels never hold ids, names or addresses."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "tallscreen_request_seconds",
    "Time to answer by route",
    ["method", "route", "status"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
)
VOTES_ACKED = Counter("tallscreen_votes_acked_total", "Votes confirmed to a voter, each after its commit")
VOTES_REFUSED = Counter("tallscreen_votes_refused_total", "Votes refused", ["code"])
BATCH_ROWS = Histogram("tallscreen_vote_batch_rows", "Votes stored by one statement", buckets=(1, 2, 8, 32, 128, 512))
BATCH_SECONDS = Histogram(
    "tallscreen_vote_batch_seconds", "Time of one batch to its commit", buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 5)
)
VOTE_SECONDS = Histogram(
    "tallscreen_vote_seconds",
    "Time from receiving a vote to its answer: of each batch the one that waited longest",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
BOARD_REBUILDS = Counter("tallscreen_board_rebuilds_total", "Live boards rebuilt from the ledger", ["why"])
STREAMS = Gauge("tallscreen_live_streams", "Open live streams of this process")
KIOSKS_LATE = Gauge("tallscreen_kiosks_late", "Screens of which nothing was heard for a minute")
KIOSK_VOTES_HELD = Gauge("tallscreen_kiosk_votes_held", "Votes that silent screens hold, as far as is known")
