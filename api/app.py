"""The composition root: everything is put together here and nowhere else."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncGenerator, Awaitable, Callable

import msgspec
import structlog
from litestar import Litestar, Response, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, ControllerRouterHandler

from api import hub as hubs
from api import link_pages, logs, manifest, opening, pages, problems, sampling, streams, tracing
from api.access import own_routes as access
from api.access.ceremonies import site_of
from api.access.guards import PUBLIC, AnyRequest, CookieNames, utcnow
from api.bodies import StrictBodies
from api.catalog import routes as catalog
from api.db import GONE, Pool, connect_to_listen, open_ledger, open_pool, patiently
from api.deps import DEPENDENCIES
from api.desk import (
    audit_routes,
    award_routes,
    jury_publish_routes,
    jury_routes,
    keeping,
    kiosk_routes,
    paper_routes,
    people_routes,
    programme_routes,
    publish_routes,
    scheduling,
    screeners_routes,
    voters_routes,
)
from api.desk import report_routes as desk_report
from api.desk import review_routes as desk_review
from api.desk import routes as desk
from api.desk import settings_routes as desk_settings
from api.desk import years_routes as desk_years
from api.draining import Drain
from api.edge import Edge
from api.errors import NotFound
from api.given import Given
from api.health import livez, metrics, readyz
from api.jury import chair_routes as jury_chair
from api.jury import routes as jury
from api.jury import told_routes as jury_told
from api.kiosk import device_routes
from api.kiosk import fleet as fleets
from api.kiosk import routes as kiosk
from api.kiosk.house import House
from api.live import RedisLive, end
from api.mail import CapturedMail, Mail, Mailer, SmtpMail
from api.playback import media, screening_routes
from api.playback import routes as playback
from api.settings import Settings
from api.studio import posters, uploads
from api.studio import routes as studio
from api.voting import ballot_routes
from api.voting import lookout as lookouts
from api.voting import proof_routes as proof
from api.voting import prover as provers
from api.voting import review_routes as review
from api.voting import routes as voting
from api.voting import sealer as sealers
from api.voting import told_routes as told
from api.voting.batcher import Batcher
from api.voting.board import BoardKeeper
from api.voting.door import VoteDoor
from api.voting.line import VoteListener
from api.voting.logbook import LogBook
from api.voting.pace import Pace
from api.voting.signing import Signer
from transcoder.storage import Storage, StorageError, make_storage

log = structlog.get_logger("app")
JSON_LIMIT = 64 * 1024
SWEEP_EVERY = 3600.0
#: Seconds between two looks whether the line for news still holds.
TRIED_EVERY = 10.0
BY_THE_CLOCK_EVERY = 2.0
OPENAPI = OpenAPIConfig(title="Tallscreen", version="0.1.0", path="/schema", render_plugins=[JsonRenderPlugin()])


def create_app(settings: Settings, *, storage: Storage | None = None, mailer: Mailer | None = None) -> Litestar:
    """The application on these settings. Tests hand in a storage or a mailer of their own."""
    app = Litestar(
        route_handlers=handlers_of(settings),
        dependencies=DEPENDENCIES,
        exception_handlers={Exception: problems.answer},
        lifespan=[run],
        on_shutdown=[tracing.send_rest],
        openapi_config=OPENAPI,
        plugins=[StrictBodies()],
        return_dto=None,  # the plugin is for what comes in; what goes out is encoded as it is
        request_max_body_size=JSON_LIMIT,
        logging_config=None,
    )
    furnish(app, settings, storage=storage, mailer=mailer)
    return app


def furnish(app: Litestar, settings: Settings, *, storage: Storage | None = None, mailer: Mailer | None = None) -> None:
    """What the routes find in the state from the start; `run` adds what is opened."""
    front = link_pages.Front.read(pages.DIST)
    app.state.update(
        settings=settings,
        storage=storage or make_storage(settings.storage_url, settings.secret),
        mailer=mailer or (SmtpMail(settings.smtp_url) if settings.smtp_url else CapturedMail()),
        site=site_of(settings.public_url, settings.key),
        drain=Drain(),
        house=House(settings.key, settings.public_url),
        cookie_names=CookieNames(secure=settings.secure),
        released=media.ReleasedPackages(),
        assets=pages.list_assets(),
        front=front,
        openings=opening.OpeningPages.load(front, settings.public_url),
    )


#: The room, its chair, what the public gets, and the desk's side of all of it.
JURIES: tuple[ControllerRouterHandler, ...] = (
    jury.router,
    jury_chair.router,
    jury_told.router,
    jury_told.results,
    jury_routes.router,
    jury_publish_routes.router,
)


def handlers_of(settings: Settings) -> list[ControllerRouterHandler]:
    """Every address there is."""
    handlers: list[ControllerRouterHandler] = [
        access.router,
        catalog.router,
        playback.router,
        screening_routes.router,
        voting.router,
        ballot_routes.router,
        proof.router,
        told.router,
        told.results,
        review.router,
        proof.download_verifier,
        studio.router,
        studio.put_part,
        kiosk.router,
        device_routes.router,
        *JURIES,
        desk.router,
        programme_routes.router,
        voters_routes.router,
        people_routes.router,
        desk_settings.router,
        desk_settings.mark,
        desk_years.router,
        desk_report.router,
        desk_years.earlier_festivals,
        desk_review.router,
        publish_routes.router,
        award_routes.router,
        kiosk_routes.router,
        screeners_routes.router,
        paper_routes.router,
        audit_routes.router,
        streams.live_stream,
        pages.links,
        opening.opening,
        manifest.manifest,
        livez,
        readyz,
        metrics,
    ]
    if settings.demo:
        handlers.append(captured_mail)
    if settings.serve_files:
        handlers += [media.media, pages.pages, pages.assets]
    return handlers


def create_asgi(settings: Settings) -> ASGIApp:
    """What the server runs."""
    logs.configure()
    tracing.collect()
    front = in_front(create_app(settings), settings)
    # What is there by now stays: to go through it again and again would hold up votes for a tenth of a second.
    gc.collect()
    gc.freeze()
    return front


def in_front(app: Litestar, settings: Settings) -> ASGIApp:
    """The edge around the application, and the votes' own door before both."""
    edge = Edge(app, secure=settings.secure, drain=app.state.drain)
    return VoteDoor(edge, app.state, key=settings.key, secure=settings.secure)


