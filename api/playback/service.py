"""The feed: episodes of a series with all a player needs to start."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from api import errors
from api.access.callers import Caller, pass_breaker
from api.access.rules import device_key
from api.access.schemas import Account
from api.catalog import service as catalog
from api.catalog.schemas import SeriesPage
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries
from api.live import Live
from api.metrics import PLAYED, STALLED, STALLS, STARTS
from api.playback import rules
from api.playback.grants import Grants
from api.playback.lines import lines_of
from api.playback.schemas import Feed, FeedEpisode, FeedItem, FeedSeries, Heard, Heartbeat, Stream, Summary
from api.words import Words
from transcoder.contract import Descriptor

Q = read_queries(Path(__file__).parent)
LOOP_LIMIT = 40
#: Heartbeats of one network in a minute: a thousand viewers behind one address, ten times as many at the venue.
HEARTBEATS = 6000
#: As many viewers end an episode, or swipe past it, once every few seconds.
SUMMARIES = 12_000


class FeedRow(Struct, frozen=True, kw_only=True):
    id: int
    number: int
    title: Words
    package: UUID
    descriptor: Descriptor


class StreamRow(Struct, frozen=True):
    descriptor: Descriptor


async def feed(db: Connection, slug: str, country: str | None, *, first: int, limit: int) -> Feed:
    """Episodes of a series that is shown in this country, from number `first` on."""
    series = await catalog.series_page(db, slug, country)
    rows = await fetch_all(db, Q["feed"], slug, first, limit + 1, into=FeedRow)
    following = rows[limit].number if len(rows) > limit else None
    return Feed(items=[_to_item(series, row) for row in rows[:limit]], next=following)


def _to_item(series: SeriesPage, row: FeedRow) -> FeedItem:
    return FeedItem(
        episode=FeedEpisode(
            id=row.id, number=row.number, title=row.title, duration_ms=round(row.descriptor.duration * 1000)
        ),
        series=FeedSeries(
            id=series.id,
            slug=series.slug,
            title=series.title,
            country=series.country,
            episode_count=series.episode_count,
            duration_ms=series.duration_ms,
            poster=series.poster,
            thumbhash=series.thumbhash,
        ),
        stream=rules.to_stream(row.package, row.descriptor),
        entries=series.entries,
    )


async def loop(db: Connection, country: str | None) -> list[FeedItem]:
    """What a kiosk shows while nobody touches it: the first episode of each released series."""
    firsts = await db.fetch(Q["loop"], LOOP_LIMIT, country)
    feeds = [await feed(db, row["slug"], country, first=row["number"], limit=1) for row in firsts]
    return [item for page in feeds for item in page.items]


async def stream_of(
    db: Connection, package: UUID, account: Account | None, country: str | None, grants: Grants
) -> Stream:
    """A package for those who may watch it, also before its release; for jurors in their own form."""
    rights = await fetch_maybe(db, Q["media_rights"], package, country, into=rules.MediaRights)
    plain = rights is not None and rules.may_read(rights, account)
    if rights is None or not (plain or rules.may_screen(rights, account)):
        raise errors.NotFound
    row = await fetch_one(db, Q["stream"], package, into=StreamRow, missing=errors.NotFound())
    stream = rules.to_stream(package, row.descriptor)
    if plain:
        return stream
    film = grants.for_film(package, stream.duration)
    return rules.to_screener(stream, row.descriptor.master, film, grants.for_stills(package))


async def require_readable(db: Connection, package: UUID, account: Account | None, country: str | None) -> int:
    """Seconds for which anybody may be given the package; NotFound where this account may not even know of it."""
    rights = await fetch_maybe(db, Q["media_rights"], package, country, into=rules.MediaRights)
    if rights is None or not rules.may_read(rights, account):
        raise errors.NotFound
    return rules.keeping_of(rights)


async def keep_summary(tx: Connection, live: Live, caller: Caller, summary: Summary, *, now: datetime) -> None:
    """Once for each playing. Of the caller is kept whether this was one of the festival's halls, and nothing else."""
    await pass_breaker(live, caller, "summaries", per_minute=SUMMARIES, fail_open=True)
    told = (summary.start_ms, summary.stalls, summary.stalled_ms, summary.seconds, summary.rungs, summary.liked)
    stayed = (summary.viewing, summary.left_at, summary.finished, summary.interface, summary.subtitles, summary.sound)
    network = "hall" if caller.venue else "elsewhere"
    if await tx.fetchval(Q["save_summary"], summary.session, summary.episode, now, *told, *stayed, network):
        _count(summary, network)


def _count(summary: Summary, network: str) -> None:
    if summary.start_ms is not None:
        STARTS.labels(network).observe(summary.start_ms / 1000)
    STALLS.labels(network).inc(summary.stalls)
    STALLED.labels(network).inc(summary.stalled_ms / 1000)
    for rung, seconds in summary.rungs.items():
        PLAYED.labels(network, str(lines_of(rung) or "other")).inc(seconds)


async def hear(live: Live, caller: Caller, device: str, beat: Heartbeat) -> Heard:
    """Credit what was watched: each second of a film once, never faster than the clock: `watch` in live.lua."""
    await pass_breaker(live, caller, "heartbeats", per_minute=HEARTBEATS, fail_open=True)
    spans = rules.whole_seconds(beat.spans)
    return Heard(seconds=await live.watch(device_key(device), beat.episode, str(beat.session), spans))
