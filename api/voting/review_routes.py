"""What everyone may know of the review of an award: numbers, never names."""

from litestar import Router, get
from litestar.params import FromPath

from api import errors
from api.access.guards import PUBLIC
from api.db import Connection
from api.given import Given
from api.problems import problems
from api.voting import review
from api.voting.review_schemas import Review


@get("/{award:int}/review", guards=[PUBLIC], responses=problems(errors.NotFound))
async def show_review(tx: Given[Connection], award: FromPath[int]) -> Review:
    """Ballots under review, and void ones by reason."""
    return await review.show_review(tx, award)


router = Router("/api/awards", route_handlers=[show_review], tags=["proof"])
