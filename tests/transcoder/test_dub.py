"""Further sounds on a worker of their own: checked against the film, as loud, cut where it is, never touching the picture."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.transcoder.dubs import a_sound, announce, dub, queue_tier
from tests.transcoder.films import joined, samples
from tests.transcoder.hall import Episode, Hall, opened_hall
from tests.transcoder.media import call_ffmpeg, make_clip
from tests.transcoder.test_sounds import pitch
from transcoder.contract import Descriptor

SECONDS = 4


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, repository) as hall:
        yield hall


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("dub") / "film.mp4", seconds=SECONDS, width=360, height=640).read_bytes()


async def descriptor(hall: Hall, episode: Episode) -> Descriptor:
    return msgspec.convert((await hall.row(episode))["descriptor"], Descriptor)


async def sound_row(hall: Hall, lang: str = "ru") -> asyncpg.Record:
    row = await hall.db.fetchrow("SELECT * FROM sound WHERE lang = $1", lang)
    assert row is not None
    return row


async def sounds_are_done(hall: Hall, episode: Episode) -> None:
    async def done() -> bool:
        return (await hall.tiers(episode)).get("sound", ("", 0))[0] in ("done", "failed")

    await hall.eventually(done)


def folder_of(hall: Hall, episode: Episode, name: str) -> Path:
    return hall.store / "media" / str(episode.package) / name


async def test_a_dub_waits_for_its_film_and_is_published_after_it(hall: Hall, film: bytes, tmp_path: Path) -> None:
    episode = await hall.submit(film)
    original = await dub(hall, episode, a_sound(tmp_path, "ru.flac"))
    await dub(hall, episode, a_sound(tmp_path, "kk.mp3", SECONDS, "sine=1320"), "kk")
    await hall.start_worker()

    await sounds_are_done(hall, episode)

    made = await descriptor(hall, episode)
    assert [(track.lang, track.dub) for track in made.audio] == [(None, False), ("kk", True), ("ru", True)]
    name = str(made.audio[2].name)
    assert name == f"a64-ru-{original.hex[-12:]}"
    assert pitch(joined(folder_of(hall, episode, name))) == pytest.approx(880, rel=0.02)
    assert sum(made.audio[2].segments) == pytest.approx(sum(made.audio[0].segments), abs=0.03)
    assert len(made.audio[2].segments) == len(made.video[0].segments)
    row = await sound_row(hall)
    assert (row["state"], row["off_by"], row["silent"], str(row["package_id"])) == (
        "ready",
        None,
        False,
        str(episode.package),
    )
    master = (folder_of(hall, episode, made.master)).read_text()
    assert f'LANGUAGE="ru",DEFAULT=NO,AUTOSELECT=NO,CHANNELS="2",URI="../{name}/playlist.m3u8"' in master
    assert await hall.db.fetchval("SELECT sha256 IS NOT NULL FROM original WHERE id = $1", original)


async def test_a_later_dub_costs_no_new_picture_and_another_takes_its_place(
    hall: Hall, film: bytes, tmp_path: Path
) -> None:
    episode = await hall.submit(film)
    await hall.start_worker()
    await hall.is_at_rest(episode)
    before = await descriptor(hall, episode)
    await dub(hall, episode, a_sound(tmp_path))
    await queue_tier(hall, episode)
    await sounds_are_done(hall, episode)
    first = await descriptor(hall, episode)
    await dub(hall, episode, a_sound(tmp_path, "b.wav", SECONDS, "sine=1320"))
    await queue_tier(hall, episode)
    await hall.queue_is_empty()

    second = await descriptor(hall, episode)

    assert first.video == second.video == before.video
    assert (first.edition, second.edition) == (before.edition + 1, before.edition + 2)
    assert first.audio[1].name != second.audio[1].name
    assert len(second.audio) == 2
    assert not any(path.startswith(f"{first.audio[1].name}/") for path in second.files)
    assert pitch(joined(folder_of(hall, episode, second.audio[1].name))) == pytest.approx(1320, rel=0.02)


async def test_a_removed_dub_is_in_no_later_edition(hall: Hall, film: bytes, tmp_path: Path) -> None:
    episode = await hall.submit(film)
    await dub(hall, episode, a_sound(tmp_path))
    await hall.start_worker()
    await sounds_are_done(hall, episode)
    await hall.db.execute("UPDATE sound SET state = 'removed'")
    await queue_tier(hall, episode, "edition")
    await hall.queue_is_empty()

    made = await descriptor(hall, episode)

    assert [track.name for track in made.audio] == ["a64"]
    assert made.peaks.keys() == {*(track.name for track in made.video), "a64"}


@pytest.mark.parametrize(("seconds", "off_by"), [(SECONDS + 0.4, 0.4), (SECONDS - 0.4, -0.4), (SECONDS + 0.03, None)])
async def test_what_is_off_by_more_than_a_picture_is_said_and_made_to_fit(
    hall: Hall, film: bytes, tmp_path: Path, seconds: float, off_by: float | None
) -> None:
    episode = await hall.submit(film)
    await dub(hall, episode, a_sound(tmp_path, seconds=seconds))
    await hall.start_worker()

    await sounds_are_done(hall, episode)

    assert (await sound_row(hall))["state"] == "ready"
    assert (await sound_row(hall))["off_by"] == (None if off_by is None else pytest.approx(off_by, abs=0.03))
    made = await descriptor(hall, episode)
    assert sum(made.audio[1].segments) == pytest.approx(SECONDS, abs=0.03)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda folder: a_sound(folder, seconds=SECONDS + 0.7), "sound-length"),
        (lambda folder: a_sound(folder, seconds=SECONDS - 0.7), "sound-length"),
        (lambda _: b"A few words about my film.\n" * 40, "not-a-sound"),
        (lambda _: b"#EXTM3U\n#EXTINF:4,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n", "not-a-sound"),
        (lambda folder: make_clip(folder / "m.mp4", SECONDS, 360, 640, audio=False).read_bytes(), "not-a-sound"),
        (lambda _: b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(400), "unreadable-file"),
        (lambda _: b"fLaC" + bytes(400), "unreadable-file"),
        (lambda _: b"ID3\x04" + bytes(4000), "unreadable-file"),
    ],
)
async def test_what_cannot_be_heard_with_this_film_is_refused_and_the_others_are_made(
    hall: Hall, film: bytes, tmp_path: Path, make: Any, code: str
) -> None:
    episode = await hall.submit(film)
    await dub(hall, episode, make(tmp_path), "be")
    await dub(hall, episode, a_sound(tmp_path, "good.wav"), "ru")
    await hall.start_worker()

    await sounds_are_done(hall, episode)

    assert {row["lang"]: (row["state"], row["failure_code"]) for row in await hall.db.fetch("SELECT * FROM sound")} == {
        "be": ("failed", code),
        "ru": ("ready", None),
    }
    assert [track.lang for track in (await descriptor(hall, episode)).audio] == [None, "ru"]
    assert hall.files(episode) - {
        path for path in hall.files(episode) if path.startswith("start/")
    } <= await hall.named_files(episode)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.m4a", "a.mp3", "a.ac3", "a.eac3", "a.mka", "a.mp4"])
async def test_every_kind_that_is_promised_is_taken(hall: Hall, film: bytes, tmp_path: Path, name: str) -> None:
    more = ["-f", "lavfi", "-i", f"color=gray:s=180x320:r=24:d={SECONDS}"] if name == "a.mp4" else []
    coder = ["-c:a", "eac3", "-f", "eac3"] if name == "a.eac3" else []
    episode = await hall.submit(film)
    await dub(hall, episode, a_sound(tmp_path, name, SECONDS, "sine=880", *more, *coder))
    await hall.start_worker()

    await sounds_are_done(hall, episode)

    row = await sound_row(hall)
    assert (row["state"], row["failure_code"], row["failure_detail"]) == ("ready", None, None)
    made = await descriptor(hall, episode)
    assert pitch(joined(folder_of(hall, episode, made.audio[1].name))) == pytest.approx(880, rel=0.02)


async def test_a_dub_becomes_as_loud_as_the_festival_and_a_silent_one_is_said(
    hall: Hall, film: bytes, tmp_path: Path
) -> None:
    episode = await hall.submit(film)
    quiet = f"aevalsrc='{10 ** (-30 / 20)}*sin(2*PI*997*t)|{10 ** (-30 / 20)}*sin(2*PI*997*t)'"
    call_ffmpeg("-f", "lavfi", "-i", f"{quiet}:s=48000:d={SECONDS}", str(tmp_path / "quiet.wav"))
    await dub(hall, episode, (tmp_path / "quiet.wav").read_bytes(), "ru")
    await dub(hall, episode, a_sound(tmp_path, "none.wav", SECONDS, "anullsrc=cl=mono"), "fa")
    await hall.start_worker()

    await sounds_are_done(hall, episode)

    made = await descriptor(hall, episode)
    names = {track.lang: track.name for track in made.audio}
    loudest = max(loudness for at, loudness in samples(joined(folder_of(hall, episode, names["ru"]))) if 1 < at < 3)
    assert loudest == pytest.approx(10 ** (-16 / 20), rel=0.15)
    assert [(await sound_row(hall, lang))["silent"] for lang in ("ru", "fa")] == [False, True]


async def test_a_new_version_of_the_film_takes_its_sounds_along_where_they_fit(
    hall: Hall, film: bytes, tmp_path: Path
) -> None:
    episode = await hall.submit(film)
    await dub(hall, episode, a_sound(tmp_path, "ru.wav"), "ru")
    await dub(hall, episode, a_sound(tmp_path, "kk.wav", SECONDS + 1), "kk")
    await hall.start_worker()
    await sounds_are_done(hall, episode)
    longer = make_clip(tmp_path / "longer.mp4", seconds=SECONDS + 1, width=360, height=640).read_bytes()
    hall.keep(episode.key, longer)
    await hall.db.execute("DELETE FROM original_part WHERE original_id = $1", episode.original)
    await hall.db.execute("UPDATE original SET size = $2 WHERE id = $1", episode.original, len(longer))
    await announce(hall, episode.original, longer)

    newer = Episode(episode.id, await hall.queue(episode.id), episode.original, episode.key)
    await sounds_are_done(hall, newer)

    assert [track.lang for track in (await descriptor(hall, newer)).audio] == [None, "kk"]
    states = {row["lang"]: (row["state"], row["failure_code"]) for row in await hall.db.fetch("SELECT * FROM sound")}
    assert states == {"kk": ("ready", None), "ru": ("failed", "sound-length")}


async def test_a_sound_that_comes_in_meanwhile_is_made_in_the_same_job(hall: Hall, film: bytes, tmp_path: Path) -> None:
    episode = await hall.submit(film)
    await hall.start_worker()
    await hall.is_at_rest(episode)
    await dub(hall, episode, a_sound(tmp_path), "ru")
    await queue_tier(hall, episode)

    async def working() -> bool:
        return bool((await sound_row(hall))["state"] == "encoding")

    await hall.eventually(working)
    await dub(hall, episode, a_sound(tmp_path, "b.wav", SECONDS, "sine=1320"), "be")
    await sounds_are_done(hall, episode)

    assert [track.lang for track in (await descriptor(hall, episode)).audio] == [None, "be", "ru"]
    assert {row["state"] for row in await hall.db.fetch("SELECT state FROM sound")} == {"ready"}


async def test_bytes_that_changed_on_the_way_are_refused(hall: Hall, film: bytes, tmp_path: Path) -> None:
    episode = await hall.submit(film)
    original = await dub(hall, episode, a_sound(tmp_path))
    hall.keep(f"originals/{original}", a_sound(tmp_path, "b.wav", SECONDS, "sine=1320"))
    await hall.start_worker()

    await sounds_are_done(hall, episode)

    assert (await sound_row(hall))["failure_code"] == "checksum-mismatch"
