"""One job of the queue, from its claim to its end: done, handed back, or given up with a reason."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import structlog
from msgspec import Struct
from pgqueuer.errors import RetryRequested

from transcoder.arrival import check_parts, check_room, digest_of
from transcoder.bench import Bench, EncodeFailed, Tools
from transcoder.contract import Preview, Rejected, Tier, TranscodeJob
from transcoder.dubbing import Booth, make_sounds
from transcoder.making import Made, Make, Order, next_tiers
from transcoder.profiles import Profile
from transcoder.progress import Pace, Progress, share_of
from transcoder.publication import PREVIEW, give_up, publish
from transcoder.rows import DATABASE_AWAY, Claim, Ousted, Rows, insist
from transcoder.storage import Storage, StorageError
from transcoder.telemetry import STEPS_AGAIN, STEPS_FAILED, job_of, stage, staged, step
from transcoder.verdict import MOST_ATTEMPTS, Verdict, judge

log = structlog.get_logger()
T = TypeVar("T")
# Refining that is half done is worth more than what waits loses by it.
_TOO_FAR: Final = 50.0
_ENCODE_NICENESS: Final = 10


class Stopped(Exception):
    """The job goes back as if it had not been begun: the worker was asked to leave, better work waits, or more of the
    same has come in."""


class Station(Struct, frozen=True, kw_only=True):
    """Where jobs are done and with what."""

    rows: Rows
    storage: Storage
    tools: Tools
    profile: Profile
    folder: Path
    stopping: asyncio.Event
    make: Make
    #: A job that is silent for so long in its row is lost.
    heartbeat: timedelta
    retry_after: timedelta


async def handle(station: Station, job: TranscodeJob) -> None:
    """Raises RetryRequested where the queue is to keep the job."""
    with job_of(job) as trace_id, structlog.contextvars.bound_contextvars(**_about(job, trace_id)):
        claim = await insist(lambda: station.rows.claim(job), station.stopping)
        try:
            if claim is None:
                log.info("nothing to do")
            else:
                await _attempt(station, claim)
        except Ousted:
            log.info("no longer ours")
        await _clear_failed(station, job)


def _about(job: TranscodeJob, trace_id: str | None) -> dict[str, str]:
    """For every line of the log about this job."""
    about = {"package": str(job.package), "tier": job.tier}
    return about if trace_id is None else {**about, "trace_id": trace_id}


async def _attempt(station: Station, claim: Claim) -> None:
    if claim.outdated:
        await _give_up(station, claim, Rejected("superseded"), ())
        return
    if claim.attempt > MOST_ATTEMPTS:
        await _conclude(station, claim, Verdict(Rejected("worker-lost")), "")
        return
    log.info("begun", size=claim.size, attempt=claim.attempt)
    try:
        with step(claim.tier, left=(Stopped, Ousted)):
            await _produce(station, claim)
    except Stopped as error:
        await insist(lambda: station.rows.put_back(claim, counts=False), station.stopping)
        raise RetryRequested(reason="the worker was needed elsewhere") from error
    except Ousted:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the job ends in a state that people can see
        await _conclude(station, claim, judge(error, claim.attempt), f"{type(error).__name__}: {error}"[-1000:])
    else:
        log.info("done", attempt=claim.attempt)


async def _conclude(station: Station, claim: Claim, verdict: Verdict, words: str) -> None:
    """`words` are for the log of the house; people read the sentences of the code."""
    if verdict.rejected is None:
        STEPS_AGAIN.labels(claim.tier).inc()
        log.warning("another attempt follows", attempt=claim.attempt, words=words)
        await _put_back(station, claim)
        return
    STEPS_FAILED.labels(claim.tier, verdict.rejected.code).inc()
    log.warning("failed", code=verdict.rejected.code, detail=verdict.rejected.detail, words=words)
    following: Sequence[Tier] | None = next_tiers(claim.tier, station.profile)
    if claim.tier == "ladder" or (claim.tier == "start" and verdict.hopeless):
        following = None
    await _give_up(station, claim, verdict.rejected, following)


async def _give_up(station: Station, claim: Claim, rejected: Rejected, following: Sequence[Tier] | None) -> None:
    try:
        await insist(lambda: give_up(station.rows, station.storage, claim, rejected, following), station.stopping)
    except StorageError as error:
        log.warning("leftovers stay", error=type(error).__name__)
        await _put_back(station, claim)


async def _put_back(station: Station, claim: Claim) -> None:
    await insist(lambda: station.rows.put_back(claim, counts=True), station.stopping)
    raise RetryRequested(station.retry_after * claim.attempt, "failed")


async def _clear_failed(station: Station, job: TranscodeJob) -> None:
    """A package that failed, here or because a newer file took its place, leaves no files."""
    fate = await insist(lambda: station.rows.fate(job), station.stopping)
    if fate is None or fate.package != "failed":
        return
    try:
        await station.storage.delete(f"media/{job.package}")
    except StorageError as error:
        log.warning("leftovers stay", error=type(error).__name__)
        raise RetryRequested(station.heartbeat, "the store is away") from error
    await insist(lambda: station.rows.forget_preview(job.package), station.stopping)


async def _produce(station: Station, claim: Claim) -> None:
    """Raises what went wrong; Stopped and Ousted mean that nothing is to be said about the job."""
    bench = await asyncio.to_thread(Bench.lay, station.folder / f"{claim.package}-{claim.tier}")
    progress = Progress(claim.tier)
    companions = [
        progress.write_to(station.rows, claim, station.heartbeat.total_seconds() / 2),
        _leave(station.stopping),
        *([_give_way(station, progress)] if claim.tier == "refine" else []),
    ]
    try:
        made = await accompanied(_work(station, claim, bench, progress), *companions)
        left = await insist(lambda: publish(station.rows, station.storage, claim, bench, made), station.stopping)
    finally:
        await asyncio.to_thread(bench.clear)
    if left:
        raise Stopped


async def _work(station: Station, claim: Claim, bench: Bench, progress: Progress) -> Made:
    """The bytes are compared with what their sender announced while they are encoded; nothing is shown before."""
    if claim.tier == "edition":
        return Made()
    if claim.tier == "sound":
        booth = Booth(
            rows=station.rows, storage=station.storage, tools=quieter(station.tools), stopping=station.stopping
        )
        return await make_sounds(booth, claim, bench, progress.tell)
    check_room(bench.folder, claim.size)
    with stage("fetch"):
        await station.storage.fetch(claim.key, bench.original)
    verified, pace = asyncio.Event(), Pace()
    verifying = asyncio.create_task(_verify(station, claim, bench.original, verified))

    async def show(preview: Preview, files: list[Path]) -> None:
        await verified.wait()
        await pace.keep()
        await _show(station, claim, preview, files)

    async def keep(source: str) -> None:
        await insist(lambda: station.rows.save_source(claim, source), station.stopping)

    order = Order(
        claim=claim,
        bench=bench,
        tools=station.tools if claim.tier == "start" else quieter(station.tools),
        profile=station.profile,
        show=show,
        keep=keep,
        tell=progress.tell,
    )
    try:
        made = await accompanied(station.make(order), _outcome(verifying))
        await verifying
        return made
    except (Rejected, EncodeFailed):
        await verifying  # bytes that changed on the way explain everything else
        raise
    finally:
        verifying.cancel()
        await asyncio.gather(verifying, return_exceptions=True)


def quieter(tools: Tools) -> Tools:
    """Nobody waits for an encode as a producer waits for the first picture."""
    return msgspec.structs.replace(tools, sandbox=msgspec.structs.replace(tools.sandbox, niceness=_ENCODE_NICENESS))


async def _show(station: Station, claim: Claim, preview: Preview, files: Sequence[Path]) -> None:
    puts = [station.storage.put(path, f"{claim.prefix}/{PREVIEW}/{path.name}") for path in files]
    await uninterrupted(_gathered(puts))
    progress = share_of("start", 100 * min(1.0, sum(preview.segments) / preview.duration)) or 0
    await insist(lambda: station.rows.show_preview(claim, preview, progress), station.stopping)


@staged("verify")
async def _verify(station: Station, claim: Claim, original: Path, verified: asyncio.Event) -> None:
    """The parts first: the preview waits for them. The digest of the whole is for the record."""
    parts = await insist(lambda: station.rows.part_digests(claim.original), station.stopping)
    await asyncio.to_thread(check_parts, original, parts)
    verified.set()
    if not claim.recorded:
        sha256 = await asyncio.to_thread(digest_of, original)
        await insist(lambda: station.rows.save_digest(claim.original, sha256), station.stopping)


async def _leave(stopping: asyncio.Event) -> None:
    await stopping.wait()
    raise Stopped


async def _give_way(station: Station, progress: Progress) -> None:
    """Work that has been waiting for a while would have been taken if another worker were idle."""
    patience = station.heartbeat / 6
    while progress.done < _TOO_FAR:
        await asyncio.sleep(patience.total_seconds())
        try:
            waits = await station.rows.better_work_waits(patience)
        except DATABASE_AWAY:
            continue
        if waits and progress.done < _TOO_FAR:
            raise Stopped


async def _outcome(task: "asyncio.Task[None]") -> None:
    await asyncio.shield(task)


async def _gathered(works: Sequence[Coroutine[Any, Any, None]]) -> None:
    """All of them end, then the first error is raised."""
    for result in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


async def uninterrupted(work: Coroutine[Any, Any, None]) -> None:
    """What is being written to a store cannot be called back; it ends before anything is removed there."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def accompanied(work: Coroutine[Any, Any, T], *companions: Coroutine[Any, Any, None]) -> T:
    """The result of `work`. A companion that raises ends it, one that merely ends does not."""
    task = asyncio.create_task(work)
    others = [asyncio.create_task(companion) for companion in companions]
    running: set[asyncio.Task[Any]] = {task, *others}
    try:
        while not task.done():
            ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for other in ended - {task}:
                if not task.done():
                    other.result()
        return task.result()
    finally:
        for each in (task, *others):
            each.cancel()
        await asyncio.gather(task, *others, return_exceptions=True)
