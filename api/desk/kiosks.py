"""Screens at the desk. Every change leaves a line in the audit log; no code is in it."""

from datetime import datetime

from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection
from api.kiosk import commands, fleet, pairing, programmes
from api.kiosk.device_schemas import Command
from api.kiosk.fleet_schemas import CommandIn, KioskIn, Paired, PairIn
from api.kiosk.plan_schemas import ProgrammeIn, StoredProgramme
from api.voting import write_offs
from api.voting.journal_schemas import KioskGate, WriteOffIn


async def approve(tx: Connection, account: Account, code: str, data: PairIn, *, key: bytes, now: datetime) -> Paired:
    kiosk, fresh = await pairing.approve(tx, account.id, code, data, key=key, now=now)
    if fresh:
        await note(tx, account, "pair", f"kiosk:{kiosk}", {"name": data.name})
    return Paired(kiosk=kiosk)


async def deny(tx: Connection, account: Account, code: str, *, key: bytes, now: datetime) -> None:
    if await pairing.deny(tx, code, key=key, now=now):
        await note(tx, account, "deny", "pairing", {})


async def revoke(tx: Connection, account: Account, kiosk: int, *, now: datetime) -> None:
    if await pairing.revoke(tx, account.id, kiosk, now=now):
        await note(tx, account, "revoke", f"kiosk:{kiosk}", {})


async def change_kiosk(tx: Connection, account: Account, kiosk: int, data: KioskIn) -> None:
    await fleet.change_kiosk(tx, kiosk, data)
    detail = {"name": data.name, "programme": data.programme, "head_count": data.head_count}
    await note(tx, account, "change", f"kiosk:{kiosk}", detail)


async def command(tx: Connection, account: Account, kiosk: int, data: CommandIn) -> Command:
    given = await commands.give(tx, account.id, kiosk, data)
    await note(tx, account, "command", f"kiosk:{kiosk}", {"kind": data.kind, "text": data.text})
    return given


async def create_programme(tx: Connection, account: Account, data: ProgrammeIn) -> StoredProgramme:
    created = await programmes.create_programme(tx, data)
    await note(tx, account, "create", f"programme:{created.id}", {"name": data.name})
    return created


async def change_programme(tx: Connection, account: Account, programme: int, data: ProgrammeIn) -> StoredProgramme:
    changed = await programmes.change_programme(tx, programme, data)
    await note(tx, account, "change", f"programme:{programme}", {"name": data.name})
    return changed


async def delete_programme(tx: Connection, account: Account, programme: int) -> None:
    deleted = await programmes.delete_programme(tx, programme)
    await note(tx, account, "delete", f"programme:{programme}", {"name": deleted.name})


async def write_off(tx: Connection, account: Account, award: int, kiosk: int, data: WriteOffIn) -> KioskGate:
    gate, fresh = await write_offs.write_off(tx, award, kiosk, account.id, data)
    if fresh:
        detail = {"kiosk": kiosk, "reason": data.reason, "words": data.words, "held": gate.held}
        await note(tx, account, "write-off", f"award:{award}", detail)
    return gate
