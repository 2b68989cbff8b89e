"""Limits and confines itself, then becomes the program it is given. Plain standard library; `python -I -S`.

A launcher instead of `preexec_fn`, which may deadlock in a process that has threads. Where something cannot be set it
ends: a program that is less confined than was asked for is never started.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION = 0x20080522
_CAPABILITIES = 64
#: All of the environment. On a machine of many processors glibc would spend the limit of memory on addresses only.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "4"}
#: Where bubblewrap is told to find the filter.
_FILTER_DESCRIPTOR = 9


def main(parent: str, kind: str, niceness: str, *rest: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)  # the parent died before it could be told to take us with it
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        sys.exit("no_new_privs cannot be set")
    end = rest.index("--")
    args = rest[end + 1 :]
    os.nice(int(niceness))
    _limit(*rest[:4])
    if kind == "landlock":
        _lock(libc, rest[4:end])
    elif kind == "bubblewrap":
        _leave_filter()
    os.execve(args[0], args, _ENVIRONMENT)  # noqa: S606


def _limit(memory: str, cpu: str, file: str, descriptors: str) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_CPU, int(cpu)),
        (resource.RLIMIT_FSIZE, int(file)),
        (resource.RLIMIT_NOFILE, int(descriptors)),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _lock(libc: ctypes.CDLL, rules: tuple[str, ...]) -> None:
    """`rules` are paths behind one letter: read, execute or write."""
    sys.path.append(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120 (pathlib costs as much as all the rest)
    from transcoder import landlock, seccomp

    _drop_capabilities(libc)
    read, execute, write = ([rule[2:] for rule in rules if rule[0] == letter] for letter in "rxw")
    landlock.restrict(libc, read=read, execute=execute, write=write)
    seccomp.install(libc)


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Of a worker that runs as root; for all others there is nothing to drop."""
    for capability in range(_CAPABILITIES):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()):
        sys.exit("capabilities cannot be dropped")


def _leave_filter() -> None:
    sys.path.append(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120
    from transcoder import seccomp

    file = os.memfd_create("filter")
    # Its processes have a number space of their own, so there is nobody else to be signalled.
    os.write(file, seccomp.program(seccomp.this_machine(), None))
    os.lseek(file, 0, os.SEEK_SET)
    os.dup2(file, _FILTER_DESCRIPTOR, inheritable=True)
    os.close(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
