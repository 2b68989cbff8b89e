"""A reminder in the reader's own calendar: at the right hour, in their language, and once."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from api.db import Connection
from api.voting import service
from api.voting.reminders import reminder
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


def entry_of(text: bytes) -> Event:
    [entry] = Calendar.from_ical(text).walk("VEVENT")
    assert isinstance(entry, Event)
    return entry


async def test_reminder_is_an_entry_for_the_last_hour_in_the_readers_language(house: House, rows: Connection) -> None:
    award = await builders.an_award(rows)
    await rows.execute("UPDATE award SET name = $2 WHERE id = $1", award, {"en": "Best; of all", "ru": "Лучшие"})
    closes = await rows.fetchval("SELECT closes_at FROM award WHERE id = $1", award)
    browser, path = house.browser(), f"/api/awards/{award}/reminder.ics"

    asked = await browser.get(path, params={"lang": "ru"})
    accepted = await browser.get(path, headers={"Accept-Language": "en-GB"})

    entry = entry_of(asked.content)
    assert asked.headers["content-type"] == "text/calendar; charset=utf-8"
    assert (str(entry["summary"]), str(entry["url"])) == (
        "Голосование: Лучшие",
        f"{house.settings.public_url}/ballots",
    )
    assert (entry.start, entry.end) == (
        closes.replace(microsecond=0) - timedelta(hours=1),
        closes.replace(microsecond=0),
    )
    assert len(entry.walk("VALARM")) == 1
    assert str(entry_of(accepted.content)["summary"]) == "Vote: Best; of all"
    assert entry_of(accepted.content)["uid"] == entry["uid"]


async def test_short_vote_is_reminded_of_when_it_opens(house: House, rows: Connection) -> None:
    award = await builders.an_award(rows)
    now = datetime.now(UTC)
    opens = now + timedelta(minutes=5)
    await rows.execute("UPDATE award SET opens_at = $2, closes_at = $3 WHERE id = $1", award, opens, opens + timedelta(minutes=20))  # fmt: skip

    text = reminder(await service.find_award(rows, award, now=now), "en", now=now, public_url="https://x.example")

    assert entry_of(text).start == opens.replace(microsecond=0)


async def test_nothing_is_left_to_be_reminded_of_once_voting_is_over(house: House, rows: Connection) -> None:
    award = await builders.an_award(rows)
    await rows.execute(
        "UPDATE award SET opens_at = now() - interval '2 hours', closes_at = now() - interval '1 hour' WHERE id = $1",
        award,
    )

    answer = await house.browser().get(f"/api/awards/{award}/reminder.ics")

    assert code_of(answer) == (410, "voting-closed")
