"""How the decision of a jury becomes public: two people, a second, a page, a protocol, a screen."""

import hashlib
from pathlib import Path

import msgspec
from msgspec import structs

from api import errors, qr
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.jury import told_protocol, told_rules
from api.jury.protocol import protocol_of
from api.jury.table_schemas import Protocol
from api.jury.told_schemas import JuryCeremony, JuryGates, JuryPlan, JuryPlanIn, JuryPublication, JuryResult, JuryTold
from api.voting import told
from api.voting.leaves import canonical
from api.voting.told_schemas import CeremonyCode, ToldEntry, ToldRow

Q = read_queries(Path(__file__).parent, "told.sql")


async def find_told(db: Connection, jury: int) -> JuryTold:
    return await fetch_one(db, Q["told_jury"], jury, into=JuryTold, missing=errors.NotFound())


async def titles_of(db: Connection, jury: int, series: list[int] | None = None) -> list[ToldEntry]:
    """Released titles: these, or without any all among which the prizes could be."""
    return [row.as_entry() for row in await fetch_all(db, Q["told_titles"], jury, series, into=ToldRow)]


async def result_of(db: Connection, jury: int) -> JuryResult:
    """What everyone may see; ResultNotPublished before that."""
    if not (await find_told(db, jury)).told:
        raise errors.ResultNotPublished
    return msgspec.json.decode(await db.fetchval(Q["result"], jury), type=JuryResult)


async def find_protocol(db: Connection, jury: int) -> str:
    """The text, for everyone from the second on in which the result is told."""
    if not (await find_told(db, jury)).told:
        raise errors.ResultNotPublished
    return str(await db.fetchval(Q["protocol"], jury))


async def show_plan(db: Connection, jury: int) -> JuryPlan:
    return await fetch_one(db, Q["plan"], jury, into=JuryPlan, missing=errors.NotFound())


async def set_plan(tx: Connection, jury: int, data: JuryPlanIn) -> tuple[JuryPlan, JuryPlan]:
    """The plan before and after; ResultPublished once it has been told."""
    await tx.execute(Q["hold_jury"], jury)
    before = await show_plan(tx, jury)
    told.check_plan(before, data)
    await tx.execute(Q["set_plan"], jury, data.told_in, data.reveals_at)
    return before, await show_plan(tx, jury)


async def show_code(tx: Connection, jury: int) -> CeremonyCode:
    """What opens the envelopes without a network; NotFound before there are any."""
    sealed = await tx.fetchrow(Q["ceremony"], jury)
    if sealed is None:
        raise errors.NotFound
    return CeremonyCode(code=sealed["code"])


async def show_gates(db: Connection, jury: int) -> JuryGates:
    return await _gates(db, await protocol_of(db, jury))


async def _gates(db: Connection, found: Protocol) -> JuryGates:
    released = {row["id"] for row in await db.fetch(Q["released"], told_rules.prized(found))}
    publication = await _publication(db, found)
    gates = told_rules.gates_of(found, released, publication)
    passed = sum(gate.state == "passed" for gate in gates)
    return JuryGates(jury=found.jury, passed=passed, gates=gates, publication=publication)


async def _publication(db: Connection, found: Protocol) -> JuryPublication:
    missing = errors.NotFound()
    return await fetch_one(db, Q["publication"], found.jury, _hash(_text(found)), into=JuryPublication, missing=missing)


def _text(found: Protocol) -> str | None:
    """The result word for word, as it is published."""
    result = told_rules.result_of(found)
    return None if result is None else canonical(msgspec.to_builtins(result))


def _hash(text: str | None) -> bytes | None:
    return None if text is None else hashlib.sha256(text.encode()).digest()


async def ask_publication(tx: Connection, account: Account, jury: int) -> bool:
    """True where the request is new; what would be refused then is refused now. GatesShut with their names."""
    found = await _hold(tx, jury)
    before = await _gates(tx, found)
    if before.publication.state != "open":
        return False
    _check(before)
    return await tx.fetchval(Q["save_request"], jury, account.id, _hash(_text(found))) is not None


async def check_agreed(tx: Connection, account: Account, jury: int) -> JuryPublication | None:
    """What another asked for and nobody has published; None where it is published already.

    Raises PublicationNotAsked also where the jury has decided anew since, and SecondPersonNeeded.
    """
    before = await _gates(tx, await _hold(tx, jury))
    if before.publication.state == "published":
        return None
    if before.publication.asked_by is None:
        raise errors.PublicationNotAsked
    if before.publication.asked_by.id == account.id:
        raise errors.SecondPersonNeeded
    _check(before)
    return before.publication


async def publish(tx: Connection, account: Account, jury: int, asked: JuryPublication) -> None:
    """Write result and protocol and arm the ceremony, in the transaction that has checked what was agreed."""
    found, about = await protocol_of(tx, jury), await find_told(tx, jury)
    text = _text(found)
    if text is None:
        raise errors.PublicationNotAsked
    now = await tx.fetchval(Q["time"])
    people = [asked.asked_by.id if asked.asked_by else account.id, account.id]
    words = await told_protocol.text_of(tx, found, structs.replace(about, published_at=now), people, asked.asked_at)
    await tx.execute(Q["save_result"], jury, text, words, account.id, now)
    await tx.execute(Q["save_ceremony"], jury, *told.put_away(text))


async def _hold(tx: Connection, jury: int) -> Protocol:
    """The jury as it is, and until the transaction ends nobody changes it, decides or publishes."""
    await tx.execute(Q["hold_jury"], jury)
    await tx.execute(Q["hold_rounds"], jury)
    return await protocol_of(tx, jury)


def _check(gates: JuryGates) -> None:
    shut = told_rules.shut_gates(gates.gates)
    if shut:
        raise errors.GatesShut(gates=shut)


async def show_ceremony(db: Connection, jury: int, public_url: str) -> JuryCeremony:
    """For a screen: everything it needs, and of the result no more than everyone may know at this moment.

    ResultNotPublished before two people have agreed: until then nobody outside knows of the jury.
    """
    about, sealed = await find_told(db, jury), await db.fetchrow(Q["ceremony"], jury)
    if sealed is None:
        raise errors.ResultNotPublished
    address = f"{public_url}/results/jury/{jury}"
    base = JuryCeremony(
        jury=jury,
        name=about.award,
        festival=about.festival,
        langs=about.told_in,
        state="sealed",
        rehearsal=False,
        reveals_at=about.reveals_at,
        now=about.now,
        entries=await titles_of(db, jury),
        bundle_url=address,
        bundle_qr=qr.svg(address),
    )
    if about.told:
        return structs.replace(base, state="told", result=await result_of(db, jury))
    return told.seal(base, sealed["salt"], sealed["envelope"])
