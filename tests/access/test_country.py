"""The viewer's country is what one of our proxies says, once, as two letters."""

from ipaddress import ip_network
from typing import Any

import pytest

from api.access.callers import country_of
from api.errors import SettingsError
from api.settings import Settings

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def said(*values: str, peer: str | None = "10.0.0.2", name: bytes = b"x-viewer-country") -> dict[str, Any]:
    headers = [(b"host", b"festival.example"), *((name, value.encode("latin-1")) for value in values)]
    return {"client": None if peer is None else (peer, 1), "headers": headers}


def country(scope: dict[str, Any], header: str | None = "X-Viewer-Country") -> str | None:
    return country_of(scope, header=header, trusted=PROXIES)


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (said("KZ"), "KZ"),
        (said(" kz "), "KZ"),
        (said("KZ", peer="::1"), "KZ"),
        (said("KZ", peer="203.0.113.9"), ""),
        (said("KZ", peer=None), ""),
        (said("KZ", "US"), ""),
        (said(), ""),
        (said("T1"), ""),
        (said("KAZ"), ""),
        (said("K\u00fc"), ""),
        (said("KZ", name=b"cf-ipcountry"), ""),
    ],
)
def test_country_of_a_viewer(scope: dict[str, Any], found: str) -> None:
    assert country(scope) == found


def test_house_without_such_a_proxy_cannot_tell() -> None:
    assert country(said("KZ"), header=None) is None


def test_header_without_proxies_that_are_believed_stops_the_start() -> None:
    env = {
        "TALLSCREEN_DATABASE_URL": "postgresql://x/y",
        "TALLSCREEN_REDIS_URL": "redis://x",
        "TALLSCREEN_STORAGE_URL": "file:///x",
        "TALLSCREEN_SECRET": "x" * 32,
        "TALLSCREEN_PUBLIC_URL": "https://festival.example",
        "TALLSCREEN_COUNTRY_HEADER": "X-Viewer-Country",
    }

    with pytest.raises(SettingsError, match="TALLSCREEN_TRUSTED_PROXIES"):
        Settings.from_env(env)
    assert Settings.from_env({**env, "TALLSCREEN_TRUSTED_PROXIES": "10.0.0.0/8"}).country_header == "X-Viewer-Country"
