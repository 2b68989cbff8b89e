"""A ballot of paper as it is handed out, in one language: the films by the numbers that are keyed later. Pure."""

from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from api.paper import print_pdf
from api.voting.paper_schemas import PaperEntry, PaperPage
from api.voting.schemas import AwardKind
from api.voting.told_words import Teller
from api.words import Lang

SAID: Final = msgspec.json.decode(
    Path(__file__).with_name("blank_ballot.json").read_bytes(), type=dict[str, dict[str, str]]
)
_MARKS: Final[dict[AwardKind, Literal["one", "values", "words", "write"]]] = {
    "stars": "values", "grades": "values", "yesno": "words", "favourite": "one", "approval": "one", "ranking": "write",
}  # fmt: skip


def print_ballot(page: PaperPage, lang: Lang) -> bytes:
    """The PDF; as long as its list of films. Some tenths of a second of a processor: call it in a thread."""
    teller = Teller(lang, "UTC")
    return print_pdf("ballot", facts_of(page, teller), lang=teller.lang, made_at=page.now)


def facts_of(page: PaperPage, teller: Teller) -> dict[str, Any]:
    """`marks` stand beside a film: `one` box, a box for each of `values`, `words` for them, or room to `write`."""
    said, marks = SAID[teller.lang], _MARKS[page.kind]
    name, festival = teller.pick(page.name), teller.pick(page.festival)
    scale = [teller.number(value) for value in range(page.min, page.max + 1)] if marks == "values" else []
    most = page.max if scale else min(page.max, len(page.entries))
    how = said["how.values" if scale else f"how.{page.kind}"]
    return {
        "title": name,
        "festival": festival,
        "paper": said["name"],
        "how": how.format(min=teller.number(page.min), max=teller.number(most)),
        "marks": marks,
        "values": [said["yes"], said["no"]] if marks == "words" else scale,
        "entries": [{"number": teller.number(entry.number), "title": _title(entry, teller)} for entry in page.entries],
        "desk": said["house"],
        "batch": said["batch"],
        "sheet": said["sheet"],
        "footer": f"{festival} · {name}",
    }


def _title(entry: PaperEntry, teller: Teller) -> str:
    title = teller.pick(entry.title)
    return title if entry.episode is None else f"{title} · {teller.number(entry.episode)}"
