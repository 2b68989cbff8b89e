"""What a confined process may ask of the kernel, as a filter program. Plain standard library, for the launcher.

A list of what is refused, because what a media library asks for differs between its builds. Everything that came to
Linux after 5.0 is refused at once, as an older kernel would: io_uring, pidfds and the new mount calls among it. What
matters most: no socket of any family, no second process, no signal, no change to a file's owner, mode or times.
"""

import ctypes
import errno
import os
import struct
import sys

#: From here on every architecture counts alike; 424 came with Linux 5.1.
_FIRST_NEW_CALL = 424
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Number on x86_64 and on aarch64; None where the call does not exist there.
_REFUSED = {
    # network, and the channels between processes that need no file
    "socket": (41, 198),
    "socketpair": (53, 199),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # other processes
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # files: what Landlock does not cover, and kinds of files nobody expects in `out`
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "truncate": (76, 45),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    # the machine
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
}
_OPEN, _OPENAT, _CLONE, _KILL, _TGKILL, _PRLIMIT, _FCNTL = (
    *((2, None), (257, 56), (56, 220), (62, 129), (234, 131), (302, 261), (72, 25)),
)
_CLONE_THREAD = 0x10000
_TRUNCATING, _WRITING = os.O_TRUNC, os.O_ACCMODE
_SIGNAL_OWNERS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX

_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _KILL_PROCESS = 0x7FFF0000, 0x80000000
_REFUSE = 0x00050000 | errno.EPERM
_UNKNOWN = 0x00050000 | errno.ENOSYS

_Instruction = tuple[int, int, int, int]


def program(machine: str, pid: int | None) -> bytes:
    """The filter for one architecture; signals reach `pid` alone, or everybody in sight where it is None."""
    column = list(_ARCHITECTURES).index(machine)
    refused = [numbers[column] for numbers in _REFUSED.values()]
    lines: list[_Instruction] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 0, 1, _FIRST_NEW_CALL),
        (_RETURN, 0, 0, _UNKNOWN),
    ]
    for number in refused:
        lines += [] if number is None else [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    for numbers, conditions in _conditions(pid):
        number = numbers[column]
        if number is not None:
            lines += [(_EQUAL, 0, len(conditions), number), *conditions]
    return b"".join(struct.pack("=HBBI", *line) for line in [*lines, (_RETURN, 0, 0, _ALLOW)])


def _conditions(pid: int | None) -> list[tuple[tuple[int | None, int | None], list[_Instruction]]]:
    """For these calls it depends on what they are asked for."""
    threads_only = [*_argument(0, mask=_CLONE_THREAD), (_EQUAL, 0, 1, 0), *_verdict()]
    limits_of_itself = [*_argument(0), (_EQUAL, 1, 0, 0), *_verdict()]
    to_itself = [] if pid is None else [*_argument(0), (_EQUAL, 1, 0, pid), *_verdict()]
    owners = [line for owner in _SIGNAL_OWNERS for line in ((_EQUAL, 0, 1, owner), (_RETURN, 0, 0, _REFUSE))]
    return [
        (_OPEN, _no_reader_truncates(1)),
        (_OPENAT, _no_reader_truncates(2)),
        (_CLONE, threads_only),
        (_PRLIMIT, limits_of_itself),
        (_FCNTL, [*_argument(1), *owners, (_RETURN, 0, 0, _ALLOW)]),
        (_KILL, to_itself),
        (_TGKILL, to_itself),
    ]


def _no_reader_truncates(flags: int) -> list[_Instruction]:
    """Older Landlocks take a file opened for reading, and emptied by that, for only read."""
    return [*_argument(flags, mask=_TRUNCATING | _WRITING), (_EQUAL, 0, 1, _TRUNCATING), *_verdict()]


def _argument(place: int, mask: int = 0xFFFFFFFF) -> list[_Instruction]:
    """The lower half of one argument; the kernel itself reads no more of those asked about here."""
    return [(_LOAD, 0, 0, 16 + 8 * place), (_AND, 0, 0, mask)]


def _verdict() -> list[_Instruction]:
    return [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]


def install(libc: ctypes.CDLL) -> None:
    """On this process, for ever. The caller has set no_new_privs."""
    lines = program(this_machine(), os.getpid())
    buffer = ctypes.create_string_buffer(lines, len(lines))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(lines) // 8, ctypes.addressof(buffer)))
    if libc.prctl(22, 2, header, 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        sys.exit(f"seccomp: {os.strerror(ctypes.get_errno())}")


def this_machine() -> str:
    machine = os.uname().machine
    if machine not in _ARCHITECTURES or sys.maxsize < 2**32:
        sys.exit(f"seccomp: no filter for {machine}")
    return machine
