"""Pictures of producers through real workers: good ones become posters, hostile ones a sentence, and nothing else happens."""

import io
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image

from api import jobs
from tests import builders
from tests.transcoder.hall import Hall, opened_hall
from transcoder.contract import Crop, PosterJob, PosterSources

WHOLE = (0.0, 0.0, 1.0, 1.0)
RED, BLUE = (220, 30, 30), (30, 30, 220)


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, repository) as hall:
        yield hall


def a_picture(kind: str, width: int = 720, height: int = 1280, **options: object) -> bytes:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


async def submit(hall: Hall, *pictures: bytes, part: tuple[float, float, float, float] = WHOLE) -> UUID:
    """A poster of these pictures, queued as the API queues it."""
    series, poster, crops = await builders.a_series(hall.db), uuid4(), []
    for picture in pictures:
        name = uuid4()
        hall.keep(f"pictures/{name}", picture)
        left, top, width, height = part
        crops.append(Crop(picture=name, left=left, top=top, width=width, height=height))
    sources = PosterSources(tall=crops[0], card=crops[-1])
    async with hall.db.transaction():
        await hall.db.execute(
            "INSERT INTO poster (id, series_id, state, sources, created_at) VALUES ($1, $2, 'queued', $3, $4)",
            poster, series, sources, datetime.now(UTC),
        )  # fmt: skip
        await jobs.enqueue_poster(hall.db, PosterJob(poster=poster))
    return poster


async def outcome(hall: Hall, poster: UUID) -> str:
    async def ended() -> str | None:
        state: str = await hall.db.fetchval("SELECT state FROM poster WHERE id = $1", poster)
        return None if state == "queued" else state

    return await hall.eventually(ended)


def files(hall: Hall, poster: UUID) -> set[str]:
    return {path.name for path in (hall.store / "media" / str(poster)).glob("*")}


def shown(hall: Hall, poster: UUID, name: str) -> Image.Image:
    return Image.open(hall.store / "media" / str(poster) / name).convert("RGB")


def is_close(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) < 30 for one, other in zip(found, wanted, strict=True))


async def test_four_kinds_of_pictures_become_posters_of_the_series(hall: Hall) -> None:
    await hall.start_worker()
    kinds = ("JPEG", "PNG", "WEBP", "AVIF")

    posters = [await submit(hall, a_picture(kind)) for kind in kinds]

    assert [await outcome(hall, poster) for poster in posters] == ["ready"] * 4
    for poster in posters:
        assert files(hall, poster) == {
            f"{name}.{kind}" for name in ("tall", "card") for kind in ("avif", "webp", "jpg")
        }
        tall, card = shown(hall, poster, "tall.jpg"), shown(hall, poster, "card.webp")
        assert (tall.size, card.size) == ((540, 960), (540, 810))
        assert is_close(tall.getpixel((270, 100)), RED)
        assert is_close(tall.getpixel((270, 860)), BLUE)
        row = await hall.db.fetchrow(
            "SELECT p.thumbhash, s.poster_id FROM poster p JOIN series s ON s.id = p.series_id WHERE p.id = $1", poster
        )
        assert row is not None
        assert (len(row["thumbhash"]) > 10, row["poster_id"]) == (True, poster)


async def test_chosen_part_is_what_is_shown_and_two_pictures_give_two_shapes(hall: Hall) -> None:
    await hall.start_worker()

    lower = await submit(hall, a_picture("PNG", 1440, 2560), part=(0.25, 0.5, 0.5, 0.5))
    two = await submit(hall, a_picture("PNG"), one_colour(BLUE))

    assert [await outcome(hall, each) for each in (lower, two)] == ["ready", "ready"]
    assert is_close(shown(hall, lower, "tall.jpg").getpixel((270, 20)), BLUE)
    assert is_close(shown(hall, two, "tall.jpg").getpixel((270, 20)), RED)
    assert is_close(shown(hall, two, "card.jpg").getpixel((270, 20)), BLUE)


