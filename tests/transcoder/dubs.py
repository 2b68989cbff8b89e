"""Further sounds of a film, as the API leaves them to a worker."""

import hashlib
from pathlib import Path
from uuid import UUID

from tests import builders
from tests.transcoder.hall import PART_SIZE, Episode, Hall
from tests.transcoder.media import call_ffmpeg
from transcoder.contract import Tier, TranscodeJob
from transcoder.rows import enqueue

SECONDS = 4


def a_sound(folder: Path, name: str = "a.wav", seconds: float = SECONDS, source: str = "sine=880", *more: str) -> bytes:
    call_ffmpeg("-f", "lavfi", "-i", f"{source}:r=48000:d={seconds}", *more, str(folder / name))
    return (folder / name).read_bytes()


async def dub(hall: Hall, episode: Episode, content: bytes, lang: str = "ru") -> UUID:
    """A sound as the API leaves it when its last byte has come."""
    original = await builders.an_original(hall.db, episode.id)
    key = f"originals/{original}"
    hall.keep(key, content)
    await hall.db.execute("UPDATE original SET size = $2, lang = $3 WHERE id = $1", original, len(content), lang)
    await announce(hall, original, content)
    await hall.db.execute(
        "INSERT INTO sound (episode_id, lang, original_id) VALUES ($1, $2, $3) ON CONFLICT (episode_id, lang) DO UPDATE"
        " SET original_id = excluded.original_id, state = 'queued', failure_code = NULL",
        episode.id,
        lang,
        original,
    )
    return original


async def announce(hall: Hall, original: UUID, content: bytes) -> None:
    for number, start in enumerate(range(0, len(content), PART_SIZE), 1):
        part = content[start : start + PART_SIZE]
        values = (original, number, len(part), hashlib.sha256(part).hexdigest())
        await hall.db.execute("INSERT INTO original_part VALUES ($1, $2, $3, $4)", *values)


async def queue_tier(hall: Hall, episode: Episode, tier: Tier = "sound") -> None:
    await hall.db.execute(
        "INSERT INTO tier (package_id, name) VALUES ($1, $2) ON CONFLICT (package_id, name) DO UPDATE SET state = 'queued'",
        episode.package,
        tier,
    )
    await enqueue(hall.db, TranscodeJob(package=episode.package, tier=tier), 1)
