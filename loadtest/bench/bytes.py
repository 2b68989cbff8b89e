"""Wire bytes per watched minute at equal quality and at our own target, beside a common baseline. `make bench-bytes`.

Quality is phone-model VMAF of the whole clip at 1080x1920 against the lossless original, its mean and 5th percentile;
the default model and PSNR-Y stand beside it. Ours is what the tiers `refine` (H.264) and `av1` make, by the same plan,
schedule, table and search. Bytes are those of the files a player loads of one rung: segments, init, playlists, and our
one sound or theirs. A player loads exactly these files once, so their sizes are what goes over the wire.

Equal: our bytes where mean and 5th percentile are both at least the baseline's less 0.5, read off the line through
encodes around that point (logarithm of bytes against quality), caps lifted because the point is the baseline's choice.
Target: our own decision by samples, if the whole clip then meets the target; where it does not, the bytes that do,
read off in the same way under the rung's cap: a search that was too greedy gains nothing here. A rung that cannot meet
the target under its cap is shown as `-` with the quality it has, and does not count; all others do, also where the
baseline's own default stays below the target.
"""

import argparse
import asyncio
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from loadtest.bench import clips, rival
from loadtest.bench.plain import Meter
from loadtest.bench.report import Goal, by_group, finish, give_up, interval, judge, table
from loadtest.film.render import ffmpeg
from transcoder import pipeline
from transcoder.bench import Bench, Tools, check_outcome
from transcoder.contract import Decision
from transcoder.plan import ORIGINAL, Picture, av1_of, refine_of, rungs_plan
from transcoder.profiles import AUDIO_NAME, PROFILES
from transcoder.quality import RANGES, Measured, choose_quality, comparison, read_scores
from transcoder.run import ignore
from transcoder.sandbox import find_sandbox
from transcoder.search import TARGET_LOW, TARGET_MEAN, Score
from transcoder.study import Source

GOALS: Final = {
    "h264_equal": Goal(name="h264_equal", goal=0.75, better="lower"),
    "av1_equal": Goal(name="av1_equal", goal=0.40, better="lower"),
    "h264_target": Goal(name="h264_target", goal=0.55, better="lower"),
    "av1_target": Goal(name="av1_target", goal=0.28, better="lower"),
}
SEED: Final = 1  # nothing here is drawn by lot; the report has the field
_GIVEN_AWAY: Final = 0.5
_CLOSE: Final = 0.2
_MOST_ENCODES: Final = 4
_SIDES: Final = (360, 540, 720)
_SECONDS: Final = 600.0
_LIFTED: Final = 8
_SCORES: Final = "scores.json"
_PROFILE: Final = PROFILES["festival"]


class Made(Struct, frozen=True, kw_only=True):
    """One encode of a whole clip: bytes with sound and playlists, quality, processor seconds of the encode."""

    crf: float
    bytes: int
    found: Measured
    cpu: float


class Row(Struct, frozen=True, kw_only=True):
    """`equal` and `target` are bytes; None where no encode came near enough."""

    clip: clips.Clip
    picture: Picture
    minutes: float
    base: Made
    chosen: Made
    decision: Decision
    equal: float | None
    target: float | None


class Stand(Struct, frozen=True, kw_only=True):
    """One clip, studied, with what is the same for all of its rungs."""

    clip: clips.Clip
    bench: Bench
    tools: Tools
    source: Source
    shared: int


def margin(score: Score, wanted: Score) -> float:
    return min(score.mean - wanted.mean, score.low - wanted.low)


def bytes_at(made: Sequence[Made], wanted: Score) -> float | None:
    """The bytes of exactly this quality, between the two encodes around it; None where all are on one side."""
    points = sorted((margin(each.found.score, wanted), math.log(each.bytes)) for each in made)
    above = [point for point in points if point[0] >= 0]
    below = [point for point in points if point[0] < 0]
    if above and above[0][0] <= _CLOSE:
        return math.exp(above[0][1])
    if not above or not below:
        return None
    (low, small), (high, large) = below[-1], above[0]
    return math.exp(small + (large - small) * -low / (high - low))


