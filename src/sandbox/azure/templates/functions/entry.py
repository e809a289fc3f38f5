"""One function of the language, and the checks of what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.azure.templates.faults import FUNCTION_HELP, ExpressionFault
from sandbox.azure.templates.values import Json, type_name


@dataclass(frozen=True, slots=True)
class Function:
    """``call`` gets the values of ``least`` to ``most`` arguments (None: any number), and the
    scope before them where it is ``scoped``."""

    call: Callable[..., Json]
    least: int
    most: int | None
    scoped: bool = False


def counted(name: str, function: Function, given: int) -> None:
    """Raises ExpressionFault where the number of arguments is wrong."""
    if given >= function.least and (function.most is None or given <= function.most):
        return
    if function.least == function.most:
        wanted = f"exactly '{function.least}'"
    elif function.most is None:
        wanted = f"at least '{function.least}'"
    else:
        wanted = f"'{function.least}' to '{function.most}'"
    raise ExpressionFault(
        f"Unable to evaluate the template language function '{name}': it requires {wanted} "
        f"argument(s) while '{given}' were provided. {FUNCTION_HELP}"
    )


def wrong_type(name: str, expected: str, value: Json) -> ExpressionFault:
    return ExpressionFault(
        f"The template language function '{name}' expects its parameter to be of type "
        f"'{expected}'. The provided value is of type '{type_name(value)}'. {FUNCTION_HELP}"
    )


def text(name: str, value: Json) -> str:
    if isinstance(value, str):
        return value
    raise wrong_type(name, "String", value)


def integer(name: str, value: Json) -> int:
    """An int; a whole float counts as one, a bool does not."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise wrong_type(name, "Integer", value)


def boolean(name: str, value: Json) -> bool:
    if isinstance(value, bool):
        return value
    raise wrong_type(name, "Boolean", value)


def array(name: str, value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    raise wrong_type(name, "Array", value)


def mapping(name: str, value: Json) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    raise wrong_type(name, "Object", value)
