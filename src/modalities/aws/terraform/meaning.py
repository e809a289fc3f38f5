"""What Terraform's plans and states mean, in the project's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.aws.terraform import keys


def ids(state: Mapping[str, Any]) -> dict[str, str]:
    """The address that owns each id, from ``terraform show -json``; also by the keys of
    relations (modalities.aws.terraform.keys)."""
    root = (state.get("values") or {}).get("root_module") or {}
    found: dict[str, str] = {}
    for resource in _resources(root):
        if resource.get("mode", "managed") == "managed":
            for key in keys.of(str(resource["type"]), resource.get("values") or {}):
                found[key] = str(resource["address"])
    return found


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources") or ()
    for child in module.get("child_modules") or ():
        yield from _resources(child)
