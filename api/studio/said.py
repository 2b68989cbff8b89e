"""What is said of a series, as it stands in the database."""

from datetime import datetime

from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.db import Connection, fetch_one
from api.studio import service
from api.studio.about_schemas import AboutFields, EpisodeAboutIn
from api.studio.queries import ABOUT


class Before(Struct, frozen=True, kw_only=True):
    """What a save replaced; `episodes` are those it changed."""

    fields: AboutFields
    episodes: list[EpisodeAboutIn]


class AboutRow(AboutFields, frozen=True, kw_only=True):
    version: int
    saved_at: datetime | None
    saved_by: str | None
    before: Before | None
    time_zone: str

    @property
    def fields(self) -> AboutFields:
        return only_fields(self)


def only_fields(said: AboutFields) -> AboutFields:
    """Without what a subclass adds."""
    return AboutFields(**{name: getattr(said, name) for name in AboutFields.__struct_fields__})


async def load(db: Connection, account: Account, series: int) -> AboutRow:
    company = service.scope_of(account)
    return await fetch_one(db, ABOUT["about"], series, company, into=AboutRow, missing=errors.NotFound())


async def load_any(db: Connection, series: int) -> AboutRow:
    """For the house itself, which asks for no company."""
    return await fetch_one(db, ABOUT["about"], series, None, into=AboutRow, missing=errors.NotFound())
