"""What the description says of an answer where its type does not say it: several kinds at one address."""

from collections.abc import Iterator
from dataclasses import dataclass

from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, RequestBody, Schema


def _good_answers(operation: Operation) -> Iterator[OpenAPIResponse]:
    for status, answer in (operation.responses or {}).items():
        if status.startswith("2") and isinstance(answer, OpenAPIResponse):
            yield answer


@dataclass
class Nothing(Operation):
    """For `operation_class=` of a route that answers with headers alone."""

    def __post_init__(self) -> None:
        for answer in _good_answers(self):
            answer.content = None


@dataclass
class StoredDocument(Operation):
    """For `operation_class=` of a route that sends a JSON object as it lies in the database, byte for byte."""

    def __post_init__(self) -> None:
        for answer in _good_answers(self):
            for content in (answer.content or {}).values():
                content.schema = Schema(type=OpenAPIType.OBJECT)


@dataclass
class MayBeEmpty(Operation):
    """For `operation_class=` of a route that may be asked without a body."""

    def __post_init__(self) -> None:
        if isinstance(self.request_body, RequestBody):
            self.request_body.required = False


def kinds(*media_types: str) -> type[Operation]:
    """For `operation_class=` of a route whose good answer is also of these kinds, as it was asked for."""

    @dataclass
    class OfKinds(Operation):
        def __post_init__(self) -> None:
            for answer in _good_answers(self):
                more = {kind: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING)) for kind in media_types}
                answer.content = {**(answer.content or {}), **more}

    return OfKinds
