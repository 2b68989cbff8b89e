"""Applications for tests, put together once: what takes half a second is the same for all that have the same routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from litestar import Litestar

from api.app import create_app, furnish
from api.mail import Mailer
from api.settings import Settings
from transcoder.storage import Storage

#: Those that no test uses at the moment, by the settings that decide which routes there are.
_idle: dict[tuple[bool, bool], list[Litestar]] = {}


@contextlib.asynccontextmanager
async def running_app(
    settings: Settings, *, storage: Storage | None = None, mailer: Mailer | None = None
) -> AsyncIterator[Litestar]:
    """An application that runs on these settings; afterwards it goes to whoever needs one next, its state emptied."""
    idle = _idle.setdefault((settings.demo, settings.serve_files), [])
    if idle:
        app = idle.pop()
        furnish(app, settings, storage=storage, mailer=mailer)
    else:
        app = create_app(settings, storage=storage, mailer=mailer)
    async with running(app):
        yield app
    for name in list(app.state.dict()):
        delattr(app.state, name)
    idle.append(app)


@contextlib.asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """The application's lifespan in a task of its own, which is also the one that ends it."""
    started, stopping = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stopping.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        waiting.cancel()
        await task
    yield
    stopping.set()
    await task
