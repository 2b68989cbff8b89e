"""Folders of workers: one's own while it lives, cleared away by the next one after it died."""

from pathlib import Path

from transcoder.scratch import own_folder


def test_a_folder_goes_with_its_worker(tmp_path: Path) -> None:
    with own_folder(tmp_path / "work", "a") as folder:
        (folder / "film").write_text("x")
        assert folder.stat().st_mode & 0o777 == 0o700

    assert list((tmp_path / "work").iterdir()) == []


def test_what_a_dead_worker_left_is_removed_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    left = tmp_path / "worker-dead"
    left.mkdir()
    (left / "lock").touch()
    (left / "film").write_text("x")

    with own_folder(tmp_path, "a") as first, own_folder(tmp_path, "b") as second:
        assert sorted(tmp_path.iterdir()) == [first, second]
