"""What is wrong with subtitles, cue by cue. Pure; the sentences are in the words of the page, by code."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from api.studio.scripts import Limits, best_share, is_rtl, length_of, letters_of, limits_of, scripts_of

Fault: TypeAlias = Literal[
    "overlap", "fast", "long_line", "empty", "beyond", "short", "unreadable", "marks", "script", "backwards"
]
#: Shorter than this nobody reads anything (ms).
SHORTEST: Final = 500
#: A cue may stand a moment longer than the film; players end with the film anyway (ms).
_SLACK: Final = 100
#: By how much speed and length may be above what is recommended: a remark on nearly every cue is read by nobody.
LENIENCY: Final = 1.15
_OVERRIDES: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKS: Final = re.compile("[\u200e\u200f]")
# A full stop typed at the visual end of a line by an editor that knows nothing of directions; three are a pause.
_LEADING: Final = re.compile(r"^[.,!?؟،؛:](?![.…])(?=.*\w)")
_UNREADABLE: Final = re.compile("[\ufffd\ue000-\uf8ff\x80-\x9f]")
_OWN_SHARE: Final = 0.4
_FEW_LETTERS: Final = 12
_ENOUGH: Final = 60


class Cue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Milliseconds from the beginning of the film; lines are parted by a line feed."""

    start: int
    end: int
    text: str


class Finding(Struct, frozen=True, kw_only=True):
    """`cue` is the number of the cue from 0 on, None where it is about the whole file; `value` is what was measured,
    `limit` what it should be at most (or at least). `mend`: a page can put it right by itself."""

    fault: Fault
    cue: int | None = None
    value: float | None = None
    limit: float | None = None
    mend: bool = False


def look_over(cues: Sequence[Cue], lang: str, film_ms: int | None) -> list[Finding]:
    """`film_ms`: how long the film is, None while nobody knows."""
    limits = limits_of(lang)
    found = [finding for number, cue in enumerate(cues) for finding in _of_cue(number, cue, lang, limits)]
    found += _overlaps(cues)
    if film_ms is not None:
        found += _beyond(cues, film_ms)
    letters = letters_of("".join(cue.text for cue in cues[:_ENOUGH]))
    if len(letters) >= _FEW_LETTERS and best_share(letters, scripts_of(lang)) < _OWN_SHARE:
        found.append(Finding(fault="script"))
    return sorted(found, key=lambda finding: -1 if finding.cue is None else finding.cue)


def _of_cue(number: int, cue: Cue, lang: str, limits: Limits) -> Iterator[Finding]:
    lasts = cue.end - cue.start
    lines = [line.strip() for line in cue.text.split("\n") if line.strip()]
    if lasts <= 0:
        yield Finding(fault="backwards", cue=number, mend=True)
    if not lines:
        yield Finding(fault="empty", cue=number, mend=True)
        return
    if 0 < lasts < SHORTEST:
        yield Finding(fault="short", cue=number, value=lasts / 1000, limit=SHORTEST / 1000, mend=True)
    elif lasts > 0 and (speed := sum(map(length_of, lines)) * 1000 / lasts) > limits.speed * LENIENCY:
        yield Finding(fault="fast", cue=number, value=round(speed, 1), limit=limits.speed, mend=True)
    if (longest := max(map(length_of, lines))) > limits.line * LENIENCY:
        yield Finding(fault="long_line", cue=number, value=longest, limit=limits.line, mend=True)
    if _UNREADABLE.search(cue.text):
        yield Finding(fault="unreadable", cue=number)
    if has_wrong_marks(lines, rtl=is_rtl(lang)):
        yield Finding(fault="marks", cue=number, mend=True)


def has_wrong_marks(lines: Sequence[str], *, rtl: bool) -> bool:
    """Directions are the player's business: it knows the language. Overrides turn words round, and a sign put first so
    that it looks right in an editor is read first here. Single marks help in right-to-left text, and nowhere else."""
    return any(
        _OVERRIDES.search(line) or (_LEADING.match(line) if rtl else _MARKS.search(line)) is not None for line in lines
    )


def _overlaps(cues: Sequence[Cue]) -> Iterator[Finding]:
    for number, (cue, following) in enumerate(pairwise(cues)):
        if cue.start < cue.end and following.start < cue.end:
            yield Finding(fault="overlap", cue=number, value=(cue.end - following.start) / 1000, mend=True)


def _beyond(cues: Sequence[Cue], film_ms: int) -> Iterator[Finding]:
    for number, cue in enumerate(cues):
        if cue.end > film_ms + _SLACK:
            yield Finding(fault="beyond", cue=number, value=cue.end / 1000, limit=film_ms / 1000, mend=True)


def is_beyond(ends_ms: int, film_ms: int | None) -> bool:
    return film_ms is not None and ends_ms > film_ms + _SLACK
