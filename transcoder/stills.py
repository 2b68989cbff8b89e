"""Posters, thumbhash and storyboard of a film, from the pictures its ladder left in the folder of the job."""

import asyncio
from typing import Final

import msgspec
from msgspec import Struct

from transcoder.assemble import take_file
from transcoder.bench import Bench, EncodeFailed, Tools, check_outcome
from transcoder.contract import POSTER_FORMATS, PosterFiles, Sprite
from transcoder.package import Unfit
from transcoder.plan import BOARD, BOARD_COLUMNS, BOARD_WIDTH, SHOTS, board_count, board_step
from transcoder.study import Source
from transcoder.telemetry import staged

_SECONDS: Final = 120.0
_POSTERS: Final = "posters"
_SPRITE: Final = "board/sprite.webp"
_NAMES: Final = "abc"
_SHAPES: Final = ("", "-card")


class Stills(Struct, frozen=True, kw_only=True):
    thumbhash: str
    posters: list[PosterFiles]
    sprite: Sprite


class _Said(Struct, frozen=True):
    thumbhash: str
    board: tuple[int, int]


@staged("stills")
async def make_stills(bench: Bench, tools: Tools, source: Source) -> Stills:
    """Files in `posters/` and `board/`; raises EncodeFailed or ScratchFull."""
    in_order = sorted(source.shots)
    names = _NAMES[: len(source.shots)]
    pairs = [f"{name}={SHOTS % (in_order.index(shot) + 1)}" for name, shot in zip(names, source.shots, strict=True)]
    outcome = await tools.run_child("poster_child.py", [BOARD, *pairs], bench.out, _SECONDS)
    check_outcome(outcome)
    try:
        said = msgspec.json.decode(outcome.output, type=_Said)
        await asyncio.to_thread(_take, bench, names)
    except (Unfit, msgspec.DecodeError) as error:
        raise EncodeFailed(str(error)) from error
    fps = float(source.info.fps)
    return Stills(
        thumbhash=said.thumbhash,
        posters=[_poster(name, shot / fps) for name, shot in zip(names, source.shots, strict=True)],
        sprite=_sprite(source, said.board),
    )


def _take(bench: Bench, names: str) -> None:
    for name in names:
        for shape in _SHAPES:
            for kind in POSTER_FORMATS:
                file = f"{name}{shape}.{kind}"
                take_file(bench.out / file, bench.package / _POSTERS / file)
    take_file(bench.out / "sprite.webp", bench.package / _SPRITE)
    for left in (BOARD, *(SHOTS % number for number in range(1, len(names) + 1))):
        (bench.out / left).unlink(missing_ok=True)


def _poster(name: str, second: float) -> PosterFiles:
    return PosterFiles(second=round(second, 3), tall=f"{_POSTERS}/{name}", card=f"{_POSTERS}/{name}-card")


def _sprite(source: Source, board: tuple[int, int]) -> Sprite:
    count = board_count(source.info)
    return Sprite(
        path=_SPRITE,
        width=BOARD_WIDTH,
        height=board[1] // -(-count // BOARD_COLUMNS),
        columns=BOARD_COLUMNS,
        count=count,
        seconds=round(float(board_step(source.info) / source.info.fps), 6),
    )
