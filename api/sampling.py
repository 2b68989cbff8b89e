"""What a process measures of itself now and then, where counting each time would cost more."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from api.db import Pool
from api.metrics import LOOP_LAG, POOL_BUSY, POOL_SIZE

LOOK_EVERY: Final = 5.0
_SLEEP: Final = 0.05


class Sampler:
    """`pools` by the names they have in metrics."""

    def __init__(self, pools: Mapping[str, Pool]) -> None:
        self._pools = pools

    async def look(self) -> None:
        for name, pool in self._pools.items():
            POOL_BUSY.labels(name).set(pool.get_size() - pool.get_idle_size())
            POOL_SIZE.labels(name).set(pool.get_max_size())
        started = time.perf_counter()
        await asyncio.sleep(_SLEEP)
        LOOP_LAG.set(max(0.0, time.perf_counter() - started - _SLEEP))
