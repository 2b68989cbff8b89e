"""Nothing that we import may bind those who use us: no licence of the GPL or AGPL, in Python or in the pages."""

import json
import re
from importlib import metadata
from pathlib import Path

import pytest

from tests import audit

BINDING = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|(Affero )?General Public)", re.IGNORECASE)
#: Say nothing in their package files; by the licence texts beside them.
UNSAID = {"dom-walk": "MIT", "promql-parser": "MIT"}


def locked() -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)==", audit.LOCK.read_text(encoding="utf-8"), re.MULTILINE)


def licence_of(package: str) -> str | None:
    """As the package says it; None where it is not for this machine, such as one for Windows."""
    try:
        said = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return None
    named = [each for each in said.get_all("Classifier") or [] if each.startswith("License ::")]
    ways = said.get_all("License-Expression"), ["; ".join(named)], said.get_all("License")
    return next((way[0] for way in ways if way and way[0]), UNSAID.get(package, ""))


@pytest.mark.parametrize(
    ("licence", "binds"),
    [
        ("GPL-3.0-or-later", True), ("License :: OSI Approved :: GNU Affero General Public License v3", True), ("AGPL-3.0", True),
        ("GNU General Public License v2", True), ("LGPL-2.1", False), ("GNU Lesser General Public License v3", False),
        ("MIT", False), ("MPL-2.0", False),
    ],
)  # fmt: skip
def test_binding_licences_are_known_by_their_names(licence: str, binds: bool) -> None:
    assert (BINDING.search(licence) is not None) is binds


def test_no_python_package_of_the_lock_binds_us() -> None:
    licences = {name: licence for name in locked() if (licence := licence_of(name)) is not None}

    assert {name: licence for name, licence in licences.items() if not licence or BINDING.search(licence)} == {}
    assert len(licences) > 100


def test_no_package_of_the_pages_binds_us() -> None:
    lock = json.loads(Path(audit.ROOT, "web", "package-lock.json").read_text(encoding="utf-8"))
    licences = {
        name: each.get("license") or UNSAID.get(name.rpartition("node_modules/")[2], "")
        for name, each in lock["packages"].items()
    }

    assert {name: licence for name, licence in licences.items() if not licence or BINDING.search(licence)} == {}


def test_bill_of_materials_names_every_locked_package_and_is_the_same_each_time() -> None:
    bill = audit.python_bill()

    assert {each["name"] for each in json.loads(bill)["components"]} == set(locked())
    assert audit.python_bill() == bill
