"""Each thing is broken for real, and the doctor says what it is and what to do."""

import asyncio
import contextlib
import http.server
import json
import os
import resource
import ssl
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api import embedded
from api.live import RedisLive
from api.operations import machine, servers
from api.operations.findings import Finding, code_of, to_text
from tests.conftest import ROOT, SECRET, to_database
from tests.faults.chaos_servers import CLOCK
from tests.transcoder.bucket import Bucket


def levels(found: list[Finding]) -> dict[str, str]:
    """The worst of each name."""
    worst: dict[str, str] = {}
    for each in found:
        worst[each.name] = max(worst.get(each.name, "ok"), each.level, key=["ok", "warn", "bad"].index)
    return worst


async def of_database(url: str) -> dict[str, str]:
    return levels(await servers.check_database({"TALLSCREEN_DATABASE_URL": url}))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


def test_settings_that_lack_something_or_are_weak() -> None:
    good = {
        "TALLSCREEN_DATABASE_URL": "postgresql://x/y",
        "TALLSCREEN_REDIS_URL": "redis://x",
        "TALLSCREEN_STORAGE_URL": "file:///x",
        "TALLSCREEN_SECRET": SECRET,
        "TALLSCREEN_PUBLIC_URL": "https://festival.example",
        "TALLSCREEN_TRUSTED_PROXIES": "10.0.0.0/8",
    }
    assert levels(machine.check_settings(good)) == {"settings": "ok"}
    assert levels(machine.check_settings({**good, "TALLSCREEN_SECRET": ""})) == {"settings": "bad"}
    assert levels(machine.check_settings({**good, "TALLSCREEN_SECRET": "x" * 40}))["secret"] == "bad"
    assert levels(machine.check_settings({**good, "TALLSCREEN_PUBLIC_URL": "http://x"}))["https"] == "warn"
    assert levels(machine.check_settings({**good, "TALLSCREEN_TRUSTED_PROXIES": ""}))["proxies"] == "warn"


def test_files_with_passwords_that_others_may_read(tmp_path: Path) -> None:
    path = tmp_path / "environment"
    path.write_text("TALLSCREEN_SECRET=x")
    for mode, level in ((0o600, "ok"), (0o640, "ok"), (0o644, "bad"), (0o660, "bad")):
        path.chmod(mode)
        assert levels(machine.check_secrets([path, tmp_path / "none"])) == {"secrets": level}, oct(mode)


def test_machine_that_is_too_old_or_too_full_or_has_no_fonts(tmp_path: Path) -> None:
    assert machine.check_python((3, 10)).level == "bad"
    assert machine.check_fonts(tmp_path).level == "bad"
    assert machine.check_fonts().level == "ok"
    sizes = {1: "bad", 10: "warn", 100: "ok"}
    assert {gib: machine.judge_space("films", tmp_path, gib * 1024**3).level for gib in sizes} == sizes


async def test_ffmpeg_that_does_nothing_and_a_worker_without_a_sandbox() -> None:
    found = levels(await machine.check_worker({"TALLSCREEN_FFMPEG": "/bin/true"}))
    unconfined = {"unconfined": "no", "error": None, "ffmpeg": "n9", "av1": False, "vmaf": True, "tone_mapping": True}

    assert found["ffmpeg"] == "bad"
    assert levels(machine.judge_worker(unconfined)) == {"sandbox": "bad", "ffmpeg": "warn"}


