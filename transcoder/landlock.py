"""Landlock: the files and ports this process may reach from now on. Plain standard library, for the launcher."""

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Sequence

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FIRST_RIGHTS = (1 << 13) - 1
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_PORTS = 1 << 0 | 1 << 1  # binding and connecting
_SCOPES = 1 << 0 | 1 << 1  # abstract sockets, signals

_READ = _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _TRUNCATE | _MAKE_REG | _MAKE_DIR | _REMOVE_FILE | _REMOVE_DIR | _REFER


def version(libc: ctypes.CDLL) -> int:
    """The number of the kernel's Landlock, 0 where there is none."""
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)))


def restrict(libc: ctypes.CDLL, *, read: Sequence[str], execute: Sequence[str], write: Sequence[str]) -> None:
    """Nothing but these paths, for ever; no ports, no abstract sockets, no signals. Needs no_new_privs."""
    known = version(libc)
    if not known:
        sys.exit("landlock: this kernel has none, or it is switched off")
    handled = _handled(known)
    rules = struct.pack("=QQQ", handled, _PORTS, _SCOPES)[: 8 if known < 4 else 16 if known < 6 else 24]
    ruleset = libc.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        sys.exit(f"landlock: {os.strerror(ctypes.get_errno())}")
    for paths, rights in ((read, _READ), (execute, _READ | _EXECUTE), (write, _WRITE)):
        for path in paths:
            _allow(libc, ruleset, path, rights & handled)
    if libc.syscall(_RESTRICT_SELF, ruleset, 0):
        sys.exit(f"landlock: {os.strerror(ctypes.get_errno())}")
    os.close(ruleset)


def _handled(known: int) -> int:
    """Every right the kernel knows of is taken away unless a rule gives it."""
    since_two, since_three, since_five = _REFER * (known >= 2), _TRUNCATE * (known >= 3), _IOCTL_DEV * (known >= 5)
    return _FIRST_RIGHTS | since_two | since_three | since_five


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # not every machine has every folder of libraries
    if not stat.S_ISDIR(os.fstat(place).st_mode):
        rights &= _FOR_FILES
    if libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0):
        sys.exit(f"landlock: {path}: {os.strerror(ctypes.get_errno())}")
    os.close(place)
