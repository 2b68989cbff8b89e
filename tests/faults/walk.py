"""Schemathesis on a running server: what it asks, as whom, and what it found against the description.

The description is the law here: an answer 5xx, a status, a type, a header or a body that it does not name, and a request
that it forbids and the server takes, are findings.
"""

import dataclasses
import json
import sys
from collections import Counter
from typing import Any

import schemathesis
from hypothesis import strategies
from schemathesis import hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import CheckFailureInfo

#: An endless answer; what it refuses is in tests/test_streams.py.
LEFT_OUT = "/api/live"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)


def say(line: str) -> None:
    """At once: a long walk is looked at while it goes on."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclasses.dataclass(frozen=True)
class Caller:
    """Headers for each operation by its label, and the values that parameters of addresses really have."""

    headers: dict[str, dict[str, str]]
    known: dict[str, list[Any]]


@dataclasses.dataclass
class Found:
    """How many cases were sent, what was answered, and each finding once."""

    cases: int = 0
    answers: Counter[int] = dataclasses.field(default_factory=Counter)
    findings: dict[str, str] = dataclasses.field(default_factory=dict)

    def add(self, label: str, info: CheckFailureInfo) -> None:
        said = f"{label}: {info.failure.title}: {info.failure.message}"[:600].replace("\n", " ")
        if said not in self.findings:
            say(f"found {said} | {info.code_sample}")
            self.findings[said] = info.code_sample


def configured(url: str, *, seed: int, examples: int, boundaries: bool) -> SchemathesisConfig:
    """`boundaries` adds one case for each limit of each value, which is about forty for an operation."""
    phases = {
        "examples": {"enabled": False},
        "coverage": {"enabled": boundaries, "unexpected-methods": ["patch", "trace"]},
        "fuzzing": {"enabled": True},
        "stateful": {"enabled": False},
    }
    checks: dict[str, Any] = {"enabled": False, **{name: {"enabled": True} for name in CHECKS}}
    checks["negative_data_rejection"]["expected-statuses"] = ["4XX"]
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": url,
            "workers": 1,
            "request-timeout": 120,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "suppress-health-check": ["all"],
            "phases": phases,
            "checks": checks,
        }
    )


def with_known(description: dict[str, Any], known: dict[str, list[Any]]) -> dict[str, Any]:
    """The same description, with what is there as examples: boundaries are tried on something that exists."""
    told: dict[str, Any] = json.loads(json.dumps(description))
    for operations in told["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if known.get(parameter["name"]):
                    parameter["example"] = _plain(known[parameter["name"]][0])
    for schema in told["components"]["schemas"].values():
        for name, value in schema.get("properties", {}).items():
            if known.get(name) and value.get("type") in ("integer", "string"):
                value["examples"] = [_plain(known[name][0])]
    return told


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


def walk(
    description: dict[str, Any], config: SchemathesisConfig, caller: Caller, only: set[str] | None = None
) -> Found:
    """Every operation (or those with these labels, such as "GET /livez"), one after the other."""
    schema = schemathesis.openapi.from_dict(with_known(description, caller.known), config=config).exclude(path=LEFT_OUT)
    if only is not None:
        schema = schema.include(name=sorted(only))
    schema.hook(_with_known(caller))
    found, signed = Found(), schemathesis.hook(_with_headers(caller))
    try:
        for event in from_schema(schema).execute():
            match event:
                case events.ScenarioFinished():
                    _count(event, found)
                case events.NonFatalError():
                    found.findings[f"{event.label}: {event.value!r}"[:300]] = ""
                case events.FatalError():
                    raise event.exception
    finally:
        hooks.unregister(signed)
    return found


def _with_headers(caller: Caller) -> Any:
    def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        label = f"{case.operation.method.upper()} {case.operation.path}"
        case.headers.update(caller.headers.get(label, {}))

    return before_call


def _with_known(caller: Caller) -> Any:
    """Half of the cases are about something that is there."""

    def flatmap_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
        drawn = strategies.just(path_parameters)
        there = {name: caller.known[name] for name in path_parameters or {} if caller.known.get(name)}
        if not there:
            return drawn
        real = strategies.fixed_dictionaries(
            {name: strategies.sampled_from([_plain(each) for each in ids]) for name, ids in there.items()}
        )
        return strategies.one_of(drawn, real.map(lambda values: {**(path_parameters or {}), **values}))

    return flatmap_path_parameters


def _count(scenario: events.ScenarioFinished, found: Found) -> None:
    recorder = scenario.recorder
    found.cases += len(recorder.interactions)
    found.answers.update(each.response.status_code for each in recorder.interactions.values() if each.response)
    for checks in recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                found.add(recorder.label, check.failure_info)


def labels(description: dict[str, Any]) -> list[str]:
    return [
        f"{method.upper()} {path}"
        for path, operations in description["paths"].items()
        for method in operations
        if path != LEFT_OUT
    ]
