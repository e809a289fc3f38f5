"""What an edition takes over from elsewhere: what of it the cloud does not have (any more).

A Terraform that replaces what it takes over destroys it first. Where it ended between the two, its
state has neither the old nor the new: only the cloud tells. Where it was killed while it changed
what it takes over, its state does not have that either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from modalities.aws import session
from modalities.aws.arns import TERRAFORM_KINDS
from modalities.aws.asking import Wire
from modalities.aws.inventory import read
from modalities.iac.relations import RELATIONS, standing
from modalities.resource import Kind, World
from modalities.target import Target

Change = Mapping[str, Any]


def gone(target: Target, changes: Sequence[Change], known: Collection[str]) -> frozenset[str]:
    """Addresses of what was to be taken over, is not ``known`` to the state, and is not there. Of
    a type that has no kind here nothing is said. Raises CloudError."""
    missing = [c for c in changes if c.get("importing") and c["address"] not in known]
    kinds = {kind for change in missing if (kind := _kind(change)) is not None}
    if not kinds:
        return frozenset()
    world = read(target, session.identify(target), tuple(sorted(kinds)))
    return frozenset(str(c["address"]) for c in missing if _is_gone(target, world, c))


def untold(changes: Sequence[Change], known: Collection[str]) -> tuple[str, ...]:
    """Addresses of what a killed Terraform was to take over and change, and which is not
    ``known`` to the state: nothing tells how far the change went."""
    missing = (c for c in changes if c.get("importing") and c["address"] not in known)
    return tuple(str(c["address"]) for c in missing if "update" in c["actions"])


def _kind(change: Change) -> Kind | None:
    joins = RELATIONS.get(change["type"])
    return joins[0] if joins else TERRAFORM_KINDS.get(change["type"])


def _is_gone(target: Target, world: World, change: Change) -> bool:
    kind = _kind(change)
    if kind is None:
        return False
    if change["type"] in RELATIONS:
        return standing(Wire(target), world, change["type"], change.get("before") or {}) is None
    return not any(change["importing"] in (r.id, r.ref.name) for r in world.of(kind))
