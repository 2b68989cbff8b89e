"""The public file of a published award, as a zip that is written while it is sent: its size is no matter of memory."""

import asyncio
import csv
import json
import zipfile
from collections.abc import AsyncGenerator, Sequence
from io import StringIO
from pathlib import Path
from typing import IO

import asyncpg

from api.db import Connection, Pool
from api.voting.leaves import canonical
from api.voting.logbook import PATIENCE, Log, LogBook, Q
from api.voting.notes import join_notes
from api.voting.one_file import one_file
from api.voting.publishing import PublishedResult

PAGE = 5_000
README = Path(__file__).parent / "proof_readme.txt"


class _Outlet:
    """Takes what the zip writes and gives it away; it cannot seek, and the zip does not need it to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def small_files(
    log: Log, book: LogBook, result: PublishedResult, notes: Sequence[str], protocol: str | None
) -> dict[str, str]:
    """All of a bundle but the leaves. `protocol` is what people and machines did; nothing is verified by it."""
    return {
        "README.txt": README.read_text(encoding="utf-8").format(origin=log.origin),
        "rules.json": log.rules,
        "result.json": result.text,
        "checkpoints.txt": join_notes(notes),
        "key.txt": f"{book.key(log)}\n",
        "verify.py": one_file(),
        **({} if protocol is None else {"protocol.json": protocol, "audit.csv": audit_lines(protocol)}),
    }


def audit_lines(protocol: str) -> str:
    """What was done about the award, by the audit log, as the protocol has it."""
    lines = json.loads(protocol)["audit"]
    rows = [(each["at"], each["by"] or "", each["action"], each["object"], canonical(each["detail"])) for each in lines]
    return csv_lines([("at", "by", "action", "object", "detail"), *rows]).decode()


def csv_lines(rows: Sequence[tuple[object, ...]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


async def stream_bundle(
    pool: Pool | Connection, log: Log, book: LogBook, result: PublishedResult
) -> AsyncGenerator[bytes, None]:
    """The zip, piece by piece. A published log does not change, so each page may be read in its own time."""
    notes = [row["note"] for row in await pool.fetch(Q["notes"], log.award)]
    protocol = await pool.fetchval(Q["stored_protocol"], log.award)
    outlet, moment = _Outlet(), log.now.timetuple()[:6]
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in small_files(log, book, result, notes, protocol).items():
            bundle.writestr(_member(name, moment), text)
        yield outlet.take()
        with bundle.open(_member("leaves.csv", moment), "w", force_zip64=True) as leaves:
            leaves.write(csv_lines([("index", "leaf")]))
            for start in range(0, log.size, PAGE):
                rows = await pool.fetch(Q["leaves"], log.award, start, PAGE, timeout=PATIENCE)
                await asyncio.to_thread(_write_page, leaves, rows)
                yield outlet.take()
    yield outlet.take()


def _write_page(leaves: IO[bytes], rows: Sequence[asyncpg.Record]) -> None:
    leaves.write(csv_lines([(row["log_index"], row["leaf"]) for row in rows]))


def _member(name: str, moment: tuple[int, ...]) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = moment
    member = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
    member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return member
