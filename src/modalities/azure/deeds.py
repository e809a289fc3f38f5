"""One event of the activity log, as a deed: who, what, from where, and what it may have changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from modalities.azure import ids
from modalities.azure.errors import printable
from modalities.trail import MADE, REMOVED, Deed

LONGEST = 120
"""Characters of any text."""

SECRET = re.compile(
    r"(?=[\w+=-]*[A-Z])(?=[\w+=-]*[a-z])(?=[\w+=-]*\d)[\w+=-]{32,}"
    r"|-----BEGIN.*|(?i:(?:password|secret|token|sig)\s*[=:]\s*)\S+"
)

POWER = ("state", "deallocated", "public_ip")

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "start": POWER,
    "poweroff": POWER,
    "deallocate": POWER,
    "restart": ("state",),
    "redeploy": ("state",),
    "attachdetachdatadisks": ("disks", "devices", "attached_to", "device", "state"),
}
"""What an action of a resource may change of it, in our words (docs/attributes.md)."""

NO_DEEDS = (
    "/read",
    "listkeys/action",
    "validate/action",
    "whatif/action",
    "retrievebootdiagnosticsdata/action",
)
DONE = ("succeeded", "accepted", "started")
"""States of what was not refused; a long operation has an event for each that it goes through."""


def deed_of(event: Mapping[str, Any]) -> Deed | None:
    """None where it failed, only looked, or the event is none."""
    name, at = _value(event.get("operationName")), _time(event.get("eventTimestamp"))
    status = _value(event.get("status")).casefold()
    if not name or at is None or status not in DONE or name.casefold().endswith(NO_DEEDS):
        return None
    claims = event.get("claims")
    address = claims.get("ipaddr") if isinstance(claims, Mapping) else None
    request = event.get("httpRequest")
    sender = request.get("clientIpAddress") if isinstance(request, Mapping) else None
    return Deed(
        id=shown(event.get("eventDataId")),
        name=shown(name),
        at=at,
        actor=shown(event.get("caller")) or "somebody it does not name",
        origin=shown(sender or address),
        concerns=_concerns(name.casefold(), event),
    )


def resource_in(event: Mapping[str, Any]) -> str:
    """What the event is about, as ids are compared; of tags, what they are on."""
    text = str(event.get("resourceId") or event.get("resourceUri") or "")
    return ids.key(re.sub(r"/providers/Microsoft\.Resources/tags/.*", "", text, flags=re.I))


def shown(text: object) -> str:
    """A text of the log: one line, cut, and without what looks like a secret."""
    if not isinstance(text, str):
        return ""
    line = printable(SECRET.sub("(masked)", text[:2000]))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _concerns(name: str, event: Mapping[str, Any]) -> tuple[str, ...]:
    *path, verb = name.split("/")
    if "tags" in path:
        return ("tag:*",)
    parsed = ids.parse(str(event.get("resourceId") or event.get("resourceUri") or ""))
    part = parsed is not None and parsed.kind is None
    if verb == "delete":
        return () if part else (REMOVED,)
    if verb == "action":
        return ACTIONS.get(path[-1], ()) if path else ()
    created = _value(event.get("subStatus")).casefold() in ("created", "201")
    return (MADE,) if created and not part else ()


def _value(told: object) -> str:
    """``{"value": ..., "localizedValue": ...}``, as the log writes words."""
    text = told.get("value") if isinstance(told, Mapping) else told
    return text if isinstance(text, str) else ""


def _time(told: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", str(told)))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
