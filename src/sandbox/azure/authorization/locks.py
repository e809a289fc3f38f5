"""Management locks: CanNotDelete and ReadOnly, on a subscription, a group or a resource."""

from __future__ import annotations

from sandbox.azure.contract import Change, Cloud, Order, ResourceType, Scope
from sandbox.azure.documents import Document
from sandbox.azure.entry import Entry
from sandbox.azure.ids import key_of
from sandbox.azure.refusal import bad_request, conflict

NAME = "Microsoft.Authorization/locks"
LEVELS = {level.casefold(): level for level in ("CanNotDelete", "ReadOnly", "NotSpecified")}


def complete(change: Change) -> Document:
    level = LEVELS.get(str(change.properties.get("level", "")).casefold())
    if level is None:
        raise bad_request(
            "LockLevelNotSupported", "properties.level is CanNotDelete or ReadOnly.", "level"
        )
    return {**change.body, "properties": {**change.properties, "level": level}}


def unlocked(cloud: Cloud, order: Order) -> None:
    """A gate: what is locked is neither deleted nor, where it is read-only, written. What is
    below the lock is meant, too; and a group that holds something locked cannot go."""
    locks = cloud.find(NAME)
    if not locks or not order.writes or order.operation.startswith("Microsoft.Authorization/"):
        return
    deletes = order.operation.endswith("/delete")
    here = key_of(order.resource)
    closed = [lock for lock in locks if _closes(lock, here, deletes)]
    if closed:
        verb = "delete" if deletes else "write"
        scopes = ",".join(dict.fromkeys(lock.id.scope for lock in closed))
        raise conflict(
            "ScopeLocked",
            f"The scope '{order.resource}' cannot perform {verb} operation because following "
            f"scope(s) are locked: '{scopes}'. Please remove the lock and try again.",
        )


def _closes(lock: Entry, here: str, deletes: bool) -> bool:
    scope = lock.id.scope.casefold()
    at_or_above = here == scope or here.startswith(f"{scope}/")
    below = deletes and scope.startswith(f"{here}/")
    return (at_or_above or below) and (deletes or lock.properties.get("level") == "ReadOnly")


LOCK = ResourceType(name=NAME, scope=Scope.ANY, located=False, stateful=False, complete=complete)
