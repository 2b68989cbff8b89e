import os
from pathlib import Path

import pytest

from transcoder.assemble import read_left, take_file
from transcoder.package import Unfit


def test_a_file_is_moved_and_read(tmp_path: Path) -> None:
    (tmp_path / "000.m4s").write_bytes(b"segment")

    assert take_file(tmp_path / "000.m4s", tmp_path / "v360" / "000.m4s") == b"segment"
    assert (tmp_path / "v360" / "000.m4s").read_bytes() == b"segment"
    assert not (tmp_path / "000.m4s").exists()


@pytest.mark.parametrize("kind", ["missing", "link", "folder", "pipe", "giant"])
def test_what_is_no_sane_file_is_neither_read_nor_moved(tmp_path: Path, kind: str) -> None:
    left = tmp_path / "000.m4s"
    if kind == "link":
        (tmp_path / "secret").write_text("secret")
        left.symlink_to(tmp_path / "secret")
    elif kind == "folder":
        left.mkdir()
    elif kind == "pipe":
        os.mkfifo(left)
    elif kind == "giant":
        with left.open("wb") as file:
            file.truncate(2 * 1024**3)

    with pytest.raises(Unfit):
        read_left(left)
    with pytest.raises(Unfit):
        take_file(left, tmp_path / "package" / "000.m4s")
    assert not (tmp_path / "package").exists()
