"""The public page of a result, in several languages at once and without a script. Pure."""

from collections.abc import Sequence
from html import escape

from msgspec import Struct

from api.voting.proof_schemas import Result, StandingOut, UnrankedOut
from api.voting.told_parts import card, document, fact_table, in_all, paper_links, pick_all, preview, say_all, title_of
from api.voting.told_schemas import ToldAward, ToldEntry
from api.voting.told_words import Teller, full_scale


class Telling(Struct, frozen=True, kw_only=True):
    """A result and everything it is told with. `made_up`: of a rehearsal, marked as such wherever one looks."""

    award: ToldAward
    entries: Sequence[ToldEntry]
    result: Result
    public_url: str
    made_up: bool = False

    @property
    def tellers(self) -> list[Teller]:
        return [Teller(lang, self.award.time_zone) for lang in self.award.told_in]

    def entry(self, number: int) -> ToldEntry | None:
        return next((entry for entry in self.entries if entry.id == number), None)


def page_of(telling: Telling) -> str:
    first = telling.tellers[0]
    title = f"{first.pick(telling.award.name)} · {first.pick(telling.award.festival)}"
    body = "".join(
        [
            _stamp(telling),
            _hero(telling),
            _table(telling),
            _methods(telling),
            _facts(telling),
            _check(telling),
        ]
    )
    return document(first, title, body, _preview(telling, title))


def list_of(awards: Sequence[tuple[str, dict[str, str]]], tellers: Sequence[Teller]) -> str:
    """All results that are told, with a link to each."""
    rows = "".join(f'<li><a href="/results/{escape(slug)}">{pick_all(tellers, name)}</a></li>' for slug, name in awards)
    none = "" if awards else f'<p class="none">{say_all(tellers, "results.none")}</p>'
    body = f'<h1>{say_all(tellers, "results")}</h1><ul class="list">{rows}</ul>{none}'
    return document(tellers[0], tellers[0].say("results"), body)


def _preview(telling: Telling, title: str) -> str:
    if telling.made_up:
        return '<meta name="robots" content="noindex">'
    winners = [entry for number in telling.result.winners if (entry := telling.entry(number))]
    first = telling.tellers[0]
    said = ", ".join(first.pick(entry.title) for entry in winners) or first.say("nobody")
    poster = next((entry.poster.jpg for entry in winners if entry.poster), None)
    return preview(title, f"{first.say('winner')}: {said}", None if poster is None else telling.public_url + poster)


def _stamp(telling: Telling) -> str:
    if not telling.made_up:
        return ""
    return f'<p class="stamp" role="note">{say_all(telling.tellers, "rehearsal")}</p>'


def _hero(telling: Telling) -> str:
    award, tellers = telling.award, telling.tellers
    winners = [entry for number in telling.result.winners if (entry := telling.entry(number))]
    key = "nobody" if not telling.result.winners else "tie" if len(telling.result.winners) > 1 else "winner"
    names = pick_all(tellers, award.name)
    said = say_all(tellers, key)
    festival = pick_all(tellers, award.festival)
    cards = "".join(card(entry, tellers) for entry in winners)
    return (
        f'<header><p class="eye">{festival}</p><h1>{names}</h1></header>'
        f'<section class="won"><h2>{said}</h2><div class="cards">{cards}</div></section>'
    )


def _table(telling: Telling) -> str:
    tellers = telling.tellers
    heads = "".join(f"<th>{say_all(tellers, key)}</th>" for key in ("place", "entry", "score", "ballots"))
    rows = "".join(_ranked(telling, standing) for standing in telling.result.ranked)
    out = "".join(_unranked(telling, each) for each in telling.result.unranked)
    return f'<section><table class="ranks"><thead><tr>{heads}</tr></thead><tbody>{rows}{out}</tbody></table></section>'


def _name(telling: Telling, number: int) -> str:
    entry = telling.entry(number)
    if entry is None:
        return in_all(telling.tellers, lambda teller: f"{escape(teller.say('entry'))} {teller.number(number)}")
    return in_all(telling.tellers, lambda teller: title_of(entry, teller))


