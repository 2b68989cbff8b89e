"""What is said about a job, and that its writer ends when it is told to, whatever arrives at the same moment."""

import asyncio
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from tests.transcoder.films import lay
from tests.transcoder.media import make_clip
from transcoder import pipeline
from transcoder.bench import Tools
from transcoder.contract import RungProgress, Tier
from transcoder.profiles import PROFILES, Rung
from transcoder.progress import Progress, share_of


class Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.heard_twice = asyncio.Event()

    async def tell_progress(self, _claim: object, *word: Any) -> None:
        self.heard.append(word)
        if len(self.heard) == 2:
            self.heard_twice.set()


def rungs(*progress: int) -> list[RungProgress]:
    return [RungProgress(name=f"v{number}", progress=each) for number, each in enumerate(progress)]


async def test_cancellation_that_comes_together_with_news_is_obeyed() -> None:
    progress = Progress("ladder")
    rows = cast("Any", Listener())
    writing = asyncio.create_task(progress.write_to(rows, rows, 10))
    await asyncio.sleep(0)

    progress.tell(rungs(97), 3)
    writing.cancel()
    await asyncio.wait({writing}, timeout=5)

    assert writing.cancelled()


async def test_the_newest_word_is_written_and_silence_is_broken() -> None:
    progress, listener = Progress("ladder"), Listener()
    writing = asyncio.create_task(progress.write_to(cast("Any", listener), cast("Any", None), 0.05))
    for percent in range(50):
        progress.tell(rungs(percent, percent + 10), 50 - percent)
    await listener.heard_twice.wait()
    writing.cancel()

    assert listener.heard == [(rungs(49, 59), 1, 55)] * 2


@pytest.mark.parametrize(
    ("tier", "done", "share"),
    [("start", 0, 0), ("start", 100, 5), ("ladder", 0, 5), ("ladder", 50, 52), ("ladder", 100, 99), ("av1", 50, None)],
)
def test_what_a_tier_is_of_the_whole(tier: Tier, done: float, share: int | None) -> None:
    assert share_of(tier, done) == share


async def test_a_rung_moves_while_its_quality_is_searched_and_never_back(tools: Tools, tmp_path: Path) -> None:
    rung = Rung(short_side=180, preset="veryfast", crf=26, cap=2_000_000)
    profile = msgspec.structs.replace(PROFILES["festival"], refine=(rung, msgspec.structs.replace(rung, suffix="s")))
    bench = lay(make_clip(tmp_path / "a.mp4", seconds=2, width=180, height=320), tmp_path)
    told: list[int] = []
    source = await pipeline.study(bench, tools, await pipeline.look(bench, tools, "refuse"), profile)

    await pipeline.make_refine(
        bench, tools, source, profile, lambda rungs, _left: told.extend({each.progress for each in rungs})
    )

    assert told == sorted(told)
    # 2 s of film and a search as long as 20 s: one of two rungs found is 45 %, both are 90 %.
    assert {0, 45, 90, 100} <= set(told)
