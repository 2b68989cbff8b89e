"""The browser of the tests: one that is installed, else the system's package, else Playwright's own.

`python -m tests.browser` makes sure there is one, or says in one sentence what to do.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MAKERS = ("google.com", "googleapis.com", "gstatic.com", "gvt1.com")
_UNHEARD = ", ".join(f"MAP {kind}{host} ~NOTFOUND" for host in _MAKERS for kind in ("", "*."))
#: No first-run traffic, and playback without a finger on the glass. What its makers' browser asks of them on its own, in
#: spite of what forbids it, leads nowhere; that no page asks anybody is seen by the tests themselves.
ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", f"--host-resolver-rules={_UNHEARD}", "--autoplay-policy=no-user-gesture-required", *(["--no-sandbox"] if os.geteuid() == 0 else []),
]  # fmt: skip
HELP = (
    "tallscreen: the tests need Chromium and none could be installed; install your system's package"
    " (Debian, Ubuntu: apt install chromium) or name one in TALLSCREEN_CHROMIUM, and run the same command again."
)


def find() -> str | None:
    """The program of an installed browser."""
    named = os.environ.get("TALLSCREEN_CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *command], env=quiet, check=False, stdout=subprocess.DEVNULL, timeout=900)
    if find() is None:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, capture_output=True, timeout=900)


def main() -> int:
    if find() is None:
        print("Installing Chromium for the tests", flush=True)
        _install()
    if find() is None:
        print(HELP, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
