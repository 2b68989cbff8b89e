"""Limits itself, then becomes the program it is given. Plain standard library; started with `python -I -S`.

A launcher instead of `preexec_fn`, which may deadlock in a process that has threads.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
# Encoding must not take the processor from voting when both live on one machine.
_NICENESS = 5


def main(parent: str, memory: str, cpu: str, file: str, descriptors: str, _separator: str, *args: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)  # the parent died before it could be told to take us with it
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
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
    os.nice(_NICENESS)
    os.execve(args[0], args, {})  # noqa: S606


if __name__ == "__main__":
    main(*sys.argv[1:])
