"""The description of the API is checked in, and equals the code."""

import json
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from api import cli, errors
from api.problems import MEDIA_TYPE

CHECKED_IN = Path(__file__).parents[2] / "web" / "src" / "api" / "openapi.json"


def test_checked_in_description_equals_the_code() -> None:
    assert CHECKED_IN.read_bytes() == cli.openapi(), "run `make types` and commit what it writes"


def test_description_is_valid_openapi_3_1() -> None:
    document = json.loads(cli.openapi())

    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_documented_refusal_is_problem_json() -> None:
    document = json.loads(cli.openapi())
    wrong = [
        f"{method} {path} {status}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if int(status) >= 400 and list(answer["content"]) != [MEDIA_TYPE]
    ]

    assert wrong == []


def every_error(kind: type[errors.FestivalError] = errors.FestivalError) -> list[type[errors.FestivalError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in every_error(child))]


def test_every_error_has_a_code_of_its_own_and_three_sentences() -> None:
    kinds = every_error()

    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert all(sentence.endswith(".") for sentence in (kind.title(), kind.kept, kind.next)), kind
