"""The production shape says the same as the code."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from api import db, edge, pages, paper
from api.edge import CSP
from api.files import FILE_POLICY
from api.playback import rules
from api.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: Any = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
NGINX = (ROOT / "web" / "nginx.conf.template").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "policy"), [("location /media/ {", FILE_POLICY), ("location /assets/ {", CSP), ("location / {", CSP)]
)
def test_proxy_sends_the_same_headers_as_the_application(place: str, policy: str) -> None:
    """A browser ignores Strict-Transport-Security on plain http, so the proxy always says it."""
    block = NGINX[NGINX.index(place) :]
    block = block[: block.index("\n  }")]
    sent = {
        name.lower(): value.strip('"') for name, value in re.findall(r'add_header (\S+) ("[^"]+"|\S+) always;', block)
    }

    wanted = {name.decode(): value.decode() for name, value in edge.headers(secure=True)}
    assert {name: sent.get(name) for name in wanted} == wanted | {"content-security-policy": policy}


@pytest.mark.parametrize("service", ["api", "transcoder", "migrate"])
def test_services_get_every_setting_the_code_insists_on(service: str) -> None:
    given = {name: str(value) for name, value in COMPOSE["services"][service]["environment"].items() if value}
    chosen = {name: re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", value) for name, value in given.items()}
    public = {
        name: value.replace("${TALLSCREEN_PUBLIC_URL:?set it in .env}", "https://a.example")
        for name, value in chosen.items()
    }
    filled = {name: re.sub(r"\$\{[^}]+\}", "x" * 40, value) for name, value in public.items()}

    settings = Settings.from_env(filled)

    assert (settings.storage_url.split("://")[0], settings.demo) == ("s3", False)


def test_application_containers_may_write_nowhere_but_where_they_are_given() -> None:
    for service in ("api", "transcoder", "migrate"):
        assert COMPOSE["services"][service]["read_only"] is True
        assert COMPOSE["services"][service]["cap_drop"] == ["ALL"]


def test_scratch_of_the_transcoder_belongs_to_its_user() -> None:
    """A new volume takes owner and rights of the folder that the image has in its place; one that is not there is root's."""
    [volume] = COMPOSE["services"]["transcoder"]["volumes"]
    folder = volume.partition(":")[2]

    assert COMPOSE["services"]["transcoder"]["environment"]["TALLSCREEN_WORK_DIR"] == folder
    assert f"install --directory --owner tallscreen {folder}" in DOCKERFILE
    assert "USER tallscreen" in DOCKERFILE[DOCKERFILE.index("AS app") :]


@pytest.mark.parametrize("source", re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE))
def test_image_is_given_what_there_is(source: str) -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    for name in source.split():
        assert (ROOT / name).exists()
        assert name.strip("/") not in ignored


def test_image_holds_what_the_code_opens() -> None:
    """All that is not Python lies in the folders that are copied: words, statements, fonts, migrations, and the pages."""
    opened = {path.parent.relative_to(ROOT).parts[0] for path in (pages.DIST, db.MIGRATIONS / "x", paper.FONTS / "x")}
    copied = set(
        re.findall(r"^COPY (?:--from=web \S+ )?(\w+)/", DOCKERFILE[DOCKERFILE.index("AS app") :], re.MULTILINE)
    )

    assert opened <= copied | {"web"}
    assert "COPY --from=web /build/web/dist web/dist" in DOCKERFILE
    assert len(list(paper.FONTS.glob("*.[to]tf"))) >= 7


def test_proxy_is_told_all_that_its_templates_ask_for() -> None:
    told = COMPOSE["services"]["proxy"]["environment"]
    parts = [NGINX, *(path.read_text(encoding="utf-8") for path in (ROOT / "web" / "nginx").iterdir())]
    asked = {name for text in parts for name in re.findall(r"\$\{(\w+)\}", text)}

    assert asked == set(told) - {"NGINX_ENVSUBST_FILTER"}
    assert {name for name in asked if re.search(told["NGINX_ENVSUBST_FILTER"], name)} == asked


