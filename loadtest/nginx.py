"""The proxy of the production shape with other places filled in than the image's: for benches and tests."""

import os
import re
import shutil
from pathlib import Path
from typing import Final

from msgspec import Struct

_WEB: Final = Path(__file__).parents[1] / "web"
_PARTS: Final = "/etc/nginx/conf.d/parts/"


class Places(Struct, frozen=True, kw_only=True):
    """`api`, `votes` and `storage` are addresses, "host:port"; `listen` is an address too. With `tls`, a folder with a
    certificate, the proxy speaks TLS there."""

    home: Path
    listen: str
    api: tuple[str, ...]
    votes: tuple[str, ...]
    storage: tuple[str, ...]
    #: The folder the bucket is in on this host; None where the bytes come from `storage`.
    folder: Path | None = None
    bucket: str = "bucket"
    tls: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the image is told."""
        return {
            "API_SERVERS": _servers(self.api),
            "VOTES_SERVERS": _servers(self.votes),
            "STORAGE_SERVERS": _servers(self.storage),
            "STORAGE_SCHEME": "http",
            "STORAGE_HOST": self.storage[0],
            "MEDIA_FROM": "bucket" if self.folder is None else "folder",
            "LISTEN": "plain" if self.tls is None else "tls",
            "SEGMENT_CACHE": "100m",
            "BUCKET": self.bucket,
            "OUTER_PROXY": "127.0.0.1",
            "COUNTRY_VARIABLE": "http_x_viewer_country",
        }


def _servers(addresses: tuple[str, ...]) -> str:
    return " ".join(f"server {address};" for address in addresses)


def find_nginx() -> str | None:
    return os.environ.get("TALLSCREEN_NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def site(places: Places) -> str:
    """What the image makes of its templates, as one text. Raises KeyError where a template asks for something new."""
    text = _filled(_WEB / "nginx.conf.template", places)
    text = re.sub(rf"include {_PARTS}([\w-]+)\.conf;", lambda part: _part(part[1], places), text)
    return _moved(text, places)


def _filled(template: Path, places: Places) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda name: places.environment[name[1]], template.read_text(encoding="utf-8"))


def _part(name: str, places: Places) -> str:
    return _filled(_WEB / "nginx" / f"{name}.conf.template", places)


def _moved(text: str, places: Places) -> str:
    """From the image's folders and ports to those of `places`. `http2 on` is older nginx's word on the line before."""
    text = text.replace("listen 80;\nlisten 443 ssl;\nhttp2 on;", f"listen {places.listen} ssl http2;")
    text = text.replace("listen 80;", f"listen {places.listen};")
    moved = {
        f"/srv/bucket/{places.bucket}": str(places.folder or places.home),
        "/srv/pages": str(_WEB / "dist"),
        "/var/cache/nginx": str(places.home),
        "/var/log/nginx": str(places.home),
        "/etc/nginx/tls": str(places.tls or places.home),
    }
    for name, place in moved.items():
        text = text.replace(name, place)
    return text


def write(places: Places) -> Path:
    """The whole configuration in a file of `places.home`."""
    home = places.home
    home.mkdir(exist_ok=True)
    return write_conf(home, site(places))


def write_conf(home: Path, http: str) -> Path:
    """A file of `home`, where nginx also keeps what else it writes. `http` is what it serves."""
    who = "user root;" if os.geteuid() == 0 else ""
    temps = " ".join(
        f"{kind}_temp_path {home / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = home / "nginx.conf"
    path.write_text(
        f"daemon off; worker_processes 1; {who} pid {home / 'pid'}; error_log {home / 'error.log'};"
        f"events {{ worker_connections 1024; }} http {{ {temps} keepalive_requests 1000000;"
        f" default_type application/octet-stream;\n{http}\n}}"
    )
    return path
