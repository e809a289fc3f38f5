"""Where state, code and cloud disagree, and whose doing it is.

Three answers are told apart (opentofu#4570): changed by somebody outside (the state says one
thing, the cloud another); changed by us through another hand, with the code of an IaC tool not
following yet; and code that is ahead of the cloud, since nobody has applied it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from modalities.look import LOOKS
from modalities.resource import VOLATILE, Json, Resource, ResourceRef, World
from modalities.trail import Deed


class Drifted(StrEnum):
    APPEARED = "appeared"
    VANISHED = "vanished"
    CHANGED = "changed"
    CODE_BEHIND = "code behind"
    CODE_AHEAD = "code ahead"


OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Drift:
    """One resource, or one attribute of one, in which two views differ; ``ref`` is an address
    in the code where nothing else has a name for it. Tags are named
    ``tag:KEY``; ``before`` and ``now`` are None where there is none. ``by`` is ``outside``,
    the hand and run of ours that did it, or ``code`` with its address.

    Of what was changed outside: it became so after ``last_before``, when it was last seen as
    before, and by ``first_now``, when it was first seen as it is now. ``deed`` is what did it,
    as far as the cloud's trail tells (its texts are data), to ``along_with`` where that is
    another resource; ``not_known`` says why there is none."""

    ref: ResourceRef | str
    id: str
    what: Drifted
    attribute: str = ""
    before: Json = None
    now: Json = None
    by: str = OUTSIDE
    last_before: datetime | None = None
    first_now: datetime | None = None
    deed: Deed | None = None
    along_with: str = ""
    not_known: str = ""


def drift(known: World, fresh: World) -> tuple[Drift, ...]:
    """Everything in which ``fresh`` differs from ``known``, by resource and attribute.

    Attributes that move by themselves (VOLATILE) and links, which follow from attributes and
    from other resources, are left out. An attribute that is not known this time is no change.
    """
    return tuple(_drifts(known, fresh))


def _drifts(known: World, fresh: World) -> Iterator[Drift]:
    for before in sorted(known, key=_order):
        now = fresh.get(before.kind, before.id)
        if now is None:
            yield Drift(before.ref, before.id, Drifted.VANISHED)
        else:
            yield from _changes(before, now)
    for now in sorted(fresh, key=_order):
        if known.get(now.kind, now.id) is None:
            yield Drift(now.ref, now.id, Drifted.APPEARED)


def _changes(before: Resource, now: Resource) -> Iterator[Drift]:
    old, new = _facts(before), _facts(now)
    for attribute in sorted(old.keys() | new.keys()):
        if attribute not in new and not attribute.startswith("tag:"):
            continue
        was, is_ = old.get(attribute), new.get(attribute)
        if was != is_:
            yield Drift(now.ref, now.id, Drifted.CHANGED, attribute, was, is_)


def _facts(resource: Resource) -> Mapping[str, Json]:
    unsaid = VOLATILE | {"hidden", LOOKS}
    attributes = {k: v for k, v in resource.attributes.items() if k not in unsaid}
    return attributes | {f"tag:{key}": value for key, value in resource.tags.items()}


def _order(resource: Resource) -> tuple[str, str, str]:
    return (resource.kind, resource.name, resource.id)


def of_code(
    pending: Sequence[Mapping[str, Any]],
    kept: Mapping[str, str],
    world: World,
    outside: Collection[str],
    written_by: Callable[[Resource], str | None],
) -> tuple[Drift, ...]:
    """Where the code of an IaC tool and the cloud differ: ``pending`` is what its own plan would
    change (with what strangers ``moved``, modalities.contract.Keeper.ahead), ``kept`` its
    addresses by id, ``outside`` the ids of what strangers changed and is told of elsewhere.
    ``written_by`` names the hand and run of ours that wrote a resource last
    where that was another hand, else None."""
    ids = {address: id for id, address in kept.items()}
    by_id = {r.id: r for r in world}
    return tuple(_pending(pending, ids, by_id, outside, written_by))


def _pending(
    pending: Sequence[Mapping[str, Any]],
    ids: Mapping[str, str],
    by_id: Mapping[str, Resource],
    outside: Collection[str],
    written_by: Callable[[Resource], str | None],
) -> Iterator[Drift]:
    for change in pending:
        address = str(change["address"])
        id = ids.get(address, "")
        resource = by_id.get(id)
        if id in outside:
            continue
        hand = written_by(resource) if resource else None
        told = resource.ref if resource else address
        moved = {} if hand else change.get("moved", {})
        if moved is None:
            yield Drift(told, id, Drifted.VANISHED)
            continue
        what = Drifted.CODE_BEHIND if hand else Drifted.CODE_AHEAD
        differences = tuple(_differences(change))
        for attribute, was in sorted(moved.items()) if _by_that(differences, moved) else ():
            now = (change.get("before") or {}).get(attribute)
            yield Drift(told, id, Drifted.CHANGED, attribute, was, now)
        for attribute, now, code in differences:
            if attribute not in moved and (attribute or not moved):
                yield Drift(told, id, what, attribute, code, now, hand or f"code: {address}")


def _by_that(differences: Sequence[tuple[str, Json, Json]], moved: Mapping[str, Json]) -> bool:
    """Whether what strangers moved is a reason for what the code would do. What a cloud adds
    by itself to what it shows moves as well, and the code asks for nothing."""
    return any(attribute in moved or not attribute for attribute, _, _ in differences)


def _differences(change: Mapping[str, Any]) -> Iterator[tuple[str, Json, Json]]:
    """Attribute, as the cloud has it, as the code wants it; one line of what is to be done
    where that is no update."""
    actions = tuple(change.get("actions", ()))
    if actions != ("update",):
        yield "", None, " and ".join(actions)
        return
    now, code = change.get("before") or {}, change.get("after") or {}
    for attribute in sorted(now.keys() | code.keys()):
        if now.get(attribute) != code.get(attribute):
            yield attribute, now.get(attribute), code.get(attribute)
