"""What becomes of one upload, up to the producer's preview or up to what viewers get."""

from pathlib import Path

from msgspec import Struct

from transcoder.contract import Failure, Preview, Rejected, RungProgress, failure
from transcoder.pipeline import Bench, EncodeFailed, Tools, TooSlow, look, make_ladder, make_start, study
from transcoder.profiles import PROFILES

EPISODE = "episode"


class Fate(Struct, frozen=True, kw_only=True):
    """`end` is EPISODE or the code of the refusal, `words` what is said about it, `published` the files of the preview."""

    end: str
    words: Failure | None = None
    said: str = ""
    published: tuple[Path, ...] = ()


async def preview(bench: Bench, tools: Tools) -> Fate:
    published: list[Path] = []

    async def publish(_preview: Preview, files: list[Path]) -> None:
        published.extend(files)

    try:
        info = await look(bench, tools, "refuse")
        await make_start(bench, tools, info, publish)
    except (Rejected, EncodeFailed, TooSlow) as error:
        return _refused(error)
    return Fate(end=EPISODE, published=tuple(published))


async def ladder(bench: Bench, tools: Tools) -> Fate:
    def tell(_rungs: list[RungProgress], _left: int | None) -> None:
        """Nobody watches."""

    profile = PROFILES["quick"]
    try:
        source = await study(bench, tools, await look(bench, tools, "refuse"), profile)
        await make_ladder(bench, tools, source, profile, tell)
    except (Rejected, EncodeFailed, TooSlow) as error:
        return _refused(error)
    return Fate(end=EPISODE)


def _refused(error: Rejected | EncodeFailed | TooSlow) -> Fate:
    if isinstance(error, Rejected):
        return Fate(end=error.code, words=failure(error.code, error.detail), said=error.detail)
    code = "encode-too-slow" if isinstance(error, TooSlow) else "encode-failed"
    return Fate(end=code, words=failure(code), said=str(error))
