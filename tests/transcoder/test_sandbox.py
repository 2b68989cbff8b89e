"""The sandbox from inside: what a hostile file could try once it has taken over the program that reads it."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transcoder.media import ffmpeg, make_clip
from transcoder import seccomp
from transcoder.run import Outcome, TooSlow, run
from transcoder.sandbox import Kind, Limits, Sandbox, SandboxMissing, find_sandbox

SECRET = "a director's unreleased ending"


@pytest.fixture(params=["bubblewrap", "landlock"])
async def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Sandbox:
    kind: Kind = request.param
    try:
        return await find_sandbox(tmp_path, allow_none=False, only=kind)
    except SandboxMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for path in ("jobs/mine/out", "jobs/mine/in", "jobs/mine/package", "jobs/other/in"):
        (tmp_path / path).mkdir(parents=True)
    for path in ("mine/in/original", "mine/package/000.m4s", "other/in/original"):
        (tmp_path / "jobs" / path).write_text(SECRET)
    return tmp_path / "jobs" / "mine" / "out"


async def inside(sandbox: Sandbox, out: Path, code: str) -> Outcome:
    """Python in the sandbox; an OSError ends it with 5."""
    wrapped = "\n".join(f"    {line}" for line in code.splitlines())
    prelude = (
        "import ctypes, os, socket, struct, sys\nfrom pathlib import Path\nlibc = ctypes.CDLL(None, use_errno=True)"
    )
    calls = "def call(*args):\n    if libc.syscall(*args) < 0: raise OSError(ctypes.get_errno(), 'refused')"
    script = (
        f"{prelude}\n{calls}\ntry:\n{wrapped}\nexcept OSError as error:\n    print(error, file=sys.stderr); sys.exit(5)"
    )
    return await run(sandbox.confine([sys.executable, "-I", "-c", script], out, Limits(cpu_seconds=20)), 30)


async def test_what_a_job_needs_works(sandbox: Sandbox, out: Path) -> None:
    code = """
