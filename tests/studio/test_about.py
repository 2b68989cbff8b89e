"""What a producer says of a series: saved on top of a version, undone whole, theirs alone."""

from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


class Form:
    """A producer with a series of two episodes before them."""

    def __init__(self, browser: httpx.AsyncClient, series: int, company: int, episodes: list[int]) -> None:
        self.browser, self.series, self.company, self.episodes = browser, series, company, episodes

    @property
    def address(self) -> str:
        return f"/api/studio/series/{self.series}/about"

    async def show(self) -> Any:
        answer = await self.browser.get(self.address)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def save(self, version: int, episodes: list[Any] | None = None, **changed: Any) -> httpx.Response:
        fields = (await self.show())["fields"]
        body = {**fields, **changed, "version": version, "episodes": episodes or []}
        return await self.browser.put(self.address, json=body)

    async def undo(self, version: int) -> httpx.Response:
        return await self.browser.post(f"{self.address}/undo", json={"version": version})


@pytest.fixture
async def form(house: House, rows: Connection) -> Form:
    company = await builders.a_company(rows)
    series = await builders.a_series(rows, company=company, released=False)
    episodes = [await builders.an_episode(rows, series, number) for number in (1, 2)]
    return Form(await house.signed_in("producer", company), series, company, episodes)


async def test_a_new_series_says_its_title_and_little_else(form: Form) -> None:
    said = await form.show()

    assert said["fields"] == builders.said(said["fields"]["title"])
    assert (said["version"], said["saved_by"], said["can_undo"], said["locked"]) == (1, None, False, False)
    assert [(episode["number"], episode["rating"]) for episode in said["episodes"]] == [(1, None), (2, None)]


async def test_everything_is_saved_and_read_again(form: Form, rows: Connection) -> None:
    changed = builders.all_said({"en": "Night Bus", "fa": "اتوبوس شب"}) | {
        "notes": {"en": "Strobe"},
        "companies": [{"part": "production", "name": "Depot Pictures"}],
        "ai": {"used": True, "what": "Two crowd shots.", "where": ["image"]},
        "rights": {
            "begins": "2026-11-01T00:00:00Z",
            "ends": "2027-11-01T00:00:00Z",
            "rule": "except",
            "countries": ["US"],
        },
        "rating": "16+",
        "country": "BY",
    }
    episode = {"id": form.episodes[1], "title": {"en": "Wires"}, "rating": "18+", "notes": {"en": "Smoke"}}

    answer = await form.save(1, [episode], **changed)

    said = await form.show()
    assert (answer.status_code, answer.json()) == (200, said)
    assert (said["fields"], said["version"], said["can_undo"]) == (changed, 2, True)
    assert said["episodes"][1] == {"number": 2, **episode}
    assert said["episodes"][0]["title"] == builders.words("Episode 1")


async def test_the_same_save_sent_again_changes_nothing(form: Form) -> None:
    first = await form.save(1, genre={"en": "Drama"})
    again = await form.save(1, genre={"en": "Drama"})

    assert (first.json(), again.status_code) == (again.json(), 200)
    assert again.json()["version"] == 2


async def test_a_save_on_top_of_an_older_version_names_who_saved_meanwhile(
    form: Form, house: House, rows: Connection
) -> None:
    colleague = await house.signed_in("producer", form.company)
    name = (await colleague.get("/api/access/me")).json()["account"]["name"]
    theirs = Form(colleague, form.series, form.company, form.episodes)
    saved = (await theirs.save(1, genre={"en": "Comedy"})).json()

    answer = await form.save(1, genre={"en": "Drama"})

    assert code_of(answer) == (409, "saved-meanwhile")
    assert {name: answer.json()["values"][name] for name in ("by", "version")} == {"by": name, "version": 2}
    assert await form.show() == saved


async def test_the_last_save_is_undone_with_its_episodes_and_done_again(form: Form) -> None:
    before = await form.show()
    episode = {"id": form.episodes[0], "title": {"en": "Wires"}, "rating": None, "notes": {}}
    saved = (await form.save(1, [episode], genre={"en": "Drama"})).json()

    undone = (await form.undo(2)).json()
    again = (await form.undo(3)).json()

    assert (undone["fields"], undone["episodes"], undone["version"]) == (before["fields"], before["episodes"], 3)
    assert (again["fields"], again["episodes"], again["version"]) == (saved["fields"], saved["episodes"], 4)


async def test_nothing_is_undone_before_anything_was_saved_or_on_an_older_version(form: Form) -> None:
    nothing = await form.undo(1)
    await form.save(1, genre={"en": "Drama"})

    late = await form.undo(1)

    assert code_of(nothing) == (409, "nothing-to-undo")
    assert code_of(late) == (409, "saved-meanwhile")


@pytest.mark.parametrize(
    "changed",
    [
        {"title": {}},
        {"country": "Belarus"},
        {"original_lang": "Russian"},
        {"credits": [{"part": "", "name": "A"}]},
        {"credits": [{"part": "director", "name": "A"}] * 201},
        {"contact": {"name": "A", "email": "nobody", "phone": ""}},
        {"ai": {"used": True, "what": "", "where": ["dreams"]}},
        {"rights": {"begins": "2026-11-01T00:00:00", "ends": None, "rule": "everywhere", "countries": []}},
        {"synopsis": {"en": "a" * 2001}},
    ],
)
async def test_what_is_no_value_is_refused_and_nothing_is_stored(form: Form, changed: dict[str, Any]) -> None:
    before = await form.show()

    answer = await form.save(1, **changed)

    assert (code_of(answer), await form.show()) == ((400, "bad-request"), before)


async def test_an_episode_of_another_series_is_not_touched(form: Form, rows: Connection) -> None:
    other = await builders.an_episode(rows, await builders.a_series(rows))
    episode = {"id": other, "title": {"en": "Mine now"}, "rating": None, "notes": {}}

    answer = await form.save(1, [episode])

    assert code_of(answer) == (422, "invalid-value")
    assert await rows.fetchval("SELECT title FROM episode WHERE id = $1", other) == builders.words("Episode 1")


async def test_another_companys_series_does_not_exist(form: Form, house: House) -> None:
    stranger = await house.signed_in("producer")

    answers = [
        await stranger.get(form.address),
        await stranger.put(form.address, json={**builders.said({"en": "X"}), "version": 1, "episodes": []}),
        await stranger.post(f"{form.address}/undo", json={"version": 1}),
    ]

    assert {code_of(answer) for answer in answers} == {(404, "not-found")}


async def test_the_contact_stands_nowhere_in_public(form: Form, house: House, rows: Connection) -> None:
    await form.save(1, **builders.all_said({"en": "Night Bus"}))
    await rows.execute("UPDATE series SET released_at = now() WHERE id = $1", form.series)
    await builders.a_package(rows, form.episodes[0])
    slug = await rows.fetchval("SELECT slug FROM series WHERE id = $1", form.series)
    visitor = house.browser()

    pages = [await visitor.get(path) for path in ("/api/festival", f"/api/series/{slug}", f"/api/feed?series={slug}")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all("depot.example" not in page.text for page in pages)


async def test_changes_that_others_rely_on_are_written_down(form: Form, rows: Connection) -> None:
    await form.save(1, genre={"en": "Drama"})
    await rows.execute("UPDATE series SET released_at = now() WHERE id = $1", form.series)

    await form.save(2, genre={"en": "Comedy"})

    logged = await rows.fetch("SELECT action, detail FROM audit_event WHERE object = $1", f"series:{form.series}")
    assert [tuple(row) for row in logged] == [("change-about", {"fields": ["genre"], "episodes": []})]
