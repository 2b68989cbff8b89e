"""The poster of a series: from the film or one's own, and where it is shown, and who may see it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.db import Connection
from api.studio import posters
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.playback.test_media import Film, ask_access, assign

pytest_plugins = ("tests.housing",)
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
WHOLE = {"left": 0.0, "top": 0.0, "width": 1.0, "height": 1.0}


def at(stem: str) -> dict[str, str]:
    return {kind: f"/media/{stem}.{kind}" for kind in ("avif", "webp", "jpg")}


class Series:
    """A series of two episodes with three pictures each, and its producer."""

    def __init__(self, browser: httpx.AsyncClient, rows: Connection, id_: int, company: int) -> None:
        self.browser, self.rows, self.id, self.company = browser, rows, id_, company
        self.packages: list[UUID] = []

    @property
    def address(self) -> str:
        return f"/api/studio/series/{self.id}"

    async def add(self, number: int) -> None:
        package = await builders.a_package(self.rows, await builders.an_episode(self.rows, self.id, number))
        names = [{"second": 1.5, "tall": f"posters/{each}", "card": f"posters/{each}-card"} for each in "abc"]
        await self.rows.execute(
            "UPDATE package SET descriptor = jsonb_set(descriptor, '{posters}', $2::jsonb) WHERE id = $1",
            package,
            names,
        )
        self.packages.append(package)

    async def poster(self) -> Any:
        answer = await self.browser.get(f"{self.address}/poster")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def choose(self, package: UUID, letter: str) -> httpx.Response:
        body = {"package": str(package), "letter": letter}
        return await self.browser.put(f"{self.address}/poster/candidate", json=body)

    async def back(self, leaving: str | None) -> Any:
        return (await self.browser.post(f"{self.address}/poster/back", json={"leaving": leaving})).json()

    async def send(self, content: bytes = JPEG) -> httpx.Response:
        return await self.browser.post(f"{self.address}/pictures", content=content)

    async def make(self, picture: str, **changed: Any) -> httpx.Response:
        crop = {"picture": picture, **WHOLE}
        body = {"id": str(uuid4()), "tall": crop, "card": crop, **changed}
        return await self.browser.post(f"{self.address}/poster/own", json=body)

    async def made(self) -> str:
        """Own pictures, as if a worker had made a poster of them."""
        poster = str(uuid4())
        await self.make((await self.send()).json()["id"], id=poster)
        await self.rows.execute(
            "WITH made AS (UPDATE poster SET state = 'ready', thumbhash = 'h' WHERE id = $1 RETURNING id, series_id)"
            " UPDATE series s SET poster_before = poster_id, poster_id = made.id FROM made WHERE s.id = made.series_id",
            UUID(poster),
        )
        return poster


async def a_series(house: House, rows: Connection, *, released: bool) -> Series:
    company = await builders.a_company(rows)
    made = Series(
        await house.signed_in("producer", company),
        rows,
        await builders.a_series(rows, company=company, released=released),
        company,
    )
    await made.add(1)
    await made.add(2)
    return made


@pytest.fixture
async def series(house: House, rows: Connection) -> Series:
    return await a_series(house, rows, released=True)


async def test_nobody_has_chosen_yet(series: Series) -> None:
    told = await series.poster()

    first = series.packages[0]
    assert (told["shown"]["id"], told["shown"]["tall"], told["shown"]["card"]) == (
        None, at(f"{first}/posters/a"), at(f"{first}/posters/a-card"),
    )  # fmt: skip
    assert (told["may_go_back"], told["own"]) == (False, None)
    assert [(each["number"], each["letter"]) for each in told["candidates"]] == [
        (number, letter) for number in (1, 2) for letter in "abc"
    ]


async def test_picture_of_any_episode_is_shown_everywhere(series: Series, house: House) -> None:
    chosen = series.packages[1]

    answer = await series.choose(chosen, "b")

    tall, card = at(f"{chosen}/posters/b"), at(f"{chosen}/posters/b-card")
    assert (answer.status_code, answer.json()["shown"]["tall"], answer.json()["shown"]["letter"]) == (200, tall, "b")
    slug = await series.rows.fetchval("SELECT slug FROM series WHERE id = $1", series.id)
    page = (await house.browser().get(f"/api/series/{slug}")).json()
    assert (page["poster"], page["card"], page["thumbhash"]) == (tall, card, None)
    assert page["package"] == str(series.packages[0])
    festival = (await house.browser().get("/api/festival")).json()
    cards = {each["slug"]: each for section in festival["sections"] for each in section["series"]}
    assert cards[slug]["poster"] == tall
    feed = (await house.browser().get(f"/api/feed?series={slug}")).json()
    assert feed["items"][0]["series"]["poster"] == tall
    assert feed["items"][0]["stream"]["poster"] == at(f"{series.packages[0]}/posters/a")
    assert (await series.browser.get(series.address)).json()["poster"] == tall
    assert (await (await house.signed_in("organiser")).get(series.address)).json()["poster"] == tall


async def test_first_picture_of_a_film_brings_its_hash(series: Series, house: House) -> None:
    await series.choose(series.packages[1], "a")

    slug = await series.rows.fetchval("SELECT slug FROM series WHERE id = $1", series.id)
    assert (await house.browser().get(f"/api/series/{slug}")).json()["thumbhash"] == "3OcRJYB4d3h/iIeHeEh3eIhw+j2w"


async def test_choosing_the_same_again_changes_nothing(series: Series) -> None:
    first = (await series.choose(series.packages[0], "b")).json()

    again = (await series.choose(series.packages[0], "b")).json()

    assert again == first


async def test_one_before_is_kept_until_it_is_replaced_in_its_turn(series: Series) -> None:
    first = (await series.choose(series.packages[0], "b")).json()["shown"]["id"]
    second = (await series.choose(series.packages[0], "c")).json()["shown"]["id"]

    back = await series.back(second)
    again = await series.back(first)

    assert (back["shown"]["id"], again["shown"]["id"], again["may_go_back"]) == (first, second, True)


async def test_going_back_reaches_the_film_s_first_picture(series: Series) -> None:
    chosen = (await series.choose(series.packages[0], "b")).json()["shown"]["id"]

    back = await series.back(chosen)

    assert (back["shown"]["id"], back["may_go_back"]) == (None, True)


async def test_going_back_sent_twice_goes_back_once(series: Series) -> None:
    await series.choose(series.packages[0], "b")
    leaving = (await series.choose(series.packages[0], "c")).json()["shown"]["id"]

    answers = await asyncio.gather(*(series.back(leaving) for _ in range(3)))

    assert len({answer["shown"]["id"] for answer in answers} - {leaving}) == 1
    assert (await series.poster())["shown"]["id"] != leaving


@pytest.mark.parametrize("letter", ["z", "", "aa", "A", "../a", "a\n"])
async def test_picture_that_is_not_there_is_refused(series: Series, letter: str) -> None:
    answer = await series.choose(series.packages[0], letter)

    assert code_of(answer)[0] in (400, 422)
    assert (await series.poster())["shown"]["id"] is None


async def test_picture_of_another_series_is_refused(series: Series, house: House, rows: Connection) -> None:
    other = await a_series(house, rows, released=True)

    assert code_of(await series.choose(other.packages[0], "a")) == (422, "invalid-value")


async def test_posters_of_another_company_do_not_exist(series: Series, house: House, rows: Connection) -> None:
    stranger = await a_series(house, rows, released=True)
    stranger.id = series.id

    answers = [
        await stranger.browser.get(f"{series.address}/poster"),
        await stranger.choose(series.packages[0], "a"),
        await stranger.send(),
        await stranger.make(str(uuid4())),
        await stranger.browser.post(f"{series.address}/poster/back", json={"leaving": None}),
    ]

    assert [code_of(answer) for answer in answers] == [(404, "not-found")] * 5


# Pictures of one's own


async def test_own_pictures_wait_for_a_worker_and_the_old_poster_stays(series: Series, house: House) -> None:
    picture = (await series.send()).json()["id"]

    told = (await series.make(picture)).json()

    assert (told["shown"]["id"], told["own"]["state"]) == (None, "queued")
    assert (house.folder / "pictures" / picture).read_bytes() == JPEG
    job = await series.rows.fetchval(
        "SELECT count(*) FROM pgqueuer WHERE dedupe_key = $1 AND entrypoint = 'poster'", f"{told['own']['id']}:poster"
    )
    assert job == 1


async def test_same_request_twice_makes_one_poster(series: Series) -> None:
    picture, poster = (await series.send()).json()["id"], str(uuid4())

    answers = [await series.make(picture, id=poster) for _ in range(2)]

    assert [answer.json()["own"] for answer in answers] == [{"id": poster, "state": "queued"}] * 2
    assert await series.rows.fetchval("SELECT count(*) FROM poster WHERE series_id = $1", series.id) == 1


async def test_own_poster_is_shown_with_both_shapes_and_its_hash(series: Series, house: House) -> None:
    poster = await series.made()

    slug = await series.rows.fetchval("SELECT slug FROM series WHERE id = $1", series.id)
    page = (await house.browser().get(f"/api/series/{slug}")).json()
    assert (page["poster"], page["card"], page["thumbhash"]) == (at(f"{poster}/tall"), at(f"{poster}/card"), "h")
    assert (await series.poster())["own"] is None


async def test_failed_pictures_are_told_until_another_is_chosen(series: Series) -> None:
    told = (await series.make((await series.send()).json()["id"])).json()
    await series.rows.execute("UPDATE poster SET state = 'failed' WHERE id = $1", UUID(told["own"]["id"]))
    assert (await series.poster())["own"]["state"] == "failed"

    await series.choose(series.packages[0], "b")

    assert (await series.poster())["own"] is None


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + bytes(50), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"BM" + bytes(50),
     b"RIFF\x00\x00\x00\x00WAVE", b"\x00\x00\x00\x20ftypheic", b"\x00\x00\x00\x20ftypisom", b"#EXTM3U\n", JPEG[1:]],
)  # fmt: skip
async def test_what_is_no_picture_is_refused_at_once(series: Series, content: bytes) -> None:
    assert code_of(await series.send(content)) == (422, "picture-unreadable")
    assert await series.rows.fetchval("SELECT count(*) FROM picture WHERE series_id = $1", series.id) == 0


@pytest.mark.parametrize(
    "head",
    [JPEG, b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"\x00\x00\x00\x20ftypavif"],
    ids=["jpeg", "png", "webp", "avif"],
)
async def test_four_kinds_are_taken(series: Series, head: bytes) -> None:
    assert (await series.send(head)).status_code == 201


async def test_picture_that_is_too_large_is_refused(series: Series) -> None:
    assert code_of(await series.send(JPEG + bytes(posters.MOST_BYTES))) == (413, "too-large")


@pytest.mark.parametrize(
    "crop",
    [{"left": 0.6, "width": 0.5}, {"top": 0.9, "height": 0.2}, {"width": 0.0}, {"left": -0.1}, {"left": 1e9}, {"x": 1}],
)
async def test_part_outside_of_the_picture_is_refused(series: Series, crop: dict[str, float]) -> None:
    picture = (await series.send()).json()["id"]

    answer = await series.make(picture, tall={"picture": picture, **WHOLE, **crop})

    assert code_of(answer)[0] in (400, 422)
    assert (await series.poster())["own"] is None


async def test_picture_of_another_series_makes_no_poster(series: Series, house: House, rows: Connection) -> None:
    other = await a_series(house, rows, released=True)
    picture = (await other.send()).json()["id"]

    assert code_of(await series.make(picture)) == (422, "invalid-value")


async def test_own_poster_is_as_readable_as_the_films_of_its_series(house: House, rows: Connection) -> None:
    hidden, stranger = await a_series(house, rows, released=False), await a_series(house, rows, released=True)
    poster = await hidden.made()
    address = f"/media/{poster}/tall.jpg"
    juror, idle, nobody = await house.signed_in("juror"), await house.signed_in("juror"), house.browser()
    await assign(rows, juror, Film(uuid4(), hidden.id, hidden.company))

    private, missing = (200, "private, no-store"), 404
    assert await ask_access(hidden.browser, address) == private
    assert await ask_access(await house.signed_in("organiser"), address) == private
    assert [(await ask_access(each, address))[0] for each in (stranger.browser, juror, idle, nobody)] == [missing] * 4
    await rows.execute("UPDATE series SET released_at = now() WHERE id = $1", hidden.id)
    assert (await ask_access(nobody, address))[1] == "public, max-age=31536000, immutable"


async def test_poster_that_is_not_made_is_nobody_s_but_its_company_s(series: Series, house: House) -> None:
    told = (await series.make((await series.send()).json()["id"])).json()

    assert (await ask_access(house.browser(), f"/media/{told['own']['id']}/tall.jpg"))[0] == 404


async def test_what_nobody_can_go_back_to_is_removed(series: Series, house: House) -> None:
    pool, storage = house.app.state.pool, house.app.state.storage
    made = [await series.made() for _ in range(3)]
    for poster in made:
        (house.folder / "media" / poster).mkdir(parents=True)
        (house.folder / "media" / poster / "tall.jpg").write_bytes(b"picture")

    await posters.sweep(pool, storage, now=datetime.now(UTC) + timedelta(days=2))

    left = [(house.folder / "media" / poster).exists() for poster in made]
    assert left == [False, True, True]
    kept = await series.rows.fetch("SELECT id FROM poster WHERE series_id = $1 ORDER BY created_at", series.id)
    assert [str(row["id"]) for row in kept] == made[1:]
    assert await series.rows.fetchval("SELECT count(*) FROM picture WHERE series_id = $1", series.id) == 0
    assert not any((house.folder / "pictures").iterdir())
