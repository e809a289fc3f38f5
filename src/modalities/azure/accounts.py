"""The subscriptions that `az login` found, from the file that `az` keeps them in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROFILE = "azureProfile.json"


@dataclass(frozen=True, slots=True)
class Subscription:
    id: str
    name: str
    tenant: str
    default: bool


def subscriptions(directory: Path) -> tuple[Subscription, ...]:
    """``directory`` is that of the configuration of `az`; none where it has no such file."""
    try:
        text = (directory / PROFILE).read_text(encoding="utf-8-sig")
        entries = json.loads(text).get("subscriptions") or ()
    except (OSError, ValueError, AttributeError):
        return ()
    return tuple(_subscription(entry) for entry in entries if isinstance(entry, dict))


def meant(known: tuple[Subscription, ...], said: str | None) -> Subscription | None:
    """The one that goes by an id or a name; the default one where none is said."""
    if said is None:
        return next((one for one in known if one.default), None)
    folded = said.casefold()
    same = [one for one in known if folded in (one.id.casefold(), one.name.casefold())]
    return same[0] if len(same) == 1 else None


def _subscription(entry: dict[str, Any]) -> Subscription:
    return Subscription(
        id=str(entry.get("id") or ""),
        name=str(entry.get("name") or ""),
        tenant=str(entry.get("tenantId") or ""),
        default=entry.get("isDefault") is True,
    )
