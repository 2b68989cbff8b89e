"""Further sounds of an episode. They come by the same uploads as films, with a language."""

from datetime import datetime

from litestar import delete, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import PRODUCER
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.problems import problems
from api.studio import sounds
from api.studio.doors import SIGNED_IN
from api.studio.refusals import SubmissionLocked
from api.studio.schemas import EpisodeState

_ONE = "/episodes/{episode:int}/sounds/{lang:str}"


@delete(_ONE, guards=[PRODUCER], status_code=HTTP_200_OK, responses=problems(*SIGNED_IN, SubmissionLocked))
async def remove_sound(
    tx: Given[Connection],
    account: Given[Account],
    episode: FromPath[int],
    lang: FromPath[str],
    now: Given[datetime],
) -> EpisodeState:
    return await sounds.remove(tx, account, episode, lang, now=now)


@post(
    f"{_ONE}/retry",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SIGNED_IN, errors.NotRetryable, SubmissionLocked),
)
async def retry_sound(
    tx: Given[Connection],
    account: Given[Account],
    episode: FromPath[int],
    lang: FromPath[str],
    now: Given[datetime],
) -> EpisodeState:
    return await sounds.retry(tx, account, episode, lang, now=now)


HANDLERS = (remove_sound, retry_sound)
