"""Blows at seeded points of a drop: connections cut, answers lost, the API killed and started again."""

import asyncio
import random
from collections import deque
from typing import Literal, TypeAlias

from msgspec import Struct

from loadtest.proxy import Proxy
from tests.faults.chaos_servers import Backend

Kind: TypeAlias = Literal["cut", "deaf", "kill"]
#: How long nobody is reached after a cut: shorter and longer than a client's first pause.
AWAY = (0.0, 0.05, 0.4)
#: How many looks (5 ms) for an answer that can be lost: after the last file there is none.
LONGEST_WAIT = 400


class Blow(Struct, frozen=True):
    #: So many bytes have gone up.
    at: int
    kind: Kind


def plan(dice: random.Random, total: int, *, cuts: int, kills: int) -> list[Blow]:
    """Every byte must go up once at least, so every point within them is reached."""
    kinds: list[Kind] = ["cut" if number % 2 else "deaf" for number in range(cuts)] + ["kill"] * kills
    return sorted((Blow(dice.randrange(1, total), kind) for kind in kinds), key=lambda blow: blow.at)


class Weather:
    """A proxy before the API that carries out a plan."""

    def __init__(self, api: Backend, proxy: Proxy, blows: list[Blow], dice: random.Random) -> None:
        self._api, self._proxy, self._dice = api, proxy, dice
        self._blows = deque(blows)
        self._sent = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._killing = asyncio.Lock()
        self.done: list[Blow] = []
        proxy.on_sending = self.passed

    def passed(self, count: int) -> None:
        self._sent += count
        while self._blows and self._sent >= self._blows[0].at:
            blow = self._blows.popleft()
            task = asyncio.create_task(self._strike(blow))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _strike(self, blow: Blow) -> None:
        match blow.kind:
            case "cut":
                self._proxy.cut_all()
                self._proxy.dropping = True
                await asyncio.sleep(self._dice.choice(AWAY))
                self._proxy.cut_all()
                self._proxy.dropping = False
            case "deaf":  # what was asked is done, and the answer is lost
                before = self._proxy.cut
                self._proxy.cutting = True
                for _ in range(LONGEST_WAIT):
                    if self._proxy.cut > before:
                        break
                    await asyncio.sleep(0.005)
                self._proxy.cutting = False
            case "kill":
                async with self._killing:
                    await self._api.kill()
                    await self._api.start()
        self.done.append(blow)

    async def over(self) -> None:
        """All blows have fallen."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
