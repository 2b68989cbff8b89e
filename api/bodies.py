"""Request bodies, strictly: "5" is not 5. The framework on its own would turn one into the other."""

from collections.abc import Generator
from typing import Any, ClassVar, TypeVar

import msgspec
from litestar._openapi.schema_generation import SchemaCreator
from litestar.dto import AbstractDTO, DTOFieldDefinition
from litestar.exceptions import ValidationException
from litestar.openapi.spec import Reference, Schema
from litestar.plugins import SerializationPlugin
from litestar.typing import FieldDefinition

T = TypeVar("T")


def decode(value: bytes, into: type[T]) -> T:
    """Raises ValidationException, which names the field."""
    try:
        return msgspec.json.decode(value, type=into, strict=True)
    except msgspec.ValidationError as error:
        raise _refusal(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValidationException("The body is not JSON.") from error


def convert(value: object, into: type[T]) -> T:
    """The same for what is no JSON any more."""
    try:
        return msgspec.convert(value, into, strict=True)
    except msgspec.ValidationError as error:
        raise _refusal(error) from error


def _refusal(error: msgspec.ValidationError) -> ValidationException:
    why, _, place = str(error).partition(" - at ")
    return ValidationException(
        why, extra=[{"key": place.rpartition("$")[2].strip("`").removeprefix("."), "message": why}]
    )


class StrictBody(AbstractDTO[msgspec.Struct]):
    """Decodes JSON straight into the handler's Struct."""

    _types: ClassVar[dict[str, type[msgspec.Struct]]] = {}

    def decode_bytes(self, value: bytes) -> msgspec.Struct:
        return decode(value, self._types[self.asgi_connection.route_handler.handler_id])

    def data_to_encodable_type(self, data: Any) -> Any:
        return data

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: object = None
    ) -> None:
        if field_definition.name == "data":
            cls._types[handler_id] = field_definition.annotation

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: SchemaCreator
    ) -> Reference | Schema:
        return schema_creator.for_field_definition(field_definition)

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Generator[DTOFieldDefinition, None, None]:
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        return False


class StrictBodies(SerializationPlugin):
    """Gives every Struct that refuses unknown fields, which are those that come in, to StrictBody."""

    def supports_type(self, field_definition: FieldDefinition) -> bool:
        into = field_definition.annotation
        return (
            isinstance(into, type) and issubclass(into, msgspec.Struct) and into.__struct_config__.forbid_unknown_fields
        )

    def create_dto_for_type(self, field_definition: FieldDefinition) -> type[AbstractDTO[Any]]:
        return StrictBody
