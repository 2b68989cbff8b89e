"""The people of a company."""

from datetime import datetime

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import PRODUCER
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.letters import Letters
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.studio import people
from api.studio.doors import SIGNED_IN
from api.studio.people_schemas import CompanyPeople, Invitation, InvitationIn
from api.studio.refusals import MemberStays

SENDING = (*SIGNED_IN, errors.TooManyRequests, errors.Unavailable)


@get("/people", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def list_people(tx: Given[Connection], account: Given[Account], now: Given[datetime]) -> list[CompanyPeople]:
    return await people.people(tx, account, now=now)


@post("/people/invitations", guards=[PRODUCER], responses=problems(*SENDING, errors.AlreadyThere, errors.Unprocessable))
async def invite(
    tx: Given[Connection],
    live: Given[Live],
    letters: Given[Letters],
    settings: Given[Settings],
    account: Given[Account],
    now: Given[datetime],
    data: JSONBody[InvitationIn],
) -> Invitation:
    """The answer is the same for every address; the letter comes in the language of the page that asks."""
    return await people.invite(tx, people.Post(letters, live, settings.public_url), account, data, now=now)


@post(
    "/people/invitations/{invitation:int}/send",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SENDING),
)
async def send_again(
    tx: Given[Connection],
    live: Given[Live],
    letters: Given[Letters],
    settings: Given[Settings],
    account: Given[Account],
    now: Given[datetime],
    invitation: FromPath[int],
) -> Invitation:
    return await people.send_again(tx, people.Post(letters, live, settings.public_url), account, invitation, now=now)


@delete("/people/invitations/{invitation:int}", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def take_back(tx: Given[Connection], account: Given[Account], invitation: FromPath[int]) -> None:
    await people.take_back(tx, account, invitation)


@delete("/people/{member:int}", guards=[PRODUCER], responses=problems(*SIGNED_IN, MemberStays))
async def remove_member(
    tx: Given[Connection], account: Given[Account], now: Given[datetime], member: FromPath[int]
) -> None:
    """Their sessions end at once; what they made stays with the company."""
    await people.remove_member(tx, account, member, now=now)


HANDLERS = (list_people, invite, send_again, take_back, remove_member)
