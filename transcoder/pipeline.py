"""One original to what is published of it, tier by tier. Knows nothing of databases, queues or stores."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

from transcoder.bench import Bench, Build, EncodeFailed, ScratchFull, Tools
from transcoder.contract import Preview, RungProgress
from transcoder.edition import Addition
from transcoder.probe import SourceInfo
from transcoder.profiles import Profile
from transcoder.run import TooSlow
from transcoder.sandbox import Sandbox
from transcoder.study import Source

__all__ = ["Bench", "EncodeFailed", "ScratchFull", "Source", "SourceInfo", "Tell", "Tools", "TooSlow"]

#: The rungs of a tier on their way, and the seconds left as far as they can be known.
Tell = Callable[[list[RungProgress], int | None], None]
#: Takes files of the folder `start` that were checked, each exactly once, and the preview that names them.
Publish = Callable[[Preview, list[Path]], Awaitable[None]]
Landscape = Literal["refuse", "letterbox"]


async def find_tools(ffmpeg: str, folder: Path, sandbox: Sandbox) -> Tools:
    """Asks ffmpeg itself what it can do, once at start."""
    limit = 20.0
    bare = Tools(ffmpeg=ffmpeg, build=Build(version="", tone_mapping=False), sandbox=sandbox)
    version = await bare.run_ffmpeg(["-version"], folder, limit)
    names: set[str] = set()
    for what in ("-filters", "-encoders"):
        await bare.run_ffmpeg(
            ["-hide_banner", what], folder, limit, on_output=lambda line: names.update(line.split()[1:2])
        )
    if version.code or not names:
        raise RuntimeError(f"{ffmpeg} does not run here: {version.last_words.strip()}")
    build = Build(
        version=version.output.split("\n")[0],
        tone_mapping=names >= {"zscale", "tonemap"},
        av1="libsvtav1" in names,
        vmaf="libvmaf" in names,
    )
    return Tools(ffmpeg=ffmpeg, build=build, sandbox=sandbox)


async def look(bench: Bench, tools: Tools, landscape: Landscape) -> SourceInfo:
    """Gate and probe: what the upload is, or why it is refused."""
    raise NotImplementedError


async def study(bench: Bench, tools: Tools, info: SourceInfo, profile: Profile) -> Source:
    """One pass over the whole film: cuts, loudness, pictures fit for a poster. Raises as `make_ladder` does."""
    raise NotImplementedError


async def make_start(bench: Bench, tools: Tools, info: SourceInfo, publish: Publish) -> Preview:
    """The producer's preview, handed to `publish` while it is encoded; returns it complete."""
    raise NotImplementedError


async def make_ladder(bench: Bench, tools: Tools, source: Source, profile: Profile, tell: Tell) -> Addition:
    """All H.264 rungs, sound, posters and storyboard; raises Rejected, EncodeFailed, TooSlow or ScratchFull."""
    raise NotImplementedError


async def make_av1(bench: Bench, tools: Tools, source: Source, profile: Profile, tell: Tell) -> Addition | None:
    """None where the source is too small for these rungs, or ffmpeg cannot encode them."""
    raise NotImplementedError


async def make_refine(bench: Bench, tools: Tools, source: Source, profile: Profile, tell: Tell) -> Addition | None:
    """The smaller H.264 rungs once more, slower, in folders of their own; None where the profile has no such pass."""
    raise NotImplementedError