Path("rung").mkdir()
Path("rung/000.tmp").write_bytes(b"film")
Path("rung/000.tmp").rename("rung/000.m4s")
Path("rung/000.m4s").rename("000.m4s")
Path("rung").rmdir()
print(Path("../in/original").read_text(), Path("../package/000.m4s").read_text(), os.getcwd(), set(os.environ) - {'LC_CTYPE', 'MALLOC_ARENA_MAX', 'PWD'})
"""
    outcome = await inside(sandbox, out, code)

    assert (outcome.code, outcome.last_words) == (0, "")
    assert outcome.output == f"{SECRET} {SECRET} {out} set()\n"
    assert [path.name for path in out.iterdir()] == ["000.m4s"]


async def test_a_film_is_read_and_made(sandbox: Sandbox, out: Path) -> None:
    make_clip(out.parent / "in" / "clip.mp4", seconds=1, width=180, height=320)
    args = [ffmpeg(), "-v", "error", "-f", "mov", "-i", "../in/clip.mp4", "-c:v", "libsvtav1", "-preset", "12", "a.mp4"]

    outcome = await run(sandbox.confine(args, out, Limits(cpu_seconds=60)), 60)
    seen = await inside(sandbox, out, "import av\nprint(av.open('a.mp4', format='mov').streams.video[0].width)")

    assert (outcome.code, seen.output) == (0, "180\n")


ATTACKS = {
    "TCP": "socket.create_connection(('127.0.0.1', 9), 2)",
    "TCP over IPv6": "socket.socket(socket.AF_INET6)",
    "UDP": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "raw": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "local socket": "socket.socket(socket.AF_UNIX)",
    "io_uring": "call(425, 8, ctypes.create_string_buffer(120))",
    "vsock": "socket.socket(40, socket.SOCK_STREAM)",
    "users": "Path('/etc/passwd').read_text()",
    "another job": "Path('../../other/in/original').read_text()",
    "the list of jobs": "print(os.listdir('../..')) if len(os.listdir('../..')) > 1 else os.listdir('/nowhere')",
    "another job by a symlink": "os.symlink('../../other/in/original', 'link'); Path('link').read_text()",
    "a symlink left behind": "os.symlink('/etc/passwd', '000.m4s')",
    "a hard link": "Path('a').write_text(''); os.link('a', 'b')",
    "a hard link of the upload": "os.link('../in/original', 'b')",
    "a pipe left behind": "os.mkfifo('000.m4s')",
    "a device": "os.mknod('disk', 0o60600, os.makedev(8, 0))",
    "changing the upload": "Path('../in/original').write_text('')",
    "emptying the upload": "os.open('../in/original', os.O_RDONLY | os.O_TRUNC)",
    "truncating the upload": "os.truncate('../in/original', 0)",
    "removing the upload": "os.unlink('../in/original')",
    "moving the upload": "os.rename('../in/original', 'original')",
    "changing the package": "Path('../package/000.m4s').write_text('')",
    "adding to the package": "Path('../package/001.m4s').write_text('')",
    "the mode of the upload": "os.chmod('../in/original', 0o777)",
    "a program that becomes root": "Path('a').write_text(''); os.chmod('a', 0o6777)",
    "the times of the upload": "os.utime('../in/original', (0, 0))",
    "an attribute": "Path('a').write_text(''); os.setxattr('a', 'user.a', b'b')",
    "the folder of jobs": "Path('../../new').mkdir()",
    "shared memory as files": "Path('/dev/shm/a').write_text('')",
    "a shared temporary folder": "Path('/tmp/a').write_text('')",
    "shared memory": "call(29, 1234, 4096, 0o1666)",
    "a second process": "os.fork() or os._exit(0)",
    "another program": "os.execv('/bin/sh', ['sh', '-c', 'exit 0'])",
    "a program of its own": "Path('a').write_bytes(Path(sys.executable).read_bytes()); os.execv('a', ['a'])",
    "tracing": "call(101, 16, os.getppid(), 0, 0)",
    "a handle of a process": "call(434, PARENT, 0)",
    "another's environment": "Path('/proc/PARENT/environ').read_bytes()",
    "another's memory": "open('/proc/PARENT/mem', 'rb').read(1)",
    "a signal": "os.kill(PARENT, 0)",
    "a signal to all": "os.kill(-1, 0); os.listdir('/proc/PARENT')",
    "another's limits": "import resource; resource.prlimit(PARENT, resource.RLIMIT_NOFILE, (9, 9))",
    "a signal by a file": "import fcntl; fcntl.fcntl(0, fcntl.F_SETSIG, 9)",
    "a user namespace": "call(272, 0x10000000)",
    "mounting": "call(165, b'none', b'.', b'tmpfs', 0, None)",
    "a new root": "os.chroot('.')",
    "the keyring": "call(250, 0, -3, 1, 0, 0)",
    "kernel code": "call(321, 0, ctypes.create_string_buffer(128), 128)",
    "watching files": "call(294, 0)",
    "the clock": "import time; time.clock_settime(time.CLOCK_REALTIME, time.time())",
    "more processor": "os.nice(-5)",
    "another user": "os.setuid(1)",
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of the calls are those of x86_64")
@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attack_from_inside_is_refused(sandbox: Sandbox, out: Path, name: str) -> None:
    before = tree(out.parents[1])

    outcome = await inside(sandbox, out, ATTACKS[name].replace("PARENT", str(os.getpid())))

    assert outcome.code == 5, outcome
    assert SECRET not in outcome.output + outcome.last_words
    assert tree(out.parents[1]) == before
    assert all(path.is_file() and not path.is_symlink() for path in out.iterdir())


def tree(folder: Path) -> dict[str, tuple[str, int, float]]:
    """Everything but `out`."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "out"]
    return {str(path): (path.read_text(), path.stat().st_mode, path.stat().st_mtime) for path in files}


