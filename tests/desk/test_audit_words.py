"""Every action that the code writes into the audit log can be said in every language, and so can what it was done to."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "web" / "src" / "words"


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may be; of one that is put together, what it begins with."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from texts(node.values[0])
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))


def notes() -> Iterator[ast.Call]:
    for path in sorted((ROOT / "api").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and len(node.args) == 5
                and ast.unparse(node.func).rpartition(".")[2] == "note"
            ):
                yield node


ACTIONS = sorted(
    {text for call in notes() for text in texts(call.args[2])}
    | {"count", "differ", "read-all", "withdraw-publish", "join-company"}
)
KINDS = sorted({text.partition(":")[0] for call in notes() for text in texts(call.args[3])})


def test_they_are_found() -> None:
    assert {"release", "publish", "agree-void", "refuse-void"} <= set(ACTIONS)
    assert {"series", "award", "paper"} <= set(KINDS)


@pytest.mark.parametrize("lang", sorted(path.name for path in WORDS.iterdir()))
def test_every_action_and_kind_has_words(lang: str) -> None:
    known = json.loads((WORDS / lang / "audit.json").read_text(encoding="utf-8"))
    wanted = {f"audit.did.{action}" for action in ACTIONS} | {f"audit.kind.{kind}" for kind in KINDS}

    begun = {f"audit.did.{action}" for action in ACTIONS if action.endswith("-")}
    assert wanted - begun - known.keys() == set()
    assert all(any(key.startswith(start) for key in known) for start in begun)
