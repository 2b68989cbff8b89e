"""The code on a hall's screen: who gets a ballot by it, for how long, and what shows that it was shared."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.access.rules import CLEAR_ALPHABET
from api.db import Connection
from api.voting import proofs, screenings
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
KEY = b"a key of the tests"


async def ask(browser: httpx.AsyncClient, award: int, code: str) -> httpx.Response:
    return await browser.post(f"/api/awards/{award}/ballot", json={"hall": code})


async def count(rows: Connection, award: int) -> int:
    return int(await rows.fetchval("SELECT count(*) FROM ballot WHERE award_id = $1", award))


@pytest.fixture(autouse=True)
async def _no_other_screening(house: House) -> None:
    await house.pool.execute(
        "UPDATE screening SET starts_at = now() - interval '2 days', ends_at = now() - interval '1 day'"
    )


async def test_code_on_the_screen_gives_a_device_one_ballot_however_often_it_scans(
    house: House, rows: Connection
) -> None:
    award, phone = await ballots.an_award(rows, "hall"), house.browser()
    screening, secret = await ballots.a_screening(rows)

    answers = [await ask(phone, award, await ballots.code_now(secret)) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["ballot"] for answer in answers}) == 1
    kept = await rows.fetch("SELECT tier, screening_id FROM ballot WHERE award_id = $1", award)
    assert [tuple(row) for row in kept] == [("hall", screening)]


async def test_two_screenings_and_two_awards_are_four_ballots(house: House, rows: Connection) -> None:
    awards, phone = [await ballots.an_award(rows, "hall") for _ in range(2)], house.browser()
    secrets = [(await ballots.a_screening(rows))[1] for _ in range(2)]

    held = {
        (await ask(phone, award, await ballots.code_now(secret))).json()["ballot"]
        for award in awards
        for secret in secrets
    }

    assert len(held) == 4


async def test_typed_code_may_be_small_and_grouped(house: House, rows: Connection) -> None:
    award, (_, secret) = await ballots.an_award(rows, "hall"), await ballots.a_screening(rows)
    code = (await ballots.code_now(secret)).lower()

    assert (await ask(house.browser(), award, f" {code[:4]}-{code[4:]} ")).status_code == 200


@pytest.mark.parametrize(("back", "status"), [(0, 200), (1, 200), (2, 401), (100, 401), (-1, 401)])
async def test_code_is_taken_in_its_window_and_the_next_and_no_longer(
    house: House, rows: Connection, back: int, status: int
) -> None:
    award, (_, secret) = await ballots.an_award(rows, "hall"), await ballots.a_screening(rows)

    answer = await ask(house.browser(), award, await ballots.code_now(secret, back=back))

    assert answer.status_code == status
    assert await count(rows, award) == (status == 200)


async def test_forged_code_is_refused(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows, "hall")
    await ballots.a_screening(rows)
    forged = await ballots.code_now(b"x" * 32)

    for code in (forged, "ABCD2345", "A", "Ж" * 8, "--------"):
        assert code_of(await ask(house.browser(), award, code)) == (401, "hall-code-refused"), code
    assert await count(rows, award) == 0


@pytest.mark.parametrize(("starts", "ends"), [(60, 120), (-120, -1)])
async def test_code_counts_only_while_the_screening_runs(
    house: House, rows: Connection, starts: int, ends: int
) -> None:
    award = await ballots.an_award(rows, "hall")
    _, secret = await ballots.a_screening(rows, starts=timedelta(minutes=starts), ends=timedelta(minutes=ends))

    assert code_of(await ask(house.browser(), award, await ballots.code_now(secret))) == (401, "hall-code-refused")


async def test_twenty_private_windows_are_seen_as_over_issue(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows, "hall")
    screening, secret = await ballots.a_screening(rows, head_count=18)
    desk = await house.signed_in("organiser")

    async def shown() -> tuple[object, ...]:
        [row] = [row for row in (await desk.get("/api/desk/screenings")).json() if row["id"] == screening]
        return row["issued"], row["alarm"]

    for _ in range(19):
        await ask(house.browser(), award, await ballots.code_now(secret))
    assert await shown() == ([{"award": award, "ballots": 19, "alarm": False}], False)
    await ask(house.browser(), award, await ballots.code_now(secret))

    assert await shown() == ([{"award": award, "ballots": 20, "alarm": True}], True)


@pytest.mark.parametrize(
    ("issued", "heads", "alarm"),
    [(110, 100, False), (111, 100, True), (1, 0, True), (0, 0, False), (9999, None, False)],
)
def test_alarm_is_above_110_percent_of_the_heads_where_they_were_counted(
    issued: int, heads: int | None, alarm: bool
) -> None:
    assert screenings.is_over_issued(issued, heads) is alarm


async def a_made_screening(desk: httpx.AsyncClient, **changed: object) -> httpx.Response:
    now = datetime.now(UTC)
    body = {
        "name": {"en": "Hall 1"},
        "starts_at": (now - timedelta(minutes=5)).isoformat(),
        "ends_at": (now + timedelta(minutes=5)).isoformat(),
    }
    return await desk.post("/api/desk/screenings", json=body | changed)


async def test_screen_without_an_account_shows_the_code_that_is_taken(house: House, rows: Connection) -> None:
    award, desk = await ballots.an_award(rows, "hall"), await house.signed_in("organiser")
    made = await a_made_screening(desk)
    assert made.status_code == 201, made.text
    screen = made.json()["screen"].removeprefix(f"{house.settings.public_url}/wall/screening/")

    answer = await house.browser().get(f"/api/screenings/{screen}/code")

    shown = answer.json()
    assert (answer.headers["cache-control"], set(shown["code"]) <= set(CLEAR_ALPHABET)) == ("no-store", True)
    assert shown["url"] == f"{house.settings.public_url}/h/{shown['code']}"
    assert 0 < shown["seconds_left"] <= 30
    assert (await house.browser().get(shown["qr"])).headers["content-type"] == "image/svg+xml"
    assert (await ask(house.browser(), award, shown["code"])).status_code == 200


async def test_screen_shows_no_code_before_and_after_the_screening(house: House, rows: Connection) -> None:
    desk = await house.signed_in("organiser")
    made = (await a_made_screening(desk, ends_at=(datetime.now(UTC) - timedelta(minutes=1)).isoformat())).json()

    shown = (await house.browser().get(f"/api/screenings/{made['screen'].rsplit('/', 1)[1]}/code")).json()

    assert (shown["code"], shown["url"], shown["qr"]) == (None, None, None)


async def test_address_of_a_screen_cannot_be_made_up(house: House, rows: Connection) -> None:
    screening, _ = await ballots.a_screening(rows)
    right = proofs.sign_screen(house.settings.key, screening)
    other = proofs.sign_screen(b"another key", screening)

    for screen in (
        other,
        right[:-1],
        f"{screening}-",
        str(screening),
        right.replace(str(screening), "0", 1),
        "²-x",
        "-",
    ):
        answer = await house.browser().get(f"/api/screenings/{screen}/code")
        assert code_of(answer) == (404, "not-found"), screen
    assert (await house.browser().get(f"/api/screenings/{right}/code")).status_code == 200


async def test_heads_and_times_may_be_changed_and_the_code_stays(house: House, rows: Connection) -> None:
    desk = await house.signed_in("organiser")
    made = (await a_made_screening(desk)).json()
    secret = await rows.fetchval("SELECT secret FROM screening WHERE id = $1", made["id"])
    body = {name: made[name] for name in ("name", "starts_at", "ends_at")} | {"head_count": 250}

    changed = await desk.put(f"/api/desk/screenings/{made['id']}", json=body)

    assert changed.json() == made | {"head_count": 250}
    assert await rows.fetchval("SELECT secret FROM screening WHERE id = $1", made["id"]) == secret
    assert code_of(await desk.put("/api/desk/screenings/999999", json=body)) == (404, "not-found")


async def test_screening_that_ends_before_it_starts_is_refused(house: House, rows: Connection) -> None:
    await ballots.a_screening(rows)
    desk = await house.signed_in("organiser")

    answer = await a_made_screening(desk, ends_at="2020-01-01T00:00:00Z")

    assert code_of(answer) == (422, "invalid-value")


def test_codes_of_a_thousand_windows_are_different_and_clear() -> None:
    codes = {proofs.hall_code(b"s" * 32, window) for window in range(1000)}

    assert len(codes) == 1000
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set(CLEAR_ALPHABET)


async def test_schedule_is_public_and_tells_no_secret(house: House, rows: Connection) -> None:
    festival = await builders.a_festival(rows)
    for name, day in (("Second night", 13), ("First night", 12)):
        await rows.execute(
            "INSERT INTO screening (festival_id, name, starts_at, ends_at, head_count, secret)"
            " VALUES ($1, $2, $3::timestamptz, $3::timestamptz + interval '2 hours', 90, $4)",
            festival, {"en": name}, datetime(2026, 11, day, 18, tzinfo=UTC), bytes(32),
        )  # fmt: skip

    everything = (await house.browser().get("/api/screenings")).json()
    shown = [each for each in everything if each["name"]["en"].endswith(" night")]

    assert [(each["name"], each["starts_at"]) for each in shown] == [
        ({"en": "First night"}, "2026-11-12T18:00:00Z"),
        ({"en": "Second night"}, "2026-11-13T18:00:00Z"),
    ]
    assert {tuple(sorted(each)) for each in shown} == {("ends_at", "id", "name", "starts_at")}