async def test_nobody_hears_from_inside(sandbox: Sandbox, out: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        for listener in (tcp, udp):
            listener.setblocking(False)
            kind = "STREAM" if listener is tcp else "DGRAM"
            address = listener.getsockname()
            await inside(
                sandbox, out, f"s = socket.socket(type=socket.SOCK_{kind}); s.connect({address}); s.send(b'x')"
            )

        with pytest.raises(BlockingIOError):
            tcp.accept()
        with pytest.raises(BlockingIOError):
            udp.recv(1)


async def test_an_end_by_a_signal_is_told_alike(sandbox: Sandbox, out: Path) -> None:
    busy = sandbox.confine([sys.executable, "-I", "-c", "while True: pass"], out, Limits(cpu_seconds=1))

    assert (await run(busy, 30)).code in (-signal.SIGXCPU, -signal.SIGKILL)
    assert (await inside(sandbox, out, "os.abort()")).code == -signal.SIGABRT


async def test_one_that_takes_too_long_leaves_nothing_behind(sandbox: Sandbox, out: Path) -> None:
    code = f"import pathlib, time; pathlib.Path('{out}/begun').touch(); time.sleep(600)"

    with pytest.raises(TooSlow):
        await run(sandbox.confine([sys.executable, "-I", "-c", code], out, Limits(cpu_seconds=20)), 1.5)

    assert (out / "begun").exists()
    assert await nobody_works_in(out)


async def test_it_dies_with_the_worker(sandbox: Sandbox, out: Path) -> None:
    parent = f"""
import asyncio, sys
from pathlib import Path
from transcoder.run import run
from transcoder.sandbox import Limits, Sandbox
sandbox = Sandbox(kind={sandbox.kind!r}, program={sandbox.program!r})
code = "import pathlib, time; pathlib.Path('{out}/begun').touch(); time.sleep(600)"
asyncio.run(run(sandbox.confine([sys.executable, "-I", "-c", code], Path({str(out)!r}), Limits(cpu_seconds=9)), 600))
"""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, env=env)
    for _ in range(2000):
        if (out / "begun").exists():
            break
        await asyncio.sleep(0.01)

    process.kill()
    await process.wait()

    assert (out / "begun").exists()
    assert await nobody_works_in(out)


async def nobody_works_in(folder: Path) -> bool:
    for _ in range(500):
        if str(folder).encode() not in b"".join(command_lines()):
            return True
        await asyncio.sleep(0.01)
    return False


def command_lines() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes()


async def test_without_landlock_the_launcher_goes_no_further(sandbox: Sandbox, out: Path) -> None:
    """The filter hides Landlock from whoever is inside, so that it looks there as on an old kernel."""
    code = f"""
sys.path.append({str(Path(seccomp.__file__).parent)!r})
import landlock
landlock.restrict(libc, read=[], execute=[], write=[])
print("went on")
"""
    outcome = await inside(sandbox, out, code)

    assert (outcome.code, outcome.output) == (1, "")
    assert "this kernel has none" in outcome.last_words


async def test_without_any_sandbox_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SandboxMissing, match=r"apt install bubblewrap.*TALLSCREEN_ALLOW_UNSANDBOXED_MEDIA=1"):
        await find_sandbox(tmp_path, allow_none=False, only="bubblewrap")
    assert (await find_sandbox(tmp_path, allow_none=True, only="none")).kind == "none"
    assert list(tmp_path.iterdir()) == []


async def test_a_sandbox_that_leaks_is_not_taken(tmp_path: Path) -> None:
    """A program of that name which confines nothing: the trial finds out."""
    fake = tmp_path / "bin" / "bwrap"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\nwhile [ "$1" != -- ]; do [ "$1" = --chdir ] && cd "$2"; shift; done; shift; exec "$@"\n'
    )
    fake.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
        with pytest.raises(SandboxMissing, match=r"let through .*'passwd'.*'tcp'"):
            await find_sandbox(tmp_path, allow_none=False, only="bubblewrap")
        shutil.copy(fake, fake.parent / "setuid")
        fake.chmod(0o4755)
        with pytest.raises(SandboxMissing, match=r"\(nothing to try\)$"):
            await find_sandbox(tmp_path, allow_none=False, only="bubblewrap")


