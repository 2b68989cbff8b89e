"""`python -m transcoder.fitness`: what this machine lends to a worker, as one line of JSON for `doctor`."""

import asyncio
import sys
import tempfile
from pathlib import Path

import msgspec
from msgspec import Struct

from transcoder.pipeline import find_tools
from transcoder.sandbox import Sandbox, SandboxMissing, find_sandbox
from transcoder.settings import Settings, SettingsError


class Fitness(Struct, frozen=True, kw_only=True):
    """`error` is why no worker would start; `unconfined` why uploads could not be opened in a sandbox."""

    ffmpeg: str = ""
    av1: bool = False
    vmaf: bool = False
    tone_mapping: bool = False
    sandbox: str = "none"
    unconfined: str | None = None
    error: str | None = None


async def look(settings: Settings) -> Fitness:
    with tempfile.TemporaryDirectory(prefix="fitness-") as place:
        folder, unconfined = Path(place), None
        try:
            sandbox = await find_sandbox(folder, allow_none=False)
        except SandboxMissing as error:
            sandbox, unconfined = Sandbox(kind="none"), str(error)
        try:
            build = (await find_tools(settings.ffmpeg, folder, sandbox)).build
        except (RuntimeError, OSError) as error:
            return Fitness(sandbox=sandbox.kind, unconfined=unconfined, error=str(error))
    return Fitness(
        ffmpeg=build.version,
        av1=build.av1,
        vmaf=build.vmaf,
        tone_mapping=build.tone_mapping,
        sandbox=sandbox.kind,
        unconfined=unconfined,
    )


def main() -> None:
    try:
        found = asyncio.run(look(Settings.from_env()))
    except SettingsError as error:
        found = Fitness(error=str(error))
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main()
