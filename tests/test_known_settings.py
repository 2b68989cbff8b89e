"""The page of all settings says what the code reads, and what it takes where nobody says anything."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.errors import SettingsError
from api.known_settings import known_settings, settings_page
from api.settings import Settings
from transcoder import settings as worker

ROOT = Path(__file__).parents[1]
KNOWN = {known.name: known for known in known_settings()}
COMPLETE = {
    "TALLSCREEN_DATABASE_URL": "postgresql://festival@db/tallscreen",
    "TALLSCREEN_REDIS_URL": "redis://cache/0",
    "TALLSCREEN_STORAGE_URL": "file:///srv/tallscreen",
    "TALLSCREEN_SECRET": "0123456789abcdef0123456789abcdef",
    "TALLSCREEN_PUBLIC_URL": "https://festival.example",
    "TALLSCREEN_FFMPEG": sys.executable,
}
#: For nobody but the child processes of the transcoder.
OWN = {"TALLSCREEN_CODE"}


def test_page_knows_every_setting_that_is_read() -> None:
    read = set[str]()
    for folder in ("api", "transcoder"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            read |= set(re.findall(r"TALLSCREEN_[A-Z_]*[A-Z]", text))
            read |= {f"TALLSCREEN_{name}" for name in re.findall(r'need\("([A-Z_]+)"\)', text)}

    assert read - OWN == set(KNOWN)


def test_readme_and_compose_file_name_no_other_settings() -> None:
    compose: Any = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    named = {name for service in compose["services"].values() for name in service.get("environment", {})}
    named |= set(re.findall(r"TALLSCREEN_[A-Z_]*[A-Z]", (ROOT / "README.md").read_text(encoding="utf-8")))

    assert {name for name in named if name.startswith("TALLSCREEN_")} <= set(KNOWN)


@pytest.mark.parametrize("name", [name for name, known in KNOWN.items() if known.default is not None])
def test_default_on_the_page_is_that_of_the_code(name: str) -> None:
    said = {**COMPLETE, name: KNOWN[name].default or ""}
    left_out = {key: value for key, value in COMPLETE.items() if key != name}

    if "api" in KNOWN[name].who:
        assert Settings.from_env(said) == Settings.from_env(left_out)
    if "transcoder" in KNOWN[name].who:
        assert worker.Settings.from_env(said) == worker.Settings.from_env(left_out)


@pytest.mark.parametrize("name", [name for name, known in KNOWN.items() if known.default is None])
def test_what_must_be_set_stops_the_start_where_it_is_not(name: str) -> None:
    env = {key: value for key, value in COMPLETE.items() if key != name}

    for who, read, error in (
        ("api", Settings.from_env, SettingsError),
        ("transcoder", worker.Settings.from_env, worker.SettingsError),
    ):
        if who in KNOWN[name].who:
            with pytest.raises(error, match=name):
                read(env)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/tallscreen"),
        ("DATABASE_URL", "postgresql:///"),
        ("STORAGE_URL", "/srv/tallscreen"),
        ("STORAGE_URL", "file://srv/tallscreen"),
        ("STORAGE_URL", "s3://"),
        ("PUBLIC_URL", "festival.example"),
        ("PUBLIC_URL", "https://festival.example/phone"),
        ("SMTP_URL", "mail.example:587"),
        ("SERVE_FILES", "no"),
        ("COUNTRY_HEADER", "X Viewer"),
    ],
)
def test_what_cannot_be_meant_stops_the_start_with_a_sentence(name: str, value: str) -> None:
    env = {**COMPLETE, "TALLSCREEN_TRUSTED_PROXIES": "10.0.0.2", f"TALLSCREEN_{name}": value}

    with pytest.raises(SettingsError, match=rf"TALLSCREEN_{name} .+\."):
        Settings.from_env(env)


def test_examples_are_taken() -> None:
    env = COMPLETE | {known.name: known.example for known in known_settings() if known.name != "TALLSCREEN_FFMPEG"}

    assert Settings.from_env(env).country_header == "X-Viewer-Country"
    assert worker.Settings.from_env(env).slots == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql:///tallscreen?host=/run/postgresql"),
        ("DATABASE_URL", "postgres://user:p%2Fw@[::1]:5432/tallscreen?sslmode=require"),
        ("STORAGE_URL", "file:///srv/films?part=65536"),
        ("STORAGE_URL", "s3://Films_2026"),
        ("PUBLIC_URL", "http://[::1]:8000/"),
    ],
)
def test_addresses_of_other_forms_are_taken(name: str, value: str) -> None:
    taken = Settings.from_env({**COMPLETE, f"TALLSCREEN_{name}": value})

    assert getattr(taken, name.lower()).rstrip("/") == value.rstrip("/")


def test_page_begins_with_what_must_be_set() -> None:
    heads = [line for line in settings_page().splitlines() if line.startswith("TALLSCREEN_")]

    assert len(heads) == len(KNOWN)
    assert ["must be set" in head for head in heads] == sorted(["must be set" in head for head in heads], reverse=True)
