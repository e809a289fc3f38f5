"""What the vendor's model calls deprecated in a call: its operation, or parameters of it.

Models of language learnt from old programs write such calls (the paper's section 4), and an index
of all that there is has them, too. Nothing is replaced here: what came after an operation takes
other parameters. It is said what AWS says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import DataNotFoundError

from modalities.action import Output, SdkCall
from modalities.aws.loader import LOADER

SPACE = re.compile(r"\s+")
TOLD = 160
"""Characters of what the vendor says."""


def deprecated(call: SdkCall) -> tuple[str, ...]:
    """In words, with what the vendor says to it; nothing where the model has no such operation."""
    try:
        model: Mapping[str, Any] = LOADER.load_service_model(call.service, "service-2")
    except DataNotFoundError:
        return ()
    told = model["operations"].get(call.operation)
    if told is None:
        return ()
    if told.get("deprecated"):
        return (f"{call} is deprecated: {_instead(call.operation, told, model)}",)
    shape = told.get("input", {}).get("shape")
    return tuple(_members(call.parameters, shape, model["shapes"], "")) if shape else ()


def _instead(name: str, told: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    """The vendor's own words; else the operation that its text names and that is called alike."""
    if said := _line(told.get("deprecatedMessage", "")):
        return said
    text = told.get("documentation", "")
    for other, about in model["operations"].items():
        alike = other.startswith(name) and other != name and not about.get("deprecated")
        if alike and re.search(rf"\b{other}\b", text):
            return f"use {other}"
    return "AWS's model says no more"


def _members(value: Any, shape: str, shapes: Mapping[str, Any], path: str) -> Iterator[str]:
    """Members that are given and deprecated, by their path."""
    if Output.parse(value) is not None:
        return
    form = shapes[shape]
    if isinstance(value, (list, tuple)) and form["type"] == "list":
        for number, item in enumerate(value):
            yield from _members(item, form["member"]["shape"], shapes, f"{path}[{number}]")
    if not isinstance(value, Mapping):
        return
    for name, item in value.items():
        at = f"{path}.{name}" if path else str(name)
        if form["type"] == "map":
            yield from _members(item, form["value"]["shape"], shapes, at)
        elif (member := form.get("members", {}).get(name)) is not None:
            if member.get("deprecated"):
                said = _line(member.get("deprecatedMessage", "")) or "AWS's model says no more"
                yield f"{at} is deprecated: {said}"
            yield from _members(item, member["shape"], shapes, at)


def _line(text: str) -> str:
    return SPACE.sub(" ", text).strip()[:TOLD]
