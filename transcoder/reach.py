"""What a confined process can see of this machine: the libraries its program needs, and its own job."""

import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

_HERE: Final = Path(__file__).parent
_LIBRARIES: Final = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib")
#: Encoders count the processors in these.
_PROCESSORS: Final = ("/proc/cpuinfo", "/sys/devices/system/cpu")
_DEVICES: Final = ("/dev/null", "/dev/urandom")
_LOADERS: Final = ("lib64/ld-linux*.so*", "lib/ld-linux*.so*", "lib/ld-musl*.so*")
_SHOWN: Final = ("in", "package")


class Reach(Struct, frozen=True, kw_only=True):
    """Absolute paths. Nothing but `programs` can be started, nothing but `home` be changed."""

    libraries: list[str]
    job: list[str]
    programs: list[str]
    home: str

    @classmethod
    def of(cls, program: str, folder: Path) -> "Reach":
        home = folder.absolute()
        shown = [home.parent / name for name in _SHOWN]
        beside = Path(program).resolve().parent.parent / "lib"  # of a program that brings its own
        own = [sys.prefix, sys.base_prefix, str(_HERE), str(beside)]
        return cls(
            libraries=list(dict.fromkeys([*_LIBRARIES, "/etc/ld.so.cache", "/etc/alternatives", *own])),
            job=[str(path) for path in shown if path.is_dir() and path != home],
            programs=list(dict.fromkeys([str(Path(program).resolve()), *_loaders()])),
            home=str(home),
        )


def landlock_rules(reach: Reach) -> list[str]:
    """As the launcher takes them. Programs are named one by one, so that there is no shell inside."""
    read = [*reach.libraries, *reach.job, *_PROCESSORS, "/dev/urandom"]
    return [
        *(f"r:{path}" for path in read),
        *(f"x:{path}" for path in reach.programs),
        *(f"w:{path}" for path in (reach.home, "/dev/null")),
    ]


def bubblewrap_args(program: str, reach: Reach, filter_descriptor: int) -> list[str]:
    """Everything at the path it has outside, so that a program finds the same names in every kind of sandbox.

    No session of its own: it stays in the group of processes that `run` ends, and there is no terminal to be reached.
    """
    args = ["--unshare-all", "--die-with-parent", "--cap-drop", "ALL"]
    args += ["--proc", "/proc", *_shown("--dev-bind", {path: path for path in _DEVICES})]
    for path in reach.libraries:
        target = Path(path)
        link = target.is_symlink() and target.parent == Path("/")
        args += ["--symlink", str(target.readlink()), path] if link else ["--ro-bind-try", path, path]
    if not _within(program, reach.libraries):
        args += _shown("--ro-bind", {program: str(Path(program).resolve())})
    args += _shown("--ro-bind", {path: path for path in reach.job})
    args += ["--bind", reach.home, reach.home, "--remount-ro", "/", "--chdir", reach.home]
    return [*args, "--seccomp", str(filter_descriptor), "--"]


def _shown(how: str, sources: dict[str, str]) -> list[str]:
    return [part for path, source in sources.items() for part in (how, source, path)]


def _within(path: str, folders: list[str]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def _loaders() -> list[str]:
    return [str(path.resolve()) for pattern in _LOADERS for path in Path("/").glob(pattern)]
