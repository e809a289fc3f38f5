"""How well a description of the whole fits a change: it shows exactly what will happen and
keeps what was made together, and each run costs seconds of looking at all it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Power,
    Resize,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.contract import Support

MANY = 3
"""Resources from which a description of the whole is worth its time."""


def support(changes: Sequence[Change]) -> Support:
    """The fit of the change that fits least."""
    if not changes:
        return Support(0.3, "a read by data sources takes a whole plan, some 5 s")
    return min((_of(change) for change in changes), key=lambda s: s.fit)


def _of(change: Change) -> Support:
    match change:
        case Create() if len(change.wanted) >= MANY:
            many = len(change.wanted)
            return Support(0.95, f"{many} resources as code that shows all of them beforehand")
        case Create():
            return Support(0.8, "as code, with an exact plan beforehand")
        case Attach() | Detach():
            return Support(0.6, "a relation is a resource in code; the provider waits 20 s")
        case Delete():
            return Support(0.7, "taken out of the code, destroyed in the order of dependencies")
        case SetPower(power=Power.RESTART):
            return Support(0.0, "a restart is no state that code could describe")
        case SetPower():
            return Support(0.3, "a state of its own beside the machine in code")
        case Resize():
            return Support(0.7, "one attribute; the provider stops, changes and starts in place")
        case SetTags():
            return Support(0.7, "one attribute in code")
        case SetPort():
            return Support(0.8, "one rule in code, beside the others")
        case SetPriority():
            return Support(0.8, "a replacement, planned and done as one change")
        case SetDiagnostics():
            return Support(0.7, "one attribute in code")
        case _:
            assert_never(change)
