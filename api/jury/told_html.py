"""The public page of a jury's award, in several languages at once and without a script. Pure."""

from collections.abc import Callable, Sequence
from html import escape

from msgspec import Struct

from api.jury.told_schemas import JuryResult, JuryTold, ToldPrize
from api.voting.told_parts import card, document, fact_table, in_all, paper_links, pick_all, preview, say_all
from api.voting.told_schemas import ToldEntry
from api.voting.told_words import Teller
from api.words import Words


class JuryTelling(Struct, frozen=True, kw_only=True):
    """A decision and everything it is told with; `entries` are at least the titles with a prize."""

    jury: JuryTold
    entries: Sequence[ToldEntry]
    result: JuryResult
    public_url: str

    @property
    def tellers(self) -> list[Teller]:
        return [Teller(lang, self.jury.time_zone) for lang in self.jury.told_in]

    def entry(self, number: int) -> ToldEntry | None:
        return next((entry for entry in self.entries if entry.id == number), None)


def page_of(telling: JuryTelling) -> str:
    first = telling.tellers[0]
    title = f"{first.pick(telling.jury.award)} · {first.pick(telling.jury.festival)}"
    body = _head(telling) + _prizes(telling) + _how(telling) + _check(telling)
    return document(first, title, body, _preview(telling, title))


def _preview(telling: JuryTelling, title: str) -> str:
    first = telling.tellers[0]
    winners = [entry for prize in _of_kind(telling, "winner") if (entry := telling.entry(prize.entry))]
    titles = ", ".join(first.pick(entry.title) for entry in winners)
    poster = next((entry.poster.jpg for entry in winners if entry.poster), None)
    said = f"{first.say('winner')}: {titles}" if titles else first.pick(telling.jury.name)
    return preview(title, said, None if poster is None else telling.public_url + poster)


def _of_kind(telling: JuryTelling, kind: str) -> list[ToldPrize]:
    return [prize for prize in telling.result.prizes if prize.kind == kind]


def _head(telling: JuryTelling) -> str:
    tellers, jury = telling.tellers, telling.jury
    return (
        f'<header><p class="eye">{pick_all(tellers, jury.festival)}</p><h1>{pick_all(tellers, jury.award)}</h1>'
        f'<p class="eye">{pick_all(tellers, jury.name)}</p></header>'
    )


def _prizes(telling: JuryTelling) -> str:
    """Winners under the names of their prizes, then the mentions; what the jury says of them all comes last."""
    cards = "".join(_prize(telling, prize) for kind in ("winner", "mention") for prize in _of_kind(telling, kind))
    statement = _quote(telling.tellers, telling.result.statement)
    return f'<section class="won"><div class="cards">{cards}</div>{statement}</section>'


def _prize(telling: JuryTelling, prize: ToldPrize) -> str:
    entry, tellers = telling.entry(prize.entry), telling.tellers
    if entry is None:
        return ""
    mention = prize.kind == "mention" and not prize.name
    heading = say_all(tellers, "jury.mention") if mention else pick_all(tellers, prize.name or telling.jury.award)
    return card(entry, tellers, f"<h2>{heading}</h2>", _quote(tellers, prize.citation))


def _quote(tellers: Sequence[Teller], words: Words) -> str:
    return f'<blockquote class="how">{_picked(tellers, words)}</blockquote>' if words else ""


def _picked(tellers: Sequence[Teller], words: Words) -> str:
    return in_all(tellers, lambda teller: escape(teller.pick(words)), block=True)


def _how(telling: JuryTelling) -> str:
    """What everyone may know of the way to the decision: counts, and whether the way of counting decides who leads."""
    tellers, result, first = telling.tellers, telling.result, telling.tellers[0]
    rows = [
        ("jury.jurors", first.number(result.jurors)),
        ("jury.rounds", first.number(result.rounds)),
        ("jury.titles", first.number(result.titles)),
        ("jury.watched", f"{first.number(result.seen)} / {first.number(result.sheets)}"),
        ("jury.recusals", first.number(result.recusals)),
        ("published", f"{first.moment(telling.jury.published_at)} {telling.jury.time_zone}"),
    ]
    table = fact_table(say_all(tellers, "jury.how"), [(say_all(tellers, key), value) for key, value in rows])
    key = "jury.depends" if result.depends else "jury.agreed"
    notes = [key, *(["jury.against"] if result.against else [])]
    said = "".join(in_all(tellers, _says(note), block=True) for note in notes)
    return f'{table}<div class="stab{" unstable" if result.depends or result.against else ""}">{said}</div>'


def _says(key: str) -> Callable[[Teller], str]:
    return lambda teller: escape(teller.say(key))


def _check(telling: JuryTelling) -> str:
    links = paper_links(f"/api/juries/{telling.jury.jury}", telling.tellers)
    heading = say_all(telling.tellers, "protocol")
    note = in_all(telling.tellers, _says("jury.private"), block=True)
    return f'<section class="check"><h2>{heading}</h2><div class="how">{note}</div><nav>{links}</nav></section>'
