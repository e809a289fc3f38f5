"""Somebody's own template as a draft: one deployment, what Azure says of it, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modalities.action import IacChange
from modalities.azure import ids
from modalities.azure.express import calls
from modalities.azure.express.board import removal
from modalities.azure.express.bodies import as_sent, at
from modalities.azure.refs import touched
from modalities.azure.templates.meaning import SUFFIX, call_of
from modalities.azure.templates.parts import Look, Part, ordered
from modalities.azure.templates.writing import Described, id_at
from modalities.contract import Draft
from modalities.iac.own_templates import OwnTemplate
from modalities.iac.template_drafts import step_of
from modalities.resource import Kind, World
from modalities.step import Effect, Expect, Irreversible, Reversal, Step, Undo

SYSTEM = "properties.storageProfile.osDisk"


def own_draft(
    entries: Sequence[Mapping[str, Any]], own: OwnTemplate, name: str, world: World, look: Look
) -> Draft:
    """The draft that deploys the template as ``name``; ``entries`` are what-if's. No step where
    nothing would change. Raises Unsupported, CloudError."""
    if not entries:
        return Draft(())
    found = {one.id: (entry, one) for entry in entries for one in [_described(entry, world)]}
    parts = {id: Part(id, one.api_version, one.body) for id, (_, one) in found.items()}
    order = [found[part.id] for part in ordered(parts)]
    steps = [_step(entry, one, world, look) for entry, one in order]
    action = IacChange(
        files={f"{name}{SUFFIX}": own.text},
        addresses=tuple(str(entry["address"]) for entry, _ in order),
        changes=tuple(entry for entry, _ in order),
        module=str(own.file.parent),
    )
    return Draft((step_of(steps, action, name, {}),))


def _described(entry: Mapping[str, Any], world: World) -> Described:
    return Described(id_at(str(entry["address"]), world.scope), "", entry["body"])


def _step(entry: Mapping[str, Any], one: Described, world: World, look: Look) -> Step:
    """What becomes of one resource, as if it were a step of its own."""
    making = list(entry["actions"]) == ["create"]
    kind, call = ids.kind_of(one.id), call_of(one)
    name = ids.name_of(one.id)
    what = f"{kind.words} {name}" if kind else one.address
    own = (world.ref(kind, name),) if kind else ()
    return Step(
        id=one.address,
        effect=Effect.CREATE if making else Effect.UPDATE,
        action=call,
        why=f"{'make' if making else 'change'} {what}",
        changes=tuple(dict.fromkeys((*own, *touched(call, world)))),
        expects=(Expect(kind, one.id),) if kind else (),
        undo=_removal(kind, one) if making else _restored(kind, name, one, look),
        after={"name": name} if making else {},
    )


def _removal(kind: Kind | None, one: Described) -> Undo:
    if kind is None:
        return (Reversal(calls.delete(one.id), Effect.DELETE, f"remove {one.address} again"),)
    back = removal(kind, ids.name_of(one.id), one.id)
    return (_with_its_disk(one), back) if kind is Kind.VM else (back,)


def _with_its_disk(machine: Described) -> Reversal:
    """The disk that Azure made for it, under a name that Azure chose, is to go with it
    (learn.microsoft.com/azure/virtual-machines/delete)."""
    how = at(machine.body, f"{SYSTEM}.createOption")
    disk = {"createOption": how, "deleteOption": "Delete"}
    why = f"let the system disk of {ids.name_of(machine.id)} go with it"
    call = calls.patch(machine.id, {"properties": {"storageProfile": {"osDisk": disk}}})
    return Reversal(call, Effect.UPDATE, why)


def _restored(kind: Kind | None, name: str, one: Described, look: Look) -> Undo:
    """The whole of it written again, as it is now."""
    if kind is None:
        return Irreversible(f"nothing is known of how to write {one.address} as it was")
    before = as_sent(kind, look(one.id))
    why = f"write {kind.words} {name} again as it was"
    return (Reversal(calls.put(one.id, before), Effect.UPDATE, why, (Expect(kind, one.id),)),)
