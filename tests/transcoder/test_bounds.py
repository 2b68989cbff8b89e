"""What a job may cost: memory of an encoder, room on the disk, for films of full size."""

import resource
from pathlib import Path

import msgspec
import pytest

from tests.transcoder.films import hear, lay, preview, publish
from tests.transcoder.media import call_ffmpeg, make_clip
from transcoder import pipeline
from transcoder.pipeline import Bench, Tools
from transcoder.profiles import PROFILES

FESTIVAL = msgspec.structs.replace(PROFILES["festival"], search=False)


def used(bench: Bench) -> int:
    return sum(path.stat().st_size for path in bench.folder.rglob("*") if path.is_file())


async def test_nothing_is_left_in_the_workshop(tools: Tools, tmp_path: Path) -> None:
    """Segments are moved to where they are published from, and everything in between is removed."""
    clip = make_clip(tmp_path / "a.mp4", seconds=2, width=360, height=640)
    bench = lay(clip, tmp_path)
    quick = PROFILES["quick"]
    info = await pipeline.look(bench, tools, "refuse")
    source = await pipeline.study(bench, tools, info, quick)
    addition = await pipeline.make_ladder(bench, tools, source, quick, hear)
    publish(bench, None, addition, [])
    folder, _ = await preview(tools, clip, tmp_path / "start")

    for out in (bench.out, folder.parents[1] / "out"):
        left = [
            path.name for path in out.rglob("*") if path.is_file() and path.name not in ("playlist.m3u8", "init.mp4")
        ]
        assert left == []


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_a_job_of_full_size_stays_within_memory_and_disk(tools: Tools, tmp_path: Path) -> None:
    """1.5 GB for every program of a job at 1080x1920, three times the original on the disk and a little more."""
    clip = tmp_path / "a.mp4"
    noisy = "testsrc2=s=1080x1920:r=30:d=4,noise=alls=8:allf=t"
    sound = ["-f", "lavfi", "-i", "sine=440:d=4"]
    call_ffmpeg("-f", "lavfi", "-i", noisy, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "24", str(clip))
    bench = lay(clip, tmp_path)
    info = await pipeline.look(bench, tools, "refuse")
    source = await pipeline.study(bench, tools, info, FESTIVAL)

    await pipeline.make_ladder(bench, tools, source, FESTIVAL, hear)
    assert used(bench) <= 3 * clip.stat().st_size + 20_000_000
    await pipeline.make_av1(bench, tools, source, FESTIVAL, hear)
    await pipeline.make_refine(bench, tools, source, FESTIVAL, hear)

    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert largest <= 1_500_000_000
