"""How well a web console fits a change: slow, a page at a time, and bound to what forms offer;
and the only one that shows what no API has. Nothing is asked of the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Resize,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.contract import Support

MANY = 5
"""Resources from which filling in forms one after the other is no way."""


def support(changes: Sequence[Change]) -> Support:
    """The fit of the change that fits least."""
    if not changes:
        return Support(0.5, "pages show it as a person sees it, and service health besides")
    return min((_of(change) for change in changes), key=lambda s: s.fit)


def _of(change: Change) -> Support:
    match change:
        case Create() if len(change.wanted) > MANY:
            return Support(0.1, f"{len(change.wanted)} resources: a form for each")
        case Create():
            return Support(0.3, "a wizard for each resource, by a learned workflow")
        case Attach() | Detach():
            return Support(0.4, "one dialog on a page of its own")
        case Delete():
            return Support(0.3, "a dialog for each, and its name typed")
        case SetPower():
            return Support(0.4, "one menu entry for each machine")
        case Resize():
            return Support(0.3, "stop, change and start by three dialogs")
        case SetTags():
            return Support(0.3, "the whole list of tags is edited and sent back")
        case SetPort():
            return Support(0.3, "the whole list of rules is edited and sent back")
        case SetPriority():
            return Support(0.15, "made again from an image in many dialogs")
        case SetDiagnostics():
            return Support(0.4, "one dialog on a running machine")
        case _:
            assert_never(change)
