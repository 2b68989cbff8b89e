"""Size budgets: what is too long to be read is split, not excused."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct

ROOT = Path(__file__).parents[2]
CODE = sorted(path for folder in ("api", "transcoder", "loadtest") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
WEB = sorted(
    path for kind in ("*.ts", "*.svelte") for path in (ROOT / "web" / "src").rglob(kind) if path.name != "schema.ts"
)
FILE_LIMIT, TEST_LIMIT, FUNCTION_LIMIT, HANDLER_LIMIT, QUERIES_LIMIT, SETTINGS_LIMIT = 400, 500, 50, 10, 200, 25
#: The two places where a failure of any kind must not end the process.
CATCH_ALL = {"transcoder/worker.py", "transcoder/job.py", "api/problems.py"}


class Function(Struct, frozen=True):
    where: str
    lines: int
    body: int


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            last = node.end_lineno or node.lineno
            yield Function(f"{named(path)}:{node.name}", last - node.lineno + 1, last - first.lineno + 1)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_are_within_their_budget() -> None:
    long = {named(path): lines(path) for path in (*CODE, *WEB) if lines(path) > FILE_LIMIT}
    long |= {named(path): lines(path) for path in TESTS if lines(path) > TEST_LIMIT}

    assert long == {}


def test_query_files_are_within_their_budget() -> None:
    queries = [*(ROOT / "api").rglob("*.sql"), *(ROOT / "transcoder").rglob("*.sql")]

    assert {named(path): lines(path) for path in queries if lines(path) > QUERIES_LIMIT} == {}


def test_functions_are_within_their_budget() -> None:
    long = {each.where: each.lines for path in CODE for each in functions(path) if each.lines > FUNCTION_LIMIT}

    assert long == {}


def test_route_handlers_only_translate() -> None:
    routes = [path for path in CODE if path.name.endswith("routes.py")]
    long = {each.where: each.body for path in routes for each in functions(path) if each.body > HANDLER_LIMIT}

    assert {where: size for where, size in long.items() if not where.endswith(":put_part")} == {}


def test_nothing_is_hidden_from_the_type_checker() -> None:
    hidden = [named(path) for path in (*CODE, *TESTS) if "type: " + "ignore" in path.read_text(encoding="utf-8")]

    assert hidden == []


def test_failures_are_caught_by_name() -> None:
    broad = [
        f"{named(path)}:{node.lineno}"
        for path in CODE
        if named(path) not in CATCH_ALL
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]

    assert broad == []


def test_settings_stay_few() -> None:
    from api.settings import Settings

    assert len(Settings.__struct_fields__) <= SETTINGS_LIMIT


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "core", "manager"])
def test_no_drawers(name: str) -> None:
    assert [named(path) for path in CODE if path.stem == name or path.parent.name == name] == []
