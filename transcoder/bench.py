"""Where one job is done and with what: its folders, the tools, and how a program is run there."""

import shutil
import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

from transcoder.run import Listener, Outcome, ignore, run
from transcoder.sandbox import Limits, Sandbox
from transcoder.telemetry import program

_HERE: Final = Path(__file__).parent
_CORES: Final = 8
_FULL: Final = "No space left on device"


class EncodeFailed(Exception):
    """Not the file's fault as far as is known; another attempt may go better."""


class ScratchFull(Exception):
    """The disk the workers share is full."""


class Build(Struct, frozen=True, kw_only=True):
    """What the ffmpeg at hand can do."""

    version: str
    tone_mapping: bool
    av1: bool = True
    vmaf: bool = True


class Tools(Struct, frozen=True, kw_only=True):
    ffmpeg: str
    build: Build
    sandbox: Sandbox

    async def run_ffmpeg(
        self,
        args: list[str],
        folder: Path,
        seconds: float,
        on_output: Listener = ignore,
        on_complaint: Listener = ignore,
    ) -> Outcome:
        """Confined, at home in `folder`; raises TooSlow after `seconds` of wall-clock time."""
        running = self._run([self.ffmpeg, *args], folder, seconds, on_output, on_complaint)
        return await program("ffmpeg", running)

    async def run_child(self, script: str, args: list[str], folder: Path, seconds: float) -> Outcome:
        """One of our own scripts that open an upload, in a Python of its own."""
        running = self._run([sys.executable, "-I", str(_HERE / script), *args], folder, seconds, ignore, ignore)
        return await program(script.removesuffix(".py"), running)

    async def _run(
        self, args: list[str], folder: Path, seconds: float, on_output: Listener, on_complaint: Listener
    ) -> Outcome:
        start = self.sandbox.confine(args, folder, Limits(cpu_seconds=int(seconds * _CORES)))
        return await run(start, seconds, on_output, on_complaint)


class Bench(Struct, frozen=True, kw_only=True):
    """The folder of one job: `in` holds the upload, `out` is all a confined process may write to.

    `package` takes what is going to be published, in the folders it is published in.
    """

    folder: Path

    @classmethod
    def lay(cls, folder: Path) -> "Bench":
        shutil.rmtree(folder, ignore_errors=True)
        bench = cls(folder=folder)
        for path in (bench.original.parent, bench.out, bench.package):
            path.mkdir(parents=True)
        return bench

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def original(self) -> Path:
        return self.folder / "in" / "original"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def package(self) -> Path:
        return self.folder / "package"


def check_outcome(outcome: Outcome) -> None:
    if not outcome.code:
        return
    if _FULL in outcome.last_words:
        raise ScratchFull
    raise EncodeFailed(outcome.last_words)
