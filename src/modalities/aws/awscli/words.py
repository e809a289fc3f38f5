"""A call as the words of a command that a person would be glad to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import Shape

from modalities.action import TOKEN, CliCommand, Output, SdkCall
from modalities.aws.awscli.options import (
    Option,
    by_member,
    command_of,
    said_in_json,
    streams,
    subcommand_of,
    wraps_text,
)
from modalities.aws.model import WHOLE

READ_FROM_ELSEWHERE = ("file://", "fileb://", "http://", "https://")
"""What ``aws`` takes for the place of a value, and not for the value."""

AS_JSON = ("{", "[")

SHELL = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "<<<", "2>", "2>&1", "&>"})
"""Words that somebody meant for a shell, which there is none: no values among others."""

INPUT = "--cli-input-json"


class Unspeakable(Exception):
    """A call that no command says; the text tells why."""


def command(call: SdkCall) -> CliCommand:
    """The command that sends ``call``. References and the token stay in its words.

    The call must fit the vendor's model (``modalities.aws.model.problems``). Raises
    Unspeakable.
    """
    if streams(call.service, call.operation):
        raise Unspeakable(f"{call} moves files, which are not parameters")
    options = by_member(call.service, call.operation)
    rest = {name: value for name, value in call.parameters.items() if value is not None}
    words: list[Any] = []
    if call.operation == "RunInstances" and {"MinCount", "MaxCount"} <= rest.keys():
        words += ["--count", _count(rest.pop("MinCount"), rest.pop("MaxCount"))]
    unsaid = {}
    for member, value in rest.items():
        said = [*_said(options[member], value)] if member in options else []
        words += said
        if not said:
            unsaid[member] = value
    if unsaid:
        words += [INPUT, unsaid]
    names = ("aws", command_of(call.service), subcommand_of(call.operation))
    return CliCommand((*names, *words, "--output", "json"))


def is_reference(value: Any) -> bool:
    """Whether a value stands for text that is known only when the step is sent."""
    return value == TOKEN or Output.parse(value) is not None


def _count(least: Any, most: Any) -> str:
    return f"{least}" if least == most else f"{least}:{most}"


def _said(options: tuple[Option, ...], value: Any) -> Iterator[Any]:
    """The option and its value; nothing where only JSON can say it."""
    option = options[0]
    if option.form == "flag":
        yield from (f"--{each.name}" for each in options if each.says == value)
    elif option.form == "many":
        yield f"--{option.name}"
        yield from _items(option.shape, value)
    elif said_in_json(option.shape):
        yield f"--{option.name}"
        yield value if isinstance(value, (dict, list)) else json.dumps(value)
    else:
        yield from _one(option, value)


def _one(option: Option, value: Any) -> Iterator[Any]:
    name = f"--{option.name}"
    if isinstance(value, Mapping) and wraps_text(option.shape):
        text = value.get("Value")
        if len(value) == 1 and isinstance(text, str) and _is_plain(text) and "=" not in text:
            value = text
    if not isinstance(value, str):
        yield from _worded(name, value)
    elif value.startswith("-") and value != "--":  # a pair of dashes is dropped by argparse
        yield f"{name}={value}"
    elif value != "--" and not value.startswith(READ_FROM_ELSEWHERE):
        yield from (name, value)


def _worded(name: str, value: Any) -> Iterator[Any]:
    if isinstance(value, (Mapping, list)):
        yield from (name, value)
    elif isinstance(value, (int, float)) and value < 0:
        yield f"{name}={json.dumps(value)}"
    else:
        yield from (name, json.dumps(value))


def _items(shape: Shape, value: Any) -> Iterator[Any]:
    """A word for each item, or one JSON list where a word alone would be misread."""
    member: Shape = getattr(shape, "member", shape)
    scalar = member.type_name not in ("structure", "map", "list")
    plain = scalar and all(_is_plain(v) or _is_whole(v, member) for v in value)
    objects = not scalar and all(isinstance(v, Mapping) for v in value)
    if value and (plain or objects):
        yield from (json.dumps(v) if _is_whole(v, member) else v for v in value)
    else:
        yield list(value)


def _is_plain(value: Any) -> bool:
    """Whether the value is a word that means itself wherever it stands."""
    if not isinstance(value, str):
        return is_reference(value)
    text = value.lstrip()
    strange = text.startswith(("-", *AS_JSON, *READ_FROM_ELSEWHERE))
    return bool(text) and text not in SHELL and not strange


def _is_whole(value: Any, member: Shape) -> bool:
    number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return number and member.type_name in WHOLE
