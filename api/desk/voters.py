"""Who may vote, on the desk: badges and screenings. Every change leaves a line in the audit log; no token is in it."""

import asyncio
from collections.abc import Sequence

from api.access.audit import note
from api.access.guards import utcnow
from api.access.schemas import Account
from api.db import Connection
from api.voting import badge_pdf, badges, screenings
from api.voting.voter_schemas import (
    Badge,
    BadgeListIn,
    BadgesWanted,
    PrintedBadge,
    PrintedBadges,
    Screening,
    ScreeningIn,
)


async def make_badges(tx: Connection, account: Account, wanted: BadgesWanted, *, public_url: str) -> PrintedBadges:
    made = await badges.make_badges(tx, wanted, public_url=public_url)
    await note(tx, account, "make", "badges", {"added": made.added})
    return made


async def import_badges(tx: Connection, account: Account, data: BadgeListIn, *, public_url: str) -> PrintedBadges:
    imported = await badges.import_badges(tx, data, public_url=public_url)
    await note(tx, account, "import", "badges", {"added": imported.added, "known": imported.known})
    return imported


async def print_badges(made: Sequence[PrintedBadge], form: badge_pdf.PdfForm, lang: str, *, names: bool) -> bytes:
    return await asyncio.to_thread(
        badge_pdf.print_badges, made, form, names=names, lang=lang, made_at=utcnow().replace(microsecond=0)
    )


async def revoke_badge(tx: Connection, account: Account, badge: int) -> Badge:
    revoked = await badges.revoke_badge(tx, badge)
    await note(tx, account, "revoke", f"badge:{badge}", {"label": revoked.label})
    return revoked


async def save_screening(
    tx: Connection, account: Account, data: ScreeningIn, screening: int | None = None, *, key: bytes, public_url: str
) -> Screening:
    saved = await screenings.save_screening(tx, data, screening, key=key, public_url=public_url)
    action = "create" if screening is None else "change"
    await note(tx, account, action, f"screening:{saved.id}", {"head_count": saved.head_count})
    return saved
