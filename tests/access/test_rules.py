"""Codes and how they open."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from api.access import rules

NOW = datetime(2026, 11, 6, 19, 30, tzinfo=UTC)
GOOD = rules.Attempt(
    account=1,
    code_hash=rules.digest("12345678"),
    browser_hash=rules.digest("browser"),
    tries=0,
    expires_at=NOW + timedelta(seconds=1),
    used_at=None,
)
ISSUED = structs.replace(GOOD, browser_hash=None)


def test_right_code_in_the_browser_that_asked_opens() -> None:
    assert rules.opens(GOOD, "12345678", "browser", NOW)


@pytest.mark.parametrize(
    ("changed", "code", "browser"),
    [
        ({}, "12345679", "browser"),
        ({}, "", "browser"),
        ({}, "12345678", "another browser"),
        ({}, "12345678", ""),
        ({}, "12345678", None),
        ({"tries": 5}, "12345678", "browser"),
        ({"expires_at": NOW}, "12345678", "browser"),
        ({"used_at": NOW - timedelta(seconds=1)}, "12345678", "browser"),
        ({"account": None}, "12345678", "browser"),
    ],
)
def test_anything_else_does_not_open(changed: dict[str, object], code: str, browser: str | None) -> None:
    assert not rules.opens(structs.replace(GOOD, **changed), code, browser, NOW)


def test_fifth_try_still_opens() -> None:
    assert rules.opens(structs.replace(GOOD, tries=4), "12345678", "browser", NOW)


@pytest.mark.parametrize("browser", [None, "any browser"])
def test_issued_code_opens_in_any_browser(browser: str | None) -> None:
    assert rules.opens(ISSUED, "12345678", browser, NOW)


@pytest.mark.parametrize(
    "typed", ["ABCD-EFGH-JKMN", "abcd-efgh-jkmn", "abcdefghjkmn", " ABCD EFGH\tJKMN\n", "abcdEFGH--jkmn"]
)
def test_issued_code_may_be_typed_as_people_type(typed: str) -> None:
    assert rules.normalise_issued(typed) == "ABCDEFGHJKMN"


def test_mail_code_is_eight_digits() -> None:
    codes = {rules.new_mail_code() for _ in range(200)}

    assert {(len(code), code.isdecimal()) for code in codes} == {(8, True)}


def test_issued_code_has_no_signs_that_are_mistaken_for_each_other() -> None:
    signs = set("".join(rules.new_clear_code() for _ in range(500)))

    assert signs & set("01OIL") == set()


def test_tokens_are_long_and_never_twice_the_same() -> None:
    tokens = [rules.new_token() for _ in range(100)]

    assert (len(set(tokens)), min(map(len, tokens))) == (100, 43)


def test_every_role_has_both_ends_of_a_session() -> None:
    roles = {"producer", "juror", "organiser", "auditor"}

    assert (set(rules.IDLE), set(rules.ABSOLUTE)) == (roles, roles)
