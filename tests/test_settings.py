"""What a deployment may choose, and what stops its start."""

import pytest

from api.errors import SettingsError
from api.settings import Settings

COMPLETE = {
    "TALLSCREEN_DATABASE_URL": "postgresql://festival@db/tallscreen",
    "TALLSCREEN_REDIS_URL": "redis://cache/0",
    "TALLSCREEN_STORAGE_URL": "file:///srv/tallscreen",
    "TALLSCREEN_SECRET": "0123456789abcdef0123456789abcdef",
    "TALLSCREEN_PUBLIC_URL": "https://festival.example/",
}


def test_settings_are_read_from_the_environment() -> None:
    assert Settings.from_env(COMPLETE) == Settings(
        database_url="postgresql://festival@db/tallscreen",
        redis_url="redis://cache/0",
        storage_url="file:///srv/tallscreen",
        secret="0123456789abcdef0123456789abcdef",
        public_url="https://festival.example",
        smtp_url=None,
        demo=False,
        serve_files=True,
    )


def test_choices_that_may_be_left_out_are_read_too() -> None:
    chosen = {"TALLSCREEN_SMTP_URL": "smtp://post", "TALLSCREEN_DEMO": "1", "TALLSCREEN_SERVE_FILES": "0"}

    settings = Settings.from_env({**COMPLETE, **chosen})

    assert (settings.smtp_url, settings.demo, settings.serve_files) == ("smtp://post", True, False)


@pytest.mark.parametrize("value", ["", "0", "true", "yes"])
def test_demo_is_on_for_nothing_but_1(value: str) -> None:
    assert not Settings.from_env({**COMPLETE, "TALLSCREEN_DEMO": value}).demo


@pytest.mark.parametrize("name", sorted(COMPLETE))
@pytest.mark.parametrize("value", [None, ""])
def test_missing_setting_stops_the_start_and_is_named(name: str, value: str | None) -> None:
    env = {key: content for key, content in COMPLETE.items() if key != name}
    if value is not None:
        env[name] = value

    with pytest.raises(SettingsError) as refused:
        Settings.from_env(env)

    assert str(refused.value) == f"Set {name}; the README lists the settings of a server."


def test_short_secret_stops_the_start_and_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({**COMPLETE, "TALLSCREEN_SECRET": "0123456789abcdef0123456789abcde"})

    assert str(refused.value) == "TALLSCREEN_SECRET is too short: 32 random characters or more."


@pytest.mark.parametrize(("url", "secure"), [("https://festival.example", True), ("http://192.168.1.4:8000", False)])
def test_cookies_are_secure_exactly_where_the_address_is(url: str, secure: bool) -> None:
    assert Settings.from_env({**COMPLETE, "TALLSCREEN_PUBLIC_URL": url}).secure is secure


def test_key_is_the_secret_as_bytes() -> None:
    assert Settings.from_env(COMPLETE).key == b"0123456789abcdef0123456789abcdef"