async def test_database_that_is_away_empty_or_of_another_version(
    postgres: str, database_url: str, db: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    assert await of_database(f"postgresql://127.0.0.1:{embedded.free_port()}/x") == {"database": "bad"}
    assert (await of_database(to_database(postgres, "postgres")))["migrations"] == "bad"
    # These tests are a superuser.
    sound = {"database": "ok", "clock": "ok", "migrations": "ok", "rights": "warn"}
    assert sound.items() <= (await of_database(database_url)).items()

    await db.execute(
        "INSERT INTO _pogo_migration (migration_hash, migration_id, schema_name) VALUES ('x', '30000101_99_x', 'public')"
    )
    assert (await of_database(database_url))["migrations"] == "warn"
    await db.execute("DELETE FROM _pogo_migration WHERE migration_id LIKE '20261127_32%'")
    assert (await of_database(database_url))["migrations"] == "bad"


async def test_database_that_may_lose_votes_or_whose_ledger_is_open(
    database_url: str, db: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    name = database_url.rsplit("/", 1)[1]
    await db.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    await db.execute("ALTER TABLE vote_event DISABLE TRIGGER vote_event_erased")

    found = await of_database(database_url)

    assert (found["durability"], found["ledger"]) == ("bad", "bad")


async def test_role_without_rights(database_url: str, db: "asyncpg.Connection[asyncpg.Record]") -> None:
    role = f"stranger_{os.getpid()}"
    await db.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    await db.execute(f"GRANT SELECT ON _pogo_migration TO {role}")
    try:
        found = await of_database(f"postgresql://{role}:x@{database_url.rpartition('@')[2]}")
        assert found["rights"] == "bad"
    finally:
        await db.execute(f"DROP OWNED BY {role}")
        await db.execute(f"DROP ROLE {role}")


async def test_redis_that_forgets_fills_up_or_is_away(tmp_path: Path) -> None:
    server = await embedded.start_valkey(
        tmp_path, {"maxmemory": "0", "maxmemory-policy": "allkeys-lru", "appendonly": "yes"}
    )
    env = {"TALLSCREEN_REDIS_URL": server.url}
    try:
        said = " ".join(each.said for each in await servers.check_redis(env))
        assert "allkeys-lru" in said
        assert "maxmemory is not set" in said
        assert "every change to its disk" in said
        assert "Functions of this version are not loaded" in said
        live = RedisLive(server.url)
        await live.limit("doctor", burst=1, per_seconds=1, fail_open=False)
        await live.close()
        assert "not loaded" not in " ".join(each.said for each in await servers.check_redis(env))
    finally:
        await server.stop()
    assert levels(await servers.check_redis(env)) == {"redis": "bad"}


async def test_folder_that_is_missing(tmp_path: Path) -> None:
    assert levels(await servers.check_storage({"TALLSCREEN_STORAGE_URL": f"file://{tmp_path}"})) == {"storage": "ok"}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    gone = {"TALLSCREEN_STORAGE_URL": f"file://{tmp_path / 'gone'}"}
    assert levels(await servers.check_storage(gone)) == {"storage": "bad"}


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    opened = Bucket()
    yield opened
    opened.close()


async def test_bucket_that_is_not_there_or_refuses_browsers(bucket: Bucket) -> None:
    env = {"TALLSCREEN_STORAGE_URL": bucket.url, "TALLSCREEN_PUBLIC_URL": "https://festival.example"}
    found = levels(await servers.check_storage(env))
    assert (found["storage"], found["clock"], found["cors"]) == ("ok", "ok", "ok")

    wrong = {**env, "TALLSCREEN_STORAGE_URL": bucket.url.replace("s3://films", "s3://gone")}
    assert levels(await servers.check_storage(wrong)) == {"storage": "bad"}
    with site(403) as port:  # a store that knows nothing of other sites; ours allows them all
        asked = await asyncio.to_thread(
            servers.ask_bucket, f"http://127.0.0.1:{port}/films", "https://festival.example"
        )
    assert levels(asked) == {"clock": "ok", "cors": "bad"}


def test_backups_that_nobody_takes(tmp_path: Path) -> None:
    assert levels(servers.check_backups({})) == {"backup": "warn"}
    assert levels(servers.check_backups({"TALLSCREEN_BACKUP_DIR": str(tmp_path)})) == {"backup": "warn"}
    assert levels(servers.check_backups({"TALLSCREEN_BACKUP_DIR": str(tmp_path / "gone")})) == {"backup": "bad"}


async def test_mail_that_goes_nowhere() -> None:
    assert (await servers.check_mail({})).level == "warn"
    assert (
        await servers.check_mail({"TALLSCREEN_SMTP_URL": f"smtp://127.0.0.1:{embedded.free_port()}"})
    ).level == "bad"


class Answers(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def do_OPTIONS(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        return


@contextlib.contextmanager
def site(status: int, certificate: Path | None = None) -> Iterator[int]:
    handler = type("Handler", (Answers,), {"status": status})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def a_certificate(folder: Path) -> Path:
    """Of our own making, so nobody trusts it."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "certificate.pem"
    no = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


async def of_site(url: str) -> dict[str, str]:
    return levels(await servers.check_public({"TALLSCREEN_PUBLIC_URL": url}))


async def test_public_address_that_is_not_ready_or_not_trusted(tmp_path: Path) -> None:
    assert await of_site(f"http://127.0.0.1:{embedded.free_port()}") == {"public": "bad"}
    with site(200) as port:
        assert await of_site(f"http://127.0.0.1:{port}") == {"public": "ok"}
    with site(503) as port:
        assert await of_site(f"http://127.0.0.1:{port}") == {"public": "bad"}
    with site(200, a_certificate(tmp_path)) as port:
        assert await of_site(f"https://localhost:{port}") == {"tls": "bad"}
    assert [servers.judge_certificate(days).level for days in (1, 10, 60)] == ["bad", "warn", "ok"]


async def test_clock_that_is_wrong_and_too_few_files(database_url: str, tmp_path: Path) -> None:
    """As a command: the worst finding is its exit code."""
    (tmp_path / "sitecustomize.py").write_text(CLOCK)
    paths = os.pathsep.join([str(tmp_path), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": paths, "CLOCK_SHIFT": "-600", "TALLSCREEN_DATABASE_URL": database_url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli", "doctor", "--json", cwd=tmp_path, env=env, stdout=asyncio.subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1000, 1000)),
    )  # fmt: skip
    said, _ = await process.communicate()

    found = levels([Finding(**each) for each in json.loads(said)])
    assert (found["clock"], found["files"], found["settings"]) == ("bad", "bad", "bad")
    assert process.returncode == 2


def test_worst_finding_decides() -> None:
    found = [Finding("a", "ok", "A."), Finding("b", "warn", "B.", "Mend.")]

    assert (code_of([]), code_of(found[:1]), code_of(found)) == (0, 0, 1)
    assert "> Mend." in to_text(found)
    assert to_text(found).endswith("1 ok, 1 to look at, 0 bad")
