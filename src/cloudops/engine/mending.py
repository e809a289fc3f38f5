"""What may be done about a failed try, by the class of its error: again, or a little otherwise.

Only what the request leaves open is changed, and every change is told. What a person said stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from modalities.change import Change, Create
from modalities.receipt import Failure, Trouble
from modalities.resource import Kind, World
from modalities.wanted import Vm

AGAIN = frozenset({Trouble.THROTTLED, Trouble.TIMEOUT, Trouble.UNAVAILABLE, Trouble.NOT_FOUND})
"""What often passes: too much at once, an answer that was late, what is made and not yet seen by
all of the cloud (docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html)."""

PASSING = frozenset({"StateLocked", "ProviderInconsistent", "RetryableError", "OperationAborted"})
"""Conflicts by our codes or the vendor's, with who is at work there just now, or with itself."""

SETTLING = re.compile(
    r"another operation is in progress|operation that is in progress|cannot be assumed by"
    r"|execution role does not have permissions|principal was invalid|ResourceNotProvisioned",
    re.IGNORECASE,
)
"""Refusals for what another part of the cloud does not see yet."""


@dataclass(frozen=True, slots=True)
class Mended:
    changes: tuple[Change, ...]
    told: str


def may_pass(failure: Failure) -> bool:
    """Whether the same again, a little later, may do."""
    if failure.trouble is Trouble.CONFLICT:
        return failure.code in PASSING or bool(SETTLING.search(failure.message))
    return failure.trouble in AGAIN


def mended(changes: Sequence[Change], failure: Failure, world: World) -> Mended | None:
    """The changes to try next, and what is different; None where only a person can say."""
    if may_pass(failure):
        return Mended(tuple(changes), "tried again: it may pass")
    if failure.trouble is Trouble.CAPACITY:
        return _elsewhere(tuple(changes), world)
    return None


def _elsewhere(changes: tuple[Change, ...], world: World) -> Mended | None:
    """Machines whose zone nobody chose, in another: capacity is a zone's, and the same call
    again does not help."""
    zones = sorted(
        {str(s.attributes["zone"]) for s in world.of(Kind.SUBNET) if s.attributes.get("zone")}
    )
    tried = {
        w.zone for c in changes if isinstance(c, Create) for w in c.wanted if isinstance(w, Vm)
    }
    free = [zone for zone in zones[1:] if zone not in tried]
    if not free or tried - {None, *zones}:
        return None

    def moved(change: Change) -> Change:
        if not isinstance(change, Create):
            return change
        wanted = tuple(
            replace(w, zone=free[0]) if isinstance(w, Vm) and w.subnet is None else w
            for w in change.wanted
        )
        return replace(change, wanted=wanted)

    other = tuple(moved(change) for change in changes)
    return Mended(other, f"in zone {free[0]}, for want of capacity") if other != changes else None
