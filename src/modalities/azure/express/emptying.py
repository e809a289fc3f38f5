"""A whole resource group deleted: only where it is asked for in so many words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from modalities.azure import ids
from modalities.azure.express import calls
from modalities.azure.express.board import Board
from modalities.contract import Unsupported
from modalities.receipt import CloudError
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Irreversible, Step

GROUP_WORDS = re.compile(r"\bresource[\s-]?groups?\b|\brg\b", re.IGNORECASE)

GONE_WITHIN = 1800.0
"""Seconds; Azure empties a group one thing after the other."""


def delete_group(board: Board, group: Resource, explicit: str) -> None:
    """One call, with which all that is in it goes for good. Raises Unsupported where the words
    do not say that the group is meant, or the draft makes something in it."""
    if not GROUP_WORDS.search(explicit):
        raise Unsupported(
            f"{group.name} is a resource group, and all that is in it would go with it: say "
            f"`delete the resource group {group.name}` if that is meant"
        )
    if board.steps:
        raise Unsupported("nothing can be changed in a resource group that is deleted by the same")
    inside = [r for r in board.world if r.kind is not Kind.RESOURCE_GROUP]
    others = _unknown(board, group)
    told = ", ".join(_counted(inside, others)) or "nothing that is known"
    text = f"all that is in resource group {group.name} is deleted for good: {told}"
    step = board.add(
        Step(
            id=board.name_step("delete", "resource group", group.name),
            effect=Effect.DELETE,
            action=calls.delete(group.id),
            why=f"delete resource group {group.name} and all that is in it",
            changes=board.refs(group, *inside),
            expects=(Expect(Kind.RESOURCE_GROUP, group.id, "absent", within=GONE_WITHIN),),
            undo=Irreversible(text),
            before={"name": group.name, "holds": [f"{r.kind.words} {r.name}" for r in inside]},
            disrupts=text,
        )
    )
    if others:
        names = ", ".join(sorted(others))
        board.advise("danger", f"among it what cloudops does not know: {names}", step.id)
    board.advise("danger", text, step.id)
    for resource in (*inside, group):
        board.forget(resource)


def _counted(inside: list[Resource], others: tuple[str, ...]) -> list[str]:
    counts = Counter(r.kind.words for r in inside)
    found = [f"{n} {words}{'' if n == 1 else 's'}" for words, n in counts.items()]
    return [*found, *([f"{len(others)} other things"] if others else [])]


def _unknown(board: Board, group: Resource) -> tuple[str, ...]:
    """What the group holds of types that are no kind of ours, as type and name."""
    try:
        told = board.look(f"{group.id}/resources")
    except (CloudError, LookupError):
        board.advise("warning", f"it could not be read what else is in {group.name}")
        return ()
    rows = told.get("value")
    found = [str(r.get("id")) for r in rows if isinstance(r, Mapping)] if rows else []
    strange = (ids.parse(id) for id in found if ids.kind_of(id) is None)
    return tuple(f"{s.type} {s.name}" for s in strange if s is not None)
