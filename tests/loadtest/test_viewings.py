"""The demo's audience: believable, the same each time, and taken by the API."""

from itertools import pairwise

import msgspec

from api.playback.schemas import Summary
from loadtest.viewings import Audience, Shown, summaries

EPISODES = [Shown(id=10 + number, number=number, seconds=30.0) for number in (1, 2, 3, 4)]
AUDIENCE = Audience(slug="lost-property", country="BY", people=400, lost=2)


def test_audience_is_the_same_in_every_demo() -> None:
    assert list(summaries(AUDIENCE, EPISODES)) == list(summaries(AUDIENCE, EPISODES))


def test_playings_are_what_phones_send() -> None:
    told = [msgspec.convert(each, Summary) for each in summaries(AUDIENCE, EPISODES)]

    assert len({each.session for each in told}) == len(told)
    assert len({each.viewing for each in told}) == 400
    assert all(each.left_at is not None and 0 < each.left_at <= 30 for each in told)


def test_most_are_lost_after_the_named_episode() -> None:
    seen = [[each["episode"] for each in summaries(AUDIENCE, EPISODES)].count(episode.id) for episode in EPISODES]

    losses = [1 - after / before for before, after in pairwise(seen)]
    assert seen[0] == 400
    assert losses.index(max(losses)) == 1
