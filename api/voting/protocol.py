"""The protocol of an award: what a notary would want to know, once, word for word, when it is published."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec

from api import errors
from api.access import audit
from api.db import Connection
from api.voting.gate import show_gate
from api.voting.journal_schemas import KioskGate
from api.voting.leaves import canonical
from api.voting.logbook import Log, LogBook, find_log
from api.voting.publishing import stored_result
from api.voting.told import Q, entries_of, find_told
from api.voting.told_schemas import ToldAward, ToldEntry

VERSION = 1


def protocol_of(
    told: ToldAward,
    entries: Sequence[ToldEntry],
    log: Log,
    key: str,
    result: Mapping[str, Any],
    acts: Mapping[str, Any],
) -> str:
    """Canonical JSON: the same facts are the same bytes. `acts` are what people and machines did, list by list."""
    return canonical(
        {
            "version": VERSION,
            "award": told.slug,
            "name": told.name,
            "festival": {"slug": told.festival_slug, "name": told.festival, "time_zone": told.time_zone},
            "languages": told.told_in,
            "published_at": utc(told.published_at),
            "reveals_at": utc(told.reveals_at),
            "rules": msgspec.json.decode(log.rules),
            "rules_sha256": log.rules_sha256.hex(),
            "key": key,
            "log": {"origin": log.origin, "size": log.size, "note": log.note},
            "entries": [_entry(entry) for entry in entries],
            "result": dict(result),
            **acts,
        }
    )


def _entry(entry: ToldEntry) -> dict[str, Any]:
    said = {"id": entry.id, "series": entry.slug, "title": entry.title, "country": entry.country}
    said["directors"] = entry.directors
    return said if entry.episode is None else said | {"episode": entry.episode, "episode_title": entry.episode_title}


def utc(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _kiosk(kiosk: KioskGate) -> dict[str, Any]:
    return {
        "name": kiosk.name,
        "state": kiosk.state,
        "received": kiosk.received,
        "held": kiosk.held,
        "seen_at": utc(kiosk.seen_at),
        "reason": kiosk.reason,
        "words": kiosk.words,
    }


def _plain(row: asyncpg.Record) -> dict[str, Any]:
    return {name: utc(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _signed(row: asyncpg.Record) -> dict[str, Any]:
    """What people decided; everyone reads this, so a person is a role with initials."""
    said = _plain(row)
    roles = {
        name: said.pop(f"{name}_role") for name in ("asked_by", "agreed_by", "decided_by") if f"{name}_role" in said
    }
    return said | {name: audit.public_name(role, said[name]) for name, role in roles.items() if said[name]}


async def audit_lines(tx: Connection, award: int) -> list[dict[str, Any]]:
    """What was done to an award by the audit log, as everyone may read it: no names, no words that people typed."""
    return [
        {"at": utc(line.at), "by": line.by, "action": line.action, "object": line.object, "detail": line.detail}
        for line in await audit.lines_of(tx, award)
    ]


async def save_protocol(tx: Connection, award: int, book: LogBook) -> None:
    """In the transaction that publishes the award, when everything in it has been said."""
    told, log, stored = await find_told(tx, award=award), await find_log(tx, award), await stored_result(tx, award)
    if stored is None:
        raise errors.ResultNotPublished
    people = await tx.fetchrow(Q["protocol_people"], award)
    proof = await tx.fetchrow(Q["protocol_proof"], award)
    acts = {
        "people": _signed(people) if people else {},
        "proof": _plain(proof) if proof else {},
        "checkpoints": [_plain(row) for row in await tx.fetch(Q["protocol_checkpoints"], award)],
        "voids": [_signed(row) for row in await tx.fetch(Q["protocol_voids"], award)],
        "flags": [_plain(row) for row in await tx.fetch(Q["protocol_flags"], award)],
        "kiosks": [_kiosk(kiosk) for kiosk in await show_gate(tx, award)],
        "audit": await audit_lines(tx, award),
    }
    result = msgspec.json.decode(stored.text)
    text = protocol_of(told, await entries_of(tx, award), log, str(book.key(log)), result, acts)
    await tx.execute(Q["save_protocol"], award, text)


async def find_protocol(db: Connection, award: int) -> str:
    """The text, for everyone from the second on in which the result is told."""
    told = await find_told(db, award=award)
    text: str | None = await db.fetchval(Q["protocol"], award) if told.told else None
    if text is None:
        raise errors.ResultNotPublished
    return text
