"""Badges: their tokens are made or taken over here, told once and kept as hashes."""

from collections.abc import Sequence
from pathlib import Path

from api import errors
from api.access.rules import digest, new_clear_code
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.voting.badge_lists import Line, read_list
from api.voting.proofs import BADGE_LENGTH
from api.voting.voter_schemas import Badge, BadgeListIn, BadgePage, BadgesWanted, PrintedBadge, PrintedBadges

Q = read_queries(Path(__file__).parent, "badges.sql")
PAGE = 500


async def make_badges(tx: Connection, wanted: BadgesWanted, *, public_url: str) -> PrintedBadges:
    festival = await _lock(tx)
    first = 1 + int(await tx.fetchval(Q["count_badges"], festival))
    lines = [Line(f"{wanted.prefix}{number:04d}", None) for number in range(first, first + wanted.count)]
    return await _save(tx, festival, lines, public_url)


async def import_badges(tx: Connection, data: BadgeListIn, *, public_url: str) -> PrintedBadges:
    """All lines or, with BadLines, none. The same list again adds nothing: neither tokens nor labels come twice."""
    lines = read_list(data.csv, labels=data.labels)
    festival = await _lock(tx)
    if not data.labels:
        return await _save(tx, festival, lines, public_url)
    there = {row["label"] for row in await tx.fetch(Q["known_labels"], festival, [line.label for line in lines])}
    saved = await _save(tx, festival, [line for line in lines if line.label not in there], public_url)
    return PrintedBadges(added=saved.added, known=len(there), badges=saved.badges)


async def _lock(tx: Connection) -> int:
    festival: int | None = await tx.fetchval(Q["lock_badges"])
    if festival is None:
        raise errors.NotFound("There is no festival here yet.")
    return festival


async def _save(tx: Connection, festival: int, lines: Sequence[Line], public_url: str) -> PrintedBadges:
    tokens = [line.token or new_clear_code(BADGE_LENGTH) for line in lines]
    hashes = [digest(token) for token in tokens]
    added = await tx.fetch(Q["save_badges"], festival, hashes, [line.label for line in lines])
    labels = {row["token_hash"]: row["label"] for row in await tx.fetch(Q["good_badges"], festival, hashes)}
    badges = [
        PrintedBadge(label=labels[hashed], token=token, url=f"{public_url}/b/{token}")
        for token, hashed in zip(tokens, hashes, strict=True)
        if hashed in labels
    ]
    return PrintedBadges(added=len(added), known=len(lines) - len(added), badges=badges)


async def list_badges(db: Connection, *, after: int) -> BadgePage:
    found = await fetch_all(db, Q["badges"], after, PAGE + 1, into=Badge)
    return BadgePage(badges=found[:PAGE], next=found[PAGE - 1].id if len(found) > PAGE else None)


async def revoke_badge(tx: Connection, badge: int) -> Badge:
    """It gets no ballot any more. Ballots it has got stay: nobody can tell which they are."""
    return await fetch_one(tx, Q["revoke_badge"], badge, into=Badge, missing=errors.NotFound())
