"""How well commands fit a change: the same calls as by a library, each in a process of its own
that takes half a second to start, and each readable by whoever reviews the plan."""

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

MANY = 10
"""Resources from which starting a process for each call is felt."""


def support(changes: Sequence[Change]) -> Support:
    """The fit of the change that fits least."""
    if not changes:
        return Support(0.8, "each list is a command of its own, half a second to start")
    return min((_of(change) for change in changes), key=lambda s: s.fit)


def _of(change: Change) -> Support:
    match change:
        case Create() if len(change.wanted) > MANY:
            return Support(0.4, f"{len(change.wanted)} resources: a process for each call")
        case Create():
            return Support(0.7, "a command for each resource, readable and repeatable by hand")
        case Attach() | Detach():
            return Support(0.9, "one command on a running machine")
        case Delete():
            return Support(0.7, "a command for each resource, in the order of dependencies")
        case SetPower():
            return Support(0.9, "one command for each state change")
        case Resize():
            return Support(0.7, "stop, change and start: three commands and the waits between")
        case SetTags():
            return Support(0.9, "one command, whoever made the resource")
        case SetPort():
            return Support(0.9, "one rule added or taken away by one command")
        case SetPriority():
            return Support(0.5, "AWS cannot convert in place: replaced in many commands")
        case SetDiagnostics():
            return Support(0.8, "one command on a running machine")
        case _:
            assert_never(change)
