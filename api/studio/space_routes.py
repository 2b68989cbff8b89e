"""How much room a producer's files have."""

from litestar import get
from litestar.params import FromPath

from api.access.guards import PRODUCER
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.problems import problems
from api.settings import Settings
from api.studio import space
from api.studio.doors import SIGNED_IN
from api.studio.schemas import Space


@get("/series/{series:int}/space", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def show_space(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], settings: Given[Settings]
) -> Space:
    return await space.show(tx, account, series, quota=settings.quota)


HANDLERS = (show_space,)
