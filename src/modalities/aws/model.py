"""botocore as a type checker: is a call one that AWS knows, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.utils import parse_timestamp

from modalities.action import TOKEN, Output, SdkCall
from modalities.aws.loader import known_services, service_model
from modalities.aws.values import fault_in_length, fault_in_number, fault_in_string
from modalities.contract import Problem

WHOLE = ("integer", "long")
NUMBERS = (*WHOLE, "float", "double")


def problems(call: SdkCall, step_id: str) -> tuple[Problem, ...]:
    """Everything in ``call`` that the vendor's model does not have, with path and cure.

    Goes beyond botocore's own ParamValidator, which leaves enums, patterns and upper bounds
    unchecked. References to outputs and the token pass where a string may stand.
    """
    try:
        model = service_model(call.service)
    except DataNotFoundError:
        return (_unknown(step_id, "service", call.service, known_services()),)
    if call.operation not in model.operation_names:
        return (_unknown(step_id, "operation", call.operation, model.operation_names),)
    operation = model.operation_model(call.operation)
    walk = _Walk(step_id, frozenset(operation.idempotent_members))
    shape = operation.input_shape
    if shape is None:
        return tuple(walk.unexpected("", call.parameters, ()))
    return tuple(walk.structure(shape, call.parameters, "", walk.automatic))


def nearest(name: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``name`` most likely stands for, or an empty string.

    ``run_instances`` and ``instancetype`` are found, too.
    """
    known = list(known)
    plain = name.replace("_", "").replace("-", "").casefold()
    same = [k for k in known if k.replace("_", "").replace("-", "").casefold() == plain]
    return next(iter(same or get_close_matches(name, known, n=1)), "")


def _unknown(step: str, what: str, name: str, known: Iterable[str]) -> Problem:
    close = nearest(name, known)
    cure = f"did you mean {close}?" if close else ""
    return Problem(step, what, f"AWS has no {what} {name[:80]!r}", cure)


class _Walk:
    """Over the parameters and their shapes side by side."""

    def __init__(self, step: str, automatic: frozenset[str]) -> None:
        self._step = step
        self.automatic = automatic

    def value(self, shape: Shape, value: Any, path: str) -> Iterator[Problem]:
        match shape:
            case StructureShape() if shape.is_document_type:
                return
            case StructureShape():
                yield from self.structure(shape, value, path)
            case ListShape():
                yield from self._list(shape, value, path)
            case MapShape():
                yield from self._map(shape, value, path)
            case _:
                fault, cure = _scalar(shape, value)
                if fault:
                    yield Problem(self._step, path, fault, cure)

    def structure(
        self, shape: StructureShape, value: Any, path: str, given: frozenset[str] = frozenset()
    ) -> Iterator[Problem]:
        """``given``: members that the vendor's library fills in where they are missing."""
        if not isinstance(value, Mapping):
            yield self._type(path, value, "an object")
            return
        for name in shape.required_members:
            if name not in value and name not in given:
                yield Problem(self._step, _join(path, name), "is missing")
        if shape.is_tagged_union and len(value) != 1:
            names = ", ".join(shape.members)
            yield Problem(self._step, path, f"takes exactly one of {names}")
        yield from self.unexpected(path, value, shape.members)
        for name, item in value.items():
            if name in shape.members:
                yield from self.value(shape.members[name], item, _join(path, name))

    def unexpected(
        self, path: str, value: Mapping[str, Any], members: Iterable[str]
    ) -> Iterator[Problem]:
        members = tuple(members)
        for name in value:
            if name not in members:
                close = nearest(str(name), members)
                cure = f"did you mean {close}?" if close else _choices(members)
                yield Problem(self._step, _join(path, str(name)), "is no parameter", cure)

    def _list(self, shape: ListShape, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, (list, tuple)):
            yield self._type(path, value, "a list")
            return
        fault = fault_in_length(len(value), shape.metadata, "items")
        if fault:
            yield Problem(self._step, path, fault)
        for number, item in enumerate(value):
            yield from self.value(shape.member, item, f"{path}[{number}]")

    def _map(self, shape: MapShape, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield self._type(path, value, "an object")
            return
        for key, item in value.items():
            yield from self.value(shape.key, key, f"{path}.{key} (the key)")
            yield from self.value(shape.value, item, _join(path, str(key)))

    def _type(self, path: str, value: Any, wanted: str) -> Problem:
        return Problem(self._step, path, _not_a(wanted, value))


def _scalar(shape: Shape, value: Any) -> tuple[str, str]:
    """The fault of a single value and its cure; both empty where there is none."""
    kind = shape.type_name
    if isinstance(shape, StringShape):
        if value == TOKEN or Output.parse(value) is not None:
            return "", ""
        if not isinstance(value, str):
            return _not_a("a string", value), f'write "{value}"' if _plain(value) else ""
        return fault_in_string(value, shape)
    if kind == "boolean":
        fault = "" if isinstance(value, bool) else _not_a("true or false", value)
        return fault, ""
    if kind in NUMBERS:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return _not_a("a number", value), ""
        if kind in WHOLE and isinstance(value, float):
            return "must be a whole number", ""
        return fault_in_number(value, shape.metadata), ""
    if kind == "blob":
        good = isinstance(value, (str, bytes, bytearray)) or hasattr(value, "read")
        return "" if good else _not_a("bytes", value), ""
    if kind == "timestamp":
        return "" if _is_time(value) else _not_a("a time", value), ""
    return "", ""


def _is_time(value: Any) -> bool:
    if isinstance(value, datetime):
        return True
    try:
        parse_timestamp(value)
    except (TypeError, ValueError, AttributeError, OverflowError):
        return False
    return True


def _plain(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _not_a(wanted: str, value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    names |= {int: "a number", float: "a number", type(None): "nothing"}
    return f"must be {wanted}, not {names.get(type(value), type(value).__name__)}"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _choices(names: tuple[str, ...]) -> str:
    if not names:
        return "it takes none"
    return "it takes " + ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
