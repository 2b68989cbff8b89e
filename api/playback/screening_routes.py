"""What a player fetches of a confidential film: for the juror's session that asked, and for no cache."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.status_codes import HTTP_204_NO_CONTENT

from api import errors
from api.access.guards import JUROR
from api.access.schemas import Account
from api.db import Connection, Pool
from api.described import kinds
from api.given import Given
from api.live import Live
from api.playback import screened_lists, screening
from api.playback.grants import SCREENERS, Grant, Grants, kind_of
from api.playback.refusals import WatchingElsewhere
from api.problems import problems
from transcoder.storage import Storage, content_type

NO_STORE = {"Cache-Control": "private, no-store"}
BYTES = "application/octet-stream"
STILLS = ("image/avif", "image/webp", "image/jpeg")
REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound, WatchingElsewhere)
PROBLEMS = problems(*REFUSALS, errors.TooManyRequests, errors.Unavailable)
SIGNATURE = Annotated[str, QueryParameter(min_length=32, max_length=32)]


@get(
    "/{package:uuid}/playlists/{folder:str}/{name:str}",
    guards=[JUROR],
    media_type=content_type(".m3u8"),
    responses=PROBLEMS,
)
async def playlist(
    pool: Given[Pool],
    live: Given[Live],
    storage: Given[Storage],
    account: Given[Account],
    grants: Given[Grants],
    package: FromPath[UUID],
    folder: FromPath[str],
    name: FromPath[str],
) -> Response[str]:
    """A playlist of the film, its addresses good for this session and for twice the film's length and five minutes."""
    viewing = screening.Viewing(account, grants, package)
    text = await screening.playlist(pool, live, storage, viewing, f"{folder}/{name}")
    return Response(text, media_type=content_type(name), headers=NO_STORE)


@get("/{package:uuid}/key", guards=[JUROR], media_type=BYTES, responses=PROBLEMS)
async def key(
    tx: Given[Connection], live: Given[Live], account: Given[Account], grants: Given[Grants], package: FromPath[UUID]
) -> Response[bytes]:
    """The film's AES-128 key, for those to whom it is assigned; each time is on record."""
    found = await screening.key(tx, live, screening.Viewing(account, grants, package))
    return Response(found, media_type=BYTES, headers=NO_STORE)


@get(
    "/{package:uuid}/files/{folder:str}/{name:str}",
    guards=[JUROR],
    media_type=BYTES,
    operation_class=kinds(*STILLS, content_type(".vtt")),
    responses=PROBLEMS,
)
async def file(
    pool: Given[Pool],
    live: Given[Live],
    storage: Given[Storage],
    account: Given[Account],
    grants: Given[Grants],
    package: FromPath[UUID],
    folder: FromPath[str],
    name: FromPath[str],
    until: FromQuery[int],
    sig: SIGNATURE,
) -> Response[bytes]:
    """A file of the film at the address that a playlist or a list gave to this session: segments are encrypted."""
    viewing, grant = screening.Viewing(account, grants, package), Grant(kind_of(name), package, until, sig)
    content = await screening.file(pool, live, storage, viewing, f"{folder}/{name}", grant)
    kind = BYTES if name.endswith(screened_lists.SEGMENT) else content_type(name)
    return Response(content, media_type=kind, headers=NO_STORE)


@get(
    "/{package:uuid}/files/{name:str}",
    guards=[JUROR],
    media_type=STILLS[0],
    operation_class=kinds(*STILLS[1:]),
    responses=PROBLEMS,
)
async def poster(
    pool: Given[Pool],
    live: Given[Live],
    storage: Given[Storage],
    account: Given[Account],
    grants: Given[Grants],
    package: FromPath[UUID],
    name: FromPath[str],
    until: FromQuery[int],
    sig: SIGNATURE,
) -> Response[bytes]:
    """A poster that somebody chose for the title, at the address that a list gave to this session."""
    viewing, grant = screening.Viewing(account, grants, package), Grant(kind_of(name), package, until, sig)
    content = await screening.file(pool, live, storage, viewing, name, grant)
    return Response(content, media_type=content_type(name), headers=NO_STORE)


@post(
    "/take-over",
    guards=[JUROR],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(errors.SignInNeeded, errors.NotAllowed),
)
async def take_over(live: Given[Live], account: Given[Account], grants: Given[Grants]) -> None:
    """Watch on this device from now on; another one that plays is stopped."""
    await screening.take_over(live, account, grants)


router = Router(SCREENERS, route_handlers=[playlist, key, file, poster, take_over], tags=["jury"])
