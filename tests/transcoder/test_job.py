"""What a worker checks before it trusts an original."""

import hashlib
from pathlib import Path

import pytest

from transcoder.contract import Rejected
from transcoder.job import check_digests
from transcoder.rows import PartDigest

FILM = bytes(range(256)) * 10
PART = 1000


def parts_of(film: bytes) -> list[PartDigest]:
    pieces = [film[start : start + PART] for start in range(0, len(film), PART)]
    return [
        PartDigest(number=number, size=len(piece), sha256=hashlib.sha256(piece).hexdigest())
        for number, piece in enumerate(pieces, 1)
    ]


def test_a_film_that_is_what_was_announced(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(FILM)

    assert check_digests(tmp_path / "film", parts_of(FILM)) == hashlib.sha256(FILM).hexdigest()


@pytest.mark.parametrize("arrived", [FILM[:-1], FILM + b"?", FILM[:1500] + b"?" + FILM[1501:], b""])
def test_a_film_that_is_not(tmp_path: Path, arrived: bytes) -> None:
    (tmp_path / "film").write_bytes(arrived)

    with pytest.raises(Rejected) as refused:
        check_digests(tmp_path / "film", parts_of(FILM))

    assert refused.value.code == "checksum-mismatch"
