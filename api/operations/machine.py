"""The machine itself: Python, settings, disks, fonts, files with secrets, limits, what a worker needs."""

import asyncio
import os
import resource
import shutil
import stat
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import msgspec

from api.errors import SettingsError
from api.operations.findings import Finding, bad, ok, warn
from api.paper import FONTS
from api.settings import GIB, Settings

OLDEST_PYTHON: Final = (3, 11)
#: Free space in GiB, below which somebody should look, and below which uploads or the database will stop.
LITTLE_SPACE, NO_SPACE = 20, 2
#: Each phone is a connection; a process takes 16,384, and needs some besides.
WANTED_FILES, NEEDED_FILES = 20_000, 4_096
#: What a worker needs besides, and what is looked at elsewhere.
UNASKED: Final = {"TALLSCREEN_DATABASE_URL": "-", "TALLSCREEN_STORAGE_URL": "file:///-"}
FITNESS_SECONDS: Final = 90.0
#: Where settings with passwords in them usually lie.
SECRET_FILES: Final = (Path(".env"), Path("/etc/tallscreen/environment"), Path("var/running.json"))


def check_python(version: tuple[int, ...] = tuple(sys.version_info[:2])) -> Finding:
    said = f"Python {version[0]}.{version[1]}"
    if version < OLDEST_PYTHON:
        return bad("python", f"{said} is too old.", "Install Python 3.11 or newer.")
    return ok("python", f"{said}.")


def check_settings(env: Mapping[str, str]) -> list[Finding]:
    try:
        settings = Settings.from_env(env)
    except SettingsError as error:
        return [bad("settings", str(error), "Set it where the service gets its environment; README.md lists them all.")]
    found = [ok("settings", "All that have to be there are, and can be read.")]
    if len(set(settings.secret)) < 10:
        mend = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'. Not while an award is open."
        found.append(bad("secret", "TALLSCREEN_SECRET is easily guessed, and signs every ballot.", mend))
    if not settings.secure:
        mend = "Put TLS in front and set TALLSCREEN_PUBLIC_URL to the https address."
        found.append(warn("https", "The public address is not https: no secure cookies, no passkeys.", mend))
    if not settings.trusted_proxies and settings.secure:
        mend = "Set TALLSCREEN_TRUSTED_PROXIES to the networks of your reverse proxies."
        found.append(warn("proxies", "No proxy is trusted, so all visitors seem to come from one address.", mend))
    return found


def check_space(env: Mapping[str, str]) -> list[Finding]:
    """Of every disk that is written to, each once."""
    found, seen = list[Finding](), set[int]()
    for name, folder in _folders(env).items():
        place = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
        device = place.stat().st_dev
        if device not in seen:
            seen.add(device)
            found.append(judge_space(name, folder, shutil.disk_usage(place).free))
    return found


def judge_space(name: str, folder: Path, free: int) -> Finding:
    said = f"{free / GIB:.0f} GiB are free for {name} in {folder}."
    mend = "Make room, or move it to a larger disk: python -m api.cli status shows what waits."
    if free < NO_SPACE * GIB:
        return bad("disk", said, mend)
    return warn("disk", said, mend) if free < LITTLE_SPACE * GIB else ok("disk", said)


def _folders(env: Mapping[str, str]) -> dict[str, Path]:
    parts = urlsplit(env.get("TALLSCREEN_STORAGE_URL", ""))
    folders = {"scratch files": Path(env.get("TALLSCREEN_WORK_DIR") or "/tmp")}  # noqa: S108 - the worker's own default
    if parts.scheme == "file":
        folders["films"] = Path(unquote(parts.path))
    if backups := env.get("TALLSCREEN_BACKUP_DIR"):
        folders["backups"] = Path(backups)
    return folders


def check_fonts(folder: Path = FONTS) -> Finding:
    fonts = [each for each in folder.glob("*") if each.suffix.lower() in (".ttf", ".otf")] if folder.is_dir() else []
    if not fonts:
        mend = "Install the service again: they come with it, in api/fonts."
        return bad("fonts", f"There are no fonts in {folder}: nothing can be printed.", mend)
    return ok("fonts", f"{len(fonts)} fonts for paper in eleven languages.")


def check_files(limit: int | None = None) -> Finding:
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if limit is None else limit
    said = f"A process may have {soft} files and connections open."
    mend = "LimitNOFILE=65536 in the unit, or ulimit -n 65536 before the start."
    if soft < NEEDED_FILES:
        return bad("files", said, mend)
    return warn("files", said, mend) if soft < WANTED_FILES else ok("files", said)


def check_secrets(files: Sequence[Path] = SECRET_FILES) -> list[Finding]:
    """Files with passwords that others on this machine may read."""
    found = list[Finding]()
    for path in files:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if mode & (stat.S_IRWXO | stat.S_IWGRP):
            said = f"{path} holds passwords, and others on this machine may read or change it."
            found.append(bad("secrets", said, f"chmod 600 {path}, and change what is in it if others had accounts."))
        else:
            found.append(ok("secrets", f"{path} is for its owner."))
    return found


async def check_worker(env: Mapping[str, str]) -> list[Finding]:
    """What a transcoder would find here; a process of its own finds out, as the API sees nothing of its insides."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "transcoder.fitness", env={**os.environ, **UNASKED, **env},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(process.communicate(), FITNESS_SECONDS)
        return judge_worker(msgspec.json.decode(said))
    except (TimeoutError, msgspec.DecodeError):
        mend = "Start one by hand to see why: python -m transcoder.worker"
        return [bad("transcoder", "A transcoder does not start here.", mend)]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def judge_worker(told: Mapping[str, Any]) -> list[Finding]:
    found = list[Finding]()
    if told["unconfined"]:
        mend = "apt install bubblewrap, or a Linux with Landlock (5.13 or newer)."
        found.append(bad("sandbox", "Uploads could not be opened in a sandbox, so no transcoder works here.", mend))
    else:
        found.append(ok("sandbox", f"Uploads are opened in {told['sandbox']}."))
    if told["error"]:
        mend = "Install an ffmpeg, or name one in TALLSCREEN_FFMPEG; the wheel imageio-ffmpeg has all that is used."
        return [*found, bad("ffmpeg", f"ffmpeg cannot be used: {told['error']}", mend)]
    missing = [
        name
        for name, there in {
            "libsvtav1 (AV1)": told["av1"],
            "libvmaf (quality is not measured)": told["vmaf"],
            "zscale (HDR)": told["tone_mapping"],
        }.items()
        if not there
    ]
    if missing:
        mend = "Use an ffmpeg that has them, such as that of the wheel imageio-ffmpeg."
        return [*found, warn("ffmpeg", f"{told['ffmpeg']} lacks {', '.join(missing)}.", mend)]
    return [*found, ok("ffmpeg", f"{told['ffmpeg']} has all that is used.")]
