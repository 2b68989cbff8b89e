import sys
from pathlib import Path

import pytest

from transcoder.settings import Settings, SettingsError

ENV = {
    "TALLSCREEN_DATABASE_URL": "postgresql://h/d",
    "TALLSCREEN_STORAGE_URL": "file:///srv/films",
    "TALLSCREEN_FFMPEG": sys.executable,
    "TALLSCREEN_WORK_DIR": "/srv/work",
}


def test_what_is_not_chosen_has_a_default() -> None:
    assert Settings.from_env(ENV) == Settings(
        database_url="postgresql://h/d",
        storage_url="file:///srv/films",
        ffmpeg=sys.executable,
        work_dir=Path("/srv/work"),
        heartbeat_seconds=30.0,
        retry_seconds=15.0,
        slots=1,
        profile="festival",
        allow_unsandboxed=False,
    )


def test_what_is_chosen_is_taken() -> None:
    chosen = {
        "TALLSCREEN_HEARTBEAT_SECONDS": "5",
        "TALLSCREEN_SLOTS": "4",
        "TALLSCREEN_PROFILE": "quick",
        "TALLSCREEN_ALLOW_UNSANDBOXED_MEDIA": "1",
        "TALLSCREEN_METRICS_LISTEN": "127.0.0.1:9100",
    }
    settings = Settings.from_env(ENV | chosen)

    assert (settings.heartbeat_seconds, settings.slots) == (5.0, 4)
    assert (settings.profile, settings.allow_unsandboxed) == ("quick", True)
    assert settings.metrics_listen == "127.0.0.1:9100"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"TALLSCREEN_DATABASE_URL": ""}, "Set TALLSCREEN_DATABASE_URL; the README lists the settings of a worker."),
        ({"TALLSCREEN_STORAGE_URL": ""}, "Set TALLSCREEN_STORAGE_URL; the README lists the settings of a worker."),
        ({"TALLSCREEN_STORAGE_URL": "/srv"}, "TALLSCREEN_STORAGE_URL begins with file:/// or s3://."),
        ({"TALLSCREEN_HEARTBEAT_SECONDS": "soon"}, "TALLSCREEN_HEARTBEAT_SECONDS is a number of seconds."),
        ({"TALLSCREEN_HEARTBEAT_SECONDS": "nan"}, "TALLSCREEN_HEARTBEAT_SECONDS lies between 0.1 and 3600 seconds."),
        ({"TALLSCREEN_RETRY_SECONDS": "-1"}, "TALLSCREEN_RETRY_SECONDS lies between 0.1 and 3600 seconds."),
        ({"TALLSCREEN_SLOTS": "0"}, "TALLSCREEN_SLOTS is a whole number from 1 to 64."),
        ({"TALLSCREEN_SLOTS": "two"}, "TALLSCREEN_SLOTS is a whole number from 1 to 64."),
        ({"TALLSCREEN_PROFILE": "best"}, "TALLSCREEN_PROFILE is festival or quick."),
        ({"TALLSCREEN_ALLOW_UNSANDBOXED_MEDIA": "yes"}, "TALLSCREEN_ALLOW_UNSANDBOXED_MEDIA is 1 for yes or 0 for no."),
        ({"TALLSCREEN_METRICS_LISTEN": "9100"}, "TALLSCREEN_METRICS_LISTEN is an address like 0.0.0.0:9100."),
        ({"TALLSCREEN_FFMPEG": "/none"}, "TALLSCREEN_FFMPEG names no program that can be started: /none."),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_sentence(change: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(ENV | change)

    assert str(refused.value) == sentence
