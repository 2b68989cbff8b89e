"""`make bench-serve`: bytes of released film per processor second, through the proxy of the production shape.

Ours is nginx with `web/nginx.conf.template` as it stands in the image, the API behind it that says who may read a
package, and what that asks: PostgreSQL and Valkey; all of it counts. Beside it nginx alone with the same files and no
question asked, and Litestar's static files under Granian. Files lie in one folder; one client that is not counted asks
for all of them over kept connections, in blocks whose order changes from round to round.

The hit ratio is that of a plain `proxy_cache` before ours: fifty viewers of one episode after the first, bytes that the
cache had to all bytes. On loopback and without TLS, which both cost nginx and ours alike and Litestar too.
"""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import tempfile
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import asyncpg
from litestar import Litestar
from litestar.static_files import create_static_files_router
from msgspec import Struct

from api import embedded
from loadtest import nginx
from loadtest.bench import report
from loadtest.bench.festival import open_servers, start, until_open
from loadtest.bench.trees import seconds

_ROOT: Final = Path(__file__).parents[2]
_SEED: Final = 1
_GOALS: Final = {
    "vs_litestar": report.Goal(name="vs_litestar", goal=10, better="higher"),
    "vs_nginx": report.Goal(name="vs_nginx", goal=0.9, better="higher"),
    "hit_ratio": report.Goal(name="hit_ratio", goal=0.99, better="higher"),
}
_SAID: Final = {"ours": "ours: nginx, asks the API", "nginx": "nginx alone", "litestar": "Litestar, static files"}
#: Bytes of one block; what is faster gets more, so that /proc's hundredths of a second are fine enough.
_BLOCK: Final = {"ours": 3_000_000_000, "nginx": 3_000_000_000, "litestar": 300_000_000}
_LINES: Final = 8
_SEGMENTS, _SMALLEST, _LARGEST = 40, 50_000, 350_000
_VIEWERS, _EPISODES = 50, 4


class Place(Struct, frozen=True, kw_only=True):
    """A server, and the process ids whose time counts."""

    name: str
    port: int
    servers: tuple[int, ...]
    paths: tuple[str, ...]


def find_nginx() -> str:
    found = nginx.find_nginx()
    if not found:
        report.give_up(
            "bench-serve measures nginx and there is none: install it (Debian, Ubuntu: apt install nginx), or name one"
            " in TALLSCREEN_NGINX, and run the same command again. Nothing was measured."
        )
    return found


def fetch(port: int, paths: Sequence[str], amount: int) -> int:
    """Over a kept connection, the paths in turn until `amount` bytes of bodies have come; how many came.

    nginx closes a connection after a thousand answers and says so in the last one: then over a new one.
    """
    got, turn = 0, 0
    while got < amount:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            kept = True
            while kept and got < amount:
                length, kept = _fetch_one(line, paths[turn % len(paths)])
                got, turn = got + length, turn + 1
    return got


def _fetch_one(line: socket.socket, path: str) -> tuple[int, bool]:
    """The bytes of one body, and whether the connection stays."""
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    head, rest = _head(line)
    if not head.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(head.decode("latin-1"))
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    buffer, left = memoryview(bytearray(min(length, 1 << 18))), length - rest
    while left:
        left -= line.recv_into(buffer, min(left, len(buffer))) or _cut_off()
    return length, b"connection: close" not in head.lower()


