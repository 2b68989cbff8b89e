"""How a series was watched, for those who made it."""

from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath

from api.access.guards import PRODUCER
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.problems import problems
from api.studio import staying
from api.studio.doors import SIGNED_IN
from api.studio.staying_schemas import Staying

NO_STORE = {"Cache-Control": "no-store"}


@get("/series/{series:int}/stayed", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def stayed(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], now: Given[datetime]
) -> Response[Staying]:
    """Figures of whole groups of viewers; nothing stands for fewer than `floor` of them."""
    return Response(await staying.stayed(tx, account, series, now=now), headers=NO_STORE)


@get("/series/{series:int}/stayed.csv", guards=[PRODUCER], media_type="text/csv", responses=problems(*SIGNED_IN))
async def stayed_csv(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], now: Given[datetime]
) -> Response[str]:
    """The same figures, one to a line."""
    name, text = await staying.as_csv(tx, account, series, now=now)
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


HANDLERS = (stayed, stayed_csv)
