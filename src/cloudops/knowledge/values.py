"""Words as values of a type, and what is wrong with a value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cloudops.knowledge.contract import Parameter, Type

YES = frozenset(["true", "yes", "on", "enabled", "enable", "1"])
NO = frozenset(["false", "no", "off", "disabled", "disable", "0"])
QUOTED = re.compile(r"""^(["'`])(.*)\1$""", re.S)
PAIR = re.compile(r"""([\w.:/-]+)=("[^"]*"|'[^']*'|[^\s,;]*)""")
WORDS = re.compile(r"""\{.*\}|"[^"]*"|'[^']*'|[^\s,]+""", re.S)
SEPARATED = re.compile(r"\s*,\s*|\s+and\s+")


def value_of(text: str, parameter: Parameter) -> Any:
    """``text`` as ``parameter`` takes it; as it is where it fits no better."""
    text = bare(text)
    match parameter.type:
        case Type.WHOLE:
            return int(text.replace(",", "")) if re.fullmatch(r"-?\d[\d,]*", text) else text
        case Type.NUMBER:
            return _number(text)
        case Type.FLAG:
            return _flag(text)
        case Type.LIST:
            return _list(text, parameter)
        case Type.MAP:
            return _map(text, parameter)
        case Type.OBJECT:
            return _object(text, parameter)
        case Type.TEXT:
            return _choice(text, parameter)
        case Type.TIME | Type.BYTES:
            return text


def bare(text: str) -> str:
    """Without quotes around it, and without the end of a sentence."""
    text = text.strip()
    quoted = QUOTED.match(text)
    return quoted[2] if quoted else text


def _number(text: str) -> Any:
    try:
        return float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError:
        return text


def _flag(text: str) -> Any:
    said = text.casefold()
    if said in ("", *YES):
        return True
    return False if said in NO else text


def _choice(text: str, parameter: Parameter) -> str:
    """As the vendor spells it."""
    flat = re.sub(r"[\W_]", "", text).casefold()
    same = [c for c in parameter.choices if re.sub(r"[\W_]", "", c).casefold() == flat]
    return same[0] if same and text not in parameter.choices else text


def _list(text: str, parameter: Parameter) -> Any:
    read = _json(text)
    if isinstance(read, list):
        return read
    if parameter.item is None:  # az's: separated by spaces
        return [bare(each) for each in WORDS.findall(text)]
    item = parameter.item
    if item.type in (Type.OBJECT, Type.MAP):
        return [value_of(text, item)]
    return [value_of(each, item) for each in SEPARATED.split(text) if each]


def _map(text: str, parameter: Parameter) -> Any:
    read = _json(text)
    if isinstance(read, dict):
        return read
    item = parameter.item or Parameter(name="")
    pairs = PAIR.findall(text)
    if pairs:
        return {key: value_of(value, item) for key, value in pairs}
    key, _, value = text.partition(" ")
    return {key: value_of(value, item)} if value else text


def _object(text: str, parameter: Parameter) -> Any:
    read = _json(text)
    if isinstance(read, dict):
        return read
    members = {member.name.casefold(): member for member in parameter.members}
    pairs = [(members.get(key.casefold()), value) for key, value in PAIR.findall(text)]
    known = {member.name: value_of(value, member) for member, value in pairs if member}
    return known or text


def _json(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def problems(value: Any, parameter: Parameter, path: str) -> Iterator[str]:
    """What the vendor's schema has against a value; nothing where it is silent."""
    match parameter.type:
        case Type.WHOLE | Type.NUMBER:
            yield from _of_number(value, parameter, path)
        case Type.FLAG if not isinstance(value, bool):
            yield f"{path} must be true or false"
        case Type.LIST:
            yield from _of_list(value, parameter, path)
        case Type.MAP if not isinstance(value, Mapping):
            yield f"{path} must be pairs of key=value"
        case Type.MAP if parameter.item is not None:
            for key, each in value.items():
                yield from problems(each, parameter.item, f"{path}.{key}")
        case Type.OBJECT if not parameter.members and not isinstance(value, Mapping):
            yield f"{path} must be an object, as JSON"
        case Type.OBJECT if parameter.members:
            yield from _of_object(value, parameter, path)
        case Type.TEXT:
            yield from _of_text(value, parameter, path)
        case _:
            return


def _of_number(value: Any, parameter: Parameter, path: str) -> Iterator[str]:
    whole = parameter.type is Type.WHOLE
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        yield f"{path} must be a {parameter.type}"
    elif parameter.least is not None and value < parameter.least:
        yield f"{path} must be at least {parameter.least:g}"
    elif parameter.most is not None and value > parameter.most:
        yield f"{path} must be at most {parameter.most:g}"


def _of_text(value: Any, parameter: Parameter, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{path} must be text"
    elif parameter.choices and value not in parameter.choices:
        few = ", ".join(parameter.choices[:6])
        yield f"{path} must be one of {few}{' ...' if len(parameter.choices) > 6 else ''}"
    elif parameter.least is not None and len(value) < parameter.least:
        yield f"{path} must have {parameter.least:g} characters at least"
    elif parameter.most is not None and len(value) > parameter.most:
        yield f"{path} must have {parameter.most:g} characters at most"


def _of_list(value: Any, parameter: Parameter, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path} must be a list"
        return
    for number, each in enumerate(value):
        if parameter.item is not None:
            yield from problems(each, parameter.item, f"{path}[{number}]")


def _of_object(value: Any, parameter: Parameter, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{path} must say its parts: {', '.join(m.name for m in parameter.members[:6])}"
        return
    for member in parameter.members:
        if member.name in value:
            yield from problems(value[member.name], member, f"{path}.{member.name}")
        elif member.required:
            yield f"{path}.{member.name} is missing"
