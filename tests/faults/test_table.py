"""Every fault of the table has tests that are there and are run, and every test of a fault has its line."""

import ast
from pathlib import Path

from tests.faults.table import LONG, TABLE, Row

TESTS = Path(__file__).parents[1]
LISTED = {test for row in (*TABLE, *LONG) for test in row.tests}


def functions_of(file: Path) -> dict[str, bool]:
    """Each test by its name, and whether it is left to the long run."""
    return {
        f"{file.relative_to(TESTS).as_posix()}::{node.name}": any(
            "mark.long" in ast.unparse(d) for d in node.decorator_list
        )
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def known() -> dict[str, bool]:
    files = {TESTS / test.partition("::")[0] for test in LISTED}
    return {name: is_long for file in files for name, is_long in functions_of(file).items()}


def without(rows: tuple[Row, ...], *, is_long: bool) -> list[str]:
    """Faults without a test of this run."""
    found = known()
    return [row.fault for row in rows if not any(found.get(test) is is_long for test in row.tests)]


def test_every_fault_has_a_test_in_the_ordinary_run_or_says_that_it_is_long() -> None:
    assert without(TABLE, is_long=False) == []
    assert without(LONG, is_long=True) == []


def test_every_test_that_is_named_is_there() -> None:
    assert sorted(LISTED - known().keys()) == []


def test_every_test_of_a_fault_has_its_line() -> None:
    written = {name for file in (TESTS / "faults").glob("test_*_faults.py") for name in functions_of(file)}

    assert sorted(written - LISTED) == []
