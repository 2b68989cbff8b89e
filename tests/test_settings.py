"""What a deployment may choose, and what stops its start."""

from ipaddress import ip_network
from pathlib import Path

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
        passkeys="required",
    )


@pytest.mark.parametrize(
    ("url", "said", "passkeys"),
    [
        ("https://festival.example", None, "required"),
        ("https://festival.example", "offered", "offered"),
        ("https://192.0.2.7", None, "offered"),
        ("http://192.0.2.7:8000", None, "offered"),
        ("http://localhost:8000", None, "offered"),
        ("http://localhost:8000", "required", "required"),
    ],
)
def test_passkeys_are_required_where_browsers_have_them(url: str, said: str | None, passkeys: str) -> None:
    chosen = {"TALLSCREEN_PUBLIC_URL": url, "TALLSCREEN_PASSKEYS": said or ""}

    assert Settings.from_env({**COMPLETE, **chosen}).passkeys == passkeys


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://192.0.2.7", "required"), ("https://192.0.2.7", "required"), ("https://festival.example", "yes")],
)
def test_passkeys_that_cannot_be_required_stop_the_start(url: str, said: str) -> None:
    with pytest.raises(SettingsError, match="TALLSCREEN_PASSKEYS"):
        Settings.from_env({**COMPLETE, "TALLSCREEN_PUBLIC_URL": url, "TALLSCREEN_PASSKEYS": said})


def test_choices_that_may_be_left_out_are_read_too() -> None:
    chosen = {"TALLSCREEN_SMTP_URL": "smtp://post", "TALLSCREEN_DEMO": "1", "TALLSCREEN_SERVE_FILES": "0"}

    settings = Settings.from_env({**COMPLETE, **chosen})

    assert (settings.smtp_url, settings.demo, settings.serve_files) == ("smtp://post", True, False)


def test_networks_are_read_with_commas_between_them() -> None:
    chosen = {"TALLSCREEN_TRUSTED_PROXIES": "10.0.0.2", "TALLSCREEN_VENUE_NETWORKS": " 198.51.100.0/24, 2001:db8::/32,"}

    settings = Settings.from_env({**COMPLETE, **chosen})

    assert settings.trusted_proxies == (ip_network("10.0.0.2/32"),)
    assert settings.venue_networks == (ip_network("198.51.100.0/24"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize("name", ["TALLSCREEN_TRUSTED_PROXIES", "TALLSCREEN_VENUE_NETWORKS"])
@pytest.mark.parametrize("value", ["10.0.0.1/8", "everyone", "1.2.3.4;5.6.7.8"])
def test_networks_that_cannot_be_read_stop_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({**COMPLETE, name: value})

    assert str(refused.value) == f"{name} is a list of networks like 10.20.0.0/16, with commas between them."


def test_address_that_is_no_redis_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="redis\\+sentinel://host:port,host:port/service"):
        Settings.from_env({**COMPLETE, "TALLSCREEN_REDIS_URL": "redis+sentinel://cache"})


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


def test_room_of_a_company_is_given_in_gib() -> None:
    assert Settings.from_env(COMPLETE).quota == 200 * 1024**3
    assert Settings.from_env({**COMPLETE, "TALLSCREEN_QUOTA_GIB": "50"}).quota == 50 * 1024**3


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "99999999999"])
def test_room_of_a_company_is_a_whole_number(value: str) -> None:
    with pytest.raises(SettingsError, match="TALLSCREEN_QUOTA_GIB"):
        Settings.from_env({**COMPLETE, "TALLSCREEN_QUOTA_GIB": value})


def test_what_watches_is_told_where_it_is_chosen() -> None:
    chosen = {"TALLSCREEN_METRICS_TOKEN": "0123456789abcdef", "TALLSCREEN_BACKUP_DIR": "/backups"}

    settings = Settings.from_env(COMPLETE | chosen)

    assert (settings.metrics_token, settings.backup_dir) == ("0123456789abcdef", Path("/backups"))
    assert Settings.from_env(COMPLETE | {"TALLSCREEN_METRICS_TOKEN": ""}).metrics_token is None


def test_short_token_stops_the_start_and_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(COMPLETE | {"TALLSCREEN_METRICS_TOKEN": "guessed"})

    assert "TALLSCREEN_METRICS_TOKEN" in str(refused.value)
    assert "guessed" not in str(refused.value)
