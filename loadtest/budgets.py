"""What each route may cost under the crowd; a broken budget makes the run fail."""

from typing import Any

from locust import events
from locust.env import Environment
from msgspec import Struct


class Budget(Struct, frozen=True):
    """Share of failed answers, and the 99th percentile of the time to answer in milliseconds."""

    failures: float
    p99_ms: float


BUDGETS = {
    "/api/festival": Budget(0.0, 1_000),
    "/api/feed": Budget(0.0, 1_000),
    "/media": Budget(0.0, 1_000),
    "/api/awards": Budget(0.0, 1_000),
    "/api/awards/:id": Budget(0.0, 1_000),
    "/api/awards/:id/ballot": Budget(0.0, 1_000),
    "/api/awards/:id/votes": Budget(0.0, 500),
}


def broken(environment: Environment) -> list[str]:
    """One line for each budget that was not held; routes nobody called are not judged."""
    lines = []
    for entry in environment.stats.entries.values():
        budget = BUDGETS.get(entry.name)
        if budget is None or not entry.num_requests:
            continue
        p99 = entry.get_response_time_percentile(0.99)
        if entry.fail_ratio > budget.failures or p99 > budget.p99_ms:
            lines.append(f"{entry.name}: {entry.fail_ratio:.2%} failed, p99 {p99:.0f} ms")
    return lines


def hold_budgets() -> None:
    quitting: Any = events.quitting  # the library does not type its listeners
    quitting.add_listener(judge)


def judge(environment: Environment, **_: object) -> None:
    lines = broken(environment)
    for line in lines:
        print(f"over budget: {line}")
    if lines:
        environment.process_exit_code = 1