def one_colour(colour: tuple[int, int, int], size: tuple[int, int] = (900, 1350)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


async def test_turned_picture_is_cut_as_it_is_seen_and_transparent_parts_are_dark(hall: Hall) -> None:
    await hall.start_worker()
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    clear = io.BytesIO()
    Image.new("RGBA", (720, 1280), (255, 255, 255, 0)).save(clear, "PNG")

    turned = await submit(hall, a_picture("JPEG", exif=exif.tobytes()))
    dark = await submit(hall, clear.getvalue())

    assert [await outcome(hall, each) for each in (turned, dark)] == ["ready", "ready"]
    assert is_close(shown(hall, turned, "tall.jpg").getpixel((270, 100)), BLUE)
    assert is_close(shown(hall, dark, "tall.jpg").getpixel((270, 100)), (11, 10, 16))


def a_bomb() -> bytes:
    """A PNG of a thousand million pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 31_623, 31_623, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def lying_png() -> bytes:
    """Says another size than its data have."""
    picture = bytearray(a_picture("PNG"))
    picture[16:24] = struct.pack(">II", 6000, 6000)
    picture[29:33] = struct.pack(">I", zlib.crc32(bytes(picture[12:29])))
    return bytes(picture)


def a_gif() -> bytes:
    return a_picture("GIF")


def eps_in_jpeg() -> bytes:
    """What a careless library would give to Ghostscript."""
    return b"\xff\xd8\xff\xe0%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(x) run\n"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb": a_bomb,
    "lying size": lying_png,
    "gif": a_gif,
    "postscript": eps_in_jpeg,
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "half a jpeg": lambda: a_picture("JPEG")[:3000],
    "noise after a head": lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 50,
    "tiny": lambda: a_picture("PNG", 90, 160),
    "one line": lambda: a_picture("PNG", 20_000, 1),
    "empty": lambda: b"",
    "playlist": lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "webp that ends": lambda: a_picture("WEBP")[:40],
    "avif that ends": lambda: a_picture("AVIF")[:200],
}


async def test_hostile_pictures_become_a_sentence_and_leave_nothing(hall: Hall) -> None:
    """One worker for all of them: after the last it still makes a good one."""
    await hall.start_worker()
    posters = {name: await submit(hall, make()) for name, make in HOSTILE.items()}

    ends = {name: await outcome(hall, poster) for name, poster in posters.items()}
    good = await submit(hall, a_picture("JPEG"))

    assert ends == dict.fromkeys(HOSTILE, "failed")
    assert await outcome(hall, good) == "ready"
    assert [files(hall, poster) for poster in posters.values()] == [set()] * len(posters)
    assert (
        await hall.db.fetchval("SELECT count(*) FROM series WHERE poster_id = ANY($1::uuid[])", [*posters.values()])
        == 0
    )
    assert list(hall.work.glob("worker-*/poster-*")) == []


async def test_work_folder_is_gone_before_the_outcome_is_told(hall: Hall) -> None:
    """Every outcome waits here at the moment it would be written."""
    await hall.db.execute(
        "CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END';"
        "CREATE TRIGGER told BEFORE UPDATE OF state ON poster FOR EACH ROW EXECUTE FUNCTION wait_for_test();"
        "SELECT pg_advisory_lock(1)"
    )
    await hall.start_worker()
    for picture, told in ((a_picture("JPEG"), "ready"), (a_gif(), "failed")):
        poster = await submit(hall, picture)
        await hall.eventually(
            lambda: hall.db.fetchval("SELECT true FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        )

        assert list(hall.work.glob("worker-*/poster-*")) == []

        await hall.db.execute("SELECT pg_advisory_unlock(1)")
        assert await outcome(hall, poster) == told
        await hall.db.execute("SELECT pg_advisory_lock(1)")


async def test_poster_whose_job_was_lost_is_made_all_the_same(hall: Hall) -> None:
    poster = await submit(hall, a_picture("JPEG"))
    await hall.db.execute("DELETE FROM pgqueuer")
    await hall.db.execute("UPDATE poster SET created_at = now() - interval '1 hour'")

    await hall.start_worker()

    assert await outcome(hall, poster) == "ready"


async def test_picture_that_was_swept_away_is_no_endless_job(hall: Hall) -> None:
    poster = await submit(hall, a_picture("JPEG"))
    for path in (hall.store / "pictures").iterdir():
        path.unlink()

    await hall.start_worker()

    assert await outcome(hall, poster) == "failed"
    await hall.queue_is_empty()
