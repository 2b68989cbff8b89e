"""Real processes: how they end and within which limits. What a sandbox adds is in test_sandbox."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

from transcoder.run import Outcome, TooSlow, run
from transcoder.sandbox import Limits, Sandbox

UNCONFINED = Sandbox(kind="none")


async def python(folder: Path, code: str, seconds: float = 30, limits: Limits | None = None) -> Outcome:
    start = UNCONFINED.confine([sys.executable, "-I", "-c", code], folder, limits or Limits(cpu_seconds=20))
    return await run(start, seconds)


async def test_it_tells_how_a_process_ended_and_what_it_said_last(tmp_path: Path) -> None:
    outcome = await python(tmp_path, "import sys; print('out'); sys.stderr.write('err'); sys.exit(7)")

    assert outcome == Outcome(code=7, output="out\n", last_words="err\n")


async def test_a_process_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    code = "import subprocess; p = subprocess.Popen(['sleep', '600']); open('pid', 'w').write(str(p.pid)); p.wait()"

    with pytest.raises(TooSlow):
        await python(tmp_path, code, seconds=1)

    assert await is_gone(int((tmp_path / "pid").read_text()))


async def test_one_that_outlives_its_group_is_waited_for_until_it_lets_go_of_its_output(tmp_path: Path) -> None:
    """As the processes within bubblewrap do: they are not of our group and die a moment after it."""
    last = "import time; time.sleep(2); open('last', 'w').close()"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {last!r}], start_new_session=True); time.sleep(600)"

    with pytest.raises(TooSlow):
        await python(tmp_path, code, seconds=1)

    assert (tmp_path / "last").exists()


async def test_cancelling_ends_the_process(tmp_path: Path) -> None:
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"
    task = asyncio.create_task(python(tmp_path, code))
    pid = await written_pid(tmp_path)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert await is_gone(pid)


async def test_a_listener_may_end_the_process(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def listen(line: str) -> None:
        if line == "3":
            raise Enough

    code = "import itertools, time\nfor n in itertools.count(): print(n, flush=True); time.sleep(0.01)"
    with pytest.raises(Enough):
        await run(
            UNCONFINED.confine([sys.executable, "-c", code], tmp_path, Limits(cpu_seconds=20)), 30, on_output=listen
        )


async def test_only_the_last_of_much_talk_is_kept(tmp_path: Path) -> None:
    outcome = await python(
        tmp_path, "import sys; sys.stderr.write('x' * 10**6 + '\\n'); sys.stdout.write('y\\n' * 10**6)"
    )

    assert len(outcome.last_words) <= 2000
    assert len(outcome.output) <= 65536


async def test_a_confined_process_has_no_environment_and_a_session_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of great value")
    code = "import os; print(sorted(set(os.environ) - {'LC_CTYPE', 'MALLOC_ARENA_MAX'}), os.getsid(0) == os.getpid(), os.getcwd())"

    assert (await python(tmp_path, code)).output == f"[] True {tmp_path}\n"


@pytest.mark.parametrize(
    ("code", "limits"),
    [
        ("x = bytearray(2 * 1024**3)", Limits(cpu_seconds=20, memory_bytes=512 * 1024**2)),
        (
            "f = open('f', 'wb')\nfor _ in range(100): f.write(bytes(1024**2))",
            Limits(cpu_seconds=20, file_bytes=1024**2),
        ),
        ("fs = [open('/dev/null') for _ in range(100)]", Limits(cpu_seconds=20, open_files=32)),
        ("while True: pass", Limits(cpu_seconds=1)),
    ],
)
async def test_a_confined_process_has_limits(tmp_path: Path, code: str, limits: Limits) -> None:
    assert (await python(tmp_path, code, limits=limits)).code != 0


async def test_a_confined_process_dies_with_its_parent(tmp_path: Path) -> None:
    parent = f"""
import asyncio, os, sys
from pathlib import Path
from transcoder.run import run
from transcoder.sandbox import Limits, Sandbox
code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"
asyncio.run(run(Sandbox(kind='none').confine([sys.executable, "-c", code], Path({str(tmp_path)!r}), Limits(cpu_seconds=9)), 600))
"""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, env=env)
    pid = await written_pid(tmp_path)

    process.kill()
    await process.wait()

    assert await is_gone(pid)


async def written_pid(folder: Path) -> int:
    for _ in range(3000):
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int((folder / "pid").read_text())
        await asyncio.sleep(0.01)
    raise AssertionError("it never began")


async def is_gone(pid: int) -> bool:
    for _ in range(500):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        await asyncio.sleep(0.01)
    return False