@contextlib.asynccontextmanager
async def run(app: Litestar) -> AsyncGenerator[None, None]:
    """Open what the routes need, in order; close it in the other order, votes in flight first."""
    settings: Settings = app.state.settings
    storage: Storage = app.state.storage
    pool = await patiently(lambda: open_pool(settings.database_url))
    live = RedisLive(settings.redis_url)
    pace = Pace()
    keeper = BoardKeeper(pool, live, pace.slow_down)
    hub = hubs.Hub(streams.sources(pool, live))
    ledger = await patiently(lambda: open_ledger(settings.database_url))
    batcher = Batcher(ledger, keeper.take, pace)
    listener = VoteListener(batcher, key=settings.key, secure=settings.secure)
    logbook = LogBook(Signer(settings.key))
    sealer = sealers.Sealer(pool, logbook, app.state.mailer)
    prover = provers.Prover(pool, logbook)
    silence, sampler = fleets.Watch(pool), sampling.Sampler({"requests": pool, "ledger": ledger})
    app.state.update(pool=pool, live=live, hub=hub, batcher=batcher, logbook=logbook, keeper=keeper, prover=prover)
    for each in (batcher, keeper, hub):
        each.start()
    works = {
        "hear-redis": hear_redis(live, hub),
        "hear-database": forever(lambda: hear_database(settings.database_url, hub)),
        "sweep": forever(lambda: sweep(pool, storage)),
        "sealer": forever(sealer.look, sealers.LOOK_EVERY),
        "prover": forever(prover.look, provers.LOOK_EVERY),
        "lookout": forever(lookouts.Lookout(pool, live).look, lookouts.LOOK_EVERY),
        "releases": forever(lambda: scheduling.release_due(pool, now=utcnow()), BY_THE_CLOCK_EVERY),
        "letters": forever(lambda: keeping.send_letters(pool, app.state.mailer), BY_THE_CLOCK_EVERY),
        "silence": forever(lambda: silence.look(utcnow()), fleets.LOOK_EVERY),
        "sampler": forever(sampler.look, sampling.LOOK_EVERY),
    }
    background = [asyncio.create_task(work, name=name) for name, work in works.items()]
    if settings.votes_listen:
        await listener.open(settings.votes_listen)
    app.state.drain.listen(hub.leave, listener.leave)
    log.info("ready")
    try:
        yield
    finally:
        await batcher.close()
        await listener.close()
        await ledger.close()
        await end(background)
        await prover.close()
        await hub.close()
        await keeper.close()
        await live.close()
        await storage.close()
        await pool.close()
        log.info("stopped")


async def hear_redis(live: RedisLive, hub: hubs.Hub) -> None:
    async for topic in live.news():
        hub.tell(topic)


async def hear_database(url: str, hub: hubs.Hub) -> None:
    """Episode states and news of screens as PostgreSQL tells them, until the connection is lost. Nobody tells who only
    listens that a host was cut off, so the line is tried now and then."""
    connection = await connect_to_listen(url)
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener("episode_state", lambda *news: hub.tell(f"episode:{news[3]}"))
        await connection.add_listener("kiosk", lambda *news: hub.tell(str(news[3])))
        while not lost.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), TRIED_EVERY)
                break
            await connection.execute("SELECT 1")
    finally:
        await connection.close(timeout=1)


async def sweep(pool: Pool, storage: Storage) -> None:
    given_up = await uploads.sweep(pool, storage, now=utcnow())
    if given_up:
        log.info("uploads given up", uploads=given_up)
    await keeping.sweep(pool, storage, now=utcnow())
    await posters.sweep(pool, storage, now=utcnow())
    await asyncio.sleep(SWEEP_EVERY)


async def forever(task: Callable[[], Awaitable[object]], every: float = 1.0) -> None:
    """Run `task` again each time it ends, also by the loss of what it needs, after so many seconds."""
    while True:
        try:
            await task()
        except (*GONE, StorageError) as error:
            log.warning("background task lost its server", error=type(error).__name__)
        await asyncio.sleep(every)


@get("/dev/mail", guards=[PUBLIC], include_in_schema=False, sync_to_thread=False)
def captured_mail(request: AnyRequest, mailer: Given[Mailer]) -> Response[list[Mail]]:
    """The demo's captured mail, for this machine only. The route exists only in the demo."""
    here = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    if not here or not isinstance(mailer, CapturedMail):
        raise NotFound
    return Response(list(mailer.mails), headers={"Cache-Control": "no-store"})


def openapi_json(settings: Settings) -> bytes:
    """The OpenAPI document as it is checked in: sorted, so that a difference is a change."""
    schema = create_app(settings).openapi_schema.to_schema()
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=1) + b"\n"
