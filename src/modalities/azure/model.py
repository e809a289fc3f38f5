"""What Azure can be asked, by the names a call has for it and by the path it is sent to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import quote

from modalities.action import SdkCall
from modalities.azure.operations import Operation, operations

PREFIX = "azure-mgmt-"
SUBSCRIPTION = "subscriptionId"
"""The placeholder that no call fills: it is always the target's own."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")
PATHS = frozenset({"scope", "resourceId", "resourceUri", "parentResourcePath"})
"""Placeholders that stand for several segments."""


@dataclass(frozen=True, slots=True)
class Located:
    """An operation that a request is, and what stands for the placeholders of its path."""

    operation: Operation
    parameters: Mapping[str, str]

    @property
    def call(self) -> tuple[str, str]:
        """``service`` and ``operation`` of the SdkCall that it is."""
        return service_of(self.operation), word_of(self.operation)


def service_of(operation: Operation) -> str:
    """``compute``."""
    return operation.package.removeprefix(PREFIX)


def word_of(operation: Operation) -> str:
    """``virtual_machines.begin_start``; the method alone where the client itself has it."""
    return f"{operation.group}.{operation.name}".lstrip(".")


def operation_of(call: SdkCall) -> Operation | None:
    return _by_call().get((call.service, call.operation))


def named(service: str, word: str) -> Operation:
    """Raises LookupError where there is none."""
    found = _by_call().get((service, word))
    if found is None:
        raise LookupError(f"azure-mgmt-{service} has no operation {word}")
    return found


def near(call: SdkCall) -> str:
    """What may have been meant by a call that is none; empty where nothing is like it."""
    services = sorted({service for service, _ in _by_call()})
    if call.service not in services:
        close = get_close_matches(call.service, services, 1)
        return f"did you mean {close[0]}?" if close else f"services: {', '.join(services)}"
    words = [word for service, word in _by_call() if service == call.service]
    longer = sorted(word for word in words if word.startswith(call.operation))
    close = longer[:3] or get_close_matches(call.operation, words, 3, 0.5)
    return f"did you mean {' or '.join(close)}?" if close else ""


def placeholders(operation: Operation) -> tuple[str, ...]:
    """What a call must say of the path, in its order."""
    found = PLACEHOLDER.findall(operation.template)
    return tuple(name for name in found if name != SUBSCRIPTION)


def path_of(operation: Operation, parameters: Mapping[str, Any], subscription: str) -> str:
    """Raises KeyError where a placeholder is not filled."""
    values = {**parameters, SUBSCRIPTION: subscription}

    def filled(found: re.Match[str]) -> str:
        safe = "/" if found[1] in PATHS else ""
        return quote(str(values[found[1]]).strip("/"), safe=f"{safe}()-_.~")

    return PLACEHOLDER.sub(filled, operation.template)


def subject(operation: Operation, parameters: Mapping[str, Any], subscription: str) -> str:
    """The id of what a call is about: a machine, where it is to be started; what tags are on;
    the container, of a list. Not in its one spelling. Raises KeyError."""
    values = {**parameters, SUBSCRIPTION: subscription}
    parts = operation.template.strip("/").split("/")
    if "{scope}" in parts or "{resourceId}" in parts or "{resourceUri}" in parts:
        parts = parts[:1]
    while parts and len(parts) > 2 and not PLACEHOLDER.fullmatch(parts[-1]):
        parts = parts[:-1]
    texts = (PLACEHOLDER.sub(lambda m: str(values[m[1]]), part) for part in parts)
    return "/" + "/".join(text.strip("/") for text in texts)


def located(method: str, path: str) -> Located | None:
    """The operation that a request is; the most particular where several would do."""
    parts = _segments(path.partition("?")[0])
    for operation in _by_shape().get((method.upper(), len(parts)), ()):
        found = _fits(operation, parts)
        if found is not None:
            return Located(operation, found)
    return _general(method.upper(), parts)


def _general(method: str, parts: list[str]) -> Located | None:
    """Operations of which a part stands for a whole path, as for tags of any resource."""
    for operation in operations():
        pieces = _segments(operation.template)
        if operation.method != method or not pieces or pieces[0][1:-1] not in PATHS:
            continue
        tail = pieces[1:]
        head, rest = parts[: len(parts) - len(tail)], parts[len(parts) - len(tail) :]
        found = _matched(tail, rest) if head and len(pieces) > 1 else None
        if found is not None:
            return Located(operation, {pieces[0][1:-1]: "/".join(head), **found})
    return None


def _fits(operation: Operation, parts: list[str]) -> dict[str, str] | None:
    return _matched(_segments(operation.template), parts)


def _matched(pieces: list[str], parts: list[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for piece, part in zip(pieces, parts, strict=True):
        placeholder = PLACEHOLDER.fullmatch(piece)
        if placeholder:
            found[placeholder[1]] = part
        elif piece.casefold() != part.casefold():
            return None
    found.pop(SUBSCRIPTION, None)
    return found


def _segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


@cache
def _by_call() -> Mapping[tuple[str, str], Operation]:
    return {(service_of(one), word_of(one)): one for one in operations()}


@cache
def _by_shape() -> Mapping[tuple[str, int], tuple[Operation, ...]]:
    """By method and number of segments, those with fewest placeholders first."""
    found: dict[tuple[str, int], list[Operation]] = {}
    for operation in _particular():
        parts = _segments(operation.template)
        found.setdefault((operation.method, len(parts)), []).append(operation)
    order = {key: sorted(ones, key=_placeholders) for key, ones in found.items()}
    return {key: tuple(ones) for key, ones in order.items()}


def _particular() -> Iterator[Operation]:
    for operation in operations():
        if not PATHS & set(PLACEHOLDER.findall(operation.template)):
            yield operation


def _placeholders(operation: Operation) -> int:
    return len(PLACEHOLDER.findall(operation.template))