def verdict(program: bytes, architecture: int, number: int, *args: int) -> str:
    """What the filter says, by the rules of the kernel's own interpreter."""
    data = struct.pack("=iIQ6Q", number, architecture, 0, *args, *[0] * (6 - len(args)))
    lines = list(struct.iter_unpack("=HBBI", program))
    at = held = 0
    while True:
        code, yes, no, value = lines[at]
        at += 1
        if code == 0x20:
            held = int.from_bytes(data[value : value + 4], sys.byteorder)
        elif code == 0x54:
            held &= value
        elif code in (0x15, 0x35):
            at += yes if (held == value if code == 0x15 else held >= value) else no
        else:
            return {0x7FFF0000: "allowed", 0x80000000: "killed", 0x50001: "refused", 0x50026: "unknown"}[value]


X86, ARM = ("x86_64", 0xC000003E), ("aarch64", 0xC00000B7)


@pytest.mark.parametrize(
    ("machine", "number", "args", "said"),
    [
        *[(machine, 425, (), "unknown") for machine in (X86, ARM)],
        *[(X86, number, (), "refused") for number in (41, 53, 57, 90, 101, 165)],
        *[(ARM, number, (), "refused") for number in (198, 199, 117, 52, 53, 40)],
        *[(X86, number, (), "allowed") for number in (0, 1, 9, 59, 202, 231)],
        *[(ARM, number, (), "allowed") for number in (63, 64, 222, 221, 98, 94)],
        (X86, 56, (0x3D0F00,), "allowed"),
        (X86, 56, (17,), "refused"),
        (ARM, 220, (0x3D0F00,), "allowed"),
        (ARM, 220, (17,), "refused"),
        (X86, 257, (0, 0, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "allowed"),
        (X86, 257, (0, 0, os.O_TRUNC), "refused"),
        (X86, 2, (0, os.O_TRUNC), "refused"),
        (ARM, 56, (0, 0, os.O_TRUNC | 2**32), "refused"),
        (X86, 62, (7, 9), "allowed"),
        (X86, 62, (8, 9), "refused"),
        (X86, 62, (2**32 - 1, 9), "refused"),
        (ARM, 131, (8, 8, 9), "refused"),
        (ARM, 261, (0,), "allowed"),
        (ARM, 261, (8,), "refused"),
        (X86, 72, (3, 2), "allowed"),
        (X86, 72, (3, 10), "refused"),
        (X86, 0x40000000 + 41, (), "unknown"),
        (("x86_64", 0x40000003), 102, (), "killed"),
    ],
)
def test_the_filter_decides(machine: tuple[str, int], number: int, args: tuple[int, ...], said: str) -> None:
    name, architecture = machine

    assert verdict(seccomp.program(name, pid=7), architecture, number, *args) == said


@pytest.mark.parametrize(
    ("header", "column"),
    [("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", 0), ("/usr/include/asm-generic/unistd.h", 1)],
)
def test_every_number_is_the_kernels(header: str, column: int) -> None:
    try:
        lines = [line.split() for line in Path(header).read_text().splitlines()]
    except FileNotFoundError:
        pytest.skip("the kernel's headers are not installed")
    known = {line[1].removeprefix("__NR").removeprefix("3264").lstrip("_"): line[2] for line in lines if len(line) > 2}
    ours = {name: numbers[column] for name, numbers in seccomp._REFUSED.items() if numbers[column] is not None}

    assert {name: int(known[name]) for name in ours if known[name].isdigit()} == {
        name: number for name, number in ours.items() if known[name].isdigit()
    }
    assert len(ours) > 60
