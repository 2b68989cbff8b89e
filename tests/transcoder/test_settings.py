from pathlib import Path

import pytest

from transcoder.settings import Settings, SettingsError

ENV = {
    "TALLSCREEN_DATABASE_URL": "postgresql://h/d",
    "TALLSCREEN_STORAGE_URL": "file:///srv/films",
    "TALLSCREEN_FFMPEG": "/usr/bin/ffmpeg",
    "TALLSCREEN_WORK_DIR": "/srv/work",
}


def test_what_is_not_chosen_has_a_default() -> None:
    assert Settings.from_env(ENV) == Settings(
        database_url="postgresql://h/d",
        storage_url="file:///srv/films",
        ffmpeg="/usr/bin/ffmpeg",
        work_dir=Path("/srv/work"),
        heartbeat_seconds=30.0,
        retry_seconds=15.0,
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"TALLSCREEN_DATABASE_URL": ""}, "TALLSCREEN_DATABASE_URL"),
        ({"TALLSCREEN_STORAGE_URL": ""}, "TALLSCREEN_STORAGE_URL"),
        ({"TALLSCREEN_HEARTBEAT_SECONDS": "soon"}, "TALLSCREEN_HEARTBEAT_SECONDS"),
        ({"TALLSCREEN_HEARTBEAT_SECONDS": "-1"}, "TALLSCREEN_HEARTBEAT_SECONDS"),
    ],
)
def test_a_setting_that_cannot_be_is_named(change: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env(ENV | change)
