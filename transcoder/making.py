"""What each tier is made by: the only place where a tier's name decides what is done."""

from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from msgspec import Struct

from transcoder import pipeline
from transcoder.bench import Bench, Tools
from transcoder.contract import Preview, Tier
from transcoder.dub import Dubbed
from transcoder.edition import Addition
from transcoder.pipeline import Source, Tell
from transcoder.profiles import Profile
from transcoder.rows import Claim


class Order(Struct, frozen=True, kw_only=True):
    """One tier to be made. `show` puts files of the preview where its producer sees them, `keep` remembers what was
    found out about the original."""

    claim: Claim
    bench: Bench
    tools: Tools
    profile: Profile
    show: Callable[[Preview, list[Path]], Awaitable[None]]
    keep: Callable[[str], Awaitable[None]]
    tell: Tell


class Made(Struct, frozen=True, kw_only=True):
    """`following` are the tiers that come next. Without an addition there was nothing to be made. `sounds` says what
    has become of each further sound."""

    addition: Addition | None = None
    preview: Preview | None = None
    following: tuple[Tier, ...] = ()
    sounds: tuple[Dubbed, ...] = ()


Make = Callable[[Order], Coroutine[Any, Any, Made]]


async def make(order: Order) -> Made:
    """Raises Rejected, EncodeFailed, TooSlow or ScratchFull."""
    bench, tools, profile = order.bench, order.tools, order.profile
    tier = order.claim.tier
    if tier == "start":
        info = await pipeline.look(bench, tools, order.claim.landscape)
        return Made(preview=await pipeline.make_start(bench, tools, info, order.show))
    if tier == "edition":
        return Made()
    source = await _source(order)
    if tier == "ladder":
        addition = await pipeline.make_ladder(bench, tools, source, profile, order.tell)
        return Made(addition=addition, following=next_tiers("ladder", profile))
    improve = pipeline.make_av1 if tier == "av1" else pipeline.make_refine
    return Made(addition=await improve(bench, tools, source, profile, order.tell), following=next_tiers(tier, profile))


async def _source(order: Order) -> Source:
    if order.claim.source is not None:
        return Source.decode(order.claim.source)
    info = await pipeline.look(order.bench, order.tools, order.claim.landscape)
    source = await pipeline.study(order.bench, order.tools, info, order.profile)
    await order.keep(source.encode().decode())
    return source


def next_tiers(tier: Tier, profile: Profile) -> tuple[Tier, ...]:
    """What makes a package smaller comes one after the other, so that each finds the last one's work."""
    if tier == "ladder" and profile.av1:
        return ("av1",)
    return ("refine",) if tier in ("ladder", "av1") and profile.refine else ()
