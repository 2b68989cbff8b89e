"""What a look at a machine found."""

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Level: TypeAlias = Literal["ok", "warn", "bad"]
#: The worst finding is the exit code.
CODES: Final[dict[Level, int]] = {"ok": 0, "warn": 1, "bad": 2}
MARKS: Final[dict[Level, str]] = {"ok": "  ok  ", "warn": " warn ", "bad": " BAD  "}


class Finding(Struct, frozen=True):
    """`said` is one sentence; `mend` what to do, empty where nothing is."""

    name: str
    level: Level
    said: str
    mend: str = ""


def ok(name: str, said: str) -> Finding:
    return Finding(name, "ok", said)


def warn(name: str, said: str, mend: str) -> Finding:
    return Finding(name, "warn", said, mend)


def bad(name: str, said: str, mend: str) -> Finding:
    return Finding(name, "bad", said, mend)


def code_of(findings: Iterable[Finding]) -> int:
    return max((CODES[each.level] for each in findings), default=0)


def to_text(findings: list[Finding]) -> str:
    lines = list[str]()
    for each in findings:
        lines.append(f"{MARKS[each.level]}{each.name:<12}{each.said}")
        if each.mend:
            lines.append(f"{'':<18}> {each.mend}")
    counts = {level: sum(each.level == level for each in findings) for level in CODES}
    return "\n".join([*lines, "", f"{counts['ok']} ok, {counts['warn']} to look at, {counts['bad']} bad"])
