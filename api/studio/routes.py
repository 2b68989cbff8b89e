"""Series, episodes, uploads and subtitles of a producer."""

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import PRODUCER, PUBLIC, AnyRequest
from api.access.schemas import Account
from api.catalog import service as catalog
from api.catalog.schemas import EpisodeIn, SectionRef, SeriesIn
from api.db import Connection, Pool
from api.given import Given
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.studio import (
    about_routes,
    people_routes,
    posters_routes,
    previews,
    service,
    sound_routes,
    space_routes,
    staying_routes,
    submission_routes,
    subtitle_routes,
    uploads,
)
from api.studio.doors import SIGNED_IN
from api.studio.refusals import QuotaExceeded, SubmissionLocked
from api.studio.schemas import (
    EpisodeState,
    PartAddresses,
    PartOut,
    PartsIn,
    PreviewStream,
    StudioSeries,
    Upload,
    UploadIn,
)
from transcoder import storage as store
from transcoder.storage import LocalStorage, Storage

NO_STORE = {"Cache-Control": "no-store"}
#: Uploads a person may begin in an hour: three series of two hundred.
STARTS = 600


@get("/sections", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def sections(tx: Given[Connection]) -> list[SectionRef]:
    return await catalog.sections(tx)


@get("/series", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def list_series(tx: Given[Connection], account: Given[Account], now: Given[datetime]) -> list[StudioSeries]:
    return await service.list_series(tx, account, now=now)


@get("/series/{series:int}", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def open_series(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], now: Given[datetime]
) -> StudioSeries:
    return await service.open_series(tx, account, series, now=now)


@post("/series", guards=[PRODUCER], responses=problems(*SIGNED_IN, errors.AlreadyThere, errors.Unprocessable))
async def create_series(
    tx: Given[Connection], account: Given[Account], data: JSONBody[SeriesIn], now: Given[datetime]
) -> StudioSeries:
    return await service.create_series(tx, account, data, now=now)


@post(
    "/series/{series:int}/episodes",
    guards=[PRODUCER],
    responses=problems(*SIGNED_IN, errors.AlreadyThere, SubmissionLocked),
)
async def create_episode(
    tx: Given[Connection],
    account: Given[Account],
    series: FromPath[int],
    data: JSONBody[EpisodeIn],
    now: Given[datetime],
) -> EpisodeState:
    return await service.create_episode(tx, account, series, data, now=now)


@post(
    "/episodes/{episode:int}/retry",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SIGNED_IN, errors.NotRetryable),
)
async def retry(tx: Given[Connection], account: Given[Account], episode: FromPath[int]) -> EpisodeState:
    return await service.retry(tx, account, episode)


@get("/previews/{package:uuid}", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def preview(tx: Given[Connection], account: Given[Account], package: FromPath[UUID]) -> Response[PreviewStream]:
    """What there is of a package that is being made. Ask again for more, until it is complete."""
    return Response(await previews.show(tx, service.scope_of(account), package), headers=NO_STORE)


@get(
    "/previews/{package:uuid}/playlist.m3u8",
    guards=[PRODUCER],
    media_type="application/vnd.apple.mpegurl",
    responses=problems(*SIGNED_IN),
)
async def preview_playlist(tx: Given[Connection], account: Given[Account], package: FromPath[UUID]) -> Response[str]:
    """The same for players that read playlists."""
    text = await previews.playlist(tx, service.scope_of(account), package)
    return Response(text, media_type="application/vnd.apple.mpegurl", headers=NO_STORE)


@post(
    "/episodes/{episode:int}/uploads",
    guards=[PRODUCER],
    responses=problems(
        *SIGNED_IN,
        errors.Unprocessable,
        errors.UploadUnderWay,
        errors.TooLarge,
        QuotaExceeded,
        errors.TooManyRequests,
        errors.StorageFull,
        SubmissionLocked,
    ),
)
async def start_upload(
    pool: Given[Pool],
    storage: Given[Storage],
    live: Given[Live],
    account: Given[Account],
    episode: FromPath[int],
    data: JSONBody[UploadIn],
    settings: Given[Settings],
    now: Given[datetime],
) -> Upload:
    await live.limit(f"upload:{account.id}", burst=STARTS, per_seconds=3600, fail_open=True)
    return await uploads.start(pool, storage, account, episode, data, uploads.Terms(now=now, quota=settings.quota))


@get("/uploads/{upload:uuid}", guards=[PRODUCER], responses=problems(*SIGNED_IN, errors.UploadGone))
async def show_upload(
    pool: Given[Pool], storage: Given[Storage], account: Given[Account], upload: FromPath[UUID]
) -> Upload:
    return await uploads.show(pool, storage, account, upload)


@post(
    "/uploads/{upload:uuid}/parts",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SIGNED_IN, errors.PartConflict, errors.UploadGone, errors.Unprocessable, SubmissionLocked),
)
async def announce_parts(
    pool: Given[Pool],
    storage: Given[Storage],
    account: Given[Account],
    upload: FromPath[UUID],
    data: JSONBody[PartsIn],
    now: Given[datetime],
) -> PartAddresses:
    return await uploads.announce(pool, storage, account, upload, data, now=now)


@post(
    "/uploads/{upload:uuid}/complete",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SIGNED_IN, errors.PartsMissing, errors.UploadGone, SubmissionLocked),
)
async def finish_upload(
    pool: Given[Pool], storage: Given[Storage], account: Given[Account], upload: FromPath[UUID], now: Given[datetime]
) -> EpisodeState:
    return await uploads.finish(pool, storage, account, upload, now=now)


