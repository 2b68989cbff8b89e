"""People, invitations and companies, for organisers."""

from datetime import datetime
from typing import Annotated

from litestar import Router, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import FRESH, ORGANISER
from api.access.refusals import OrganiserStays, PasskeyNeeded
from api.access.schemas import Account, Role
from api.db import Connection
from api.desk import companies, people
from api.desk.paging_params import AFTER
from api.desk.people import Post, Wanted
from api.desk.people_schemas import (
    CompaniesPage,
    CompanyCard,
    CompanyIn,
    InvitationsPage,
    MergeIn,
    PeoplePage,
    PersonCard,
    RoleIn,
    RoleInvitation,
    RoleInvitationIn,
)
from api.given import Given
from api.letters import Letters
from api.live import Live
from api.problems import problems
from api.settings import Settings

TEXT = Annotated[str, QueryParameter(name="q", max_length=100, description="in a name, an address or a company")]
REFUSALS = (errors.SignInNeeded, errors.NotAllowed, PasskeyNeeded)
SENDING = (*REFUSALS, errors.TooManyRequests, errors.Unavailable)
TAKING = (*REFUSALS, errors.NotFound, OrganiserStays)


@get("/people", guards=[ORGANISER], responses=problems(*REFUSALS))
async def list_people(
    tx: Given[Connection], after: AFTER = 0, role: FromQuery[Role | None] = None, text: TEXT = ""
) -> PeoplePage:
    return await people.list_people(tx, Wanted(after, role, text))


@get("/people/invitations", guards=[ORGANISER], responses=problems(*REFUSALS))
async def list_invitations(tx: Given[Connection], now: Given[datetime], after: AFTER = 0) -> InvitationsPage:
    """Of the desk and of companies."""
    return await people.list_invitations(tx, after=after, now=now)


@post(
    "/people/invitations",
    guards=[ORGANISER, FRESH],
    responses=problems(*SENDING, errors.AlreadyThere, errors.Unprocessable),
)
async def invite(
    tx: Given[Connection],
    live: Given[Live],
    letters: Given[Letters],
    settings: Given[Settings],
    account: Given[Account],
    now: Given[datetime],
    data: JSONBody[RoleInvitationIn],
) -> RoleInvitation:
    """The account is made when its address signs in for the first time. The letter comes in the language named."""
    return await people.invite(tx, Post(letters, live, settings.public_url), account, data, now=now)


@post(
    "/people/invitations/{invitation:int}/send",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*SENDING, errors.NotFound),
)
async def send_again(
    tx: Given[Connection],
    live: Given[Live],
    letters: Given[Letters],
    settings: Given[Settings],
    account: Given[Account],
    now: Given[datetime],
    invitation: FromPath[int],
) -> RoleInvitation:
    return await people.send_again(tx, Post(letters, live, settings.public_url), account, invitation, now=now)


@delete("/people/invitations/{invitation:int}", guards=[ORGANISER], responses=problems(*REFUSALS, errors.NotFound))
async def take_back(tx: Given[Connection], account: Given[Account], invitation: FromPath[int]) -> None:
    await people.take_back(tx, account, invitation)


@put("/people/{person:int}", guards=[ORGANISER, FRESH], responses=problems(*TAKING, errors.Unprocessable))
async def change_role(
    tx: Given[Connection],
    account: Given[Account],
    now: Given[datetime],
    person: FromPath[int],
    data: JSONBody[RoleIn],
) -> PersonCard:
    """Their sessions end at once."""
    return await people.change_role(tx, account, person, data, now=now)


@post("/people/{person:int}/disable", guards=[ORGANISER, FRESH], status_code=HTTP_200_OK, responses=problems(*TAKING))
async def disable(
    tx: Given[Connection], account: Given[Account], now: Given[datetime], person: FromPath[int]
) -> PersonCard:
    """They are signed out at once and cannot sign in; what they did stays."""
    return await people.disable(tx, account, person, now=now)


@post(
    "/people/{person:int}/enable",
    guards=[ORGANISER, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.NotFound),
)
async def enable(tx: Given[Connection], account: Given[Account], person: FromPath[int]) -> PersonCard:
    return await people.enable(tx, account, person)


@post(
    "/people/{person:int}/forget-passkeys",
    guards=[ORGANISER, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*TAKING, *SENDING),
)
async def forget_passkeys(
    tx: Given[Connection],
    live: Given[Live],
    letters: Given[Letters],
    settings: Given[Settings],
    account: Given[Account],
    now: Given[datetime],
    person: FromPath[int],
) -> PersonCard:
    """For somebody who lost theirs: they sign in by a mailed code and make a new one."""
    return await people.forget_passkeys(tx, Post(letters, live, settings.public_url), account, person, now=now)


@get("/companies", guards=[ORGANISER], responses=problems(*REFUSALS))
async def list_companies(tx: Given[Connection], after: AFTER = 0, text: TEXT = "") -> CompaniesPage:
    return await companies.list_companies(tx, after=after, text=text)


@put(
    "/companies/{company:int}", guards=[ORGANISER], responses=problems(*REFUSALS, errors.NotFound, errors.AlreadyThere)
)
async def rename_company(
    tx: Given[Connection], account: Given[Account], company: FromPath[int], data: JSONBody[CompanyIn]
) -> CompanyCard:
    return await companies.rename(tx, account, company, data)


@post(
    "/companies/{company:int}/merge",
    guards=[ORGANISER, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.NotFound, errors.Unprocessable),
)
async def merge_company(
    tx: Given[Connection], account: Given[Account], company: FromPath[int], data: JSONBody[MergeIn]
) -> CompanyCard:
    """Its people see all series of the company that stays, and the other way round. This cannot be undone."""
    return await companies.merge(tx, account, company, data)


router = Router(
    "/api/desk",
    route_handlers=[
        list_people,
        list_invitations,
        invite,
        send_again,
        take_back,
        change_role,
        disable,
        enable,
        forget_passkeys,
        list_companies,
        rename_company,
        merge_company,
    ],
    tags=["desk"],
)