async def measure(clip: clips.Clip, file: Path, work: Path, tools: Tools) -> list[Row]:
    stand = await _set_up(clip, file, work, tools)
    rows: list[Row] = []
    bases: dict[int, Made] = {}
    for pictures in (refine_of(stand.source.info, _PROFILE), av1_of(stand.source.info, _PROFILE)):
        wanted = tuple(each for each in pictures if each.rung.short_side <= max(_SIDES))
        decisions = await choose_quality(stand.bench, tools, stand.source, wanted, _PROFILE, lambda _share: None)
        for picture, decision in zip(wanted, decisions, strict=True):
            side = picture.rung.short_side
            bases[side] = bases.get(side) or await _baseline(stand, picture)
            rows.append(await _row(stand, picture, decision, bases[side]))
            print(" | ".join(_cells(rows[-1])), flush=True)
    return rows


async def _set_up(clip: clips.Clip, file: Path, work: Path, tools: Tools) -> Stand:
    bench = Bench.lay(work / clip.name)
    await asyncio.to_thread(clips.cut, tools.ffmpeg, clip, file, bench.original)
    info = await pipeline.look(bench, tools, "refuse")
    source = await pipeline.study(bench, tools, info, _PROFILE)
    cheap = replace(PROFILES["quick"], ladder=PROFILES["quick"].ladder[:1])
    await pipeline.make_ladder(bench, tools, source, cheap, lambda *_: None)
    return Stand(clip=clip, bench=bench, tools=tools, source=source, shared=_shared_bytes(bench))


def _shared_bytes(bench: Bench) -> int:
    """The sound, and a master of about the size ours has."""
    return rival.size_of(bench.package / AUDIO_NAME) + _MASTER_BYTES


_MASTER_BYTES: Final = 1500


async def _baseline(stand: Stand, picture: Picture) -> Made:
    folder = stand.bench.out / f"rival-{picture.rung.short_side}"
    size, fps = (picture.width, picture.height), stand.source.info.fps
    made = await asyncio.to_thread(rival.encode, stand.tools.ffmpeg, stand.bench.original, folder, size, fps)
    found = await _score(stand, f"{folder.name}/{made.playlist.name}")
    return Made(crf=23, bytes=made.bytes, found=found, cpu=made.cpu)


async def _row(stand: Stand, picture: Picture, decision: Decision, base: Made) -> Row:
    chosen = await _encode(stand, picture, decision.crf, lifted=False)
    target = Score(mean=TARGET_MEAN, low=TARGET_LOW)
    theirs = base.found.score
    equal = Score(mean=theirs.mean - _GIVEN_AWAY, low=theirs.low - _GIVEN_AWAY)
    around = await _approach(stand, picture, chosen, equal, lifted=True)
    within = [chosen]
    if margin(chosen.found.score, target) < 0:
        within = await _approach(stand, picture, chosen, target, lifted=False)
    return Row(
        clip=stand.clip,
        picture=picture,
        minutes=stand.source.info.duration / 60,
        base=base,
        chosen=chosen,
        decision=decision,
        equal=bytes_at(around, equal),
        target=chosen.bytes if margin(chosen.found.score, target) >= 0 else bytes_at(within, target),
    )


async def _approach(stand: Stand, picture: Picture, chosen: Made, wanted: Score, *, lifted: bool) -> list[Made]:
    """Encodes until there are some on both sides of the quality wanted, or one that is close above it."""
    bounds = RANGES[picture.rung.codec]
    made = [chosen]
    for attempt in range(_MOST_ENCODES):
        if bytes_at(made, wanted) is not None:
            break
        # What a cap has held down says little about what its CRF does without.
        guides = made[1:] if lifted and len(made) > 1 else made
        nearest = min(guides, key=lambda each: abs(margin(each.found.score, wanted)))
        over = margin(nearest.found.score, wanted)
        # Longer steps each time: what is wanted is the other side, from where the line is drawn.
        step = math.copysign((1 + attempt) * abs(over) / bounds.slope + 0.5, over)
        crf = bounds.near(nearest.crf + step)
        if crf in {each.crf for each in guides} and len(made) > 1:
            break
        made.append(await _encode(stand, picture, crf, lifted=lifted))
    return made


