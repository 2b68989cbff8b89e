"""Commands: `python -m api.cli COMMAND`, with `-h` for what each one takes."""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from api import backup_commands as backups
from api.access.operators import issue_code, to_lines, verify_audit
from api.capacity import Evening, assumptions, capacity_page
from api.db import migrate_database, open_pool
from api.errors import FestivalError, SettingsError
from api.hub import STREAM_LIMIT
from api.known_settings import settings_page
from api.operations import commands as operations
from api.voting.verify import take_verify_arguments, verify_given

DATABASE = "TALLSCREEN_DATABASE_URL"


def openapi() -> bytes:
    """The OpenAPI document; no server is needed to write it."""
    from api.app import openapi_json
    from api.settings import Settings

    nowhere = Settings(
        database_url="postgresql://",
        redis_url="redis://",
        storage_url="file:///nowhere",
        secret="-" * 32,
        public_url="http://localhost",
    )
    return openapi_json(nowhere)


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m api.cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="a whole festival on this machine")
    demo.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    demo.add_argument("--media", type=Path, default=None, help="a folder of your own vertical videos")
    demo.add_argument("--var", type=Path, default=Path("var"), help="where the demo keeps its data")
    commands.add_parser("migrate", help="bring the database to this version")
    organiser = commands.add_parser("organiser", help="make an organiser's account and print a sign-in code")
    organiser.add_argument("email")
    organiser.add_argument("name")
    code = commands.add_parser("code", help="print a sign-in code for an account")
    code.add_argument("email")
    code.add_argument(
        "--forget-passkeys", action="store_true", help="for somebody who lost theirs: they make a new one"
    )
    status = commands.add_parser(
        "status", help="servers, workers and queue on one screen; exit code 1 when something is wrong"
    )
    status.add_argument("--json", action="store_true", help="the same for programs")
    status.add_argument("--var", type=Path, default=Path("var"), help="of a demo: where it keeps its data")
    following = commands.add_parser("next-festival", help="a draft of the next festival, made from this one")
    following.add_argument("slug", help="its address, such as meridian-2027")
    following.add_argument("--starts", type=date.fromisoformat, required=True, help="its first day: YYYY-MM-DD")
    following.add_argument("--name", action="append", default=[], metavar="LANG=NAME", help="once for each language")
    following.add_argument("--preview", action="store_true", help="only show what would be made")
    commands.add_parser("openapi", help="print the OpenAPI document")
    backups.take_backup_arguments(commands)
    operations.take_arguments(commands)
    take_verify_arguments(commands.add_parser("verify", help="check a published award and count it again"))
    take_capacity_arguments(commands.add_parser("capacity", help="what to buy for so many viewers"))
    commands.add_parser("settings", help="every setting: what it means and what it is where nobody says")
    commands.add_parser("verify-audit", help="check that no line of the audit log was changed; exit code 1 if one was")
    return parser.parse_args(arguments)


def take_capacity_arguments(parser: argparse.ArgumentParser) -> None:
    """The number of viewers, and each assumption under its own name."""
    parser.add_argument("--viewers", type=int, required=True)
    for name, assumed in assumptions(Evening(viewers=1)).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=assumed)


def capacity_options(arguments: argparse.Namespace) -> Evening:
    return Evening(**{name: getattr(arguments, name) for name in Evening.__struct_fields__})


def database_url(env: Mapping[str, str] = os.environ) -> str:
    url = env.get(DATABASE)
    if not url:
        raise SettingsError(f"Set {DATABASE} to the festival's database.")
    return url


def status(var: Path, *, as_json: bool) -> int:
    """Of the servers in the environment, or of the demo that is running on `var`."""
    from api import demo
    from api.desk.status import to_json
    from api.status import look, to_text

    running = var / demo.RUNNING
    env = dict(os.environ)
    if DATABASE not in env and running.exists():
        env |= json.loads(running.read_text())
    report = asyncio.run(look({**env, DATABASE: database_url(env)}))
    print(to_json(report).decode() if as_json else to_text(report), end="\n" if as_json else "")
    return 1 if report.troubles else 0


async def next_festival(arguments: argparse.Namespace, url: str) -> None:
    """What is made, or would be, line by line."""
    from api.desk import years
    from api.desk.years_schemas import NextIn

    named = [pair.partition("=")[::2] for pair in arguments.name]
    wanted = {"slug": arguments.slug, "starts_on": arguments.starts, "name": dict(named) or {"en": arguments.slug}}
    pool = await open_pool(url, size=1)
    try:
        async with pool.acquire() as tx, tx.transaction():
            data = msgspec.convert(wanted, NextIn)
            made = await (years.preview(tx, data) if arguments.preview else years.make(tx, None, data))
    finally:
        await pool.close()
    print("\n".join(years.in_lines(made)))


async def _change(arguments: argparse.Namespace, url: str) -> None:
    """What writes into the database and is done then."""
    match arguments.command:
        case "migrate":
            await migrate_database(url)
        case "organiser":
            print(await issue_code(url, arguments.email, organiser=arguments.name))
        case "code":
            print(await issue_code(url, arguments.email, forget_passkeys=arguments.forget_passkeys))
        case "next-festival":
            await next_festival(arguments, url)


def _verify_audit() -> int:
    report = asyncio.run(verify_audit(database_url()))
    print("\n".join(to_lines(report)))
    return 1 if report.wrong else 0


def run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "demo":
            from api import demo

            return demo.main(arguments.port, arguments.var, arguments.media)
        case "status":
            return status(arguments.var, as_json=arguments.json)
        case "capacity":
            print(capacity_page(capacity_options(arguments), STREAM_LIMIT))
        case "settings":
            print(settings_page())
        case "verify":
            return verify_given(arguments)
        case "backup" | "restore" | "verify-restore":
            return backups.run(arguments)
        case "rehearse" | "doctor":
            return operations.run(arguments)
        case "verify-audit":
            return _verify_audit()
        case "openapi":
            sys.stdout.buffer.write(openapi())
        case _:
            asyncio.run(_change(arguments, database_url()))
    return 0


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        return run(read_arguments(sys.argv[1:]))
    except (SettingsError, FestivalError) as error:
        print(f"tallscreen: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