def _head(line: socket.socket) -> tuple[bytes, int]:
    """The head of an answer, and how many bytes of its body came with it."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += line.recv(4096) or bytes([_cut_off()])
    head, _, rest = text.partition(b"\r\n\r\n")
    return head + b"\r\n", len(rest)


def _cut_off() -> int:
    raise ConnectionError("the server closed the connection")


def turned(paths: tuple[str, ...], by: int) -> tuple[str, ...]:
    return paths[by:] + paths[:by]


async def measure(place: Place, amount: int) -> float:
    """Bytes per processor second."""
    before = seconds(place.servers)
    lines = [
        asyncio.to_thread(fetch, place.port, place.paths[each:] + place.paths[:each], amount // _LINES)
        for each in range(_LINES)
    ]
    got = sum(await asyncio.gather(*lines))
    return got / max(seconds(place.servers) - before, 0.01)


async def measure_rounds(places: Sequence[Place], rounds: int, share: float) -> list[dict[str, float]]:
    found = []
    for place in places:
        await measure(place, int(_BLOCK[place.name] * share) // 4)  # warm-up, thrown away
    for number in range(rounds):
        order = places if number % 2 == 0 else places[::-1]
        blocks = {each.name: await measure(each, int(_BLOCK[each.name] * share)) for each in order}
        print("  " + ", ".join(f"{name} {pace / 1e6:,.0f} MB" for name, pace in blocks.items()), flush=True)
        found.append(blocks)
    return found


def count_hits(log: Path, seen: int) -> float:
    """Share of the bytes that the cache had, of all answers after line `seen`."""
    told = [line.split() for line in log.read_text().splitlines()[seen:]]
    return sum(int(size) for status, size in told if status == "HIT") / sum(int(size) for _, size in told)


async def watch_together(edge: Place, log: Path, packages: Sequence[tuple[str, ...]]) -> list[float]:
    """For each episode: one viewer alone, then all the others at once."""
    ratios = []
    for paths in packages:
        await asyncio.to_thread(_watch, edge.port, paths)
        await asyncio.sleep(0.5)
        seen = len(log.read_text().splitlines())
        viewers = [asyncio.to_thread(_watch, edge.port, paths) for _ in range(_VIEWERS - 1)]
        await asyncio.gather(*viewers)
        await asyncio.sleep(0.5)
        ratios.append(count_hits(log, seen))
    return ratios


def _watch(port: int, paths: Sequence[str]) -> None:
    for path in paths:
        fetch(port, (path,), 1)


def make_files(storage: Path, package: UUID) -> tuple[str, ...]:
    """Segments as large as those of two to four seconds of film; their paths."""
    folder, chance = storage / "media" / str(package) / "v540", random.Random(_SEED)
    folder.mkdir(parents=True)
    for number in range(_SEGMENTS):
        (folder / f"{number:03d}.m4s").write_bytes(chance.randbytes(chance.randint(_SMALLEST, _LARGEST)))
    return tuple(f"/media/{package}/v540/{number:03d}.m4s" for number in range(_SEGMENTS))


_FESTIVAL: Final = """
INSERT INTO festival (slug, name, starts_on, ends_on, time_zone)
VALUES ('bench', '{"en": "Bench"}', '2026-11-06', '2026-11-14', 'Asia/Almaty');
INSERT INTO section (festival_id, slug, name) SELECT id, 'main', name FROM festival;
INSERT INTO company (name) VALUES ('Films');
INSERT INTO account (email, name, role, company_id) SELECT 'a@bench.example', 'A', 'producer', id FROM company;
INSERT INTO series (section_id, company_id, slug, title, country, rating, released_at)
SELECT s.id, c.id, 'series', '{"en": "Series"}', 'KZ', '12+', now() FROM section s, company c;
"""
_PACKAGE: Final = """
WITH e AS (INSERT INTO episode (series_id, number) SELECT id, $2 FROM series RETURNING id),
o AS (INSERT INTO original
      (id, episode_id, account_id, file_name, size, part_size, storage_key, storage_upload, expires_at)
      SELECT $1, e.id, a.id, 'e.mp4', 1, 1, 'k', 'u', now() FROM e, account a RETURNING id, episode_id)
INSERT INTO package (id, episode_id, original_id, state, descriptor, ready_at)
SELECT $1, episode_id, id, 'ready', '{}', now() FROM o
"""


async def fill(url: str, storage: Path) -> list[tuple[str, ...]]:
    """Released episodes; the paths of each one's segments."""
    db = await asyncpg.connect(url)
    try:
        await db.execute(_FESTIVAL)
        packages = [uuid4() for _ in range(_EPISODES + 1)]
        for number, package in enumerate(packages, start=1):
            await db.execute(_PACKAGE, package, number)
    finally:
        await db.close()
    return [make_files(storage, package) for package in packages]


def proxy_conf(folder: Path, port: int, api: int) -> str:
    """The production template with this machine's places filled in."""
    address = (f"127.0.0.1:{api}",)
    return nginx.site(
        nginx.Places(
            home=folder / "ours",
            listen=f"127.0.0.1:{port}",
            api=address,
            votes=address,
            storage=address,
            folder=folder / "storage",
        )
    )


def plain_conf(folder: Path, port: int) -> str:
    return (
        "sendfile on; tcp_nopush on; open_file_cache max=10000 inactive=60s;"
        f"access_log {folder / 'nginx' / 'access.log'};"
        f"server {{ listen 127.0.0.1:{port}; location /media/ {{ root {folder / 'storage'}; }} }}"
    )


