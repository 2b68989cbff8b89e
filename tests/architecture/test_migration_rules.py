"""Migrations are run while people vote and the version before still answers: what would stop either is found here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

MIGRATIONS = Path(__file__).parents[2] / "migrations"
#: Those before were written before the rule, and have been run.
SINCE = "20261127_32"
BOUND = [path for path in sorted(MIGRATIONS.glob("*.sql")) if path.name[: len(SINCE)] >= SINCE]
#: The connection sets the limits (api/db.py); the rest are tastes.
EXCLUDED = "require-lock-timeout,require-statement-timeout,prefer-bigint-over-int,prefer-bigint-over-smallint,prefer-text-field"
#: What a process of the version before may stumble over.
BREAKS = [
    r"\bDROP\s+(?:TABLE|VIEW|MATERIALIZED\s+VIEW|FUNCTION|TYPE|COLUMN|SCHEMA)\b",
    r"\bRENAME\b",
    r"\bALTER\s+(?:COLUMN\s+)?\w+\s+(?:SET\s+DATA\s+)?TYPE\b",
    r"\bSET\s+NOT\s+NULL\b",
    r"\bADD\s+(?:COLUMN\s+)?(?!CONSTRAINT\b)\w+\s+[^,;]*\bNOT\s+NULL\b(?![^,;]*\bDEFAULT\b)(?<!DEFAULT)",
]


def applied(text: str) -> str:
    """What is run of a migration: not its way back."""
    return text.partition("-- migrate: rollback")[0]


def breaking(text: str) -> list[str]:
    """Statements that the version before may stumble over and that no `-- contract:` line stands before."""
    found, contract = list[str](), False
    statement = ""
    for line in applied(text).splitlines():
        if line.strip().startswith("--"):
            contract = contract or re.match(r"\s*-- contract: \S+ .+", line) is not None
            continue
        statement += line + "\n"
        if line.rstrip().endswith(";"):
            broken = any(re.search(pattern, _without_defaults(statement), re.IGNORECASE) for pattern in BREAKS)
            if broken and not contract:
                found.append(statement.strip())
            statement, contract = "", False
    return found


def _without_defaults(statement: str) -> str:
    """A column that has a default may be NOT NULL: the version before need not name it."""
    if re.match(r"\s*CREATE\b", statement, re.IGNORECASE):
        return ""
    return re.sub(r"NOT NULL DEFAULT|DEFAULT ('[^']*'|\S+) NOT NULL", "DEFAULT", statement, flags=re.IGNORECASE)


@pytest.mark.parametrize("path", BOUND, ids=lambda path: path.stem)
def test_migration_adds_or_says_who_stopped_using_what_it_takes_away(path: Path) -> None:
    assert breaking(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("ALTER TABLE award ADD COLUMN told text;", False),
        ("ALTER TABLE award ADD COLUMN told text NOT NULL DEFAULT '';", False),
        ("ALTER TABLE award\n  ADD COLUMN a int,\n  ADD COLUMN told text NOT NULL;", True),
        ("ALTER TABLE award DROP COLUMN told;", True),
        ("-- contract: 0.9 no longer reads it\nALTER TABLE award DROP COLUMN told;", False),
        ("-- contract: 0.9 no longer reads it\nSELECT 1;\nALTER TABLE award DROP COLUMN told;", True),
        ("ALTER TABLE award RENAME COLUMN told TO said;", True),
        ("ALTER TABLE award ALTER COLUMN told TYPE int;", True),
        ("ALTER TABLE award ALTER COLUMN told SET NOT NULL;", True),
        ("DROP VIEW episode_state;", True),
        ("CREATE TABLE x (id bigint NOT NULL);", False),
        ("SELECT 1;\n-- migrate: rollback\nDROP TABLE x;", False),
    ],
)
def test_what_breaks_is_told_from_what_does_not(statement: str, broken: bool) -> None:
    assert bool(breaking(statement)) is broken


def squawk(text: str, name: str) -> tuple[int, str]:
    command = [str(Path(sys.executable).parent / "squawk"), "--pg-version", "15", "--assume-in-transaction"]
    command += ["--reporter", "gcc", "--exclude", EXCLUDED, "--stdin-filepath", name]
    done = subprocess.run(command, input=applied(text), capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("path", BOUND, ids=lambda path: path.stem)
def test_linter_finds_nothing(path: Path) -> None:
    code, said = squawk(path.read_text(encoding="utf-8"), path.name)

    assert code == 0, said


def test_linter_finds_what_stops_voting() -> None:
    code, said = squawk("CREATE INDEX slow ON vote_event (receipt);", "x.sql")

    assert code == 1
    assert "require-concurrent-index-creation" in said
