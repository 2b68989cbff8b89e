"""What the machine stands on: PostgreSQL, Redis, the store, mail, the public address, backups."""

import asyncio
import os
import smtplib
import socket
import ssl
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import asyncpg

from api import backup, rush
from api.db import GONE, MIGRATIONS, read_queries
from api.live import VERSION
from api.operations.findings import Finding, bad, ok, warn
from api.status import said as said_of
from transcoder import storage as store

Q = read_queries(Path(__file__).parent, "doctor.sql")
TIMEOUT: Final = 5.0
#: Seconds that clocks may differ before somebody should look, and before signatures and ceremonies go wrong.
ODD_CLOCK, WRONG_CLOCK = 2.0, 60.0
OLDEST_POSTGRES, OLDEST_REDIS = 150_000, 7
#: Days that a certificate may be left.
SOON, AT_ONCE = 14, 3
MIGRATE = "python -m api.cli migrate"


async def check_database(env: Mapping[str, str]) -> list[Finding]:
    url = env.get("TALLSCREEN_DATABASE_URL")
    if not url:
        return []
    try:
        connection = await asyncpg.connect(url, timeout=TIMEOUT, command_timeout=TIMEOUT)
    except (*GONE, ValueError) as error:
        mend = "Is it running, and are name, password and port in TALLSCREEN_DATABASE_URL right?"
        return [bad("database", f"PostgreSQL does not answer: {said_of(error)}", mend)]
    try:
        sent = time.time()
        facts = dict(await connection.fetchrow(Q["server"]) or {})
        skew = facts["now"].timestamp() - (sent + time.time()) / 2
        applied = {row["id"] for row in await connection.fetch(Q["applied"])} if facts["migrated"] else set[str]()
        kept = dict(await connection.fetchrow(Q["rights"]) or {}) if facts["ledger"] else None
    except GONE as error:
        return [bad("database", f"PostgreSQL does not answer as it should: {said_of(error)}", "Look into its log.")]
    finally:
        await connection.close(timeout=1)
    return [*judge_server(facts), judge_clock("PostgreSQL", skew), judge_level(applied), *judge_rights(kept)]


def judge_server(facts: Mapping[str, Any]) -> list[Finding]:
    if facts["version"] < OLDEST_POSTGRES:
        return [bad("database", f"PostgreSQL {facts['named']} is too old.", "Use PostgreSQL 15 or newer.")]
    found = [ok("database", f"PostgreSQL {facts['named']} answers.")]
    if facts["unsafe"]:
        mend = "Turn them on in postgresql.conf and reload; no award opens before."
        said = f"It may lose what it has confirmed: {', '.join(facts['unsafe'])} is off."
        found.append(bad("durability", said, mend))
    if facts["wal_level"] == "minimal":
        mend = "wal_level = replica in postgresql.conf, and a restart."
        found.append(warn("backup", "Backups cannot be taken of a server with wal_level = minimal.", mend))
    if facts["room"] < facts["used"] + 20:
        said = f"{facts['used']} of {facts['room']} connections are taken; an API process needs up to 14."
        found.append(warn("connections", said, "Raise max_connections, or run fewer processes."))
    return found


def judge_clock(whose: str, skew: float) -> Finding:
    said = f"The clock here and that of {whose} are {abs(skew):.1f} s apart."
    mend = "Let both machines follow a time server: timedatectl set-ntp true"
    if abs(skew) > WRONG_CLOCK:
        return bad("clock", said, mend)
    return warn("clock", said, mend) if abs(skew) > ODD_CLOCK else ok("clock", said)


def judge_level(applied: set[str]) -> Finding:
    """Whether the schema is this version's."""
    ours = {path.stem for path in MIGRATIONS.glob("*.sql")}
    if missing := sorted(ours - applied):
        return bad("migrations", f"{len(missing)} were not run, the first is {missing[0]}.", f"Run: {MIGRATE}")
    if newer := sorted(applied - ours):
        said = f"The database is of a newer version than this one: {newer[-1]} is unknown here."
        return warn("migrations", said, "Bring this machine to the version of the others.")
    return ok("migrations", f"All {len(ours)} were run.")


def judge_rights(kept: Mapping[str, Any] | None) -> list[Finding]:
    if kept is None:
        return []
    if not kept["guarded"]:
        mend = "Somebody switched triggers off; switch them on: ALTER TABLE vote_event ENABLE TRIGGER USER"
        return [bad("ledger", "The ledger is not guarded against changes.", mend)]
    if not kept["works"]:
        mend = "GRANT the role of TALLSCREEN_DATABASE_URL what the owner of the tables has."
        return [bad("rights", "This role may not read awards or add to the ledger.", mend)]
    if kept["changes"]:
        mend = "Use a role that is no superuser and owns the tables, or is granted them."
        return [warn("rights", "This role may change the ledger but for its triggers: it is a superuser.", mend)]
    return [ok("rights", "This role adds to the ledger and cannot change it.")]


