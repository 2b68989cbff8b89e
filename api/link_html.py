"""What a link to the phone page shows before any script runs: the head for previews, and a first screen. Pure."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Literal

from msgspec import Struct

from api.catalog.colours import Shades
from api.catalog.schemas import Poster

#: What messengers show of a description at most.
DESCRIPTION_LENGTH = 200
_OPENING, _TITLE, _BODY = '<html lang="en" dir="ltr"', "<title>Tallscreen</title>", '<div id="app">'


class Language(Struct, frozen=True, kw_only=True):
    """A language the pages speak: how it runs, its ten digits, and the few messages a first screen needs."""

    dir: Literal["ltr", "rtl"]
    digits: str
    episode: str
    episodes: str

    def number(self, value: int) -> str:
        return str(value).translate(dict(zip(map(ord, "0123456789"), self.digits, strict=True)))

    def episode_named(self, number: int) -> str:
        return self.episode.replace("{number}", self.number(number))

    def clock(self, milliseconds: int) -> str:
        minutes, seconds = divmod(milliseconds // 1000, 60)
        return f"{self.number(minutes)}:{self.number(seconds).rjust(2, self.digits[0])}"


class Row(Struct, frozen=True, kw_only=True):
    path: str
    text: str
    note: str = ""
    still: Poster | None = None


class Group(Struct, frozen=True, kw_only=True):
    heading: str
    rows: list[Row]


class LinkPage(Struct, frozen=True, kw_only=True):
    """`title` and `description` are the preview's; the others are what stands on the screen. `film` is a playlist."""

    path: str
    kind: Literal["website", "video.tv_show", "video.episode"]
    title: str
    description: str
    heading: str
    under: str = ""
    text: str = ""
    still: Poster | None = None
    film: str | None = None
    groups: list[Group]


class Shell(Struct, frozen=True):
    """A built page, cut at the three places where the server writes into it: language, head, and before a mark."""

    start: str
    head: str
    body: str
    end: str

    @classmethod
    def cut(cls, html: str, mark: str = _BODY) -> "Shell | None":
        """None for a page that was built in another form."""
        start, opening, rest = html.partition(_OPENING)
        head, title, rest = rest.partition(_TITLE)
        body, found, end = rest.partition(mark)
        return cls(start, head, body, found + end) if opening and title and found else None

    def write(self, lang: str, language: Language, head: str, body: str, offered: Sequence[str] = ()) -> str:
        """`offered`: the languages of the festival, where they are not all there are."""
        opening = f'<html lang="{escape(lang)}" dir="{language.dir}"'
        if offered:
            opening += f' data-languages="{escape(" ".join(offered))}"'
        return f"{self.start}{opening}{self.head}{head}{self.body}{body}{self.end}"


def digest(text: str) -> str:
    """As a policy names an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class Paint(Struct, frozen=True):
    """A festival's colours in the page itself: no request more, and no first picture in other colours."""

    style: str = ""

    @classmethod
    def of(cls, shades: Shades | None) -> "Paint":
        if shades is None:
            return cls()
        values = {name.replace("_", "-"): getattr(shades, name) for name in shades.__struct_fields__}
        return cls("html:root{" + ";".join(f"--{name}:{value}" for name, value in values.items()) + "}")

    @property
    def head(self) -> str:
        return f"<style>{self.style}</style>" if self.style else ""

    def allowed_by(self, policy: str) -> str:
        """The policy that lets exactly this style be, and no other that it does not name yet."""
        return policy.replace("style-src 'self'", f"style-src 'self' {digest(self.style)}") if self.style else policy


def shorten(text: str) -> str:
    """On one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= DESCRIPTION_LENGTH:
        return line
    cut = line[: DESCRIPTION_LENGTH - 1]
    # Where no spaces are written, between signs.
    return (cut[: cut.rfind(" ")] if " " in cut[DESCRIPTION_LENGTH // 2 :] else cut).rstrip(" ,.;:") + "…"


def head_of(page: LinkPage, lang: str, *, site: str, public_url: str) -> str:
    url = public_url + page.path
    named = {
        "og:site_name": site,
        "og:type": page.kind,
        "og:title": page.title,
        "og:description": page.description,
        "og:url": url,
        "og:locale": lang,
        "og:image": "" if page.still is None else public_url + page.still.jpg,
        "og:image:alt": "" if page.still is None else page.title,
    }
    card = "summary_large_image" if page.still else "summary"
    return "".join(
        [
            f"<title>{escape(page.title)}</title>",
            _metas("name", {"description": page.description, "twitter:card": card}),
            _metas("property", named),
            f'<link rel="canonical" href="{escape(url)}">',
        ]
    )


def _metas(attribute: str, values: Mapping[str, str]) -> str:
    return "".join(f'<meta {attribute}="{name}" content="{escape(value)}">' for name, value in values.items() if value)


def body_of(page: LinkPage, *, eager: bool = True) -> str:
    """The page takes it away once it has something to show itself. `eager` loads its still at once."""
    parts = [
        "" if page.still is None else _picture(page.still, eager=eager),
        f"<h1>{_bdi(page.heading)}</h1>",
        f"<p>{_bdi(page.under)}</p>" if page.under else "",
        "" if page.film is None else _film(page.film, page.still),
        f'<p dir="auto">{escape(page.text)}</p>' if page.text else "",
        *map(_group, page.groups),
    ]
    return f'<main id="link" data-kind="{page.kind}">{"".join(parts)}</main>'


def _film(playlist: str, still: Poster | None) -> str:
    """Browsers that play HLS by themselves show the film without a script."""
    poster = f' poster="{escape(still.jpg)}"' if still else ""
    return f'<noscript><video controls playsinline preload="none" src="{escape(playlist)}"{poster}></video></noscript>'


def _group(group: Group) -> str:
    heading = f"<h2>{_bdi(group.heading)}</h2>" if group.heading else ""
    return f"{heading}<ul>{''.join(map(_row, group.rows))}</ul>" if group.rows else ""


def _row(row: Row) -> str:
    picture = "" if row.still is None else _picture(row.still, eager=False)
    note = f"<small>{_bdi(row.note)}</small>" if row.note else ""
    return f'<li><a href="{escape(row.path)}">{picture}<span>{_bdi(row.text)}</span>{note}</a></li>'


def _picture(still: Poster, *, eager: bool) -> str:
    sources = "".join(
        f'<source srcset="{escape(address)}" type="image/{kind}">'
        for kind, address in (("avif", still.avif), ("webp", still.webp))
    )
    loading = ' fetchpriority="high"' if eager else ' loading="lazy"'
    return f'<picture>{sources}<img src="{escape(still.jpg)}" alt="" width="9" height="16"{loading}></picture>'


def _bdi(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"
