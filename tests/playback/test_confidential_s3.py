"""The same with the store in a bucket: jurors' films come through the API, and from nowhere else."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from api.db import Connection
from api.settings import Settings
from tests.house import House, opened_house
from tests.journeys.playable import make_film
from tests.playback.screeners import a_screener, an_assigned, decrypted, pictures_in, read, tracks_of
from tests.transcoder.bucket import Bucket
from transcoder.storage import make_storage

pytest_plugins = ("tests.housing",)


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    opened = Bucket()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
async def house(house_settings: Settings, bucket: Bucket) -> AsyncGenerator[House, None]:
    async with opened_house(house_settings, make_storage(bucket.url, house_settings.secret)) as opened:
        yield opened


async def test_juror_watches_from_a_bucket(house: House, rows: Connection, bucket: Bucket, tmp_path: Path) -> None:
    await make_film(tmp_path / "film")
    screener = await a_screener(rows, tmp_path / "film", tmp_path)
    for path in (tmp_path / "media").rglob("*.*"):
        bucket.put(path.relative_to(tmp_path).as_posix(), path.read_bytes())
    juror = await an_assigned(house, rows, screener)

    track = (await tracks_of(juror, screener))["v360"]
    key, init = await read(juror, screener.key), await read(juror, track.init)
    pieces = [(await read(juror, address), iv) for address, iv in track.segments]

    assert pictures_in(init + b"".join(decrypted(key, iv, piece) for piece, iv in pieces)) == 72
    assert (await juror.get(f"/media/{screener.package}/v360/000.m4s")).status_code == 404