async def check_redis(env: Mapping[str, str]) -> list[Finding]:
    url = env.get("TALLSCREEN_REDIS_URL")
    if not url:
        return []
    try:
        asked = rush.open_rush(url)
    except (*rush.LOST, ValueError) as error:
        return [bad("redis", f"TALLSCREEN_REDIS_URL is not understood: {said_of(error)}", "README.md shows its forms.")]
    try:
        await asked.check()
        info = await asked.call("doctor", "INFO")
        libraries = str(await asked.call("doctor", "FUNCTION LIST"))
    except rush.LOST as error:
        mend = "Is it running? Votes are taken without it; the live board and hall codes are not."
        return [bad("redis", f"Redis does not answer: {said_of(error)}", mend)]
    finally:
        await asked.close()
    return judge_redis(info, loaded=f"tallscreen_{VERSION}" in libraries)


def judge_redis(info: Mapping[str, Any], *, loaded: bool) -> list[Finding]:
    version = str(info.get("valkey_version") or info.get("redis_version"))
    if int(version.split(".", maxsplit=1)[0]) < OLDEST_REDIS:
        return [bad("redis", f"Version {version} knows no Functions.", "Use Redis 7 or Valkey 8, or newer.")]
    found = [ok("redis", f"Version {version} answers.")]
    policy = info.get("maxmemory_policy")
    if policy != "noeviction":
        said = f"maxmemory-policy is {policy}: a full server would drop limits and parts of the live board unseen."
        found.append(bad("redis", said, "CONFIG SET maxmemory-policy noeviction, and in its file too."))
    if not int(info.get("maxmemory") or 0):
        mend = "CONFIG SET maxmemory 256mb, and in its file too."
        found.append(warn("redis", "maxmemory is not set, so it may take all memory of its machine.", mend))
    if info.get("rdb_last_bgsave_status") == "err" or info.get("aof_last_write_status") == "err":
        mend = "Switch saving off (save '', appendonly no): nothing in it has to be kept. Or mend its disk."
        found.append(bad("redis", "It cannot save to its disk, and may refuse writes for that.", mend))
    elif info.get("aof_enabled"):
        mend = "appendonly no: nothing in it has to be kept, and a slow disk holds up the live board."
        found.append(warn("redis", "It writes every change to its disk.", mend))
    if not loaded:
        mend = "The first vote loads them. If an API runs already, see whether it may use FUNCTION LOAD."
        found.append(warn("redis", "The Functions of this version are not loaded.", mend))
    return found


async def check_storage(env: Mapping[str, str]) -> list[Finding]:
    """Write, read and delete a little file; a bucket also answers what a browser would ask."""
    url = env.get("TALLSCREEN_STORAGE_URL")
    if not url:
        return []
    parts = urlsplit(url)
    folder = Path(unquote(parts.path))
    if parts.scheme == "file" and not (folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)):
        mend = f"mkdir -p {folder}, and give it to the user the service runs as."
        return [bad("storage", f"The folder {folder} is missing or may not be written.", mend)]
    try:
        storage = store.make_storage(url, env.get("TALLSCREEN_SECRET", ""))
    except ValueError as error:
        return [bad("storage", f"TALLSCREEN_STORAGE_URL is not understood: {error}.", "README.md shows its forms.")]
    try:
        found = await _try_storage(storage)
        if parts.scheme == "s3":
            address = await storage.presign_get("doctor/none", 60)
            found += await asyncio.to_thread(ask_bucket, address, env.get("TALLSCREEN_PUBLIC_URL", ""))
    except (store.StorageError, OSError) as error:
        mend = "Are bucket, endpoint and keys right, may they write and delete, and is there room?"
        return [bad("storage", f"It cannot be written and read: {said_of(error)}", mend)]
    finally:
        await storage.close()
    return found


async def _try_storage(storage: store.Storage) -> list[Finding]:
    key, began = f"doctor/{uuid4()}", time.monotonic()
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        path = Path(folder) / "probe"
        path.write_bytes(key.encode())
        await storage.put(path, key)
    try:
        if await storage.read(key) != key.encode():
            mend = "A cache or a proxy before it gives old answers; go round it."
            return [bad("storage", "What is read is not what was written.", mend)]
    finally:
        await storage.delete(key)
    return [ok("storage", f"A file was written, read and deleted in {time.monotonic() - began:.1f} s.")]


