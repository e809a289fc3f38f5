"""Words of a closed set, in any case on the way in, in the service's own once they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.azure.contract import Change

SKUS = (
    "Standard_LRS",
    "Premium_LRS",
    "StandardSSD_LRS",
    "UltraSSD_LRS",
    "Premium_ZRS",
    "StandardSSD_ZRS",
    "PremiumV2_LRS",
)
WORDS = {
    "createOption": ("Empty", "FromImage", "Attach", "Copy", "Restore", "Import", "Upload"),
    "caching": ("None", "ReadOnly", "ReadWrite"),
    "deleteOption": ("Delete", "Detach"),
    "evictionPolicy": ("Deallocate", "Delete"),
    "osState": ("Generalized", "Specialized"),
    "osType": ("Linux", "Windows"),
    "patchMode": ("ImageDefault", "AutomaticByPlatform", "AutomaticByOS", "Manual"),
    "priority": ("Regular", "Low", "Spot"),
    "storageAccountType": SKUS,
}


def spelled(change: Change) -> Change:
    """The change with each such word as the service writes it; unknown ones stay as they are."""
    return replace(change, body=_whole(change.body), sent=_whole(change.sent))


def _whole(body: Mapping[str, Any]) -> dict[str, Any]:
    """Zones are text; a template that counts them sends numbers."""
    told: dict[str, Any] = _spelled(body)
    if isinstance(zones := told.get("zones"), list):
        told["zones"] = [str(zone) for zone in zones]
    return told


def _spelled(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _spelled(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelled(item) for item in value]
    if name in WORDS and isinstance(value, str):
        return next((word for word in WORDS[name] if word.casefold() == value.casefold()), value)
    return value
