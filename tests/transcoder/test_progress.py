"""The progress writer of a job ends when it is told to, whatever arrives at the same moment."""

import asyncio
from typing import Any, cast

from transcoder.job import Progress


class Silent:
    async def tell_progress(self, *_: object) -> None:
        return None


async def test_cancellation_that_comes_together_with_news_is_obeyed() -> None:
    progress = Progress()
    nobody = cast("Any", Silent())
    writing = asyncio.create_task(progress.write_to(nobody, nobody, 10))
    await asyncio.sleep(0)

    progress.tell(97, "v720")
    writing.cancel()
    await asyncio.wait({writing}, timeout=5)

    assert writing.cancelled()
