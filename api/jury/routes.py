"""The jury room."""

from litestar import Router, get

from api import errors
from api.access.guards import JUROR
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.jury import service
from api.jury.schemas import Shortlist
from api.playback.grants import Grants
from api.problems import problems


@get("/shortlists", guards=[JUROR], responses=problems(errors.SignInNeeded, errors.NotAllowed))
async def shortlists(tx: Given[Connection], account: Given[Account], grants: Given[Grants]) -> list[Shortlist]:
    return await service.shortlists(tx, account, grants)


router = Router("/api/jury", route_handlers=[shortlists], tags=["jury"])
