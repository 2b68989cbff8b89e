"""`make bench-publish`: from the last byte of an upload to its first picture, and what the whole ladder costs.

`first_frame` and `odd_input` start a festival (API, worker, database), send a film of ninety seconds and take the time
from the word that it is complete until ffmpeg has decoded a picture of the preview fetched through the API. The
baseline encodes its whole ladder first and publishes then, as transcoders do that know nothing of a start rung; its
first picture is read straight from the disk, which is the faster way. Each pair is measured on its own servers, one
after the other; the order changes from pair to pair.

`ladder_cpu` compares processor time: probe, study and ladder with posters and storyboard, everything that leads to a
package, against one command per rung. Both ladders weigh the same: the CRF of ours is moved until its bytes are
within two per cent of the baseline's, which is not timed, and its quality must not be more than two per cent lower.
"""

import argparse
import asyncio
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from loadtest.bench import ladder, report
from loadtest.bench.clips import find
from loadtest.bench.plain import publish_plain, show_first_frame
from loadtest.bench.stage import Stage, open_stage
from loadtest.bench.uploads import ODD, Kind, make_upload

_SEED: Final = 1
_USUAL: Final[Kind] = "phone"
_PARTS: Final = ("first_frame", "ladder_cpu")
_POLL: Final = 0.02
_PATIENCE: Final = 300.0
_GOALS: Final = {
    "first_frame": report.Goal(name="first_frame", goal=100, better="higher"),
    "odd_input": report.Goal(name="odd_input", goal=50, better="higher"),
    "ladder_cpu": report.Goal(name="ladder_cpu", goal=0.7, better="lower"),
}


class Pair(Struct, frozen=True, kw_only=True):
    """Seconds until a picture was there."""

    kind: Kind
    ours: float
    plain: float


async def until_first_frame(stage: Stage, film: Path) -> float:
    episode = await stage.enter(1)
    upload = await stage.producer.send(episode, film)
    cookie = "; ".join(f"{name}={value}" for name, value in stage.producer.http.cookies.items())
    begun = time.perf_counter()
    await stage.producer.finish(upload)
    while (address := (await stage.state(episode))["preview"]) is None:
        if time.perf_counter() - begun > _PATIENCE:
            raise TimeoutError("no preview")
        await asyncio.sleep(_POLL)
    await asyncio.to_thread(show_first_frame, f"{stage.url}{address}/playlist.m3u8", cookie)
    return time.perf_counter() - begun


def measure_ours(film: Path) -> float:
    async def on_own_servers() -> float:
        folder = Path(tempfile.mkdtemp(prefix="tallscreen-bench-"))
        try:
            async with open_stage(folder) as stage:
                return await until_first_frame(stage, film)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return asyncio.run(on_own_servers())


def measure_plain(film: Path) -> float:
    with tempfile.TemporaryDirectory(prefix="tallscreen-bench-") as folder:
        begun = time.perf_counter()
        show_first_frame(str(publish_plain(film, Path(folder))))
        return time.perf_counter() - begun


def measure_pairs(films: Sequence[tuple[Kind, Path]]) -> Iterator[Pair]:
    measure_ours(films[0][1])  # thrown away: it fills the caches of the disk
    for number, (kind, film) in enumerate(films):
        if number % 2:
            plain, ours = measure_plain(film), measure_ours(film)
        else:
            ours, plain = measure_ours(film), measure_plain(film)
        print(f"  {kind}: {ours:.2f} s, whole ladder first {plain:.1f} s", flush=True)
        yield Pair(kind=kind, ours=ours, plain=plain)


def main() -> None:
    options = _options()
    clips = find()[0][1].parent
    uploads = Path(options.folder)
    uploads.mkdir(parents=True, exist_ok=True)
    odd: list[Kind] = [kind for kind in ODD for _ in range(options.odd)]
    kinds: list[Kind] = [*itertools.repeat(_USUAL, options.pairs), *odd]
    films = [(kind, make_upload(clips, kind, options.seconds, uploads)) for kind in kinds]
    verdicts = []
    if "first_frame" in options.only:
        verdicts += judge_first_frames(list(measure_pairs(films)))
    if "ladder_cpu" in options.only:
        film = make_upload(clips, _USUAL, options.seconds, uploads)
        verdicts.append(judge_ladders(asyncio.run(ladder.measure_all(film, options.seconds, options.pieces))))
    report.finish("publish", _SEED, verdicts)


def judge_first_frames(pairs: Sequence[Pair]) -> list[report.Verdict]:
    rows = [[pair.kind, f"{pair.ours:.2f}", f"{pair.plain:.1f}", f"{pair.plain / pair.ours:.0f}"] for pair in pairs]
    print(report.table(["film", "ours, s", "whole ladder first, s", "times sooner"], rows))
    phone = [pair.plain / pair.ours for pair in pairs if pair.kind == "phone"]
    odd = report.by_group((pair.kind, pair.plain / pair.ours) for pair in pairs if pair.kind != "phone")
    found = {"first_frame": phone, "odd_input": odd}
    return [report.judge(_GOALS[name], report.interval(ratios)) for name, ratios in found.items() if ratios]


def judge_ladders(pieces: Sequence[ladder.Piece]) -> report.Verdict:
    rows = [
        [
            piece.name,
            f"{piece.ours:.1f}",
            f"{piece.plain:.1f}",
            f"{piece.ours / piece.plain:.3f}",
            f"{piece.bytes:.3f}",
            f"{piece.mean:+.2f}",
        ]
        for piece in pieces
    ]
    print(report.table(["piece", "ours, CPU s", "plain, CPU s", "ratio", "bytes", "phone VMAF"], rows))
    found = report.judge(_GOALS["ladder_cpu"], report.interval([piece.ours / piece.plain for piece in pieces]))
    if all(piece.is_fair for piece in pieces):
        return found
    print("The ladders are not of the same weight and quality; the ratio means nothing.")
    return report.Verdict(
        name=found.name, value=found.value, ci=found.ci, goal=found.goal, better=found.better, met=False
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="pairs of the film a phone makes")
    parser.add_argument("--odd", type=int, default=1, help="pairs of each odd film; 0 leaves them out")
    parser.add_argument("--seconds", type=int, default=90, help="length of the films")
    parser.add_argument("--pieces", type=int, default=4, help="pieces of the film whose ladders are compared")
    parser.add_argument("--folder", default=os.environ.get("BENCH_FOLDER", "var/bench"), help="where films are kept")
    parser.add_argument(
        "--only", nargs="+", default=["first_frame", "ladder_cpu"], choices=["first_frame", "ladder_cpu"]
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
