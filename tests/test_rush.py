"""The forms of Redis's address."""

import pytest
from redis.asyncio.connection import SSLConnection

from api.errors import SettingsError
from api.rush import Address, read_url


def test_address_of_one_server_is_the_librarys() -> None:
    assert read_url("redis://user:pass%2Fword@cache:6380/2") == Address(
        kind="server",
        options={"host": "cache", "port": 6380, "username": "user", "password": "pass/word", "db": 2},
    )
    assert read_url("rediss://cache/0").options["connection_class"] is SSLConnection
    assert read_url("unix:///run/redis.sock").options["path"] == "/run/redis.sock"


def test_cluster_is_named_by_some_of_its_servers() -> None:
    assert read_url("redis+cluster://:secret@one:7000,two,[::1]:7002") == Address(
        kind="cluster",
        hosts=(("one", 7000), ("two", 6379), ("::1", 7002)),
        options={"password": "secret", "db": 0},
    )


def test_sentinels_have_credentials_of_their_own() -> None:
    url = "redis+sentinel://user:secret@one:26380,two/festival/1?sentinel_username=watch&sentinel_password=other"

    assert read_url(url) == Address(
        kind="sentinel",
        hosts=(("one", 26380), ("two", 26379)),
        service="festival",
        options={"username": "user", "password": "secret", "db": 1},
        asking={"username": "watch", "password": "other"},
    )


def test_tls_is_for_servers_and_sentinels_alike() -> None:
    cluster = read_url("rediss+cluster://one,two?ssl_ca_certs=/etc/ca.pem")
    sentinel = read_url("rediss+sentinel://one/festival?ssl_ca_certs=/etc/ca.pem")

    tls = {"ssl": True, "ssl_ca_certs": "/etc/ca.pem"}
    assert (cluster.options, sentinel.options) == ({**tls, "db": 0}, {**tls, "db": 0})
    assert sentinel.asking == {"username": None, "password": None, **tls}


@pytest.mark.parametrize(
    "url",
    [
        "cache:6379",
        "http://cache",
        "redis+cluster://",
        "redis+cluster://one:7000,",
        "redis+cluster://one:port",
        "redis+cluster://one/3",
        "redis+sentinel://one,two",
        "redis+proxy://one",
        "unix+cluster:///run/redis.sock",
    ],
)
def test_other_forms_are_refused_with_the_right_ones(url: str) -> None:
    with pytest.raises(SettingsError, match=r"redis\+cluster://host:port,host:port"):
        read_url(url)