@delete("/uploads/{upload:uuid}", guards=[PRODUCER], responses=problems(*SIGNED_IN, errors.UploadGone))
async def cancel_upload(
    pool: Given[Pool], storage: Given[Storage], account: Given[Account], upload: FromPath[UUID]
) -> None:
    await uploads.cancel(pool, storage, account, upload)


@put(
    "/storage/parts/originals/{upload:uuid}/{number:int}",
    guards=[PUBLIC],
    request_max_body_size=None,  # the grant in the address names the exact size, and not a byte more is read
    responses=problems(errors.PartRefused, errors.NotAllowed, errors.NotFound, errors.UploadGone, errors.StorageFull),
)
async def put_part(
    request: AnyRequest,
    storage: Given[Storage],
    settings: Given[Settings],
    upload: FromPath[UUID],
    number: FromPath[int],
    now: Given[datetime],
) -> PartOut:
    """The signed address of the local store. With S3 the bytes go to the bucket and never come here."""
    if not isinstance(storage, LocalStorage):
        raise errors.NotFound
    try:
        grant = store.verify_part(settings.secret, f"originals/{upload}", number, request.query_params, now)
        stored = await storage.put_part(grant, request.stream())
    except store.GrantRefused as error:
        raise errors.NotAllowed("This address is not valid any more; ask for a new one.") from error
    except store.PartMismatch as error:
        raise errors.PartRefused from error
    except store.UploadMissing as error:
        raise errors.UploadGone from error
    return PartOut(number=stored.number, size=stored.size, sha256=stored.sha256)


router = Router(
    "/api/studio",
    route_handlers=[
        sections,
        list_series,
        open_series,
        create_series,
        create_episode,
        retry,
        preview,
        preview_playlist,
        start_upload,
        show_upload,
        announce_parts,
        finish_upload,
        cancel_upload,
        *about_routes.HANDLERS,
        *submission_routes.HANDLERS,
        *space_routes.HANDLERS,
        *subtitle_routes.HANDLERS,
        *sound_routes.HANDLERS,
        *people_routes.HANDLERS,
        *posters_routes.HANDLERS,
        *staying_routes.HANDLERS,
    ],
    tags=["studio"],
)
