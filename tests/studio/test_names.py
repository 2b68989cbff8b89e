"""Names that a file may bring along: they are words for people and never become a path, an argument or markup."""

from pathlib import Path

import pytest

from tests.house import House
from tests.studio.sending import FILM, Sender

pytest_plugins = ("tests.housing",)

NAMES = {
    "an option": "-i",
    "an option with a value": "-f lavfi -i testsrc",
    "a way up": "../../../../etc/passwd",
    "a way up of another system": "..\\..\\windows\\system32",
    "an absolute path": "/etc/passwd",
    "an address": "http://127.0.0.1:9/a.m3u8",
    "a protocol": "concat:/etc/passwd|/etc/hosts",
    "a pattern": "%03d.mp4",
    "a new line": "a\nContent-Type: text/html\n\n<script>.mp4",
    "a return": "a\r\nSet-Cookie: a=b.mp4",
    "marks of direction": "film\u202e4pm.exe",
    "isolated directions": "\u2066\u2067\u2068film.mp4",
    "markup": "<img src=x onerror=alert(1)>.mp4",
    "a command": "$(touch /tmp/a);`id`|&.mp4",
    "quotes": "a'b\"c\\.mp4",
    "a statement": "'); DROP TABLE original; --",
    "no name at all": ".",
    "a name of the parent": "..",
    "spaces": "   ",
    "signs nobody sees": "\u200b\u200d\ufeff.mp4",
    "an escape": "\x1b[2J\x1b]0;a\x07.mp4",
    "three hundred signs": "x" * 300,
    "three hundred signs of four bytes": "🎬" * 300,
}


@pytest.mark.parametrize("kind", NAMES)
async def test_a_name_is_kept_as_it_is_and_used_for_nothing(house: House, sender: Sender, kind: str) -> None:
    before = paths(house.folder)

    answer = await sender.start(file_name=NAMES[kind])

    assert (answer.status_code, answer.json().get("file_name")) == (201, NAMES[kind])
    upload = answer.json()["id"]
    await sender.put(upload, 1)
    assert all(upload in path for path in paths(house.folder) - before)
    assert (await sender.cancel(upload)).status_code == 204


@pytest.mark.parametrize("name", ["", "a\0b.mp4", "x" * 301])
async def test_a_name_that_cannot_be_kept_is_refused(sender: Sender, name: str) -> None:
    answer = await sender.start(FILM, name)

    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def paths(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
