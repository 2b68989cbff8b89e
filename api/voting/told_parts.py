"""What the public pages of results are made of, in several languages at once and without a script. Pure."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Final, TypeAlias

from api.catalog.schemas import Poster
from api.voting.told_schemas import ToldEntry
from api.voting.told_words import NAMES, Teller
from api.words import Words

STYLE: Final = (Path(__file__).parent / "told.css").read_text(encoding="utf-8")
#: The page draws itself from what is in it, and loads posters; no script runs.
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Say: TypeAlias = Callable[[Teller], str]


def document(first: Teller, title: str, body: str, head: str = "") -> str:
    """A whole page in the first of its languages; `head` and `body` are markup, `title` is text."""
    return (
        f'<!doctype html><html lang="{first.lang}" dir="{first.direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/icon-192.png" type="image/png">'
        f"<title>{escape(title)}</title>{head}<style>{STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )


def preview(title: str, description: str, picture: str | None) -> str:
    """What messengers show of the link."""
    named = {"og:title": title, "og:description": description, "og:type": "website"}
    if picture:
        named["og:image"] = picture
    return "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in named.items())


def card(entry: ToldEntry, tellers: Sequence[Teller], above: str = "", below: str = "") -> str:
    """An entry with its poster; `above` and `below` its title are markup."""
    picture = "" if entry.poster is None else _picture(entry.poster)
    by = " · ".join(escape(part) for part in (entry.country, ", ".join(entry.directors)) if part)
    titles = in_all(tellers, lambda teller: title_of(entry, teller))
    return (
        f'<article>{picture}<div class="who">{above}<p class="t">{titles}</p><p class="by"><bdi>{by}</bdi></p>{below}'
        "</div></article>"
    )


def _picture(poster: Poster) -> str:
    sources = "".join(
        f'<source srcset="{escape(address)}" type="image/{kind}">'
        for kind, address in (("avif", poster.avif), ("webp", poster.webp))
    )
    return f'<picture>{sources}<img src="{escape(poster.jpg)}" alt="" width="9" height="16"></picture>'


def title_of(entry: ToldEntry, teller: Teller) -> str:
    title = escape(teller.pick(entry.title))
    return title if entry.episode is None else f"{title} · {teller.number(entry.episode)}"


def fact_table(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    """Two columns of markup under a heading."""
    lines = "".join(f"<tr><th scope='row'>{key}</th><td class='n'>{value}</td></tr>" for key, value in rows)
    return f'<section><h2>{heading}</h2><table class="facts"><tbody>{lines}</tbody></table></section>'


def paper_links(at: str, tellers: Sequence[Teller]) -> str:
    """The protocol in each language as PDF, and as JSON; `at` is the address of what it is of."""
    papers = "".join(
        f'<a href="{at}/protocol.pdf?lang={teller.lang}" lang="{teller.lang}" dir="{teller.direction}">'
        f"{escape(teller.say('protocol'))} (PDF, {NAMES[teller.lang]})</a>"
        for teller in tellers
    )
    return f'{papers}<a href="{at}/protocol">{escape(tellers[0].say("protocol"))} (JSON)</a>'


def say_all(tellers: Sequence[Teller], key: str) -> str:
    return in_all(tellers, lambda teller: escape(teller.say(key)))


def pick_all(tellers: Sequence[Teller], words: Words) -> str:
    return in_all(tellers, lambda teller: escape(teller.pick(words)))


def in_all(tellers: Sequence[Teller], say: Say, *, block: bool = False) -> str:
    """The same in each language, once where they agree."""
    tag = "p" if block else "span"
    heard: dict[str, Teller] = {}
    for teller in tellers:
        heard.setdefault(say(teller), teller)
    return "".join(
        f'<{tag} class="l" lang="{teller.lang}" dir="{teller.direction}">{text}</{tag}>'
        for text, teller in heard.items()
    )
