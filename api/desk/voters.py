"""Who may vote, on the desk: badges and screenings. Every change leaves a line in the audit log; no token is in it."""

from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection
from api.voting import badges, screenings
from api.voting.voter_schemas import Badge, BadgeListIn, BadgesWanted, PrintedBadges, Screening, ScreeningIn


async def make_badges(tx: Connection, account: Account, wanted: BadgesWanted, *, public_url: str) -> PrintedBadges:
    made = await badges.make_badges(tx, wanted, public_url=public_url)
    await note(tx, account, "make", "badges", {"added": made.added})
    return made


async def import_badges(tx: Connection, account: Account, data: BadgeListIn, *, public_url: str) -> PrintedBadges:
    imported = await badges.import_badges(tx, data, public_url=public_url)
    await note(tx, account, "import", "badges", {"added": imported.added, "known": imported.known})
    return imported


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
