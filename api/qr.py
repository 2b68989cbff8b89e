"""QR codes, and pages of them to print. No await, no I/O."""

import html
import io
from collections.abc import Iterable
from typing import Final

import segno
from msgspec import Struct

from api.link_html import digest

#: Codes of one sheet.
SHEET: Final = 500
#: A4 with lines to cut along.
_STYLE: Final = (
    "@page{{size:A4;margin:12mm}}body{{margin:0;font:{points}pt sans-serif}}"
    "main{{display:grid;grid-template-columns:repeat({columns},1fr)}}"
    "figure{{margin:0;padding:4mm;text-align:center;break-inside:avoid;outline:.2mm dashed #999}}"
    "svg{{width:{size}mm;height:{size}mm}}figcaption{{overflow-wrap:anywhere}}bdi{{display:block}}"
)


class Layout(Struct, frozen=True):
    """A sheet of so many columns, with codes of `size` mm and lines of `points`."""

    columns: int
    size: int
    points: int

    @property
    def style(self) -> str:
        return _STYLE.format(columns=self.columns, size=self.size, points=self.points)

    @property
    def policy(self) -> str:
        """A sheet may draw itself, by this style and no other, and load nothing."""
        return (
            f"default-src 'none'; style-src {digest(self.style)}; base-uri 'none'; form-action 'none';"
            " frame-ancestors 'none'"
        )


#: Read from an arm's length.
BADGES: Final = Layout(columns=3, size=36, points=10)
#: Read by who walks by.
WALLS: Final = Layout(columns=2, size=70, points=14)


class Code(Struct, frozen=True):
    """A code to print and what stands under it, line by line."""

    url: str
    lines: tuple[str, ...]


def svg(url: str) -> str:
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", border=4, xmldecl=False, svgclass=None, omitsize=True)
    return picture.getvalue().decode()


def sheet(codes: Iterable[Code], layout: Layout) -> str:
    """A page to print, to be sent with the layout's policy. It takes 11 ms of a processor per code."""
    figures = (
        f"<figure>{svg(code.url)}<figcaption>{''.join(f'<bdi>{html.escape(line)}</bdi>' for line in code.lines)}"
        "</figcaption></figure>"
        for code in codes
    )
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>QR</title><style>{layout.style}</style></head>'
        f"<body><main>{''.join(figures)}</main></body></html>"
    )
