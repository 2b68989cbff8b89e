"""Logos and sponsors' cards through real workers: good ones are shown, hostile ones are not, and nothing else happens."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from api import jobs
from tests import builders
from tests.transcoder.hall import Hall, opened_hall
from tests.transcoder.test_posters import a_picture
from transcoder.contract import PosterJob


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, repository) as hall:
        yield hall


def a_disc() -> bytes:
    image = Image.new("RGBA", (1600, 1200))
    image.paste((255, 255, 255, 255), (400, 500, 1200, 700))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


async def submit(hall: Hall, source: bytes, kind: str = "logo") -> UUID:
    festival, mark = await builders.a_festival(hall.db), uuid4()
    async with hall.db.transaction():
        await hall.db.execute(
            "INSERT INTO mark (id, festival_id, kind, source) VALUES ($1, $2, $3, $4)", mark, festival, kind, source
        )
        await jobs.enqueue_poster(hall.db, PosterJob(poster=mark, mark=True))
    return mark


async def outcome(hall: Hall, mark: UUID) -> Any:
    async def ended() -> Any:
        row = await hall.db.fetchrow("SELECT state, source, webp, width, height FROM mark WHERE id = $1", mark)
        return None if row is None or row["state"] == "queued" else row

    return await hall.eventually(ended)


async def test_logo_loses_its_empty_border_and_keeps_what_is_transparent(hall: Hall) -> None:
    await hall.start_worker()

    mark = await submit(hall, a_disc())

    made = await outcome(hall, mark)
    picture = Image.open(io.BytesIO(made["webp"]))
    assert (made["state"], made["source"]) == ("ready", None)
    assert (picture.format, picture.size, (made["width"], made["height"])) == ("WEBP", (720, 180), (720, 180))
    assert len(made["webp"]) <= 48_000
    assert await hall.db.fetchval("SELECT logo_id FROM festival") == mark


async def test_what_is_no_picture_is_refused_and_the_one_before_stays(hall: Hall) -> None:
    await hall.start_worker()
    first = await submit(hall, a_picture("JPEG"), "sponsor")
    await outcome(hall, first)

    states = [
        (await outcome(hall, await submit(hall, source, "sponsor")))["state"]
        for source in (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, b"<svg onload='alert(1)'/>", a_picture("PNG", 20, 20))
    ]

    assert states == ["failed", "failed", "failed"]
    assert await hall.db.fetchval("SELECT sponsor_id FROM festival") == first
    assert await hall.db.fetchval("SELECT count(*) FROM mark WHERE source IS NOT NULL") == 0
