"""What is odd and what is not, by the numbers alone: the borders of each judgement."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from api.voting import oddities
from api.voting.credit import EpisodeSeconds, Watchable
from api.voting.fraud import least_seconds
from api.voting.oddities import BadgeDevices, ChannelVotes, EntryBallots, MinuteVotes, NetworkBallots
from api.voting.schemas import WatchRule

MINUTE = MinuteVotes(
    entry=7, minute=datetime(2026, 11, 26, 20, 44, tzinfo=UTC), votes=60, others=30, minutes=40, mean=4.0, deviation=2.0, share=0.1,
)  # fmt: skip
BALLOTS = EntryBallots(entry=7, ballots=200, odd=150, others=400, others_odd=60)
NETWORK = NetworkBallots(
    network=b"n" * 16, ballots=40, entry=7, supporters=38, elsewhere=500, elsewhere_supporters=60, next=30
)


def test_burst_tells_its_numbers_and_is_one_in_a_quarter_of_an_hour() -> None:
    odd = oddities.burst(MINUTE)

    assert odd is not None
    assert (odd.what, odd.subject, odd.entry) == ("burst", "entry:7 2026-11-26T20:30", 7)
    assert odd.numbers == {
        "minute": "2026-11-26T20:44:00+00:00", "votes": 60, "others": 30, "minutes": 40, "expected": 4.0, "sigmas": 28.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"votes": 19},  # too few to matter
        {"minutes": 9},  # no history yet
        {"votes": 20, "mean": 8.0},  # less than six sigmas
        {"others": 540},  # everybody votes in this minute, and a tenth of the votes is its usual share
        {"deviation": 12.0},  # its own history goes up and down as much
        {"votes": 100, "mean": 60.0},  # many sigmas, but not twice as many
        {"share": 1.0},  # the only entry there is
    ],
)  # fmt: skip
def test_minute_like_others_is_no_burst(changed: dict[str, Any]) -> None:
    assert oddities.burst(structs.replace(MINUTE, **changed)) is None


@pytest.mark.parametrize("judge", [oddities.single_entry, oddities.too_fast])
def test_entry_whose_ballots_are_unlike_all_others_is_odd(judge: Any) -> None:
    odd = judge(BALLOTS)

    assert odd.subject == "entry:7"
    assert odd.numbers == {"ballots": 200, "odd": 150, "share": 0.75, "usual": 0.15, "sigmas": 23.764}


@pytest.mark.parametrize(
    "changed",
    [
        {"odd": 19, "ballots": 20},  # too few
        {"odd": 105},  # 52 % where others have 15 %
        {"others_odd": 200},  # the others do so as well
        {"others": 0, "others_odd": 0},  # nothing to compare it with
    ],
)
def test_entry_whose_ballots_are_like_the_others_is_not(changed: dict[str, Any]) -> None:
    assert oddities.single_entry(structs.replace(BALLOTS, **changed)) is None


@pytest.mark.parametrize(
    ("changed", "odd"),
    [
        ({}, True),
        ({"ballots": 19, "supporters": 19}, False),
        ({"supporters": 16}, False),  # 40 % where 12 % are usual
        ({"elsewhere_supporters": 400}, False),  # everybody wants it
        ({"elsewhere": 0, "elsewhere_supporters": 0}, False),  # there is no elsewhere
        ({"ballots": 160, "supporters": 20}, True),  # votes like everybody, but is five times the next
        ({"ballots": 140, "supporters": 20}, False),
        ({"ballots": 95, "supporters": 10, "next": 1}, False),
        ({"supporters": 0, "entry": None}, False),
    ],
)
def test_network_is_odd_that_wants_one_thing_or_stands_alone(changed: dict[str, Any], odd: bool) -> None:
    assert (oddities.one_network(structs.replace(NETWORK, **changed)) is not None) is odd


@pytest.mark.parametrize(("devices", "odd"), [(1, False), (3, False), (4, True), (64, True)])
def test_badge_on_more_than_three_devices_is_odd(devices: int, odd: bool) -> None:
    assert (oddities.many_devices(BadgeDevices(5, devices)) is not None) is odd


def cells(kiosk: list[int], phone: list[int]) -> list[ChannelVotes]:
    return [ChannelVotes(entry, True, *pair) for entry, pair in enumerate(zip(kiosk, phone, strict=True), 1)]


def test_chi_square_is_the_one_of_the_books() -> None:
    odd = oddities.channels(cells([60, 20, 20], [100, 200, 200]))

    assert odd is not None  # by hand: expected 26.67, 36.67, 36.67 and 133.33, 183.33, 183.33
    assert odd.numbers == {
        "kiosk": 100, "phone": 500, "degrees": 2, "entry": 1, "supports": True, "chi_square": 68.182, "apart": 0.4,
        "kiosk_share": 0.6, "phone_share": 0.2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kiosk", "phone"),
    [
        ([20, 20, 9], [100, 200, 200]),  # 49 votes are too few
        ([24, 40, 36], [100, 200, 200]),  # the same audience
        ([350, 325, 325], [1000, 2000, 2000]),  # certain, but not large
        ([60], [500]),  # one cell
        ([], []),
    ],
)
def test_channels_alike_are_not_odd(kiosk: list[int], phone: list[int]) -> None:
    assert oddities.channels(cells(kiosk, phone)) is None


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=12))
def test_channels_are_always_judged(pairs: list[tuple[int, int]]) -> None:
    odd = oddities.channels([ChannelVotes(entry, True, *pair) for entry, pair in enumerate(pairs)])

    assert odd is None or odd.numbers["apart"] >= oddities.APART


@given(
    votes=st.integers(0, 5000), others=st.integers(0, 5000), minutes=st.integers(1, 500),
    mean=st.floats(1, 100), deviation=st.floats(0, 100), share=st.floats(0, 1),
)  # fmt: skip
def test_burst_is_always_judged_and_always_far_above(**numbers: Any) -> None:
    odd = oddities.burst(structs.replace(MINUTE, **numbers))

    assert odd is None or (odd.numbers["sigmas"] >= 5.9 and numbers["votes"] >= 2 * odd.numbers["expected"] - 0.01)


@pytest.mark.parametrize(
    ("rule", "single", "seconds"),
    [
        (None, False, 80.0),
        (WatchRule(episodes=1), False, 8.0),
        (WatchRule(episodes=2, share=0.9), False, 32.0),
        (WatchRule(share=0.4), False, 40.0),
        (WatchRule(share=1.0), False, 80.0),
        (WatchRule(share=0.1), True, 80.0),
        (WatchRule(episodes=99), False, 80.0),
    ],
)
def test_least_time_to_watch_is_that_of_the_shortest_way(rule: WatchRule | None, single: bool, seconds: float) -> None:
    episodes = [EpisodeSeconds(1, 60), EpisodeSeconds(2, 10), EpisodeSeconds(3, 30)]

    assert least_seconds(Watchable(entry=1, single=single, episodes=episodes), rule) == pytest.approx(seconds)
