"""What a body may hold, by the SDKs' own models (see extract_bodies.py): types, names, what must
be there and what is not for us to say.

The service itself ignores what it does not know, or takes it for something else; a name that is
misspelt does nothing there, and is a fault here.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from modalities.action import TOKEN, Output

DATA = Path(__file__).with_name("bodies.json.gz")

CLOSED = frozenset(
    {
        "CachingTypes",
        "DeleteOptions",
        "DeploymentMode",
        "DiskCreateOption",
        "DiskCreateOptionTypes",
        "DiskDeleteOptionTypes",
        "IPAllocationMethod",
        "IPVersion",
        "LoadBalancerSkuName",
        "LoadDistribution",
        "OperatingSystemTypes",
        "ProbeProtocol",
        "PublicIPAddressSkuName",
        "SecurityRuleAccess",
        "SecurityRuleDirection",
        "SecurityRuleProtocol",
        "TagsPatchOperation",
        "TransportProtocol",
        "VirtualMachineEvictionPolicyTypes",
        "VirtualMachinePriorityTypes",
    }
)
"""Enumerations that are whole. Others grow without us: a value that we do not know is said, and
sent all the same."""

STALE = frozenset({"VirtualMachineSizeTypes"})
"""Enumerations of which nothing follows: the SDK's have not been whole for years."""

IGNORED = frozenset({"id", "name", "type", "etag", "systemData"})
"""Read-only names that clients send back as they got them, and that services pass over."""

PLAIN: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    message: str
    suggestion: str = ""
    blocking: bool = True


def faults(package: str, model: str, body: Any) -> Iterator[Fault]:
    """Everything wrong with a body; nothing where the package's models are not known."""
    table = _read().get(package, {"models": {}, "enums": {}})
    if model in table["models"]:
        yield from _of_model(table, model, body, "body")


def knows(package: str, model: str) -> bool:
    return model in _read().get(package, {"models": {}})["models"]


def fields(package: str, model: str) -> Mapping[str, tuple[Any, bool, bool]]:
    """What a model may hold, by its name over the wire: type, whether it must be there, whether
    it is not for us to say. A type is a word (``str``), or a pair: ``model``, ``enum``, ``list``
    or ``dict`` and of what. None of a model that is not known."""
    table = _read().get(package, {"models": {}})
    return {
        name: (kind, needed, only) for name, (kind, needed, only) in _fields(table, model).items()
    }


def values(package: str, enum: str) -> tuple[str, ...]:
    """What an enumeration names, as far as the SDK knows it; STALE ones name nothing."""
    return (
        () if enum in STALE else tuple(_read().get(package, {"enums": {}})["enums"].get(enum, ()))
    )


def _of_model(table: Mapping[str, Any], model: str, value: Any, path: str) -> Iterator[Fault]:
    if _stands_in(value):
        return
    if not isinstance(value, Mapping):
        yield Fault(path, f"must be an object ({model}), not {_said(value)}")
        return
    fields = _fields(table, model)
    for name, item in value.items():
        if name not in fields:
            if not table["models"][model]["open"]:
                yield Fault(
                    f"{path}.{name}",
                    f"{model} has no {str(name)[:80]!r}",
                    _like(str(name), fields),
                )
            continue
        kind, _, read_only = fields[name]
        if item is not None and not (read_only and name in IGNORED):
            yield from _of_type(table, kind, item, f"{path}.{name}")
    for name, (_, needed, read_only) in fields.items():
        if needed and not read_only and value.get(name) is None:
            yield Fault(f"{path}.{name}", f"is missing; {model} needs it")


def _of_type(table: Mapping[str, Any], kind: Any, value: Any, path: str) -> Iterator[Fault]:
    if _stands_in(value) or kind == "any":
        return
    if isinstance(kind, str):
        fits = isinstance(value, PLAIN[kind]) and (kind == "bool" or not isinstance(value, bool))
        if not fits:
            yield Fault(path, f"must be of type {kind}, not {_said(value)}")
        return
    match kind[0]:
        case "model" if kind[1] in table["models"]:
            yield from _of_model(table, kind[1], value, path)
        case "list":
            if not isinstance(value, list | tuple):
                yield Fault(path, f"must be a list, not {_said(value)}")
                return
            for number, item in enumerate(value):
                yield from _of_type(table, kind[1], item, f"{path}[{number}]")
        case "dict":
            if not isinstance(value, Mapping):
                yield Fault(path, f"must be an object, not {_said(value)}")
                return
            for name, item in value.items():
                yield from _of_type(table, kind[1], item, f"{path}.{name}")
        case "enum" if kind[1] not in STALE:
            yield from _of_enum(kind[1], table["enums"][kind[1]], value, path)


def _of_enum(name: str, values: list[str], value: Any, path: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(path, f"must be a text, not {_said(value)}")
    elif value.casefold() not in {known.casefold() for known in values}:
        message = f"{value[:80]!r} is not one that the SDK knows"
        yield Fault(path, message, _like(value, values), blocking=name in CLOSED)


def _fields(table: Mapping[str, Any], model: str) -> dict[str, Any]:
    """With those of what it is derived from."""
    told = table["models"].get(model, {"bases": [], "fields": {}})
    found: dict[str, Any] = {}
    for base in told["bases"]:
        found |= _fields(table, base)
    return {**found, **told["fields"]}


def _stands_in(value: Any) -> bool:
    """What is known only later can be of any type."""
    return value == TOKEN or Output.parse(value) is not None


def _said(value: Any) -> str:
    return f"{value[:80]!r}" if isinstance(value, str) else type(value).__name__


def _like(said: str, known: Any) -> str:
    folded = {str(k).casefold(): str(k) for k in known}
    close = get_close_matches(said.casefold(), folded, n=3, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(folded[c] for c in close) + "?"
    some = sorted(folded.values())
    return "it may be " + ", ".join(some[:8]) + (", ..." if len(some) > 8 else "")


LOCK = {
    "properties": [["model", "ManagementLockProperties"], True, False],
    "id": ["str", False, True], "name": ["str", False, True], "type": ["str", False, True],
}  # fmt: skip
IDENTITY = {
    "location": ["str", True, False], "tags": [["dict", "str"], False, False],
    "properties": ["any", False, True],
    "id": ["str", False, True], "name": ["str", False, True], "type": ["str", False, True],
}  # fmt: skip

BY_HAND: Mapping[str, Any] = {
    "azure-mgmt-resource-locks": {
        "models": {
            "ManagementLockObject": {"bases": [], "fields": LOCK, "open": False},
            "ManagementLockProperties": {
                "bases": [],
                "fields": {
                    "level": [["enum", "LockLevel"], True, False],
                    "notes": ["str", False, False],
                    "owners": [["list", "any"], False, False],
                },
                "open": False,
            },
        },
        "enums": {"LockLevel": ["NotSpecified", "CanNotDelete", "ReadOnly"]},
    },
    "azure-mgmt-msi": {
        "models": {
            "Identity": {"bases": [], "fields": IDENTITY, "open": True},
            "IdentityUpdate": {"bases": [], "fields": IDENTITY, "open": True},
        },
        "enums": {},
    },
}
"""Of packages whose models the extraction does not read: what one can send of them (the REST
reference, "Management Locks - Create Or Update" and "User Assigned Identities")."""


@cache
def _read() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(DATA.read_bytes()))
    return {**found, **BY_HAND}
