"""An entry for the reader's own calendar, an hour before voting ends: a reminder that needs no address of theirs."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event

from api import errors
from api.letters import write
from api.voting.schemas import AwardCard
from api.words import pick

BEFORE: Final = timedelta(hours=1)


def reminder(award: AwardCard, lang: str, *, now: datetime, public_url: str) -> bytes:
    """iCalendar (RFC 5545) in UTC. Raises VotingClosed where nothing is left to be reminded of."""
    if award.state == "closed":
        raise errors.VotingClosed
    url = f"{public_url}/ballots"
    words = write("reminder", lang, award=pick(award.name, lang), url=url)
    entry = Event()
    # Taken twice, it is one entry.
    entry.add("uid", f"award-{award.id}@{urlsplit(public_url).hostname}")
    entry.add("dtstamp", now)
    entry.add("dtstart", max(award.closes_at - BEFORE, award.opens_at))
    entry.add("dtend", award.closes_at)
    entry.add("summary", words.subject)
    entry.add("description", words.text)
    entry.add("url", url)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta())
    alarm.add("description", words.subject)
    entry.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Tallscreen//Reminders//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
