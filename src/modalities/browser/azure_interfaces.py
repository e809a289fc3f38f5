"""What is all that a call changes which writes a network interface whole: the portal has a dialog
for one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modalities.action import SdkCall
from modalities.step import Step

INTERFACE = "network_interfaces.begin_create_or_update"
ADDRESS, GUARD = "publicIPAddress", "networkSecurityGroup"


def moved(step: Step) -> dict[str, Any]:
    """``address`` or ``guard`` (ids) that the first configuration or the interface gets, ``freed``
    or ``unguarded`` what it loses: by what the step would take it back to. Nothing where it is not
    known, or more than one thing changes."""
    was, now = _was(step), _body(step.action)
    if was is None or now is None:
        return {}
    one, other = _plain(was), _plain(now)
    if one["rest"] != other["rest"]:
        return {}
    changed = [name for name in (ADDRESS, GUARD) if one[name] != other[name]]
    if len(changed) != 1:
        return {}
    gets, loses = other[changed[0]], one[changed[0]]
    if changed[0] == ADDRESS:
        # another address in the place of one is two things
        return {} if gets and loses else {"address": gets, "freed": loses}
    return {"guard": gets} if gets else {"unguarded": loses}


def _was(step: Step) -> Mapping[str, Any] | None:
    undo = step.undo if isinstance(step.undo, tuple) else ()
    return _body(undo[0].action) if len(undo) == 1 else None


def _body(action: object) -> Mapping[str, Any] | None:
    if not isinstance(action, SdkCall) or action.operation != INTERFACE:
        return None
    found = action.parameters.get("body")
    return found if isinstance(found, Mapping) else None


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """The ids of address and security group, and all the rest."""
    properties = dict(body.get("properties") or {})
    guard = (properties.pop(GUARD, None) or {}).get("id")
    configurations: Sequence[Any] = properties.pop("ipConfigurations", ())
    first, *more = [dict(each) for each in configurations] or [{}]
    inner = dict(first.get("properties") or {})
    address = (inner.pop(ADDRESS, None) or {}).get("id")
    rest = [{**body, "properties": properties}, {**first, "properties": inner}, more]
    return {ADDRESS: address, GUARD: guard, "rest": rest}
