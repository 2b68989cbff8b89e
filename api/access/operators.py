"""An operator's way to accounts and codes, with the database alone. The first organiser comes from here."""

from datetime import UTC, datetime

import asyncpg

from api.access import passkeys, service
from api.access.audit import ChainReport, verify_chain
from api.access.schemas import AccountIn
from api.db import prepare_connection
from api.errors import AlreadyThere


async def issue_code(
    database_url: str, email: str, *, organiser: str | None = None, forget_passkeys: bool = False
) -> str:
    """A sign-in code for an account, which is made first where `organiser` gives the name of a new organiser.

    `forget_passkeys` is for an organiser who lost theirs and has no colleague to help.
    """
    connection = await asyncpg.connect(database_url)
    try:
        await prepare_connection(connection)
        async with connection.transaction():
            if organiser is not None:
                try:
                    async with connection.transaction():
                        await service.create_account(
                            connection, AccountIn(email=email, name=organiser, role="organiser")
                        )
                except AlreadyThere:
                    pass
            if forget_passkeys:
                await passkeys.forget_by_email(connection, email, now=datetime.now(UTC))
            return await service.issue_code(connection, email, now=datetime.now(UTC))
    finally:
        await connection.close()


async def verify_audit(database_url: str) -> ChainReport:
    connection = await asyncpg.connect(database_url)
    try:
        await prepare_connection(connection)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await verify_chain(connection)
    finally:
        await connection.close()


def to_lines(report: ChainReport) -> list[str]:
    """The report for people."""
    lines = [f"  WRONG  {wrong}" for wrong in report.wrong[:20]]
    if report.wrong:
        return [*lines, f"The audit log is not what was written: {len(report.wrong)} wrong."]
    return [f"  ok     {report.lines} lines, each linked to the one before", f"  head   {report.head or 'none'}"]
