"""`rehearse` and `doctor` at the command line."""

import argparse
import asyncio
import os
import signal
from collections.abc import Callable, Mapping

import msgspec

from api.operations import findings
from api.operations.doctor import examine
from api.operations.rehearse import Plan, Report, rehearse
from api.settings import Settings


def take_arguments(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    rehearsal = commands.add_parser(
        "rehearse", help="a fake award on the live system, from voting to a verified bundle, and erased"
    )
    rehearsal.add_argument("--voters", type=_from(1, 20_000), default=100)
    rehearsal.add_argument("--seconds", type=_from(3, 3600), default=20, help="how long voting lasts")
    rehearsal.add_argument("--url", help="where phones reach the service, if not at TALLSCREEN_PUBLIC_URL")

    look = commands.add_parser(
        "doctor", help="what is wrong on this machine and how to mend it; exit code 1 for warnings, 2 for what is bad"
    )
    look.add_argument("--json", action="store_true", help="the same for programs")


def _from(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"a number from {least} to {most}")
        return int(text)

    return number


def run(arguments: argparse.Namespace, env: Mapping[str, str] = os.environ) -> int:
    return _rehearse(arguments, env) if arguments.command == "rehearse" else _doctor(env, as_json=arguments.json)


def _doctor(env: Mapping[str, str], *, as_json: bool) -> int:
    found = asyncio.run(examine(env))
    print(msgspec.json.encode(found).decode() if as_json else findings.to_text(found))
    return findings.code_of(found)


def _rehearse(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    settings = Settings.from_env(env)
    plan = Plan(voters=arguments.voters, seconds=arguments.seconds, url=arguments.url or settings.public_url)
    print(f"A rehearsal with {plan.voters} voters at {plan.url}; about {plan.seconds + 15:.0f} s, then it is erased.")
    report = asyncio.run(_until_told(settings, plan))
    print(to_text(report))
    return 1 if report.failed else 0


async def _until_told(settings: Settings, plan: Plan) -> Report:
    """Ctrl-C and SIGTERM end the rehearsal and not its erasing."""
    task = asyncio.ensure_future(rehearse(settings, plan, lambda line: print(line, flush=True)))
    told = False

    def interrupt() -> None:
        nonlocal told
        if not told:
            task.cancel()
            print("  ..  closing and erasing, which takes ten seconds", flush=True)
        told = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, interrupt)
    try:
        return await task
    except asyncio.CancelledError:
        return Report(failed="It was interrupted before it began.")


def to_text(report: Report) -> str:
    gone = "Nothing was left to erase." if report.erased is None else f"Erased: {report.erased} lines of the ledger."
    seconds = sum(step.seconds for step in report.steps)
    verdict = f"FAILED after {len(report.steps)} steps: {report.failed}" if report.failed else "Everything held."
    return f"{gone} {seconds:.0f} s.\n{verdict}"
