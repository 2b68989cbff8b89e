"""What a deployment may choose about its workers. Read once at start; the API's secret is none of their business."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct


class SettingsError(Exception):
    """Stops a start with one sentence."""


class Settings(Struct, frozen=True, kw_only=True):
    database_url: str
    storage_url: str
    ffmpeg: str
    work_dir: Path
    #: A worker that is silent for so long has lost its job to another one.
    heartbeat_seconds: float = 30.0
    #: How long a job waits before its next attempt, times the attempts so far.
    retry_seconds: float = 15.0

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        env = os.environ if env is None else env
        return cls(
            database_url=_need(env, "TALLSCREEN_DATABASE_URL"),
            storage_url=_need(env, "TALLSCREEN_STORAGE_URL"),
            ffmpeg=env.get("TALLSCREEN_FFMPEG") or _find_ffmpeg(),
            work_dir=Path(env.get("TALLSCREEN_WORK_DIR") or Path(tempfile.gettempdir(), "tallscreen-work")).absolute(),
            heartbeat_seconds=_positive(env, "TALLSCREEN_HEARTBEAT_SECONDS", 30.0),
            retry_seconds=_positive(env, "TALLSCREEN_RETRY_SECONDS", 15.0),
        )


def _need(env: Mapping[str, str], name: str) -> str:
    if not env.get(name):
        raise SettingsError(f"Set {name}; the README lists the settings of a worker.")
    return env[name]


def _positive(env: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(env.get(name) or default)
    except ValueError as error:
        raise SettingsError(f"{name} is a number of seconds.") from error
    if not 0.1 <= value <= 3600:
        raise SettingsError(f"{name} lies between 0.1 and 3600 seconds.")
    return value


def _find_ffmpeg() -> str:
    """The wheel's where it is installed, else the system's."""
    try:
        import imageio_ffmpeg
    except ImportError:
        found = shutil.which("ffmpeg")
    else:
        found = str(imageio_ffmpeg.get_ffmpeg_exe())
    if not found:
        raise SettingsError("There is no ffmpeg; install one or set TALLSCREEN_FFMPEG to its path.")
    return found
