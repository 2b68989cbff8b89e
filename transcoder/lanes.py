"""The queue as a worker sees it: short work and encodes side by side, each in slots of its own."""

import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from pgqueuer.errors import FailingListenerError
from pgqueuer.models import HealthCheckEvent, Job
from pgqueuer.qm import QueueManager
from pgqueuer.types import JobId, QueueEntrypoint

_HEALTH: Final = timedelta(seconds=10)


@dataclass
class Lanes(QueueManager):
    """Asks for work of a kind only while a slot for it is free, so that idle workers elsewhere find what waits."""

    slots: Mapping[str, int] = field(default_factory=dict)
    _lane: dict[JobId, str] = field(init=False, default_factory=dict)
    _asked: float = field(init=False, default_factory=time.monotonic)

    def busy(self, lane: str) -> int:
        return sum(self._lane.get(job) == lane for job in self.job_context)

    def stands_still(self, patience: timedelta) -> bool:
        """Nothing is being done, and for so long nothing has been asked for."""
        return not self.job_context and time.monotonic() - self._asked > patience.total_seconds()

    def entrypoints_below_capacity_limits(self) -> set[QueueEntrypoint]:
        self._asked = time.monotonic()
        self._lane = {job: lane for job, lane in self._lane.items() if job in self.job_context}
        return {lane for lane in self.entrypoint_registry if self.busy(lane) < self.slots.get(lane, 1)}

    async def listener_healthy(self, timeout: timedelta = _HEALTH) -> HealthCheckEvent:  # noqa: ASYNC109 (overridden)
        """Asks twice: the first question may have been sent before anybody listened."""
        try:
            return await super().listener_healthy(timeout / 2)
        except FailingListenerError:
            return await super().listener_healthy(timeout / 2)

    async def fetch_jobs(
        self, batch_size: int, global_concurrency_limit: int | None, heartbeat_timeout: timedelta
    ) -> AsyncGenerator[Job, None]:
        async for job in super().fetch_jobs(batch_size, global_concurrency_limit, heartbeat_timeout):
            self._lane[job.id] = job.entrypoint
            yield job
