"""Codes and sessions against the clock, each in a transaction that is rolled back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from api import errors
from api.access import rules, service
from api.access.schemas import Account, AccountIn, Company, Role, SignInPage
from api.db import Connection
from tests import builders

NOW = datetime(2026, 11, 6, 19, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PAGE = SignInPage("en")


async def an_address(db: Connection) -> str:
    return str(await db.fetchval("SELECT email FROM account WHERE id = $1", await builders.an_account(db)))


async def asked(db: Connection, email: str, now: datetime = NOW) -> tuple[UUID, str]:
    request, code = await service.request_code(db, email, browser="browser", now=now)
    assert code is not None
    return request, code


async def opened(db: Connection, request: UUID, code: str, now: datetime) -> bool:
    return await service.sign_in(db, request, code, browser="browser", page=PAGE, now=now) is not None


async def a_session(db: Connection, role: Role) -> str:
    """A session of this role, opened now."""
    token = rules.new_token()
    account = await builders.an_account(db, role)
    values = (rules.digest(token), account, NOW, NOW + rules.ABSOLUTE[role], None, "", "")
    await db.execute(service.Q["save_session"], *values)
    return token


async def holds(db: Connection, token: str, now: datetime) -> bool:
    return await service.account_of(db, token, now=now) is not None


async def test_code_opens_until_its_ten_minutes_are_over(db: Connection) -> None:
    request, code = await asked(db, await an_address(db))

    assert await opened(db, request, code, NOW + timedelta(minutes=10) - SECOND)


async def test_code_is_refused_when_its_ten_minutes_are_over(db: Connection) -> None:
    request, code = await asked(db, await an_address(db))

    assert not await opened(db, request, code, NOW + timedelta(minutes=10))


async def test_newer_code_retires_the_older(db: Connection) -> None:
    email = await an_address(db)
    older = await asked(db, email)
    newer = await asked(db, email)

    assert (await opened(db, *older, NOW), await opened(db, *newer, NOW)) == (False, True)


async def test_newer_code_leaves_an_issued_one_alone(db: Connection) -> None:
    email = await an_address(db)
    issued = await service.issue_code(db, email, now=NOW)
    await asked(db, email)

    assert await service.sign_in_issued(db, issued, page=PAGE, now=NOW) is not None


async def test_newer_code_leaves_those_of_other_people_alone(db: Connection) -> None:
    mine = await asked(db, await an_address(db))
    await asked(db, await an_address(db))

    assert await opened(db, *mine, NOW)


async def test_issued_code_opens_for_a_day(db: Connection) -> None:
    code = await service.issue_code(db, await an_address(db), now=NOW)

    assert await service.sign_in_issued(db, code, page=PAGE, now=NOW + timedelta(hours=24) - SECOND) is not None


async def test_issued_code_is_refused_after_a_day(db: Connection) -> None:
    code = await service.issue_code(db, await an_address(db), now=NOW)

    assert await service.sign_in_issued(db, code, page=PAGE, now=NOW + timedelta(hours=24)) is None


async def test_code_of_an_account_disabled_since_is_refused(db: Connection) -> None:
    email = await an_address(db)
    request, code = await asked(db, email)
    await db.execute("UPDATE account SET disabled_at = $2 WHERE email = $1", email, NOW)

    with pytest.raises(errors.CodeRefused):
        await opened(db, request, code, NOW)


async def test_disabled_account_is_an_unknown_address(db: Connection) -> None:
    email = await an_address(db)
    await db.execute("UPDATE account SET disabled_at = $2 WHERE email = $1", email, NOW)

    _, code = await service.request_code(db, email, browser="browser", now=NOW)

    assert code is None


async def test_unknown_address_leaves_a_request_like_any_other(db: Connection) -> None:
    request, _ = await service.request_code(db, "nobody@nowhere.example", browser="browser", now=NOW)

    row = await db.fetchrow("SELECT account_id, tries, expires_at, used_at FROM sign_in_code WHERE id = $1", request)
    assert row is not None
    assert tuple(row) == (None, 0, NOW + timedelta(minutes=10), None)


async def test_no_secret_is_stored_as_it_is(db: Connection) -> None:
    request, code = await asked(db, await an_address(db))
    signed_in = await service.sign_in(db, request, code, browser="browser", page=PAGE, now=NOW)
    assert signed_in is not None

    stored = await db.fetch("SELECT code_hash AS secret FROM sign_in_code UNION SELECT token_hash FROM session")

    assert {len(row["secret"]) for row in stored} == {32}
    assert {code.encode(), signed_in[0].encode()} & {bytes(row["secret"]) for row in stored} == set()


@pytest.mark.parametrize("role", ["organiser", "auditor", "juror"])
async def test_session_ends_after_two_hours_without_use(db: Connection, role: Role) -> None:
    used, unused = await a_session(db, role), await a_session(db, role)

    idle = timedelta(hours=2)
    assert (await holds(db, used, NOW + idle), await holds(db, unused, NOW + idle + SECOND)) == (True, False)


@pytest.mark.parametrize("role", ["organiser", "auditor", "juror"])
async def test_session_ends_after_twelve_hours_of_use(db: Connection, role: Role) -> None:
    token = await a_session(db, role)

    hours = [await holds(db, token, NOW + timedelta(hours=hour)) for hour in range(1, 13)]

    assert hours == [True] * 11 + [False]


async def test_session_of_a_producer_lasts_thirty_days(db: Connection) -> None:
    token = await a_session(db, "producer")

    days = [await holds(db, token, NOW + timedelta(days=day)) for day in (29, 30)]

    assert days == [True, False]


async def test_use_within_a_minute_is_not_written_down(db: Connection) -> None:
    token = await a_session(db, "organiser")

    await holds(db, token, NOW + timedelta(seconds=60))

    assert await db.fetchval("SELECT last_seen_at FROM session WHERE token_hash = $1", rules.digest(token)) == NOW


async def test_session_of_an_account_disabled_since_ends_at_once(db: Connection) -> None:
    token = await a_session(db, "organiser")
    await db.execute("UPDATE account SET disabled_at = $1", NOW)

    assert not await holds(db, token, NOW)


async def test_session_knows_a_role_taken_away_since(db: Connection) -> None:
    token = await a_session(db, "organiser")
    await db.execute("UPDATE account SET role = 'auditor'")

    account = await service.account_of(db, token, now=NOW)

    assert account is not None
    assert account.role == "auditor"


async def test_account_is_made_with_its_company(db: Connection) -> None:
    data = AccountIn(email="Alesia@Depot.example", name="Alesia", role="producer", company="Depot Pictures")

    account = await service.create_account(db, data)

    company = await db.fetchval("SELECT id FROM company WHERE name = 'Depot Pictures'")
    assert account == Account(
        id=account.id,
        email="alesia@depot.example",
        name="Alesia",
        role="producer",
        company=Company(id=company, name="Depot Pictures"),
    )


async def test_two_producers_of_one_company_share_it(db: Connection) -> None:
    companies = [
        (await service.create_account(db, AccountIn(email=email, name="A", role="producer", company="Depot"))).company
        for email in ("a@depot.example", "b@depot.example")
    ]

    assert companies == [companies[0]] * 2