def test_parts_of_the_proxy_are_where_it_looks_for_them() -> None:
    choices = {"media": ("folder", "bucket"), "listen": ("plain", "tls")}
    for kind, names in choices.items():
        assert re.search(rf"include /etc/nginx/conf.d/parts/{kind}-\$\{{[A-Z_]+\}}.conf;", NGINX)
        for name in names:
            assert (ROOT / "web" / "nginx" / f"{kind}-{name}.conf.template").exists()
    assert "COPY web/nginx/ /etc/nginx/templates/parts/" in DOCKERFILE


def test_no_server_but_the_proxy_is_reachable_from_outside() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]


def test_proxy_knows_every_page() -> None:
    from api.pages import PAGES

    for page in PAGES:
        assert re.search(rf"\b{page}\b", NGINX), page


@pytest.mark.parametrize(
    ("address", "cached"),
    [
        ("/v360/000.m4s", True),
        ("/1/master.m3u8", True),
        ("/tall.avif", True),
        ("/../0b9f2c1e-0000-4b7e-9a51-0c8d1e2f3a4b/v360/000.m4s", False),
        ("/..%2f0b9f2c1e-0000-4b7e-9a51-0c8d1e2f3a4b/v360/000.m4s", False),
        ("/v360/../../0b9f2c1e-0000-4b7e-9a51-0c8d1e2f3a4b/v360/000.m4s", False),
        ("//v360/000.m4s", False),
        ("/v360/000.m4s?x", False),
        ("/v360", False),
    ],
)
def test_right_to_one_package_is_remembered_only_for_addresses_that_name_no_other(address: str, cached: bool) -> None:
    """What the API says of a package is kept by the package's id in the address as it was sent."""
    found = re.search(r'map \$request_uri \$package \{\s+"~([^"]+)" \$id;\s+default "";', NGINX)
    assert found is not None
    package = "0b9f2c1e-5f0a-4b7e-9a51-0c8d1e2f3a4b"

    named = re.search(found[1].replace("(?<id>", "(?P<id>"), f"/media/{package}{address}")

    assert (named is not None) is cached is (rules.read_media_path(f"{package}{address}") is not None)
    media = NGINX[NGINX.index("location /media/ {") :]
    assert media.index('if ($package = "") { return 404; }') < media.index("auth_request /rights;")


def test_films_of_jurors_lie_on_no_disk_and_in_no_log_of_the_proxy() -> None:
    screeners = NGINX[NGINX.index("location /api/screeners/") :]
    told = re.search(r'map \$request_uri \$told \{ "~([^"]+)" 0;', NGINX)

    assert {"proxy_cache off;", "proxy_max_temp_file_size 0;"} <= {
        line.strip() for line in screeners[: screeners.index("}")].splitlines()
    }
    assert told is not None
    assert re.search(told[1], "/api/screeners/0b9f2c1e/files/v360/000.m4s?until=1&sig=2")


def test_metrics_and_the_demo_are_not_proxied() -> None:
    assert "/metrics" not in NGINX
    assert "/dev/" not in NGINX


def test_only_the_outer_proxy_says_where_a_viewer_is() -> None:
    said = [line.strip() for line in NGINX.splitlines() if "X-Viewer-Country" in line]

    assert "geo $realip_remote_addr $outer { default 0; ${OUTER_PROXY} 1; }" in NGINX
    assert said == ["proxy_set_header X-Viewer-Country $viewer_country;"] * 2
    # A block with headers of its own inherits none, and this one asks who may read a film.
    rights = NGINX[NGINX.index("location = /rights") :]
    assert "X-Viewer-Country" in rights[: rights.index("}")]


def test_votes_go_where_the_application_listens_for_them() -> None:
    listens = COMPOSE["services"]["api"]["environment"]["TALLSCREEN_VOTES_LISTEN"]
    address = re.search(r"location ~ (\S+) \{[^}]+proxy_pass http://votes;", NGINX)
    servers = COMPOSE["services"]["proxy"]["environment"]["VOTES_SERVERS"]

    assert servers == f"${{VOTES_SERVERS:-server api:{listens.rpartition(':')[2]};}}"
    assert address is not None
    assert re.match(address[1], "/api/awards/17/votes")
    assert not re.match(address[1], "/api/awards/17/my-votes")
