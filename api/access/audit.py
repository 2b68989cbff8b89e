"""The log nobody can alter: who did what, written in the transaction that does it."""

from collections.abc import Mapping

from api.access.schemas import Account
from api.access.service import Q
from api.db import Connection


async def note(tx: Connection, account: Account | None, action: str, obj: str, detail: Mapping[str, object]) -> None:
    """`obj` is a kind and an id, like "series:7". Nobody's account stands for the house itself."""
    await tx.execute(Q["save_audit_event"], None if account is None else account.id, action, obj, detail)