async def _encode(stand: Stand, picture: Picture, crf: float, *, lifted: bool) -> Made:
    cap = picture.rung.cap * (_LIFTED if lifted else 1)
    tried = replace(picture, rung=replace(picture.rung, crf=crf, cap=cap))
    plan = rungs_plan(stand.source, stand.tools.build, (tried,))
    folder = stand.bench.out / picture.name
    folder.mkdir(exist_ok=True)
    meter = Meter()
    check_outcome(await stand.tools.run_ffmpeg(plan.args, stand.bench.out, _SECONDS, ignore, ignore))
    cpu = meter.read().cpu
    found = await _score(stand, f"{picture.name}/playlist.m3u8")
    size = rival.size_of(folder) + stand.shared
    for path in folder.iterdir():
        path.unlink()
    return Made(crf=crf, bytes=size, found=found, cpu=cpu)


async def _score(stand: Stand, playlist: str) -> Measured:
    args = comparison(playlist, ORIGINAL, _SCORES, stand.source.info.fps, thorough=True)
    check_outcome(await stand.tools.run_ffmpeg(args, stand.bench.out, _SECONDS))
    return read_scores(stand.bench.out / _SCORES)


_HEADS: Final = (
    *("clip", "rung", "baseline kB/min", "phone VMAF, 5th", "equal quality"),
    *("our CRF", "kB/min", "phone VMAF, 5th", "at target", "VMAF", "PSNR-Y", "CPU s"),
)


def _cells(row: Row) -> list[str]:
    base, ours = row.base, row.chosen
    return [
        row.clip.name,
        row.picture.name,
        _rate(base.bytes, row.minutes),
        _shown(base.found.score),
        _ratio(row.equal, base.bytes),
        f"{ours.crf:g}",
        _rate(ours.bytes, row.minutes),
        _shown(ours.found.score),
        _ratio(row.target, base.bytes),
        f"{base.found.default or 0:.1f} / {ours.found.default or 0:.1f}",
        f"{base.found.psnr or 0:.1f} / {ours.found.psnr or 0:.1f}",
        f"{base.cpu:.0f} / {ours.cpu:.0f}",
    ]


def _rate(size: float, minutes: float) -> str:
    return f"{size / minutes / 1000:,.0f}"


def _shown(score: Score) -> str:
    return f"{score.mean:.1f}, {score.low:.1f}"


def _ratio(size: float | None, base: int) -> str:
    return "-" if size is None else f"{size / base:.2f}"


def ratios(rows: Sequence[Row], goal: str) -> list[float]:
    """One per clip. A row that came near no answer leaves its clip to the others and is shown in the table as `-`."""
    codec, which = goal.split("_")
    known = [
        (row.clip.name, size / row.base.bytes)
        for row in rows
        if row.picture.rung.codec == codec and (size := row.equal if which == "equal" else row.target) is not None
    ]
    return by_group(known)


def _overshooting(rows: Sequence[Row]) -> list[Row]:
    target = Score(mean=TARGET_MEAN, low=TARGET_LOW)
    return [row for row in rows if margin(row.base.found.score, target) >= 0]


def _tell(rows: Sequence[Row]) -> None:
    print()
    print(table(_HEADS, map(_cells, rows)))
    missing = sum(row.equal is None for row in rows) + sum(row.target is None for row in rows)
    print(f"\n{len(rows)} rows; {missing} comparisons without an answer: out of reach of the rung, its cap and range.")
    for codec in ("h264", "av1"):
        over = ratios(_overshooting(rows), f"{codec}_target")
        if len(over) >= 2:
            found = interval(over)
            print(
                f"{codec}_target on the {found.pairs} clips where the baseline itself meets the target: "
                f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
            )
    finish("bytes", SEED, [judge(goal, interval(ratios(rows, name))) for name, goal in GOALS.items()])


async def _run(names: tuple[str, ...]) -> None:
    found = clips.find(names)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-bytes-") as folder:
        work = Path(folder)
        sandbox = await find_sandbox(work, allow_none=True)
        tools = await pipeline.find_tools(ffmpeg(), work, sandbox)
        if not tools.build.vmaf:
            give_up("This ffmpeg has no libvmaf, so quality cannot be measured.")
        for clip, file in found:
            rows += await measure(clip, file, work, tools)
    _tell(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clips", help=f"some of {', '.join(clip.name for clip in clips.CLIPS)}", default="")
    parser.add_argument(
        "--few", action="store_true", help="three clips, in minutes instead of the better part of an hour"
    )
    options = parser.parse_args()
    names = clips.FEW if options.few else tuple(options.clips.split(",")) if options.clips else ()
    asyncio.run(_run(names))


if __name__ == "__main__":
    main()
