"""The protocol on paper, in one language: the same facts as the JSON, said. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from api.paper import print_pdf
from api.voting.told_words import Teller

Facts = Mapping[str, Any]
Section = dict[str, Any]


def print_protocol(text: str, lang: str) -> bytes:
    """The PDF of a protocol; it is as old as the publication it tells of, so the same protocol is the same bytes."""
    protocol = msgspec.json.decode(text)
    made_at = datetime.fromisoformat(protocol["published_at"])
    teller = Teller(lang, protocol["festival"]["time_zone"])
    return print_pdf("document", facts_of(protocol, teller), lang=teller.lang, made_at=made_at)


def facts_of(protocol: Facts, teller: Teller) -> dict[str, Any]:
    """What the paper says, section by section."""
    festival = protocol["festival"]
    made = (approval, _ranking, _counts, _methods, _rules, _log, _proof, _voids, _flags, _kiosks, audit)
    sections = [section for make in made if (section := make(protocol, teller)) is not None]
    return {
        "eye": teller.pick(festival["name"]),
        "title": f"{teller.say('protocol_of')}: {teller.pick(protocol['name'])}",
        "under": f"{teller.say('published')}: {teller.moment(protocol['published_at'])} {festival['time_zone']}",
        "footer": f"{protocol['festival']['slug']}/{protocol['award']} · {protocol['rules_sha256'][:16]}",
        "sections": sections,
    }


def title_in(protocol: Facts, number: int, teller: Teller) -> str:
    for entry in protocol["entries"]:
        if entry["id"] == number:
            title = teller.pick(entry["title"])
            return f"{title} · {teller.number(entry['episode'])}" if entry.get("episode") else title
    return f"{teller.say('entry')} {teller.number(number)}"


def table(
    heading: str, heads: Sequence[str], widths: Sequence[int], lines: Sequence[Sequence[str]], *numbers: int
) -> Section:
    table = {"heads": list(heads), "widths": list(widths), "lines": [list(line) for line in lines], "numbers": numbers}
    return {"heading": heading, "table": table}


def approval(protocol: Facts, teller: Teller) -> Section:
    people = protocol["people"]
    lines = [
        [teller.say(key), teller.person(people.get(by)), teller.moment(people.get(at))]
        for key, by, at in (("asked", "asked_by", "asked_at"), ("agreed", "agreed_by", "agreed_at"))
    ]
    heads = ["", teller.say("who"), teller.say("when")]
    return table(teller.say("people"), heads, (1, 2, 2), lines)


def _ranking(protocol: Facts, teller: Teller) -> Section:
    result = protocol["result"]
    method, kind, spans = result["method"], result["kind"], result["stability"]["scores"]
    lines = []
    for each in result["ranked"]:
        low, high = spans.get(str(each["entry"]), (each["score"], each["score"]))
        span = f"{teller.score(low, method, kind)} – {teller.score(high, method, kind)}"
        score = teller.score(each["score"], method, kind)
        title = title_in(protocol, each["entry"], teller)
        lines.append([teller.number(each["place"]), title, score, span, teller.number(each["ballots"])])
    for each in result["unranked"]:
        values = {"votes": teller.plain(each["votes"]), "wanted": teller.plain(each["wanted"] or 0)}
        why = f"{teller.say('not_ranked')}: {teller.say(each['reason'], **values)}"
        title = title_in(protocol, each["entry"], teller)
        lines.append(["–", f"{title}. {why}", "", "", teller.number(each["ballots"])])
    heads = [teller.say(key) for key in ("place", "entry", "score", "interval", "ballots")]
    return table(teller.say("ranking"), heads, (0, 4, 2, 2, 0), lines, 2, 3, 4)


def _counts(protocol: Facts, teller: Teller) -> Section:
    result = protocol["result"]
    rows = [["ballots", result["ballots"]], ["votes", result["votes"]]]
    rows += [[f"tier.{tier}", count] for tier, count in result["ballots_by_tier"].items()]
    rows += [["voids", sum(result["void_by_reason"].values())]]
    rows += [[f"reason.{reason}", count] for reason, count in result["void_by_reason"].items()]
    rows += [["held", result["quarantined"]], ["lines", result["size"]]]
    return {"heading": teller.say("ways"), "rows": [[teller.say(key), teller.number(count)] for key, count in rows]}


def _methods(protocol: Facts, teller: Teller) -> Section:
    result = protocol["result"]
    lines = []
    for method, winners in result["winners_by_method"].items():
        used = f" ({teller.say('in_rules')})" if method == result["method"] else ""
        names = ", ".join(title_in(protocol, winner, teller) for winner in winners) or teller.say("nobody")
        lines.append([f"{teller.say(f'method.{method}')}{used}", names])
    section: Section = {"heading": teller.say("by_method"), "rows": lines}
    stability = result["stability"]
    key = "stable" if stability["stable"] else "unstable"
    section["text"] = [
        teller.say(key, same=teller.percent(stability["same"], 1)),
        f"{teller.say('resampling')}: {teller.number(stability['rounds'])}, {stability['seed']}",
    ]
    return section


def _rules(protocol: Facts, teller: Teller) -> Section:
    rules = protocol["rules"]
    rows = [
        [teller.say("kind"), teller.say(f"kind.{rules['kind']}")],
        [teller.say("counted_by"), teller.say(f"method.{rules['method']}")],
        [teller.say("opens"), teller.moment(rules["opens_at"])],
        [teller.say("closes"), teller.moment(rules["closes_at"])],
        [teller.say("grace"), teller.number(rules["grace_seconds"])],
        [teller.say("ways"), ", ".join(_tier(tier, rules, teller) for tier in rules["tiers"])],
        [teller.say("minimum"), _minimum(rules["minimum"], teller)],
        [teller.say("watch"), _watch(rules.get("watch") or {}, teller)],
        [teller.say("entry"), ", ".join(title_in(protocol, entry["id"], teller) for entry in rules["entries"])],
        [teller.say("fingerprint"), protocol["rules_sha256"], "code"],
    ]
    return {"heading": teller.say("rules"), "rows": rows}


def _tier(tier: str, rules: Facts, teller: Teller) -> str:
    weight = rules["weights"].get(tier, 1)
    name = teller.say(f"tier.{tier}")
    return name if weight == 1 else f"{name} ({teller.say('weights')}: {teller.plain(weight)})"


def _minimum(minimum: Facts, teller: Teller) -> str:
    said = teller.say(f"minimum.{minimum['rule']}")
    if minimum.get("votes"):
        return f"{said}: {teller.number(minimum['votes'])}"
    return f"{said}: {teller.percent(minimum['share'])}" if minimum.get("share") else said


def _watch(watch: Facts, teller: Teller) -> str:
    said = []
    if watch.get("episodes"):
        said.append(teller.say("episodes", count=teller.number(watch["episodes"])))
    if watch.get("share"):
        said.append(teller.say("minutes", share=teller.percent(watch["share"])))
    return " / ".join(said) or teller.say("none")


def _log(protocol: Facts, teller: Teller) -> Section:
    points = protocol["checkpoints"]
    lines = [
        [teller.number(each["size"]), each["root"].replace("\n", ""), teller.moment(each["sealed_at"])]
        for each in points
    ]
    heads = [teller.say("size"), teller.say("root"), teller.say("sealed")]
    section = table(teller.say("checkpoints"), heads, (0, 5, 3), lines, 0)
    section["rows"] = [
        [teller.say("log"), protocol["log"]["origin"], "code"],
        [teller.say("key"), protocol["key"], "code"],
        [teller.say("signed"), " ⏎ ".join(protocol["log"]["note"].strip().split("\n")), "code"],
    ]
    return section


def _proof(protocol: Facts, teller: Teller) -> Section | None:
    proof = protocol["proof"]
    if not proof:
        return None
    rows = [
        [
            teller.say("counted_twice"),
            f"{teller.moment(proof['counted_at'])} · {teller.say('ballots')}: {teller.number(proof['ballots'])}",
        ],
        [teller.say("verified"), f"{teller.moment(proof['verified_at'])} · {teller.number(proof['bundle_size'])} B"],
        ["SHA-256", proof["result_sha256"], "code"],
    ]
    return {"heading": teller.say("proof"), "rows": rows}


def _voids(protocol: Facts, teller: Teller) -> Section:
    lines = [
        [
            teller.say(f"reason.{each['reason']}"),
            teller.number(each["ballots"]),
            f"{teller.person(each['asked_by'])}, {teller.moment(each['asked_at'])}",
            f"{teller.person(each['decided_by'])}, {teller.moment(each['decided_at'])}",
        ]
        for each in protocol["voids"]
    ]
    if not lines:
        return {"heading": teller.say("voids"), "text": [teller.say("none")]}
    heads = [teller.say(key) for key in ("reason", "ballots", "asked", "agreed")]
    return table(teller.say("voids"), heads, (2, 0, 3, 3), lines, 1)


def _flags(protocol: Facts, teller: Teller) -> Section:
    lines = [
        [
            teller.say(f"flag.{each['what']}"),
            teller.number(each["ballots"]),
            teller.moment(each["raised_at"]),
            teller.say(f"outcome.{each['outcome']}"),
        ]
        for each in protocol["flags"]
    ]
    if not lines:
        return {"heading": teller.say("flags"), "text": [teller.say("none")]}
    heads = [teller.say("what"), teller.say("ballots"), teller.say("when"), ""]
    return table(teller.say("flags"), heads, (3, 0, 2, 2), lines, 1)


def _kiosks(protocol: Facts, teller: Teller) -> Section:
    lines = []
    for each in protocol["kiosks"]:
        state = teller.say(f"state.{each['state']}")
        why = f"{state}: {each['words']}" if each["words"] else state
        lines.append([each["name"], teller.number(each["received"]), teller.number(each["held"]), why])
    if not lines:
        return {"heading": teller.say("kiosks"), "text": [teller.say("none")]}
    heads = [teller.say("kiosks"), teller.say("received"), teller.say("missing"), ""]
    return table(teller.say("kiosks"), heads, (2, 0, 0, 3), lines, 1, 2)


def audit(protocol: Facts, teller: Teller) -> Section:
    lines = [
        [teller.moment(each["at"]), teller.person(each["by"]), f"{each['action']} {each['object']}"]
        for each in protocol["audit"]
    ]
    return table(teller.say("audit"), [teller.say("when"), teller.say("who"), teller.say("what")], (2, 2, 3), lines)
