"""The downloadable verifier: one file that needs nothing but Python."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from api.voting.one_file import HERE, SOURCES, one_file


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


def test_one_file_runs_alone_and_says_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_text(one_file(), encoding="utf-8")
    command = [sys.executable, "-I", "verify.py", "nothing.zip"]

    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert (ran.returncode, ran.stderr) == (1, "")
    assert "nothing.zip cannot be read" in ran.stdout
