"""The producer's preview: what is handed over while it is being encoded, and when nothing is."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from tests.transcoder.films import joined, lay
from tests.transcoder.media import call_ffmpeg, make_clip
from transcoder import assemble, pipeline, preview
from transcoder.contract import Preview
from transcoder.package import Unfit
from transcoder.pipeline import Tools


class Shelf:
    """What a store would have got, in the order it came."""

    def __init__(self) -> None:
        self.previews: list[Preview] = []
        self.files: list[Path] = []
        self.encoding: list[bool] = []

    async def take(self, shown: Preview, files: list[Path]) -> None:
        self.previews.append(shown)
        self.files += files
        out = files[0].parents[2] / "out" / "start" / "playlist.m3u8" if files else None
        self.encoding.append(out is not None and "ENDLIST" not in out.read_text())


async def start(tools: Tools, clip: Path, folder: Path, shelf: Shelf) -> Preview:
    bench = lay(clip, folder)
    info = await pipeline.look(bench, tools, "refuse")
    return await pipeline.make_start(bench, tools, info, shelf.take)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("preview") / "a.mp4"
    call_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=540x960:r=30:d=24", "-f", "lavfi", "-i", "sine=440:d=24"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-shortest", str(path)),
    )
    return path


@pytest.fixture
def quick_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is."""
    monkeypatch.setattr(preview, "_SPEED", 0.0)


@pytest.mark.usefixtures("quick_enough")
async def test_segments_are_shown_while_the_next_ones_are_made(tools: Tools, tmp_path: Path, clip: Path) -> None:
    shelf = Shelf()

    whole = await start(tools, clip, tmp_path, shelf)

    assert shelf.encoding[0]
    assert len(shelf.previews[0].segments) < 4
    assert [shown.complete for shown in shelf.previews] == [*[False] * (len(shelf.previews) - 1), True]
    assert whole == shelf.previews[-1]
    assert whole.segments == [1.0, 2.0, 4.0, 4.0, 4.0, 4.0, 5.0]
    assert (whole.width, whole.height, whole.fps, whole.duration) == (360, 640, 30.0, 24.0)
    assert whole.codec == "avc1.64001e,mp4a.40.2"
    for earlier, later in zip(shelf.previews, shelf.previews[1:], strict=False):
        assert later.segments[: len(earlier.segments)] == earlier.segments
        assert earlier.init == later.init


@pytest.mark.usefixtures("quick_enough")
async def test_every_file_is_handed_over_once_and_all_together_play(tools: Tools, tmp_path: Path, clip: Path) -> None:
    shelf = Shelf()

    whole = await start(tools, clip, tmp_path, shelf)

    folder = shelf.files[0].parent
    assert folder.name == "start"
    names = [file.name for file in shelf.files]
    assert names == ["init.mp4", *(f"{number:03d}.m4s" for number in range(len(whole.segments)))]
    assert whole.bytes == sum(file.stat().st_size for file in shelf.files)
    call_ffmpeg("-xerror", "-f", "mov", "-i", str(joined(folder)), "-f", "null", "-")


async def test_nothing_is_shown_by_an_encoder_too_slow_to_play_along(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "_SPEED", 1e9)
    shelf = Shelf()

    whole = await start(tools, make_clip(tmp_path / "a.mp4", seconds=4, width=180, height=320), tmp_path, shelf)

    assert shelf.previews == [whole]
    assert whole.complete
    assert len(shelf.files) == len(whole.segments) + 1


@pytest.mark.usefixtures("quick_enough")
async def test_a_store_that_fails_ends_the_encoder(tools: Tools, tmp_path: Path, clip: Path) -> None:
    async def refuse(_shown: Preview, _files: list[Path]) -> None:
        raise ConnectionError("no such store")

    bench = lay(clip, tmp_path)
    info = await pipeline.look(bench, tools, "refuse")
    with pytest.raises(ConnectionError):
        await pipeline.make_start(bench, tools, info, refuse)

    before = sorted(bench.out.rglob("*"))
    await asyncio.sleep(0.5)
    assert sorted(bench.out.rglob("*")) == before


@pytest.mark.usefixtures("quick_enough")
async def test_a_segment_that_does_not_follow_the_last_is_never_shown(
    tools: Tools, tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def follow_wrongly(_self: assemble.Clocks, _segment: bytes, _duration: float) -> None:
        if len(followed) == 2:
            raise Unfit("made up")
        followed.append(True)

    followed: list[bool] = []
    monkeypatch.setattr(assemble.Clocks, "follow", follow_wrongly)
    shelf = Shelf()

    with pytest.raises(pipeline.EncodeFailed):
        await start(tools, clip, tmp_path, shelf)

    assert {file.name for file in shelf.files} <= {"init.mp4", "000.m4s", "001.m4s"}


def test_a_preview_can_be_stored() -> None:
    shown = Preview(
        width=1, height=1, fps=1, codec="", bitrate=1, init="", segments=[1.0], bytes=1, duration=2, complete=False
    )

    assert msgspec.json.decode(msgspec.json.encode(shown), type=Preview) == shown
