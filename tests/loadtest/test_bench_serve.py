"""The bench of segment serving: it measures the production template, and refuses where it cannot."""

import re
from pathlib import Path

import pytest

from loadtest.bench import serve


def test_proxy_is_the_production_template_with_every_place_filled_in(tmp_path: Path) -> None:
    conf = serve.proxy_conf(tmp_path, 4001, 4002)

    assert "server 127.0.0.1:4002;" in conf
    assert "listen 127.0.0.1:4001;" in conf
    assert "auth_request /rights;" in conf
    assert f"root {tmp_path}/storage;" in conf
    assert re.findall(r"^[^#\n]*(?:\$\{\w+\}|/srv/|/var/)", conf, re.MULTILINE) == []


def test_bench_without_nginx_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TALLSCREEN_NGINX", raising=False)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)

    with pytest.raises(SystemExit) as ended:
        serve.find_nginx()

    assert ended.value.code == 2
    assert "apt install nginx" in capsys.readouterr().err


def test_hits_are_bytes_of_the_cache_among_all_after_the_first_viewer(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text("MISS 100\nHIT 300\nHIT 600\nEXPIRED 100\n")

    assert serve.count_hits(log, 1) == pytest.approx(0.9)
