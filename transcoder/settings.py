"""What a deployment may choose about its workers. Read once at start; the API's secret is none of their business."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

ProfileName = Literal["festival", "quick"]
_MOST_SLOTS: Final = 64


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
    #: How many encodes run side by side; previews have a place of their own.
    slots: int = 1
    #: How much work a film is worth: `quick` is for trying things out.
    profile: ProfileName = "festival"
    #: Work although nothing confines the programs that read uploads. Organisers see a banner.
    allow_unsandboxed: bool = False
    #: Where Prometheus is answered, "host:port"; None: nowhere.
    metrics_listen: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        env = os.environ if env is None else env
        return cls(
            database_url=_need(env, "TALLSCREEN_DATABASE_URL"),
            storage_url=_storage(env, "TALLSCREEN_STORAGE_URL"),
            ffmpeg=_program(env, "TALLSCREEN_FFMPEG"),
            work_dir=Path(env.get("TALLSCREEN_WORK_DIR") or Path(tempfile.gettempdir(), "tallscreen-work")).absolute(),
            heartbeat_seconds=_seconds(env, "TALLSCREEN_HEARTBEAT_SECONDS", 30.0),
            retry_seconds=_seconds(env, "TALLSCREEN_RETRY_SECONDS", 15.0),
            slots=_count(env, "TALLSCREEN_SLOTS", 1),
            profile=_profile(env, "TALLSCREEN_PROFILE"),
            allow_unsandboxed=_yes(env, "TALLSCREEN_ALLOW_UNSANDBOXED_MEDIA"),
            metrics_listen=_address(env, "TALLSCREEN_METRICS_LISTEN"),
        )


def _need(env: Mapping[str, str], name: str) -> str:
    if not env.get(name):
        raise SettingsError(f"Set {name}; the README lists the settings of a worker.")
    return env[name]


def _storage(env: Mapping[str, str], name: str) -> str:
    url = _need(env, name)
    if not url.startswith(("file:///", "s3://")):
        raise SettingsError(f"{name} begins with file:/// or s3://.")
    return url


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(env.get(name) or default)
    except ValueError as error:
        raise SettingsError(f"{name} is a number of seconds.") from error
    if not 0.1 <= value <= 3600:
        raise SettingsError(f"{name} lies between 0.1 and 3600 seconds.")
    return value


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_SLOTS:
        raise SettingsError(f"{name} is a whole number from 1 to {_MOST_SLOTS}.")
    return int(text)


def _address(env: Mapping[str, str], name: str) -> str | None:
    address = env.get(name, "")
    host, _, port = address.rpartition(":")
    if address and not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise SettingsError(f"{name} is an address like 0.0.0.0:9100.")
    return address or None


def _profile(env: Mapping[str, str], name: str) -> ProfileName:
    match env.get(name) or "festival":
        case "festival":
            return "festival"
        case "quick":
            return "quick"
        case _:
            raise SettingsError(f"{name} is festival or quick.")


def _yes(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name) or "0"
    if value not in ("0", "1"):
        raise SettingsError(f"{name} is 1 for yes or 0 for no.")
    return value == "1"


def _program(env: Mapping[str, str], name: str) -> str:
    """The one that is set, else the wheel's where it is installed, else the system's."""
    chosen = env.get(name)
    if chosen:
        found = shutil.which(chosen)
        if found is None:
            raise SettingsError(f"{name} names no program that can be started: {chosen}.")
        return found
    try:
        import imageio_ffmpeg
    except ImportError:
        found = shutil.which("ffmpeg")
    else:
        found = str(imageio_ffmpeg.get_ffmpeg_exe())
    if not found:
        raise SettingsError("There is no ffmpeg; install one or set TALLSCREEN_FFMPEG to its path.")
    return found
