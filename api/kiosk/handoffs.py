"""A visitor goes on on a phone: series, second, language, and what was watched here, for one phone, within minutes.

A phone hands no watch credit to another, for it could hand it to a hundred. A screen may: it shows one film at a time
to whoever stands before it, so all it hands on together is never more than the time since it last did.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec import Struct

from api import errors
from api.access.callers import Caller, pass_breaker
from api.access.rules import device_key, new_clear_code, normalise_issued
from api.db import Connection, fetch_maybe
from api.kiosk.device_schemas import Handoff, HandoffIn, HandoffTakeIn, HandoffTaken, TakenEpisode, WatchedIn
from api.kiosk.house import House
from api.kiosk.plays import Q
from api.kiosk.service import qr_svg
from api.live import Live
from api.playback import library
from api.playback.library import ShelfEpisode
from api.playback.rules import whole_seconds

LIFE: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(hours=1)
#: Eight of thirty signs, 39 bits: the phone tells them from the six of a phone's own code.
LENGTH: Final = 8
GUESSES: Final = 30
#: Of an episode: titles and a missed end are not held against anyone.
WHOLE: Final = 0.9


class Watched(Struct, frozen=True, kw_only=True):
    """Of one episode: whole seconds, first and last of each span, that count for the phone.

    `number` is None where it is of another series than the one to go on with.
    """

    episode: int
    number: int | None
    duration: float
    reached: float
    spans: list[tuple[int, int]]


class Place(Struct, frozen=True, kw_only=True):
    slug: str
    number: int
    second: float
    lang: str
    watched: list[Watched]


class PlaceRow(Struct, frozen=True):
    place: Place


class Phone(NamedTuple):
    """Who takes it: the device's own name, and where it calls from."""

    device: str
    caller: Caller


def code_hash(key: bytes, code: str) -> bytes:
    return hmac.digest(key, f"kiosk-handoff:{code}".encode(), hashlib.sha256)


def within(budget: float, watched: list[WatchedIn]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Whole seconds of each episode, as far as the time there was allows."""
    left = int(budget)
    found = []
    for each in watched:
        spans = []
        for first, last in whole_seconds(each.spans):
            end = min(last, first + left - 1)
            if end >= first:
                spans.append((first, end))
                left -= end - first + 1
        found.append((each.episode, spans))
    return found


async def make(
    tx: Connection, kiosk: int, data: HandoffIn, country: str | None, *, house: House, now: datetime
) -> Handoff:
    since: datetime | None = await tx.fetchval(Q["hold_kiosk"], kiosk)
    budget = min(now - (since or now), LONGEST).total_seconds()
    shown = await library.find_episodes(tx, {data.episode, *(each.episode for each in data.watched)}, country)
    here = shown.get(data.episode)
    if here is None or here.series != data.series:
        raise errors.NotFound
    told = [each for each in data.watched if each.episode in shown]
    watched = [
        _watched(shown[each.episode], data.series, each, spans)
        for each, (_, spans) in zip(told, within(budget, told), strict=True)
    ]
    place = Place(
        slug=here.slug, number=here.number, second=min(data.second, here.duration), lang=data.lang, watched=watched
    )
    code = new_clear_code(LENGTH)
    await tx.execute(Q["forget_handoffs"], now)
    if await tx.fetchval(Q["save_handoff"], code_hash(house.key, code), kiosk, place, now + LIFE) is None:
        raise errors.Unavailable(retry_after=1)
    await tx.execute(Q["note_handed"], kiosk, now)
    path = f"/c#{code}"
    svg = qr_svg(house.public_url, path)
    return Handoff(url=house.public_url + path, svg=svg, expires_at=now + LIFE)


def _watched(episode: ShelfEpisode, series: int, told: WatchedIn, spans: list[tuple[int, int]]) -> Watched:
    return Watched(
        episode=episode.id,
        number=episode.number if episode.series == series else None,
        duration=episode.duration,
        reached=min(episode.duration, max((end for _, end in told.spans), default=0.0)),
        spans=spans,
    )


async def take(
    tx: Connection, live: Live, phone: Phone, data: HandoffTakeIn, *, key: bytes, now: datetime
) -> HandoffTaken:
    """Once: the row is gone with the answer. Without Redis nobody can count guesses, so none is taken."""
    await pass_breaker(live, phone.caller, "handoff-guesses", per_minute=GUESSES, fail_open=False)
    hashed = code_hash(key, normalise_issued(data.code))
    found = await fetch_maybe(tx, Q["take_handoff"], hashed, now, into=PlaceRow)
    if found is None:
        raise errors.CodeRefused
    place, credited = found.place, 0
    for each in place.watched:
        if await live.grant(device_key(phone.device), each.episode, each.spans) is not None:
            credited += sum(last - first + 1 for first, last in each.spans)
    return HandoffTaken(
        slug=place.slug,
        number=place.number,
        second=place.second,
        lang=place.lang,
        episodes=[
            TakenEpisode(
                number=each.number,
                seconds=each.reached,
                duration=each.duration,
                done=each.reached >= each.duration * WHOLE,
            )
            for each in place.watched
            if each.number is not None
        ],
        credited=credited,
    )
