"""When a series may be submitted and changed, and what it still needs."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from api import errors
from api.catalog.schemas import SectionRef
from api.studio import submission_rules as rules
from api.studio.about_schemas import AboutFields, Rights
from api.studio.schemas import EpisodeState
from tests import builders

DEADLINE = datetime(2026, 12, 24, 13, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def section(**changed: Any) -> SectionRef:
    plain = {
        "id": 1,
        "slug": "main",
        "name": {"en": "Main"},
        "landscape": "refuse",
        **builders.NO_RULES,
        "ai_rule": "open",
    }
    return msgspec.convert({**plain, **changed}, SectionRef)


def about(**changed: Any) -> AboutFields:
    return msgspec.convert({**builders.all_said({"en": "Night"}), **changed}, AboutFields)


def episode(number: int, **changed: Any) -> EpisodeState:
    plain = {
        "id": number, "series": 1, "number": number, "title": {}, "state": "ready", "progress": 100, "rungs": [], "seconds_left": None,
        "improving": False, "queue_position": None, "file_name": "a.mp4", "size": 1, "duration_ms": 90_000, "poster": None, "upload": None,
        "failure": None, "package": "00000000-0000-4000-8000-000000000000", "preview": None, "subtitles": ["en"], "sounds": [], "updated_at": DEADLINE,
    }  # fmt: skip
    # Fields that others add to a state have a default or are none of ours.
    known = {name: value for name, value in {**plain, **changed}.items() if name in EpisodeState.__struct_fields__}
    rest = {name: None for name in EpisodeState.__struct_fields__ if name not in known}
    return msgspec.convert({**rest, **known}, EpisodeState)


def missing(of: SectionRef, said: AboutFields, episodes: list[EpisodeState]) -> dict[str, tuple[list[int], list[str]]]:
    return {
        check.code: (check.episodes, check.langs) for check in rules.checklist(of, said, episodes) if not check.done
    }


@pytest.mark.parametrize(
    ("now", "window"),
    [
        (DEADLINE - 2 * HOUR - TICK, "before"),
        (DEADLINE - 2 * HOUR, "open"),
        (DEADLINE - TICK, "open"),
        (DEADLINE, "closed"),
        (DEADLINE + TICK, "closed"),
    ],
)
def test_window_opens_with_its_moment_and_closes_with_the_deadline(now: datetime, window: str) -> None:
    assert rules.window_of(DEADLINE - 2 * HOUR, DEADLINE, now) == window


def test_deadline_is_one_moment_in_every_zone() -> None:
    almaty, minsk = timezone(timedelta(hours=5)), timezone(timedelta(hours=3))
    evening = datetime(2026, 12, 24, 18, tzinfo=almaty)

    assert evening == DEADLINE
    assert rules.window_of(None, evening, datetime(2026, 12, 24, 15, 59, 59, tzinfo=minsk)) == "open"
    assert rules.window_of(None, evening, datetime(2026, 12, 24, 16, tzinfo=minsk)) == "closed"


def test_section_without_times_is_always_open() -> None:
    assert rules.window_of(None, None, DEADLINE) == "open"


@pytest.mark.parametrize(
    ("submitted", "changes_until", "now", "locked"),
    [
        (True, None, DEADLINE - TICK, False),
        (True, None, DEADLINE, True),
        (True, DEADLINE + HOUR, DEADLINE, False),
        (True, DEADLINE + HOUR, DEADLINE + HOUR - TICK, False),
        (True, DEADLINE + HOUR, DEADLINE + HOUR, True),
        (False, None, DEADLINE + HOUR, False),
    ],
)
def test_submitted_series_is_locked_from_the_deadline_on(
    submitted: bool, changes_until: datetime | None, now: datetime, locked: bool
) -> None:
    at = DEADLINE - HOUR if submitted else None
    hold = rules.Hold(submitted_at=at, changes_until=changes_until, closes_at=DEADLINE)

    assert rules.is_locked(hold, now) is locked


def test_series_of_a_section_without_a_deadline_is_never_locked() -> None:
    hold = rules.Hold(submitted_at=DEADLINE, changes_until=None, closes_at=None)

    assert not rules.is_locked(hold, DEADLINE + 1000 * HOUR)


def test_complete_series_lacks_nothing() -> None:
    asked = section(
        min_seconds=60, max_seconds=180, min_episodes=2, max_episodes=3, subtitle_langs=["en"], ai_rule="disclose"
    )

    checks = rules.checklist(asked, about(), [episode(1), episode(2)])

    assert rules.is_complete(checks)
    assert {"title", "lengths", "subtitles", "ai"} <= {check.code for check in checks}


def test_only_what_the_section_asks_for_is_listed() -> None:
    codes = [check.code for check in rules.checklist(section(), about(), [episode(1)])]

    assert {"lengths", "subtitles", "ai", "ai_refused"} & set(codes) == set()


def test_nothing_said_lacks_everything() -> None:
    nothing = msgspec.convert(builders.said({"en": "Night"}), AboutFields)

    lacking = missing(section(ai_rule="disclose"), nothing, [])

    assert set(lacking) == {"synopsis", "genre", "original_lang", "credits", "contact", "ai", "episodes"}


def test_credits_without_a_director_are_not_enough() -> None:
    assert "credits" in missing(section(), about(credits=[{"part": "writer", "name": "B"}]), [episode(1)])


@pytest.mark.parametrize(
    ("rule", "ai", "lacking"),
    [
        ("open", None, set()),
        ("disclose", None, {"ai"}),
        ("disclose", {"used": True, "what": "", "where": ["voice"]}, {"ai"}),
        ("disclose", {"used": True, "what": "Voices", "where": []}, {"ai"}),
        ("disclose", {"used": True, "what": "Voices", "where": ["voice"]}, set()),
        ("refuse", {"used": False, "what": "", "where": []}, set()),
        ("refuse", {"used": True, "what": "Voices", "where": ["voice"]}, {"ai_refused"}),
    ],
)
def test_use_of_ai_is_said_as_the_section_wants(rule: str, ai: Any, lacking: set[str]) -> None:
    assert set(missing(section(ai_rule=rule), about(ai=ai), [episode(1)])) == lacking


def test_episodes_are_named_where_something_is_wrong_with_them() -> None:
    asked = section(min_seconds=60, max_seconds=180, subtitle_langs=["en", "ru"])
    episodes = [
        episode(1, subtitles=["en", "ru"]),
        episode(3, duration_ms=59_499),
        episode(4, duration_ms=180_500, subtitles=["ru"]),
        episode(6, state="failed", package=None, duration_ms=None, subtitles=["en", "ru"]),
        episode(7, state="awaiting_upload", package=None, duration_ms=None, subtitles=["en", "ru"]),
        episode(8, state="encoding", package=None, duration_ms=None, subtitles=["en", "ru"]),
    ]

    assert missing(asked, about(), episodes) == {
        "numbers": ([2, 5], []),
        "files": ([6, 7], []),
        "lengths": ([3], []),
        "subtitles": ([3, 4], ["en", "ru"]),
    }


@pytest.mark.parametrize(("milliseconds", "well"), [(59_499, False), (59_501, True), (180_499, True), (180_501, False)])
def test_lengths_are_judged_to_the_whole_second(milliseconds: int, well: bool) -> None:
    asked = section(min_seconds=60, max_seconds=180)

    assert ("lengths" not in missing(asked, about(), [episode(1, duration_ms=milliseconds)])) is well


@pytest.mark.parametrize(("count", "well"), [(1, False), (2, True), (3, True), (4, False)])
def test_number_of_episodes_is_within_the_sections(count: int, well: bool) -> None:
    asked = section(min_episodes=2, max_episodes=3)
    episodes = [episode(number) for number in range(1, count + 1)]

    assert ("episodes" not in missing(asked, about(), episodes)) is well


def test_file_that_is_replaced_still_counts() -> None:
    assert "files" not in missing(section(), about(), [episode(1, state="uploading")])


@pytest.mark.parametrize(
    ("rights", "field"),
    [
        ({"begins": DEADLINE, "ends": DEADLINE}, "rights.ends"),
        ({"rule": "only"}, "rights.countries"),
        ({"rule": "except"}, "rights.countries"),
    ],
)
def test_rights_that_contradict_themselves_are_refused(rights: dict[str, Any], field: str) -> None:
    plain: dict[str, Any] = {"begins": None, "ends": None, "rule": "everywhere", "countries": []}

    with pytest.raises(errors.Unprocessable) as refused:
        rules.check_rights(msgspec.convert({**plain, **rights}, Rights))

    assert refused.value.extra == {"field": field}
