"""Real processes: how they end, what they may do, and one short film made by the real ffmpeg."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

from tests.transcoder.media import ffmpeg, make_clip
from transcoder.contract import Rejected
from transcoder.encode import Watch
from transcoder.pipeline import Bench, look
from transcoder.plan import Build, make_plan
from transcoder.probe import SourceInfo
from transcoder.run import Outcome, TooSlow, run
from transcoder.sandbox import Limits, confine


async def python(folder: Path, code: str, seconds: float = 30, limits: Limits | None = None) -> Outcome:
    start = confine([sys.executable, "-I", "-c", code], folder, limits or Limits(cpu_seconds=20))
    return await run(start, seconds)


async def test_it_tells_how_a_process_ended_and_what_it_said_last(tmp_path: Path) -> None:
    outcome = await python(tmp_path, "import sys; print('out'); sys.stderr.write('err'); sys.exit(7)")

    assert outcome == Outcome(code=7, output="out\n", last_words="err\n")


async def test_a_process_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    code = "import subprocess; p = subprocess.Popen(['sleep', '600']); open('pid', 'w').write(str(p.pid)); p.wait()"

    with pytest.raises(TooSlow):
        await python(tmp_path, code, seconds=1)

    assert await is_gone(int((tmp_path / "pid").read_text()))


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
        await run(confine([sys.executable, "-c", code], tmp_path, Limits(cpu_seconds=20)), 30, on_output=listen)


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
    code = "import os; print(sorted(set(os.environ) - {'LC_CTYPE'}), os.getsid(0) == os.getpid(), os.getcwd())"

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
from transcoder.sandbox import Limits, confine
code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"
asyncio.run(run(confine([sys.executable, "-c", code], Path({str(tmp_path)!r}), Limits(cpu_seconds=9)), 600))
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


@pytest.fixture
async def second(tmp_path: Path) -> tuple[Bench, SourceInfo]:
    bench = Bench.lay(tmp_path / "job")
    make_clip(tmp_path / "clip.mp4", seconds=1, width=180, height=320).replace(bench.original)
    return bench, await look(bench)


async def test_the_planned_arguments_make_a_film_of_one_second(second: tuple[Bench, SourceInfo]) -> None:
    bench, source = second
    plan = make_plan(source, Build(version="", tone_mapping=False))
    for name in plan.folders:
        (bench.out / name).mkdir()
    told: list[float] = []
    watch = Watch(plan.duration, told.append)

    outcome = await run(
        confine([ffmpeg(), *plan.args], bench.out, Limits(cpu_seconds=60)), 60, watch.on_output, watch.on_complaint
    )

    assert (outcome.code, outcome.last_words, watch.faults) == (0, "", 0)
    assert told[-1] > 0.9
    assert sorted(path.relative_to(bench.out).as_posix() for path in bench.out.rglob("*.*")) == [
        *("a64-pieces/000.m4s", "a64-pieces/init.mp4", "a64-pieces/playlist.m3u8"),
        *("v180/000.m4s", "v180/init.mp4", "v180/playlist.m3u8"),
    ]


def test_a_few_faults_are_forgiven_and_more_are_not() -> None:
    watch = Watch(60, lambda _share: None)
    fault = "[vist#0:0/h264 @ 0x1] [error] Error submitting packet to decoder: Invalid data found"
    watch.on_output("out_time_us=12400000")

    for _ in range(3):
        watch.on_complaint(fault)
    watch.on_complaint("[in#0] [warning] Detected creation time before 1970")
    watch.on_output("out_time_us=30000000")
    with pytest.raises(Rejected) as refused:
        watch.on_complaint(fault)

    assert (refused.value.code, refused.value.params) == ("damaged-file", {"at": "0:12"})
