"""`backup`, `restore` and `verify-restore` at the command line."""

import argparse
import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from api.backup import BackupError, Vault, copy_files, follow, prune, take_base

if TYPE_CHECKING:
    from api.restore import Outcome


def take_backup_arguments(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser("backup", help="back up database and files into a folder")
    backup.add_argument("folder", type=Path)
    backup.add_argument("--follow", action="store_true", help="go on until told to stop: the log as it is written")
    back = commands.add_parser("restore", help="a data folder for PostgreSQL out of a backup")
    back.add_argument("folder", type=Path)
    back.add_argument("data", type=Path, help="an empty or new folder")
    back.add_argument(
        "--until", type=_moment, help="a moment such as 2026-11-14T21:05:00Z; else as far as the log goes"
    )
    back.add_argument("--files", type=Path, help="where the files of the store are put")
    proof = commands.add_parser("verify-restore", help="restore into a scratch server, recount everything, compare")
    proof.add_argument("folder", type=Path)
    proof.add_argument("--seen", type=Path, nargs="*", default=[], help="files with checkpoints somebody kept")


def run(arguments: argparse.Namespace, env: Mapping[str, str] = os.environ) -> int:
    if arguments.command == "restore":
        return _bring_back(arguments)
    return _backup(arguments, env) if arguments.command == "backup" else _prove(arguments, env)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _backup(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    vault, url, files = Vault(arguments.folder), _need(env, "DATABASE_URL"), _need(env, "STORAGE_URL")
    if arguments.follow:
        try:
            follow(vault, url, files)
        except KeyboardInterrupt:
            return 0
    base = take_base(vault, url, now=datetime.now(UTC))
    copied = copy_files(vault, files)
    prune(vault)
    print(f"{base.path.name}: whole. {copied} new files copied." if files.startswith("file:") else _objects(base.path))
    return 0


def _objects(base: Path) -> str:
    return f"{base.name}: whole. Objects of an S3 store are not copied: keep versions or a replica there."


def _bring_back(arguments: argparse.Namespace) -> int:
    from api.restore import restore, restore_files

    vault = Vault(arguments.folder)
    restored = restore(vault, arguments.data, until=arguments.until)
    if arguments.files is not None:
        print(f"{restore_files(vault, arguments.files)} files copied to {arguments.files}.")
    print(
        f"{restored.data} is {restored.base.path.name} and reads the log when PostgreSQL is started on it. Give it to"
        " the user PostgreSQL runs as (chown -R), and leave the folder of backups alone until the server has opened."
    )
    return 0


def _prove(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    from api.restore import verify_restore

    seen = [path.read_text(encoding="utf-8") for path in arguments.seen]
    outcome = asyncio.run(verify_restore(Vault(arguments.folder), env, seen=seen))
    print(to_text(outcome))
    return 1 if outcome.wrong else 0


def to_text(outcome: "Outcome") -> str:
    drill = outcome.drill
    reached = (
        "no transaction after it" if drill.reached is None else f"its log to {drill.reached:%Y-%m-%d %H:%M:%S} UTC"
    )
    lines = [f"{drill.base}, {reached}: {drill.awards} awards, {drill.lines} lines of the ledger."]
    lines += [f"  {proof.award}: {proof.lines} lines, {len(proof.tree)} leaves" for proof in outcome.proofs]
    lines += [f"! {sentence}" for sentence in outcome.wrong]
    return "\n".join([*lines, "WRONG" if outcome.wrong else "The backup gives every signed head and every count."])


def _need(env: Mapping[str, str], name: str) -> str:
    value = env.get(f"TALLSCREEN_{name}")
    if not value:
        raise BackupError(f"Set TALLSCREEN_{name}: it says what is backed up.")
    return value
