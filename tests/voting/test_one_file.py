"""The downloadable verifier: one file that needs nothing but Python."""

import ast
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from api.voting.one_file import HERE, SOURCES, one_file
from tests.voting.bundles import make


def names(text: str) -> list[str]:
    """What a module defines at its top."""
    found: list[str] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found += {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return found


def test_no_name_is_used_by_two_of_the_sources() -> None:
    every = Counter(name for source in SOURCES for name in names((HERE / f"{source}.py").read_text(encoding="utf-8")))

    assert [name for name, times in every.items() if times > 1] == []


@pytest.mark.parametrize("source", SOURCES)
def test_source_imports_the_standard_library_and_other_sources_by_name_only(source: str) -> None:
    for node in ast.walk(ast.parse((HERE / f"{source}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= sys.stdlib_module_names
            assert not any(alias.asname for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            ours = module.removeprefix("api.voting.")
            assert module.split(".")[0] in sys.stdlib_module_names or ours in SOURCES[: SOURCES.index(source)], module
            assert not any(alias.asname for alias in node.names)


def test_one_file_is_whole_and_says_what_it_is() -> None:
    text = one_file()

    assert "from api" not in text
    assert text.startswith('#!/usr/bin/env python3\n"""Checks a published award')
    assert set(names(text)) == {name for s in SOURCES for name in names((HERE / f"{s}.py").read_text(encoding="utf-8"))}
    compile(text, "verify.py", "exec")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In isolated mode: neither this repository nor its packages are seen."""
    (folder / "verify.py").write_text(one_file(), encoding="utf-8")
    command = [sys.executable, "-I", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_one_file_runs_alone_and_says_what_it_cannot_read(tmp_path: Path) -> None:
    ran = run(tmp_path, "nothing.zip")

    assert (ran.returncode, ran.stderr) == (1, "")
    assert "nothing.zip cannot be read" in ran.stdout


def test_one_file_accepts_a_good_bundle_and_refuses_a_changed_one(tmp_path: Path) -> None:
    files = make(1, kind="ranking").files()
    for name in ("good", "changed"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as bundle:
            for member, text in files.items():
                bundle.writestr(
                    member, text.replace('"quarantined":1', '"quarantined":2') if name == "changed" else text
                )

    good, changed = run(tmp_path, "good.zip"), run(tmp_path, "changed.zip")

    assert (good.returncode, good.stderr, good.stdout.splitlines()[-1]) == (0, "", "Everything agrees.")
    assert (changed.returncode, changed.stderr) == (1, "")
    assert "WRONG  result.quarantined is published as 2; the recount gives 1." in changed.stdout
