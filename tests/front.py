"""Built pages of a few lines, for tests of what the server writes into them."""

import json
from pathlib import Path

SHELL = (
    '<!doctype html><html lang="en" dir="ltr"><head><meta name="x"><title>Tallscreen</title></head>'
    '<body><div id="app"></div></body></html>'
)
FILM = """<!doctype html><html lang="en" dir="ltr"><head><title>Tallscreen</title><style>i{}</style></head><body>
<!--first--><script>begin()</script><script>block()</script><div id="app"></div>
<template id="rest"><script type="module" src="/assets/a.js"></script></template><!--rest--></body></html>"""
SAID = {
    "en": {"dir": "ltr", "digits": "0123456789", "episode": "Episode {number}", "episodes": "Episodes"},
    "ru": {"dir": "ltr", "digits": "0123456789", "episode": "Серия {number}", "episodes": "Серии"},
    "fa": {"dir": "rtl", "digits": "۰۱۲۳۴۵۶۷۸۹", "episode": "قسمت {number}", "episodes": "قسمت‌ها"},
}


def build(folder: Path) -> Path:
    dist = folder / "dist"
    dist.mkdir()
    (dist / "phone.html").write_text(SHELL)
    (dist / "film.html").write_text(FILM)
    (dist / "first-words.json").write_text(json.dumps(SAID))
    return dist
