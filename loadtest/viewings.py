"""Who watched the demo's series, and how far: summaries as phones send them, the same in every demo."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from loadtest.client import Person

#: How many watch the series in the order of the programme; the last is not seen by enough people to be told about.
AUDIENCES: Final = (640, 170, 120, 90, 60, 9)
#: Sent at once; one by one they would take a minute, all together they would be a rush.
_ABREAST: Final = 8
_PAGES: Final = {"ru": 30, "en": 26, "kk": 16, "zh": 9, "fa": 8, "hi": 5, "uz": 4, "be": 2}
_SOUNDS: Final = {"BY": "be", "KZ": "kk", "KG": "ky", "TJ": "tg", "UZ": "uz", "IR": "fa", "CN": "zh", "IN": "hi"}
_START, _SPREAD = 0.4, 0.55


class Shown(Struct, frozen=True, kw_only=True):
    """An episode as it can be watched."""

    id: int
    number: int
    seconds: float


class Audience(Struct, frozen=True, kw_only=True):
    """`lost` is the number of the episode after which many do not come back."""

    slug: str
    country: str
    people: int
    lost: int


def summaries(audience: Audience, episodes: Sequence[Shown]) -> Iterator[dict[str, Any]]:
    """All playings of an audience, one after the other."""
    dice = random.Random(f"2026 {audience.slug}")
    for _ in range(audience.people):
        yield from _viewing(dice, audience, episodes)


def _viewing(dice: random.Random, audience: Audience, episodes: Sequence[Shown]) -> Iterator[dict[str, Any]]:
    page = dice.choices(list(_PAGES), list(_PAGES.values()))[0]
    person = {
        "viewing": _uuid(dice),
        "interface": page,
        "subtitles": page if dice.random() < 0.71 else None,
        "sound": _SOUNDS.get(audience.country, "ru"),
    }
    for episode in episodes:
        left = _left_at(dice, episode) if dice.random() < 0.1 else None
        yield {**person, **_playing(dice, episode, left)}
        stays = 0.8 if episode.number == audience.lost else 0.95
        if left is not None or dice.random() > stays:
            return


def _left_at(dice: random.Random, episode: Shown) -> float:
    """Some at once, many where the film holds its breath, the others anywhere."""
    fate = dice.random()
    if fate < 0.25:
        return dice.uniform(0.6, 3)
    if fate < 0.75:
        return min(episode.seconds - 1, max(1.0, dice.gauss(0.62 * episode.seconds, 1.1)))
    return dice.uniform(1, episode.seconds - 1)


def _playing(dice: random.Random, episode: Shown, left: float | None) -> dict[str, Any]:
    seconds = round(episode.seconds if left is None else left, 1)
    stalls = 1 if dice.random() < 0.05 else 0
    return {
        "session": _uuid(dice),
        "episode": episode.id,
        "start_ms": round(1000 * dice.lognormvariate(-1, _SPREAD) * _START / 0.37),
        "stalls": stalls,
        "stalled_ms": stalls * dice.randrange(300, 2500),
        "seconds": seconds,
        "rungs": {"v540": seconds},
        "liked": dice.random() < 0.16,
        "left_at": seconds,
        "finished": left is None,
    }


#: Which hours of the festival's clocks people watch in, as often as they stand here.
_HOURS: Final = (9, 11, 12, 13, 13, 15, 16, 17, 18, 18, 19, 19, 19, 20, 20, 20, 20, 21, 21, 21, 21, 22, 22, 23)
#: What was never released stays so.
_RELEASED: Final = """
UPDATE series SET released_at = least(released_at, now() - make_interval(days => $1)) WHERE released_at IS NOT NULL"""
_BACK: Final = """
UPDATE playback_summary SET hour = least(hour,
  (date_trunc('day', now() AT TIME ZONE 'Asia/Almaty') - make_interval(days => abs(hashtext(viewing::text)) % $2)
   + make_interval(hours => ($1::int[])[1 + abs(hashtext('hour ' || viewing)) % cardinality($1::int[])]))
  AT TIME ZONE 'Asia/Almaty')
WHERE viewing IS NOT NULL"""


async def date_back(database_url: str | None, *, days: int) -> None:
    """Spread what was watched over the last days: the API dates it with the hour in which it came.

    Only for a demo, whose database is at hand; the series were released before that.
    """
    if database_url is None:
        return
    db = await asyncpg.connect(database_url)
    try:
        async with db.transaction():
            await db.execute(_RELEASED, days + 2)
            await db.execute(_BACK, list(_HOURS), days + 1)
            await db.execute("DELETE FROM staying")
    finally:
        await db.close()


def _uuid(dice: random.Random) -> str:
    return str(UUID(int=dice.getrandbits(128), version=4))


async def send(url: str, playings: Iterator[dict[str, Any]]) -> int:
    """How many were sent. The server takes each of them once, however often a demo is started."""
    sent = 0

    async def go_on() -> None:
        nonlocal sent
        phone = Person(url)
        try:
            for playing in playings:
                await phone.post("/api/playback/summaries", playing)
                sent += 1
        finally:
            await phone.close()

    await asyncio.gather(*(go_on() for _ in range(_ABREAST)))
    return sent
