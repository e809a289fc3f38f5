"""What would go with something that a run made, and is not of that run.

A run is taken back without what came after it: to delete its resource group would delete all that
others have in it by now; to delete its network the subnets that others made in it (as Azure does);
to delete its machine the disks that others attached and that are set to go with it.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cloudops.engine.things import known_things
from cloudops.engine.worlds import part_of
from cloudops.state.contract import Store
from modalities.contract import Draft
from modalities.drafting import RUN_TAG
from modalities.look import id_of
from modalities.plan import Advisory, Plan
from modalities.resource import Kind, Resource, ResourceRef, World
from modalities.step import Effect, Step

TOLD = 5
"""Names that are told of what is in a group."""


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """What a run's plan made, and who else wrote what, as the state has it."""

    run: str
    plan: Plan
    store: Store

    def leave(self, draft: Draft, world: World) -> Draft:
        """The way back without the end of what others have something in; it is said, as are
        rules of others that go with their security group. Raises StoreError."""
        found = {step.id: tuple(self._others(step, world)) for step in draft.steps}
        staying = {id: others for id, others in found.items() if others}
        waiting = _waiting(draft.steps, staying)
        refs = {step.id: step.changes[0] for step in draft.steps if step.id in waiting}
        said = [_said(ends, names) for others in staying.values() for ends, names in others]
        going = (text for step in draft.steps for text in self.going(step, world))
        said += [Advisory("warning", text, None) for text in going]
        said += [
            Advisory("danger", f"{refs[id]} stays: {staying[before][0][0].ref} may stand on it")
            for id, before in waiting.items()
        ]
        gone = {*staying, *waiting}
        return replace(
            draft,
            steps=tuple(_without(step, gone) for step in draft.steps if step.id not in gone),
            advisories=(*draft.advisories, *said),
        )

    def of(self, step: Step, world: World) -> Iterator[str]:
        """What stays of what a way back would end, with who is in it, for people. Raises
        StoreError."""
        return (_said(ends, names).text for ends, names in self._others(step, world))

    def going(self, step: Step, world: World) -> Iterator[str]:
        """What of others goes with what a way back ends, for people. Raises StoreError."""
        for ends in _ended(step, world):
            if ends.kind is Kind.SECURITY_GROUP and self._is_written_by_others(ends, "rules"):
                yield f"{ends.ref} goes with rules that others have put into it"

    def _others(self, step: Step, world: World) -> Iterator[tuple[Resource, tuple[str, ...]]]:
        """What a step ends, with what goes along and is not of the run."""
        for ends in _ended(step, world):
            if names := self._foreign(ends, world):
                yield ends, names

    def _is_written_by_others(self, resource: Resource, attribute: str) -> bool:
        """Whether it is not as the run left it."""
        known = (one for one in self.store.provenance(resource.ref) if one.attribute == attribute)
        last = next(known, None)
        now = resource.attributes.get(attribute)
        return last is not None and (last.run != self.run or last.value != now)

    def _foreign(self, ends: Resource, world: World) -> tuple[str, ...]:
        world = part_of(world, ends.ref.provider)
        match ends.kind:
            case Kind.RESOURCE_GROUP:
                there = [r for r in world if r.kind is not ends.kind]
                there += known_things(self.store, ends.ref.scope)
            case Kind.NETWORK | Kind.VM:
                there = [r for r in world if _goes_with(r, ends)]
            case _:
                return ()
        changed = frozenset(self._changed())
        own = {ends.id, *(r.id for r in there if self._is_own(r, changed))}
        return tuple(str(r.ref) for r in there if r.id not in own and not _came_with(r, own))

    def _is_own(self, resource: Resource, changed: frozenset[ResourceRef]) -> bool:
        if resource.tags.get(RUN_TAG) == self.run or changed.intersection(resource.refs()):
            return True
        return any(one.run == self.run for one in self.store.provenance(resource.ref))

    def _changed(self) -> Iterator[ResourceRef]:
        """What it made, and what it moved: a disk that went from one machine to another goes back
        before that one ends."""
        for step in self.plan.steps:
            yield from step.changes if step.effect is not Effect.READ else ()


def _ended(step: Step, world: World) -> Iterator[Resource]:
    for expect in step.expects:
        ends = world.get(expect.kind, id_of(expect.id)) if expect.test == "absent" else None
        if ends is not None:
            yield ends


def _goes_with(resource: Resource, ends: Resource) -> bool:
    """Whether it is deleted with this network, or with this machine."""
    a = resource.attributes
    if resource.kind is Kind.SUBNET:
        return a.get("network") == ends.id
    return a.get("attached_to") == ends.id and bool(a.get("delete_with_vm"))


def _came_with(resource: Resource, machines: Container[str]) -> bool:
    """Whether the cloud made it with one of these machines. What that starts from may bear the tag
    of another run: a machine that is made again has the tags of the one before it."""
    a = resource.attributes
    comes_along = bool(a.get("boot") or (a.get("primary") and RUN_TAG not in resource.tags))
    return comes_along and a.get("attached_to") in machines


def _waiting(steps: Sequence[Step], staying: Collection[str]) -> Mapping[str, str]:
    """Steps that come after what stays, each with one of them: it stands on what they would
    delete."""
    found: dict[str, str] = {}
    for step in steps:
        before = next((need for need in step.needs if need in staying or need in found), None)
        if before is not None and step.id not in staying:
            found[step.id] = found.get(before, before)
    return found


def _said(ends: Resource, names: Sequence[str]) -> Advisory:
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    what = f"{', '.join(names[:TOLD])}{more}"
    how = "on it, to be deleted with it" if ends.kind is Kind.VM else "in it"
    severity = "warning" if ends.kind is Kind.RESOURCE_GROUP else "danger"
    return Advisory(severity, f"{ends.ref} stays: others have {what} {how}")


def _without(step: Step, staying: Container[str]) -> Step:
    return replace(step, needs=tuple(need for need in step.needs if need not in staying))
