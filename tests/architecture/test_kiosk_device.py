"""The recipe for a screen's computer: what it must never allow, and that its parts fit together."""

import json
import re
import subprocess
from pathlib import Path

DEVICE = Path(__file__).parents[2] / "web" / "kiosk-device"
POLICY = json.loads((DEVICE / "policy.json").read_text(encoding="utf-8"))
START = (DEVICE / "kiosk-start.sh").read_text(encoding="utf-8")
GUIDE = (DEVICE / "GUIDE.md").read_text(encoding="utf-8")


def test_everything_but_the_festival_is_blocked() -> None:
    hosts = {re.sub(r"^https?://", "", address) for name in POLICY for address in _addresses(name)}

    assert POLICY["URLBlocklist"] == ["*"]
    assert hosts == {"festival.example"}


def _addresses(name: str) -> list[str]:
    return POLICY[name] if name.endswith(("ForUrls", "AllowedUrls", "Allowlist")) else []


def test_policy_closes_the_ways_out() -> None:
    closed = {
        "DeveloperToolsAvailability": 2,
        "DownloadRestrictions": 3,
        "PrintingEnabled": False,
        "AllowFileSelectionDialogs": False,
        "DefaultPopupsSetting": 2,
        "IncognitoModeAvailability": 1,
        "BrowserSignin": 0,
        "SyncDisabled": True,
        "PasswordManagerEnabled": False,
        "TranslateEnabled": False,
        "ExtensionInstallBlocklist": ["*"],
        "VideoCaptureAllowed": False,
        "AudioCaptureAllowed": False,
    }

    assert {name: POLICY.get(name) for name in closed} == closed


def test_screen_keeps_its_profile_and_its_sandbox() -> None:
    flags = re.findall(r"^\s+(--[a-z-]+)", START, re.MULTILINE)

    assert {"--kiosk", "--user-data-dir", "--disable-pinch", "--autoplay-policy", "--noerrdialogs"} <= set(flags)
    assert {"--incognito", "--no-sandbox", "--remote-debugging-port"} & set(flags) == set()


def test_scripts_are_sound() -> None:
    for script in sorted(DEVICE.glob("*.sh")):
        assert subprocess.run(["sh", "-n", script], check=False, capture_output=True).stderr == b"", script.name


def test_guide_names_every_file_of_the_folder() -> None:
    unnamed = [
        path.name
        for path in DEVICE.iterdir()
        if path.suffix not in (".md", ".service", ".timer") and path.name not in GUIDE
    ]

    assert unnamed == []
    assert len(list(DEVICE.glob("*.service"))) + len(list(DEVICE.glob("*.timer"))) == 3
