"""Properties as the service spells and types them: clients may write names in any casing, and
numbers and truths as text, as many templates do.

The names known here are those that the types themselves speak of (children, references,
secrets), the ones all resources have, and the two lists below; any other is kept as it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sandbox.azure.contract import ResourceType
from sandbox.azure.registry import Registry

COMMON = ("id", "name", "type", "location", "tags", "properties", "sku", "kind", "zones", "plan")
OTHERS_OWN = frozenset(
    {"tags", "settings", "protectedsettings", "metadata", "policyrule", "parameters"}
)
"""What is inside is the client's own, names and all."""

NUMBERS = frozenset(
    {
        "backendPort",
        "diskSizeGB",
        "frontendPort",
        "frontendPortRangeEnd",
        "frontendPortRangeStart",
        "idleTimeoutInMinutes",
        "intervalInSeconds",
        "lun",
        "numberOfProbes",
        "platformFaultDomainCount",
        "platformUpdateDomainCount",
        "port",
        "prefixLength",
        "priority",
        "probeThreshold",
    }
)
TRUTHS = frozenset(
    {
        "disablePasswordAuthentication",
        "enableAcceleratedNetworking",
        "enableAutomaticUpdates",
        "enableFloatingIP",
        "enableIPForwarding",
        "enableTcpReset",
        "enabled",
        "primary",
        "provisionVMAgent",
        "supportsHttpsTrafficOnly",
    }
)
NUMBER = re.compile(r"-?\d{1,9}")


def as_spelled(registry: Registry, body: Any) -> Any:
    return _spelled(_names(registry), body)


@cache
def _names(registry: Registry) -> Mapping[str, str]:
    """What each spelling becomes: a known one stays, whatever another type has beside it."""
    spoken = (word for type in registry for word in _words(type))
    words = {*spoken, *COMMON, *NUMBERS, *TRUTHS}
    return {**{word.casefold(): word for word in sorted(words)}, **{word: word for word in words}}


def _words(type: ResourceType) -> Iterator[str]:
    paths = [part.property for part in type.embedded]
    paths += [reference.path for reference in type.references]
    for path in (*paths, *type.secret):
        yield from (word.removesuffix("[]") for word in path.split("."))


def _spelled(names: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, list):
        return [_spelled(names, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    told: dict[str, Any] = {}
    for key, item in value.items():
        name = names.get(key) or names.get(key.casefold(), key)
        told[name] = item if name.casefold() in OTHERS_OWN else _typed(names, name, item)
    return told


def _typed(names: Mapping[str, str], name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return _spelled(names, value)
    if name in NUMBERS and NUMBER.fullmatch(value):
        return int(value)
    if name in TRUTHS and value.casefold() in ("true", "false"):
        return value.casefold() == "true"
    return value
