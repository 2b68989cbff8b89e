"""The preview of a package that is being made: for its producer, growing, and kept nowhere."""

from uuid import UUID

import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


async def a_previewed(
    rows: Connection, company: int, *segments: float, complete: bool = False, state: str = "encoding"
) -> UUID:
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    package = await builders.a_package(rows, episode, state=state)
    await rows.execute(
        "UPDATE package SET preview = $2 WHERE id = $1", package, builders.preview(*segments, complete=complete)
    )
    return package


async def test_producer_is_given_what_is_there_so_far(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    package = await a_previewed(rows, company, 1.0, 2.0)

    answer = await (await house.signed_in("producer", company)).get(f"/api/studio/previews/{package}")

    assert (answer.headers["cache-control"], answer.json()) == (
        "no-store",
        {
            "base": f"/media/{package}/",
            "duration": 12.0,
            "fps": 24.0,
            "width": 360,
            "height": 640,
            "video": [
                {
                    "name": "start",
                    "width": 360,
                    "height": 640,
                    "codec": "avc1.64001e,mp4a.40.2",
                    "bitrate": 400_000,
                    "init": "AAAA",
                    "segments": [1.0, 2.0],
                    "bytes": 1000,
                }
            ],
            "complete": False,
        },
    )


async def test_playlist_grows_and_ends_only_when_all_is_there(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    package = await a_previewed(rows, company, 1.0, 2.0)
    producer, path = await house.signed_in("producer", company), f"/api/studio/previews/{package}/playlist.m3u8"

    first = await producer.get(path)
    await rows.execute(
        "UPDATE package SET preview = $2 WHERE id = $1", package, builders.preview(1.0, 2.0, 4.0, 5.0, complete=True)
    )
    second = await producer.get(path)

    head = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:5", "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:EVENT",
            "#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="/media/{package}/start/init.mp4"']  # fmt: skip
    two = [
        "#EXTINF:1.000000,",
        f"/media/{package}/start/000.m4s",
        "#EXTINF:2.000000,",
        f"/media/{package}/start/001.m4s",
    ]
    more = [
        "#EXTINF:4.000000,",
        f"/media/{package}/start/002.m4s",
        "#EXTINF:5.000000,",
        f"/media/{package}/start/003.m4s",
    ]
    kind = {"content-type": "application/vnd.apple.mpegurl", "cache-control": "no-store"}
    assert {name: first.headers[name] for name in kind} == kind
    assert first.text.splitlines() == [*head, *two]
    assert second.text.splitlines() == [*head, *two, *more, "#EXT-X-ENDLIST"]


async def test_preview_of_a_package_that_stopped_says_that_nothing_follows(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    package = await a_previewed(rows, company, 1.0, state="failed")

    answer = await (await house.signed_in("producer", company)).get(f"/api/studio/previews/{package}")

    assert answer.json()["complete"] is True


@pytest.mark.parametrize("path", ["", "/playlist.m3u8"])
async def test_preview_does_not_exist_for_another_company(house: House, rows: Connection, path: str) -> None:
    package = await a_previewed(rows, await builders.a_company(rows), 1.0)

    answer = await (await house.signed_in("producer")).get(f"/api/studio/previews/{package}{path}")

    assert code_of(answer) == (404, "not-found")


async def test_organiser_may_watch_every_preview(house: House, rows: Connection) -> None:
    package = await a_previewed(rows, await builders.a_company(rows), 1.0)

    answer = await (await house.signed_in("organiser")).get(f"/api/studio/previews/{package}")

    assert answer.status_code == 200


async def test_package_without_a_preview_has_none_to_show(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    package = await builders.a_package(rows, episode, state="queued")

    answer = await (await house.signed_in("producer", company)).get(f"/api/studio/previews/{package}")

    assert code_of(answer) == (404, "not-found")


async def test_media_of_a_package_under_way_are_its_companys_also_in_a_released_series(
    house: House, rows: Connection
) -> None:
    company = await builders.a_company(rows)
    package = await a_previewed(rows, company, 1.0)
    path = house.folder / "media" / str(package) / "start" / "000.m4s"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"segment")
    address = f"/media/{package}/start/000.m4s"

    own = await (await house.signed_in("producer", company)).get(address)
    others = [await browser.get(address) for browser in (house.browser(), await house.signed_in("producer"))]

    assert (own.content, own.headers["cache-control"]) == (b"segment", "private, no-store")
    assert [answer.status_code for answer in others] == [404, 404]
