"""The units of systemd are understood by it, and confine what they start."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api import serve
from tests.conftest import ROOT

UNITS = ROOT / "api" / "operations" / "systemd"
NAMES = {"tallscreen-api@.service": "8000", "tallscreen-transcoder@.service": "1", "tallscreen-backup.service": ""}
ANALYZE = shutil.which("systemd-analyze")
#: Of 10, at most: what a transcoder needs for its own sandboxes leaves it more.
EXPOSURE = {"tallscreen-api@.service": 2.0, "tallscreen-transcoder@.service": 4.5, "tallscreen-backup.service": 2.0}


def placed(name: str, folder: Path) -> Path:
    """The unit as it would be started here: an instance of its template, with the Python of these tests."""
    path = folder / name.replace("@", f"@{NAMES[name]}")
    path.write_text((UNITS / name).read_text().replace("/opt/tallscreen/.venv/bin/python", sys.executable))
    return path


def test_every_unit_is_named_here() -> None:
    assert {path.name for path in UNITS.glob("*.service")} == set(NAMES)


@pytest.mark.skipif(ANALYZE is None, reason="no systemd here")
@pytest.mark.parametrize("name", NAMES)
def test_systemd_understands_it(name: str, tmp_path: Path) -> None:
    done = run("verify", "--man=no", "--recursive-errors=no", str(placed(name, tmp_path)))

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(ANALYZE is None, reason="no systemd here")
@pytest.mark.parametrize("name", NAMES)
def test_it_confines(name: str, tmp_path: Path) -> None:
    done = run("security", "--offline=true", str(placed(name, tmp_path)))

    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found is not None, done.stdout + done.stderr
    assert float(found[1]) <= EXPOSURE[name]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [ANALYZE or "", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", NAMES)
def test_it_gains_no_rights_and_writes_nowhere_else(name: str) -> None:
    lines = (UNITS / name).read_text().splitlines()

    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "User=tallscreen"} <= set(lines)


def test_it_waits_longer_than_a_process_takes_to_end() -> None:
    unit = (UNITS / "tallscreen-api@.service").read_text()

    assert f"TimeoutStopSec={round(serve.DRAIN_SECONDS + serve.KILL_AFTER + 4)}\n" in unit
