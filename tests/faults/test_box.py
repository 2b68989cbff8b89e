"""A festival in a box: everything works in a network that leads nowhere, and nothing of it even tries to leave."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: A loopback device that is also the way to everywhere else, so that whoever tries to leave is seen there.
LAY = """
set -e; ip link set lo up; ip address add 192.0.2.2/24 dev lo; ip route add default dev lo src 192.0.2.2
exec "$@"
"""


async def can_be_laid(command: list[str]) -> bool:
    if not all(shutil.which(name) for name in ("unshare", "ip")):
        return False
    tried = await asyncio.create_subprocess_exec(*command, "true", stderr=asyncio.subprocess.DEVNULL)
    return await tried.wait() == 0


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_festival_in_a_box(tmp_path: Path) -> None:
    command = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", LAY, "sh"]
    if not await can_be_laid(command):
        pytest.skip("no network of one's own can be made here")
    inside = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/journeys/boxed.py"]
    running = await asyncio.create_subprocess_exec(
        *command, *inside, f"--basetemp={tmp_path / 'box'}", cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await running.communicate()

    assert running.returncode == 0, told.decode()[-6000:]
    assert b"1 passed" in told
