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
    """An application that runs on these settings; afterwards it goes to whoever needs one next."""
    app = take(settings, storage=storage, mailer=mailer)
    async with running(app):
        yield app
    lay_aside(app, settings)


def take(settings: Settings, *, storage: Storage | None = None, mailer: Mailer | None = None) -> Litestar:
    """One that was laid aside, or a new one, with these settings."""
    idle = _alike(settings)
    if not idle:
        return create_app(settings, storage=storage, mailer=mailer)
    app = idle.pop()
    furnish(app, settings, storage=storage, mailer=mailer)
    return app


def lay_aside(app: Litestar, settings: Settings) -> None:
    """For whoever needs one with the same routes, its state emptied."""
    for name in list(app.state.dict()):
        delattr(app.state, name)
    _alike(settings).append(app)


def _alike(settings: Settings) -> list[Litestar]:
    return _idle.setdefault((settings.demo, settings.serve_files), [])


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
