"""Who may vote: one ballot per award for each badge, seat in a hall, mailbox or device."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import uuid_utils.compat as uuids
from msgspec import Struct

from api import errors
from api.access import rules as access_rules
from api.access.callers import Caller, pass_breaker
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries
from api.live import Live
from api.voting import proofs, rules
from api.voting.schemas import BallotOut, Tier
from api.voting.voter_schemas import BallotIn

Q = read_queries(Path(__file__).parent, "issuing.sql")
#: Ballots a network gets in a minute before it has to wait, ten times as many at the venue.
PER_MINUTE = 300
#: Codes by mail for one address and award.
CODES, CODES_SECONDS = 5, 900


class Issuer(Struct, frozen=True, kw_only=True):
    tiers: list[Tier]
    closes_at: datetime
    secret: bytes | None


class RunningScreening(Struct, frozen=True, kw_only=True):
    id: int
    secret: bytes
    now: datetime


class Voter(NamedTuple):
    key: bytes
    screening: int | None = None


async def secret_of(db: Connection, award: int) -> bytes:
    """The award's own secret; VotingClosed once it was destroyed, which ends all issuing."""
    return _secret(await _issuer(db, award))


async def _issuer(db: Connection, award: int) -> Issuer:
    return await fetch_one(db, Q["issuer"], award, into=Issuer, missing=errors.NotFound())


def _secret(issuer: Issuer) -> bytes:
    if issuer.secret is None:
        raise errors.VotingClosed(closed_at=issuer.closes_at.isoformat())
    return issuer.secret


async def _admitted(db: Connection, award: int, tier: Tier) -> bytes:
    """The secret of an award that takes ballots of this tier."""
    issuer = await _issuer(db, award)
    if tier not in issuer.tiers:
        raise errors.TierNotAdmitted(tier=tier, admitted=issuer.tiers)
    return _secret(issuer)


async def slow_down(live: Live, caller: Caller, tier: Tier) -> None:
    """The breaker before a ballot is issued. A badge cannot be guessed and has none.

    A hall's code has 39 bits, so 300 tries a minute do not find one; without Redis none is taken. Tries at a code by
    mail are counted in the database as well, and without Redis a device still gets its ballot.
    """
    if tier != "badge":
        await pass_breaker(live, caller, f"issue-{tier}", per_minute=PER_MINUTE, fail_open=tier != "hall")


async def slow_down_codes(live: Live, caller: Caller) -> None:
    """The breaker before a mail is sent; without Redis none is."""
    await pass_breaker(live, caller, "ballot-codes", per_minute=PER_MINUTE, fail_open=False)


async def issue_ballot(
    tx: Connection, award: int, device: str, caller: Caller, asked: BallotIn, *, key: bytes
) -> BallotOut | errors.FestivalError:
    """The ballot of whoever `asked` proves to be, the same one each time, or why there is none.

    A refusal is returned, not raised, so that a wrong try at a code stays counted. From where it was asked for is kept
    for the review, as hashes.
    """
    tier = proofs.tier_of(asked)
    secret = await _admitted(tx, award, tier)
    match asked:
        case BallotIn(badge=str(token)):
            voter = await _by_badge(tx, award, token, secret)
        case BallotIn(hall=str(code)):
            voter = await _by_hall(tx, award, code, device, secret)
        case BallotIn(email_request=UUID() as request, code=str(code)):
            voter = await _by_code(tx, award, request, code, secret)
        case _:
            voter = Voter(rules.voter_key(secret, award, f"device:{device}"))
    if isinstance(voter, errors.FestivalError):
        return voter
    ballot = await _ballot(tx, award, tier, voter)
    origin = proofs.origin_of(key, secret, device, caller.network)
    await tx.execute(Q["save_origin"], award, ballot.id, origin.device, origin.network, caller.venue)
    return BallotOut(ballot=rules.sign_ballot(key, ballot), tier=ballot.tier)


async def _ballot(tx: Connection, award: int, tier: Tier, voter: Voter) -> rules.Ballot:
    return rules.Ballot(award, await tx.fetchval(Q["ballot_of"], award, tier, voter.key, voter.screening), tier)


async def _by_badge(db: Connection, award: int, token: str, secret: bytes) -> Voter | errors.FestivalError:
    """The key is made from the token, which nobody but its holder has: the desk cannot tell whose ballot is whose."""
    if not await db.fetchval(Q["badge_is_good"], award, access_rules.digest(token)):
        return errors.BadgeRefused()
    return Voter(rules.voter_key(secret, award, f"badge:{token}"))


async def _by_hall(db: Connection, award: int, code: str, device: str, secret: bytes) -> Voter | errors.FestivalError:
    for screening in await fetch_all(db, Q["running_screenings"], award, into=RunningScreening):
        if proofs.is_hall_code(screening.secret, code, screening.now):
            return Voter(rules.voter_key(secret, award, f"hall:{screening.id}:{device}"), screening.id)
    return errors.HallCodeRefused()


async def _by_code(tx: Connection, award: int, request: UUID, code: str, secret: bytes) -> Voter | errors.FestivalError:
    attempt = await fetch_maybe(tx, Q["try_ballot_code"], request, award, into=proofs.CodeTry)
    if attempt is None or not proofs.opens(attempt, proofs.code_hash(secret, request, code)):
        return errors.CodeRefused()
    if await tx.fetchval(Q["use_ballot_code"], request) is None:
        return errors.CodeRefused()
    return Voter(attempt.voter_key)


async def request_code(tx: Connection, live: Live, award: int, email: str) -> tuple[UUID, str]:
    """A request and the code to mail for it. Nothing of the address is kept but the key of its voter."""
    secret = await _admitted(tx, award, "email")
    voter = rules.voter_key(secret, award, f"email:{proofs.normalise_email(email)}")
    await live.limit(f"ballot-code:{voter.hex()[:32]}", burst=CODES, per_seconds=CODES_SECONDS, fail_open=False)
    request, code = UUID(str(uuids.uuid7())), access_rules.new_mail_code()
    await tx.execute(Q["retire_ballot_codes"], award, voter)
    hashed = proofs.code_hash(secret, request, code)
    await tx.execute(Q["save_ballot_code"], request, award, voter, hashed, access_rules.CODE_LIFE)
    return request, code
