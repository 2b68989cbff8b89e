"""What a deployment may choose, read once at start."""

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

from api.errors import SettingsError
from api.rush import read_url

GIB = 1024**3
#: What an address must look like, and what is said of one that does not. Passwords are in some: the value is not shown.
_DATABASE = (
    r"postgres(ql)?://[^/]*/[^/?]+(\?.*)?",
    "is an address like postgresql://user:password@host:5432/name.",
)
_STORAGE = (
    r"file:///.+|s3://\w[\w.-]+(\?.*)?",
    "is file:///folder or s3://bucket, with options behind a question mark.",
)
_PUBLIC = (r"https?://[^/?#\s]+/?", "is what people type, like https://festival.example, without a path.")
_SMTP = (r"smtps?://.+", "is an address like smtp://user:password@host:587?from=address.")
Networks: TypeAlias = tuple[IPv4Network | IPv6Network, ...]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    database_url: str
    #: One server, a cluster or Sentinels: see `api.rush`.
    redis_url: str
    storage_url: str
    #: Signs ballots, part addresses and voter keys. Losing it invalidates open ballots; leaking it forges them.
    secret: str
    #: The address people type, without a trailing slash. Cookies are Secure exactly when it is https.
    public_url: str
    smtp_url: str | None = None
    #: Captured mail at /dev/mail; never on a server others can reach.
    demo: bool = False
    #: This process serves pages and media itself; behind a reverse proxy that does, it need not.
    serve_files: bool = True
    #: Whose X-Forwarded-For is believed: our reverse proxies and nobody else.
    trusted_proxies: Networks = ()
    #: The header in which those proxies say the viewer's country, as two letters; None where nobody tells.
    country_header: str | None = None
    #: The festival's own networks, where one address stands for a whole audience.
    venue_networks: Networks = ()

    #: Bytes of originals a company may keep here, unless it has a number of its own.
    quota: int = 200 * GIB

    #: Whether organisers have to sign in with one. Browsers have passkeys at https and at localhost only.
    passkeys: Literal["required", "offered"] = "offered"

    #: Where this process also listens for votes, "host:port"; a reverse proxy sends them there.
    votes_listen: str | None = None

    #: What Prometheus says at /metrics to be answered; None: nobody is.
    metrics_token: str | None = None
    #: The folder of backups, where this machine sees it.
    backup_dir: Path | None = None

    @property
    def key(self) -> bytes:
        """The secret as a key for HMAC."""
        return self.secret.encode()

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def passkeys_required(self) -> bool:
        return self.passkeys == "required"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        env = os.environ if env is None else env

        def need(name: str) -> str:
            value = env.get(f"TALLSCREEN_{name}", "")
            if not value:
                raise SettingsError(f"Set TALLSCREEN_{name}; the README lists the settings of a server.")
            return value

        secret = need("SECRET")
        if len(secret) < 32:
            raise SettingsError("TALLSCREEN_SECRET is too short: 32 random characters or more.")
        read_url(need("REDIS_URL"))
        trusted, country = _networks(env, "TALLSCREEN_TRUSTED_PROXIES"), _header(env, "TALLSCREEN_COUNTRY_HEADER")
        if country and not trusted:
            raise SettingsError("TALLSCREEN_COUNTRY_HEADER is believed of TALLSCREEN_TRUSTED_PROXIES only: set both.")
        return cls(
            database_url=_like(need("DATABASE_URL"), _DATABASE, "TALLSCREEN_DATABASE_URL"),
            redis_url=need("REDIS_URL"),
            storage_url=_like(need("STORAGE_URL"), _STORAGE, "TALLSCREEN_STORAGE_URL"),
            secret=secret,
            public_url=_like(need("PUBLIC_URL"), _PUBLIC, "TALLSCREEN_PUBLIC_URL").rstrip("/"),
            smtp_url=_like(env.get("TALLSCREEN_SMTP_URL") or "", _SMTP, "TALLSCREEN_SMTP_URL") or None,
            demo=env.get("TALLSCREEN_DEMO") == "1",
            serve_files=_yes(env, "TALLSCREEN_SERVE_FILES", default="1"),
            quota=_quota(env, "TALLSCREEN_QUOTA_GIB"),
            passkeys=_passkeys(env, "TALLSCREEN_PASSKEYS"),
            votes_listen=_address(env, "TALLSCREEN_VOTES_LISTEN"),
            metrics_token=_token(env, "TALLSCREEN_METRICS_TOKEN"),
            backup_dir=Path(env["TALLSCREEN_BACKUP_DIR"]) if env.get("TALLSCREEN_BACKUP_DIR") else None,
            trusted_proxies=trusted,
            country_header=country,
            venue_networks=_networks(env, "TALLSCREEN_VENUE_NETWORKS"),
        )


def _like(value: str, form: tuple[str, str], name: str) -> str:
    """The value, where it has this form and is not empty."""
    pattern, said = form
    if value and not re.fullmatch(pattern, value):
        raise SettingsError(f"{name} {said}")
    return value


def _yes(env: Mapping[str, str], name: str, *, default: str) -> bool:
    value = env.get(name) or default
    if value not in ("0", "1"):
        raise SettingsError(f"{name} is 1 for yes or 0 for no.")
    return value == "1"


def _header(env: Mapping[str, str], name: str) -> str | None:
    return (
        _like(env.get(name) or "", (r"[A-Za-z0-9-]+", "is the name of a header, like X-Viewer-Country."), name) or None
    )


def _networks(env: Mapping[str, str], name: str) -> Networks:
    try:
        return tuple(ip_network(part.strip()) for part in env.get(name, "").split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(f"{name} is a list of networks like 10.20.0.0/16, with commas between them.") from error


def _passkeys(env: Mapping[str, str], name: str) -> Literal["required", "offered"]:
    """Required where browsers have them, unless the deployment says otherwise."""
    url = urlsplit(env["TALLSCREEN_PUBLIC_URL"])
    able = url.scheme == "https" and not _is_address(url.hostname or "")
    match env.get(name) or ("required" if able else "offered"):
        case "offered":
            return "offered"
        case "required" if able or url.hostname == "localhost":
            return "required"
        case "required":
            raise SettingsError(f"{name}=required needs a TALLSCREEN_PUBLIC_URL that is https with a name.")
        case _:
            raise SettingsError(f"{name} is required or offered.")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _quota(env: Mapping[str, str], name: str) -> int:
    text = env.get(name) or "200"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**32):
        raise SettingsError(f"{name} is a whole number of GiB for each company, like 200.")
    return int(text) * GIB


def _token(env: Mapping[str, str], name: str) -> str | None:
    token = env.get(name) or None
    if token is not None and len(token) < 16:
        raise SettingsError(f"{name} is too short: 16 random characters or more.")
    return token


def _address(env: Mapping[str, str], name: str) -> str | None:
    address = env.get(name, "")
    host, _, port = address.rpartition(":")
    if address and not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise SettingsError(f"{name} is an address like 0.0.0.0:8001.")
    return address or None
