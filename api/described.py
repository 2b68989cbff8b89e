"""What the description says of an answer where its type does not say it: several kinds at one address."""

from dataclasses import dataclass

from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, RequestBody, Schema


@dataclass
class Nothing(Operation):
    """For `operation_class=` of a route that answers with headers alone."""

    def __post_init__(self) -> None:
        for status, answer in (self.responses or {}).items():
            if status.startswith("2") and isinstance(answer, OpenAPIResponse):
                answer.content = None


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
            for status, answer in (self.responses or {}).items():
                if status.startswith("2") and isinstance(answer, OpenAPIResponse):
                    more = {kind: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING)) for kind in media_types}
                    answer.content = {**(answer.content or {}), **more}

    return OfKinds