def ask_bucket(address: str, site: str) -> list[Finding]:
    """Its clock, which signatures hang on, and whether pages of `site` may send parts to it."""
    asked = urllib.request.Request(address, method="GET")  # noqa: S310 - an address of our own bucket
    date = _headers_of(asked).get("Date")
    found = []
    if date is not None:
        found.append(judge_clock("the store", parsedate_to_datetime(date).timestamp() - time.time()))
    if urlsplit(address).netloc == urlsplit(site).netloc:
        return found
    asking = {"Origin": site, "Access-Control-Request-Method": "PUT"}
    answer = _headers_of(urllib.request.Request(address, method="OPTIONS", headers=asking))  # noqa: S310
    if answer.get("Access-Control-Allow-Origin") not in (site, "*"):
        mend = f"Let the bucket's CORS allow PUT and GET from {site}, or reach it through the site's own address."
        found.append(bad("cors", "Browsers may not send uploads to the store: it answers another site.", mend))
    else:
        found.append(ok("cors", "Pages of the site may send uploads to the store."))
    return found


def _headers_of(request: urllib.request.Request) -> Mapping[str, str]:
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
            return dict(answer.headers.items())
    except urllib.error.HTTPError as error:
        with error:
            return dict(error.headers.items())


async def check_public(env: Mapping[str, str]) -> list[Finding]:
    url = env.get("TALLSCREEN_PUBLIC_URL", "").rstrip("/")
    return await asyncio.to_thread(_look_at_site, url) if url else []


def _look_at_site(url: str) -> list[Finding]:
    parts = urlsplit(url)
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=TIMEOUT):  # noqa: S310 - an address of our own
            pass
    except urllib.error.HTTPError as error:
        error.close()
        mend = "python -m api.cli status says which server is away; a proxy without upstreams answers 502."
        return [bad("public", f"{url} answers {error.code} instead of being ready.", mend)]
    except OSError as error:
        if isinstance(getattr(error, "reason", None), ssl.SSLError):
            mend = "Renew it, and give the proxy the whole chain."
            return [bad("tls", f"The certificate of {url} is refused: {said_of(error)}", mend)]
        mend = "Do API and proxy run, and does the name lead here?"
        return [bad("public", f"{url} does not answer: {said_of(error)}", mend)]
    found = [ok("public", f"{url} is ready.")]
    return [*found, _certificate(parts.hostname or "", parts.port or 443)] if parts.scheme == "https" else found


def _certificate(host: str, port: int) -> Finding:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), TIMEOUT) as line,
        context.wrap_socket(line, server_hostname=host) as tls,
    ):
        ends = ssl.cert_time_to_seconds(str((tls.getpeercert() or {}).get("notAfter")))
    return judge_certificate((ends - time.time()) / 86_400)


def judge_certificate(days: float) -> Finding:
    said = f"The certificate ends in {days:.0f} days."
    mend = "Renew it, and see why nothing has renewed it by itself."
    if days < AT_ONCE:
        return bad("tls", said, mend)
    return warn("tls", said, mend) if days < SOON else ok("tls", said)


async def check_mail(env: Mapping[str, str]) -> Finding:
    url = env.get("TALLSCREEN_SMTP_URL")
    if not url:
        mend = "Set TALLSCREEN_SMTP_URL; until then codes come from python -m api.cli code EMAIL."
        return warn("mail", "No mail leaves: nobody gets a sign-in code or a letter.", mend)
    try:
        await asyncio.to_thread(_greet, url)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        mend = "Are host, port, name and password in TALLSCREEN_SMTP_URL right, and is the port open to the outside?"
        return bad("mail", f"The mail server takes nothing from us: {type(error).__name__}", mend)
    return ok("mail", "The mail server greets us and takes our name and password.")


def _greet(url: str) -> None:
    parts = urlsplit(url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    port = parts.port or (465 if parts.scheme == "smtps" else 587)
    with kind(parts.hostname or "localhost", port, timeout=TIMEOUT) as server:
        server.ehlo()
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))


def check_backups(env: Mapping[str, str]) -> list[Finding]:
    folder = env.get("TALLSCREEN_BACKUP_DIR")
    if not folder:
        mend = "python -m api.cli backup FOLDER --follow, on another disk, and TALLSCREEN_BACKUP_DIR=FOLDER here."
        return [warn("backup", "Nobody here knows of a backup.", mend)]
    if not Path(folder).is_dir():
        return [bad("backup", f"{folder} is not there.", "Mount it, or name the folder that is.")]
    said = backup.troubles(backup.standing(backup.Vault(Path(folder))), datetime.now(UTC))
    late = [warn("backup", *_sentence_and_advice(each)) for each in said]
    return late or [ok("backup", "The backup is young, follows the log, and was proven.")]


def _sentence_and_advice(said: str) -> tuple[str, str]:
    sentence, stop, advice = said.partition(". ")
    return f"{sentence}{stop.strip()}", advice
