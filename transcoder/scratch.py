"""A worker's own folder, marked by a lock that ends with the worker, so that the next one can clear up after it."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LOCK: Final = "lock"


@contextlib.contextmanager
def own_folder(work_dir: Path, name: str) -> Iterator[Path]:
    work_dir.mkdir(parents=True, exist_ok=True)
    remove_stale(work_dir)
    folder = work_dir / f"worker-{name}"
    making = work_dir / f"making-{name}"
    making.mkdir(mode=0o700)  # films here are not released yet
    lock = os.open(making / _LOCK, os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    making.rename(folder)  # never seen by others without its lock
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def remove_stale(work_dir: Path) -> None:
    """Removes the folders of workers that are no more."""
    for folder in work_dir.glob("worker-*"):
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR)
        except FileNotFoundError:
            continue  # just being removed by its worker
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
