"""Passkeys: making, naming and removing them, signing in with one, and the fresh proof that some acts want."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import structlog
from msgspec import Struct

from api import errors
from api.access import ceremonies, service
from api.access.audit import note
from api.access.ceremonies import Purpose, Site
from api.access.passkey_schemas import GivenCredential, NewPasskey, Passkey
from api.access.refusals import PasskeyRefused, PasskeyStays
from api.access.schemas import Account, SignInPage, Standing
from api.access.service import Opened
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries

Q = read_queries(Path(__file__).parent, "passkeys.sql")
MOST: Final = 20
log = structlog.get_logger("passkeys")


class Stored(Struct, frozen=True, kw_only=True):
    id: int
    account: int
    public_key: bytes
    sign_count: int


class Scene(Struct, frozen=True):
    """Where a ceremony takes place: the browser that asked, None where it did not, and the session it is in."""

    site: Site
    browser: str | None
    now: datetime
    standing: Standing | None = None

    @property
    def holder(self) -> Standing:
        if self.standing is None:
            raise errors.SignInNeeded
        return self.standing

    def bound(self, purpose: Purpose) -> str:
        """What an answer has to come with. A browser may have several challenges under way."""
        if self.browser is None:
            raise PasskeyRefused
        return self.browser if purpose == "sign-in" else f"{self.browser}:{self.holder.id}"

    def challenge(self, purpose: Purpose) -> bytes:
        return ceremonies.new_challenge(self.site, purpose, self.bound(purpose), self.now)


def ask(scene: Scene) -> dict[str, Any]:
    """Options to sign in with any passkey of this site."""
    return ceremonies.options_to_answer(scene.site, [], scene.challenge("sign-in"))


async def ask_proof(db: Connection, scene: Scene) -> dict[str, Any]:
    """Options to answer with one of one's own."""
    known = await _credentials(db, scene.holder.account.id)
    return ceremonies.options_to_answer(scene.site, known, scene.challenge("proof"))


async def ask_new(db: Connection, scene: Scene) -> dict[str, Any]:
    """Options to make one."""
    account = scene.holder.account
    known = await _credentials(db, account.id)
    return ceremonies.options_to_make(scene.site, account, known, scene.challenge("enrol"))


async def _credentials(db: Connection, account: int) -> list[bytes]:
    return [row["credential"] for row in await db.fetch(Q["credentials_of"], account)]


async def sign_in(tx: Connection, scene: Scene, page: SignInPage, credential: GivenCredential) -> Opened:
    """A session of whoever holds this passkey; PasskeyRefused otherwise."""
    stored = await _answer(tx, scene, "sign-in", credential)
    return await service.open_session(tx, stored.account, page, now=scene.now, passkey_at=scene.now)


async def prove(tx: Connection, scene: Scene, credential: GivenCredential) -> None:
    """The holder of this session has just used a passkey of their own."""
    await _answer(tx, scene, "proof", credential)
    await tx.execute(Q["note_proof"], scene.holder.id, scene.now)


async def _answer(tx: Connection, scene: Scene, purpose: Purpose, credential: GivenCredential) -> Stored:
    """The passkey that answered, its counter written down."""
    given = credential.response
    challenge = await _take(tx, scene, purpose, given.client_data)
    id_ = ceremonies.bytes_of(credential.raw_id)
    stored = await fetch_maybe(tx, Q["passkey_by_credential"], id_, into=Stored)
    if stored is None or (purpose != "sign-in" and stored.account != scene.holder.account.id):
        raise PasskeyRefused
    if given.user_handle and ceremonies.bytes_of(given.user_handle) != ceremonies.handle_of(scene.site, stored.account):
        raise PasskeyRefused
    key, count = stored.public_key, stored.sign_count
    try:
        verified = ceremonies.verify_given(scene.site, credential, challenge, public_key=key, count=count)
    except PasskeyRefused as refused:
        log.warning("passkey refused", passkey=stored.id, why=str(refused.__cause__))
        raise
    await tx.execute(Q["note_use"], stored.id, verified.new_sign_count, verified.credential_backed_up, scene.now)
    return stored


async def _take(tx: Connection, scene: Scene, purpose: Purpose, client_data: str) -> bytes:
    """The challenge of an answer, which is good once."""
    challenge = ceremonies.challenge_in(client_data)
    end = ceremonies.end_of(scene.site, purpose, scene.bound(purpose), challenge, scene.now)
    await tx.execute(Q["drop_challenges"], scene.now)
    if await tx.fetchval(Q["take_challenge"], challenge, end) is None:
        raise PasskeyRefused
    return challenge


async def enrol(tx: Connection, scene: Scene, data: NewPasskey) -> Passkey:
    """A new passkey; making it proves its holder as much as using it."""
    account = scene.holder.account
    challenge = await _take(tx, scene, "enrol", data.credential.response.client_data)
    made = ceremonies.verify_made(scene.site, data.credential, challenge)
    await tx.fetchval(Q["hold_account"], account.id)
    if len(await _credentials(tx, account.id)) >= MOST:
        raise errors.Unprocessable(f"An account has {MOST} passkeys at most; remove one first.", field="credential")
    values = (account.id, made.credential_id, made.credential_public_key, made.sign_count)
    row = (data.name, made.credential_backed_up, scene.now)
    taken = errors.AlreadyThere("This passkey is known here already.")
    passkey = await fetch_one(tx, Q["save_passkey"], *values, *row, into=Passkey, missing=taken)
    await tx.execute(Q["note_proof"], scene.holder.id, scene.now)
    await note(tx, account, "make-passkey", f"passkey:{passkey.id}", {})
    return passkey


async def list_passkeys(db: Connection, account: Account) -> list[Passkey]:
    return await fetch_all(db, Q["list_passkeys"], account.id, into=Passkey)


async def rename(tx: Connection, account: Account, passkey: int, name: str) -> Passkey:
    missing = errors.NotFound()
    return await fetch_one(tx, Q["rename_passkey"], account.id, passkey, name, into=Passkey, missing=missing)


async def remove(tx: Connection, account: Account, passkey: int) -> None:
    role = await tx.fetchval(Q["hold_account"], account.id)
    if await tx.fetchval(Q["remove_passkey"], account.id, passkey) is None:
        raise errors.NotFound
    if role == "organiser" and not await _credentials(tx, account.id):
        raise PasskeyStays
    await note(tx, account, "remove-passkey", f"passkey:{passkey}", {})


async def forget(tx: Connection, account: int, *, now: datetime) -> None:
    """All passkeys, sessions and codes of somebody who lost theirs: a mailed code lets them make a new one."""
    await tx.execute(Q["forget_passkeys"], account)
    await tx.execute(service.Q["end_all"], account, now)


async def forget_by_email(tx: Connection, email: str, *, now: datetime) -> None:
    account = await tx.fetchval(service.Q["account_by_email"], email.lower())
    if account is not None:
        await forget(tx, account, now=now)
        await note(tx, None, "forget-passkeys", f"account:{account}", {})