def edge_conf(folder: Path, port: int, behind: int) -> str:
    return (
        f"proxy_cache_path {folder / 'edge' / 'kept'} keys_zone=kept:8m max_size=1g;"
        f"log_format told '$upstream_cache_status $body_bytes_sent'; access_log {folder / 'edge' / 'access.log'} told;"
        f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{behind};"
        " proxy_cache kept; proxy_cache_lock on; } }"
    )


async def start_nginx(stack: contextlib.AsyncExitStack, program: str, folder: Path, name: str, conf: str) -> int:
    """Its process id."""
    home = folder / name
    home.mkdir(exist_ok=True)
    command = [program, "-p", str(home), "-c", str(nginx.write_conf(home, conf))]
    process = await embedded.spawn(command, home / "out.log", dict(os.environ))
    stack.push_async_callback(embedded.Server("", process, signal.SIGTERM).stop)
    return process.pid


@contextlib.asynccontextmanager
async def open_places(program: str, folder: Path) -> AsyncGenerator[tuple[list[Place], Place, list[tuple[str, ...]]]]:
    """The three to be compared, the cache before ours, and the episodes for it."""
    async with contextlib.AsyncExitStack() as stack:
        servers = await stack.enter_async_context(open_servers(folder))
        first, *others = await fill(servers.database_url, folder / "storage")
        ours, plain, edge = (embedded.free_port() for _ in range(3))
        env = {**servers.env, "TALLSCREEN_PUBLIC_URL": f"http://127.0.0.1:{ours}", "TALLSCREEN_SERVE_FILES": "0"}
        api, asked = await start(stack, folder / "api.log", "api.main:app", env)
        shelf = {"RIVAL_FOLDER": str(folder / "storage")}
        static, rival = await start(stack, folder / "static.log", "loadtest.bench.serve:make", shelf, "--factory")
        proxy = await start_nginx(stack, program, folder, "ours", proxy_conf(folder, ours, port_of(api)))
        alone = await start_nginx(stack, program, folder, "nginx", plain_conf(folder, plain))
        before = await start_nginx(stack, program, folder, "edge", edge_conf(folder, edge, ours))
        for name, port in (("ours", ours), ("nginx", plain), ("edge", edge)):
            await until_open(port, folder / name / "out.log")
        counted = (proxy, asked, *servers.pids)
        places = [
            Place(name="ours", port=ours, servers=counted, paths=first),
            Place(name="nginx", port=plain, servers=(alone,), paths=first),
            Place(name="litestar", port=port_of(static), servers=(rival,), paths=first),
        ]
        yield places, Place(name="edge", port=edge, servers=(before,), paths=first), others


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def make() -> Litestar:
    """Litestar's own way to serve a folder."""
    router = create_static_files_router(path="/", directories=[os.environ["RIVAL_FOLDER"]])
    return Litestar([router], logging_config=None, openapi_config=None)


def tell(rounds: Sequence[dict[str, float]], hits: Sequence[float]) -> None:
    rows = []
    for name, said in _SAID.items():
        pace = report.interval([blocks[name] for blocks in rounds])
        rows.append([said, f"{pace.value / 1e6:,.0f}", f"{pace.low / 1e6:,.0f} to {pace.high / 1e6:,.0f}"])
    print()
    print(report.table(["server", "MB per CPU second", "95 % interval"], rows))
    ratios = {
        "vs_litestar": [blocks["ours"] / blocks["litestar"] for blocks in rounds],
        "vs_nginx": [blocks["ours"] / blocks["nginx"] for blocks in rounds],
        "hit_ratio": hits,
    }
    report.finish(
        "serve", _SEED, [report.judge(_GOALS[name], report.interval(found)) for name, found in ratios.items()]
    )


async def run(rounds: int, share: float) -> None:
    program, folder = find_nginx(), Path(tempfile.mkdtemp(prefix="tallscreen-bench-"))
    try:
        async with open_places(program, folder) as (places, edge, episodes):
            found = await measure_rounds(places, rounds, share)
            tell(found, await watch_together(edge, folder / "edge" / "access.log", episodes))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=10, help="how often everything is measured")
    parser.add_argument("--share", type=float, default=1.0, help="of a block's bytes, for a short look")
    given = parser.parse_args()
    asyncio.run(run(given.rounds, given.share))


if __name__ == "__main__":
    main()