def _ranked(telling: Telling, standing: StandingOut) -> str:
    award, result, first = telling.award, telling.result, telling.tellers[0]
    best = max((each.score for each in result.ranked), default=1)
    full = full_scale(result.method, result.kind, award.max, best)
    low, high = result.stability.scores.get(str(standing.entry), (standing.score, standing.score))
    part = [round(min(1.0, max(0.0, value / full)) * 1000) for value in (standing.score, low, high)]
    won = ' class="w"' if standing.entry in result.winners else ""
    # Drawn, not styled: a page without a script may have no style of its own on an element.
    bar = (
        '<svg class="bar" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="full" width="1000" height="14" rx="7"/>'
        f'<rect class="part" width="{max(part[0], 4)}" height="14" rx="7"/>'
        f'<rect class="mid" x="{part[1]}" y="6" width="{max(part[2] - part[1], 2)}" height="2"/></svg>'
    )
    score = first.score(standing.score, result.method, result.kind)
    span = f"{first.score(low, result.method, result.kind)} – {first.score(high, result.method, result.kind)}"
    return (
        f'<tr{won}><td class="n">{first.number(standing.place)}</td>'
        f'<th scope="row">{_name(telling, standing.entry)}{bar}</th>'
        f'<td class="n"><b>{score}</b><small dir="ltr">{span}</small></td>'
        f'<td class="n">{first.number(standing.ballots)}</td></tr>'
    )


def _unranked(telling: Telling, each: UnrankedOut) -> str:
    def why(teller: Teller) -> str:
        values = {"votes": teller.plain(each.votes), "wanted": teller.plain(each.wanted or 0)}
        return escape(f"{teller.say('not_ranked')}: {teller.say(each.reason, **values)}")

    return (
        f'<tr class="o"><td class="n">–</td><th scope="row">{_name(telling, each.entry)}'
        f"<small>{in_all(telling.tellers, why)}</small></th>"
        f'<td></td><td class="n">{telling.tellers[0].number(each.ballots)}</td></tr>'
    )


def _methods(telling: Telling) -> str:
    result, tellers = telling.result, telling.tellers
    rows = []
    for method, winners in result.winners_by_method.items():
        said = say_all(tellers, f"method.{method}")
        used = say_all(tellers, "in_rules") if method == result.method else ""
        names = "".join(f"<div>{_name(telling, winner)}</div>" for winner in winners)
        nobody = say_all(tellers, "nobody")
        rows.append(
            f"<tr><th scope='row'>{said}{f'<small>{used}</small>' if used else ''}</th><td>{names or nobody}</td></tr>"
        )
    same = result.stability.same
    key = "stable" if result.stability.stable else "unstable"
    heading = say_all(tellers, "by_method")
    stability = in_all(tellers, lambda teller: escape(teller.say(key, same=teller.percent(same, 1))), block=True)
    interval = say_all(tellers, "interval")
    return (
        f'<section><h2>{heading}</h2><table class="facts"><tbody>{"".join(rows)}</tbody></table>'
        f'<div class="stab {key}">{stability}</div>'
        '<p class="note"><svg class="key" viewBox="0 0 40 2" aria-hidden="true">'
        f'<rect class="mid" width="40" height="2"/></svg>{interval}</p></section>'
    )


def _facts(telling: Telling) -> str:
    result, award, tellers = telling.result, telling.award, telling.tellers
    first = tellers[0]
    rows = [("ballots", first.number(result.ballots)), ("votes", first.number(result.votes))]
    rows += [(f"tier.{tier}", first.number(count)) for tier, count in result.ballots_by_tier.items()]
    rows += [("voids", first.number(sum(result.void_by_reason.values())))]
    rows += [(f"reason.{reason}", first.number(count)) for reason, count in result.void_by_reason.items()]
    rows += [
        ("held", first.number(result.quarantined)),
        ("published", f"{first.moment(award.published_at)} {award.time_zone}"),
    ]
    rows += [("fingerprint", f'<code dir="ltr">{escape(result.rules_sha256)}</code>')]
    return fact_table(say_all(tellers, "ways"), [(say_all(tellers, key), value) for key, value in rows])


def _check(telling: Telling) -> str:
    tellers, award = telling.tellers, telling.award
    heading = say_all(tellers, "check")
    how = in_all(tellers, lambda teller: escape(teller.say("check_how")), block=True)
    at = f"/api/awards/{award.award}"
    links = [("bundle", f"{at}/bundle"), ("verifier", "/verify.py"), ("receipts", "/receipt")]
    buttons = "".join(f'<a href="{href}">{say_all(tellers, key)}</a>' for key, href in links) + paper_links(at, tellers)
    name = f"{award.festival_slug}-{award.slug}.zip"
    return (
        f'<section class="check"><h2>{heading}</h2><div class="how">{how}</div>'
        f'<pre dir="ltr">python verify.py {escape(name)}</pre><nav>{"" if telling.made_up else buttons}</nav></section>'
    )
