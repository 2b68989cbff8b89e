"""`make demo` as a newcomer meets it: it starts, shows a festival, ends with Ctrl-C and leaves nothing running."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import demo, embedded
from tests.conftest import ROOT
from tests.transcoder.media import make_clip


class Demo:
    """A demo of its own folder and port, on a small film."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, embedded.free_port()
        self.said = b""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    async def start(self, *more: str) -> asyncio.subprocess.Process:
        media = self.folder / "films" / "Night bus"
        media.mkdir(parents=True, exist_ok=True)
        make_clip(media / "e01.mp4", seconds=2)
        command = [
            "demo",
            "--port",
            str(self.port),
            "--var",
            str(self.folder / "var"),
            "--media",
            str(media.parent),
            *more,
        ]
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api.cli", *command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, preexec_fn=embedded.die_with_parent,
        )  # fmt: skip

    async def read_until(self, process: asyncio.subprocess.Process, words: bytes) -> None:
        assert process.stdout is not None
        while words not in self.said:
            line = await process.stdout.readline()
            assert line, self.said.decode()
            self.said += line


async def interrupt(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    await process.stdout.read()
    await process.wait()


def processes_of(folder: Path) -> list[str]:
    """Command lines of what runs on this folder: its servers name it, or write to its logs."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            output = str((entry / "fd" / "1").readlink())
        except OSError:
            continue
        if str(folder) in command or output.startswith(str(folder)):
            found.append(command)
    return found


@pytest.mark.timeout(240)
async def test_demo_starts_twice_keeps_its_data_and_leaves_nothing_running(tmp_path: Path) -> None:
    house = Demo(tmp_path)
    first = await house.start()
    await house.read_until(first, b"Ctrl-C ends the demo")
    async with httpx.AsyncClient(base_url=house.url) as browser:
        assert (await browser.get("/readyz")).json() == {"ready": True}
        [section, *_] = (await browser.get("/api/festival")).json()["sections"]
        assert [series["slug"] for series in section["series"]] == ["night-bus"]
        for page in ("/", "/kiosk", "/wall", "/studio", "/jury", "/desk", "/s/night-bus"):
            assert (await browser.get(page)).headers["content-type"] == "text/html; charset=utf-8", page
    for word in (b"sign-in code", b"Phone", b"Kiosk", b"Studio", b"Jury", b"Desk"):
        assert word in house.said
    await interrupt(first)
    assert first.returncode == 0
    assert processes_of(tmp_path) == []

    house.said = b""
    second = await house.start()
    await house.read_until(second, b"Ctrl-C ends the demo")
    assert b"sent:" not in house.said
    await interrupt(second)
    assert processes_of(tmp_path) == []


@pytest.mark.timeout(120)
async def test_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    house = Demo(tmp_path)
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", house.port)

    process = await house.start()
    assert process.stdout is not None
    said = (await process.stdout.read()).decode()

    assert await process.wait() == 1
    assert (
        said.strip()
        == f"tallscreen: Port {house.port} is taken; free it or choose another: make demo PORT={house.port + 1}"
    )
    taken.close()
    await taken.wait_closed()


@pytest.mark.timeout(120)
async def test_folder_without_films_is_said_in_one_sentence(tmp_path: Path) -> None:
    house = Demo(tmp_path)

    process = await house.start("--media", str(tmp_path / "nowhere"))
    assert process.stdout is not None
    said = (await process.stdout.read()).decode()

    assert await process.wait() == 1
    assert (
        said.strip()
        == f"tallscreen: There is no folder {tmp_path / 'nowhere'}; give MEDIA a folder with vertical videos."
    )


def test_full_disk_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(demo, "NEED_BYTES", 10**18)

    assert demo.main(embedded.free_port(), tmp_path / "var", None) == 1

    said = capsys.readouterr().err.strip()
    assert said.startswith("tallscreen: The disk is nearly full: free ")
    assert said.count(".") == 1


def test_old_python_is_said_in_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)

    made = subprocess.run(
        ["make", "install", f"PYTHON={old}"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert made.returncode != 0
    said = [line for line in made.stdout.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert said[0].startswith("tallscreen: Python 3.9.2 is too old; install Python 3.11 or newer")
