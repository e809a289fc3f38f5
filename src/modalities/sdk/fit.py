"""How well an SDK fits a change: it sends exactly the calls that are needed, in one process,
and keeps no description of the whole. Nothing is asked of the network."""

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

MANY = 20
"""Resources from which a description of the whole is worth more than single calls."""


def support(changes: Sequence[Change]) -> Support:
    """The fit of the change that fits least."""
    if not changes:
        return Support(1.0, "reads are single calls of the SDK")
    return min((_of(change) for change in changes), key=lambda s: s.fit)


def _of(change: Change) -> Support:
    match change:
        case Create() if len(change.wanted) > MANY:
            why = f"{len(change.wanted)} resources: no description of the whole is kept"
            return Support(0.6, why)
        case Create():
            return Support(0.9, "creates side by side, each id at hand for the next call")
        case Attach() | Detach():
            return Support(1.0, "one call on a running machine, awaited to the end")
        case Delete():
            return Support(0.8, "deletes in the order of dependencies, which it reads itself")
        case SetPower():
            return Support(1.0, "one call for each state change")
        case Resize():
            return Support(0.9, "stops, changes and starts the machine in place; it keeps its id")
        case SetTags():
            return Support(1.0, "one call, whoever made the resource")
        case SetPort():
            return Support(1.0, "one rule added or taken away, the others untouched")
        case SetPriority():
            return Support(0.7, "AWS cannot convert in place: replaced in many single calls")
        case SetDiagnostics():
            return Support(0.9, "one call on a running machine")
        case _:
            assert_never(change)
