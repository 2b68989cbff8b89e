"""The public protocol of a jury on paper, in one language: the same facts as the JSON, said. Pure."""

from datetime import datetime
from typing import Any

import msgspec

from api.paper import print_pdf
from api.voting.protocol_paper import Facts, Section, approval, audit, table, title_in
from api.voting.told_words import Teller


def print_protocol(text: str, lang: str) -> bytes:
    """The PDF of a protocol; it is as old as the publication it tells of, so the same protocol is the same bytes."""
    protocol = msgspec.json.decode(text)
    teller = Teller(lang, protocol["festival"]["time_zone"])
    made_at = datetime.fromisoformat(protocol["published_at"])
    return print_pdf("document", facts_of(protocol, teller), lang=teller.lang, made_at=made_at)


def facts_of(protocol: Facts, teller: Teller) -> dict[str, Any]:
    """What the paper says, section by section."""
    festival = protocol["festival"]
    made = (_prizes, approval, _rounds, _rankings, _coverage, _recusals, _rubric, audit)
    return {
        "eye": teller.pick(festival["name"]),
        "title": f"{teller.say('protocol_of')}: {teller.pick(protocol['award'])}",
        "under": f"{teller.pick(protocol['name'])} · {teller.moment(protocol['published_at'])} {festival['time_zone']}",
        "footer": f"{festival['slug']}/jury/{protocol['jury']}",
        "sections": [make(protocol, teller) for make in made],
    }


def _prizes(protocol: Facts, teller: Teller) -> Section:
    result = protocol["result"]
    lines = []
    for prize in result["prizes"]:
        mention = prize["kind"] == "mention" and not prize["name"]
        name = teller.say("jury.mention") if mention else teller.pick(prize["name"] or protocol["award"])
        lines.append([name, title_in(protocol, prize["entry"], teller), teller.pick(prize["citation"])])
    section = table(teller.say("jury.prizes"), ["", teller.say("entry"), teller.say("jury.citation")], (2, 3, 4), lines)
    notes = ["jury.depends" if result["depends"] else "jury.agreed", *(["jury.against"] if result["against"] else [])]
    statement = teller.pick(result["statement"])
    section["text"] = [*([statement] if statement else []), *(teller.say(key) for key in notes)]
    return section


def _rounds(protocol: Facts, teller: Teller) -> Section:
    lines = []
    for each in protocol["rounds"]:
        locked = f"{teller.number(each['locked'])} / {teller.number(each['jurors'])}"
        early = f" ({teller.say('jury.early')})" if each["early"] else ""
        name = f"{teller.number(each['round'])}. {teller.pick(each['name'])}{early}"
        lines.append([name, teller.number(each["titles"]), locked, teller.moment(each["decided_at"])])
    heads = [
        teller.say("jury.round"),
        teller.say("jury.titles_all"),
        teller.say("jury.locked"),
        teller.say("jury.decided"),
    ]
    return table(teller.say("jury.rounds"), heads, (4, 0, 0, 2), lines, 1, 2)


def _rankings(protocol: Facts, teller: Teller) -> Section:
    """Places only: what single jurors gave cannot be worked out of them."""
    if not protocol["rankings"]:
        return {"heading": teller.say("jury.rankings"), "text": [teller.say("jury.few")]}
    lines = []
    for each in protocol["rankings"]:
        leads = [title_in(protocol, entry, teller) for entry in each["leads"]]
        others = [f"{teller.say('jury.other_title')} × {teller.number(each['others'])}"] if each["others"] else []
        method = teller.say(f"jury.method.{each['method']}")
        lines.append([method, "", teller.say("jury.leads"), ", ".join([*leads, *others]) or "–"])
        for place in each["places"]:
            standing = f"{teller.number(place['place'])} / {teller.number(place['of'])}"
            lines.append(["", standing, teller.number(place["jurors"]), title_in(protocol, place["entry"], teller)])
    heads = ["", teller.say("place"), teller.say("jury.jurors"), teller.say("entry")]
    return table(teller.say("jury.rankings"), heads, (2, 0, 1, 4), lines, 1)


def _coverage(protocol: Facts, teller: Teller) -> Section:
    lines = [
        [
            title_in(protocol, each["entry"], teller),
            f"{teller.number(each['seen'])} / {teller.number(each['jurors'] - each['recused'])}",
            teller.number(each["scored"]),
            teller.number(each["skipped"]),
            teller.number(each["recused"]),
        ]
        for each in protocol["coverage"]
    ]
    keys = ("entry", "jury.watched", "jury.scored", "jury.skipped", "jury.recusals")
    section = table(teller.say("jury.watched"), [teller.say(key) for key in keys], (4, 0, 0, 0, 0), lines, 1, 2, 3, 4)
    result = protocol["result"]
    whole = f"{teller.number(result['seen'])} / {teller.number(result['sheets'])}"
    section["rows"] = [[teller.say("jury.all_titles"), whole]]
    return section


def _recusals(protocol: Facts, teller: Teller) -> Section:
    lines = []
    for each in protocol["recusals"]:
        known = each["entry"] is not None
        what = title_in(protocol, each["entry"], teller) if known else teller.say("jury.other_title")
        by = f" ({teller.say('jury.by_chair')})" if each["by_chair"] else ""
        gone = teller.moment(each["withdrawn_at"]) if each["withdrawn_at"] else ""
        lines.append([teller.person(each["juror"]) + by, what, teller.moment(each["declared_at"]), gone])
    if not lines:
        return {"heading": teller.say("jury.recusals"), "text": [teller.say("none")]}
    heads = [teller.say("who"), teller.say("entry"), teller.say("when"), teller.say("jury.withdrawn")]
    return table(teller.say("jury.recusals"), heads, (3, 3, 2, 2), lines)


def _rubric(protocol: Facts, teller: Teller) -> Section:
    rubric = protocol["rubric"]
    rows = [[teller.pick(each["name"]), teller.percent(each["weight"] / 1000, 1)] for each in rubric["criteria"]]
    scale = f"{teller.number(rubric['least'])} – {teller.number(rubric['most'])}"
    return {"heading": teller.say("jury.rubric"), "rows": [[teller.say("jury.scale"), scale], *rows]}
