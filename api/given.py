"""`Given[T]` marks what a handler is given by name (deps.py); it was made by us and is not validated again."""

from typing import TypeAlias, TypeVar

from litestar.di import NamedDependency
from litestar.params import SkipValidation

T = TypeVar("T")
Given: TypeAlias = NamedDependency[SkipValidation[T]]
