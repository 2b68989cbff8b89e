"""Tries from inside the sandbox what a hostile file would try, and prints what came of it. Harmless where it works."""

import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path


def main(port: str, sibling: str, outside: str, parent: str) -> None:
    address = ("127.0.0.1", int(port))
    tries: dict[str, Callable[[], object]] = {
        "home": lambda: Path("trial").write_text("written"),
        "job": lambda: Path("../in/original").read_bytes(),
        "thread": lambda: threading.Thread(target=int).start(),
        "tcp": lambda: socket.create_connection(address, 2),
        "udp": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"trial", address),
        "passwd": lambda: Path("/etc/passwd").read_bytes(),
        "sibling": lambda: Path(sibling).read_bytes(),
        "outside": lambda: Path(outside).write_text("written"),
        "environment": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "signal": lambda: os.kill(int(parent), 0),
        "process": lambda: os.fork() or os._exit(0),
    }
    json.dump([name for name, attempt in tries.items() if _works(attempt)], sys.stdout)


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
