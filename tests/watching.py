"""What watches a festival, read: the rules of alerts, the dashboard, and the metrics they ask for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml
from msgspec import Struct

ROOT = Path(__file__).parent.parent
OPERATIONS = ROOT / "api" / "operations"
RUNBOOK = ROOT / "RUNBOOK.md"
#: Prometheus's own.
OWN = frozenset({"up"})
#: Made by Prometheus when it asks, not told by us.
TARGET = frozenset({"job", "instance"})


class Asked(Struct, frozen=True):
    """A metric as an expression names it, with the labels it is chosen by."""

    name: str
    labels: frozenset[str]


def alerts() -> list[dict[str, Any]]:
    found: Any = yaml.safe_load((OPERATIONS / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in found["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: Any = json.loads((OPERATIONS / "dashboard.json").read_text(encoding="utf-8"))
    return [panel for panel in found["panels"] if panel["type"] != "row"]


def expressions() -> dict[str, str]:
    """Every query there is, by what it is for."""
    rules = {f"alert {rule['alert']}": str(rule["expr"]) for rule in alerts()}
    queries = {
        f"panel {panel['title']} {target['refId']}": str(target["expr"])
        for panel in panels()
        for target in panel["targets"]
    }
    return rules | queries


def asked_by(expression: str) -> set[Asked]:
    """What a query selects; ValueError where it is none."""
    return set(_selectors(promql.parse(expression)))


def _selectors(node: Any) -> Iterator[Asked]:
    match node:
        case promql.VectorSelector():
            yield Asked(node.name or "", frozenset(matcher.name for matcher in node.matchers.matchers))
        case promql.MatrixSelector():
            yield from _selectors(node.vector_selector)
        case promql.BinaryExpr():
            yield from _selectors(node.lhs)
            yield from _selectors(node.rhs)
        case promql.Call():
            for argument in node.args:
                yield from _selectors(argument)
        case promql.AggregateExpr() | promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            yield from _selectors(node.expr)
        case _:
            assert isinstance(node, promql.NumberLiteral | promql.StringLiteral), node


def grouped_by(expression: str) -> set[str]:
    """The labels that sums keep."""
    return set(_kept(promql.parse(expression)))


def _kept(node: Any) -> Iterator[str]:
    if isinstance(node, promql.AggregateExpr) and node.modifier is not None:
        yield from node.modifier.labels
    for part in ("lhs", "rhs", "expr", "vector_selector"):
        if hasattr(node, part):
            yield from _kept(getattr(node, part))
    for argument in getattr(node, "args", ()):
        yield from _kept(argument)
