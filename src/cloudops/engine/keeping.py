"""What a run did to things that no kind names goes into the one state, and what it ended out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from cloudops.engine.compose import ABSENT
from cloudops.engine.drift import OUTSIDE
from cloudops.engine.expectations import Outputs
from cloudops.engine.own_doing import own_doing
from cloudops.engine.site import Site
from cloudops.engine.things import (
    OURS,
    each_once,
    known_things,
    linked,
    looks_of,
    read_whole,
)
from cloudops.state.contract import Store
from modalities.action import bind, outputs_in, resolve
from modalities.contract import Operator, Portrayer, Unsupported
from modalities.look import LOOKS, Look
from modalities.receipt import CloudError
from modalities.resource import Kind, Resource, ResourceRef
from modalities.step import Effect, Step
from modalities.target import Target


@dataclass(slots=True)
class _Touched:
    """What steps did to one thing. ``ended``: the last of them left it gone."""

    ref: ResourceRef
    looks: list[Look] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Keeping:
    """``outputs`` are those of the run's steps; ``basis`` is the plan's: what was there before;
    ``found`` are things that the state knows as they were before the steps."""

    site: Site
    store: Store
    run: str
    outputs: Outputs
    basis: Mapping[str, str]
    found: Mapping[ResourceRef, Resource] = field(default_factory=dict)

    def beforehand(self, steps: Sequence[Step]) -> dict[ResourceRef, Resource]:
        """What the state knows of all that ``steps`` are about, as it is now: what is otherwise
        before them is not their doing. What may not be read is left out. Raises StoreError."""
        found: dict[ResourceRef, Resource] = {}
        for touched, known, ask in self._about(steps):
            if known is not None and not touched.ended:
                thing = read_whole(_looks_at(touched, known), ask, known)
                if thing is not None and not ask.failed:
                    found[known.ref] = thing
        return found

    def keep(self, steps: Sequence[Step]) -> None:
        """Write what ``steps``, which took effect, made and changed. What may not be read is
        not kept, or stays as it is known. Raises StoreError."""
        for touched, before, ask in self._about(steps):
            self._settle(touched, before, ask)

    def _about(self, steps: Sequence[Step]) -> Iterator[tuple[_Touched, Resource | None, _Asking]]:
        """Each thing that they are about, as the state knows it, and who looks at it."""
        operator = self.site.hands.operator
        about = [(step, ref) for step in steps if (ref := _about(step)) is not None]
        if operator is None or not about:
            return
        known = known_things(self.store, about[0][1].scope)
        for touched in self._touched(operator, about).values():
            before = next((thing for thing in known if _is(thing, touched)), None)
            yield touched, before, _Asking(operator, self.site.target)

    def _touched(
        self, operator: Operator, about: Sequence[tuple[Step, ResourceRef]]
    ) -> dict[str, _Touched]:
        by_name: dict[str, _Touched] = {}
        for step, ref in about:
            looks = tuple(self._looks(operator, step))
            name = looks[0].name if looks else ref.name
            one = by_name.setdefault(name, _Touched(replace(ref, name=name)))
            one.looks += (replace(look, name=name) for look in looks)
            one.steps.append(step)
            tests = [e.test for e in step.expects if e.kind is Kind.OTHER]
            one.ended = tests[-1:] == ["absent"]
        return by_name

    def _looks(self, operator: Operator, step: Step) -> Iterator[Look]:
        """At what the step is about: those that show it whole first, then its own."""
        found: list[Look] = []
        if isinstance(operator, Portrayer) and step.effect is not Effect.DELETE:
            with suppress(LookupError):
                found += operator.portraits(_bound(step, self.outputs))
        found += (Look.parse(e.id) for e in step.expects if e.kind is Kind.OTHER)
        for look in found:
            with suppress(LookupError):
                yield _named(look, self.outputs)

    def _settle(self, touched: _Touched, before: Resource | None, ask: _Asking) -> None:
        looks = _looks_at(touched, before)
        thing = None if touched.ended else read_whole(looks, ask, before)
        if thing is not None:
            self._write(thing, touched.steps, before)
        elif before is not None and (touched.ended or not ask.failed):
            self.store.forget([before.ref])

    def _write(self, thing: Resource, steps: Sequence[Step], before: Resource | None) -> None:
        found = self.found.get(before.ref) if before is not None else None
        if before is not None and found is not None:
            thing = self._own(thing, found, before)
        (thing,) = linked((thing,), self.store)
        if before is None and self.basis.get(thing.ref.key, ABSENT) != ABSENT:
            theirs = _without(thing, _set_by(steps))  # it was there, and not of our making
            self.store.record((theirs,), run=None, modality=OUTSIDE, whole=None)
        hand = self.site.hands.of(replace(steps[-1], target=""))
        self.store.record((thing,), run=self.run, modality=hand.name, whole=None)

    def _own(self, thing: Resource, found: Resource, before: Resource) -> Resource:
        """What is ours of it. What a look shows that is new to the state was never known of it:
        that is written as others', since drift has nothing to tell it from."""
        if not _sights(thing) <= _sights(before):
            told = {**found.attributes, **before.attributes, LOOKS: found.attributes[LOOKS]}
            before = replace(before, attributes=told, tags={**found.tags, **before.tags})
            self.store.record((before,), run=None, modality=OUTSIDE, whole=None)
        own = own_doing(before, found, thing)
        kept = {name: thing.attributes[name] for name in OURS}
        return replace(own, attributes={**own.attributes, **kept})


@dataclass(slots=True)
class _Asking:
    """Looks, and goes on where it may not: ``failed`` says that it was so."""

    operator: Operator
    target: Target
    failed: bool = False

    def __call__(self, look: Look) -> Resource | None:
        try:
            found = self.operator.seen(self.target, (look,))
        except (CloudError, Unsupported):
            self.failed = True
            return None
        return found[0] if found else None


def _about(step: Step) -> ResourceRef | None:
    """The thing that a step is about; None where it is about what has a kind."""
    return next((ref for ref in step.changes if ref.kind is Kind.OTHER), None)


def _looks_at(touched: _Touched, known: Resource | None) -> tuple[Look, ...]:
    return each_once((*(looks_of(known) if known else ()), *touched.looks))


def _sights(thing: Resource) -> frozenset[str]:
    return frozenset(look.sight for look in looks_of(thing))


def _is(thing: Resource, touched: _Touched) -> bool:
    """Whether it is what the state has: by its name, or because it is looked at in one place."""
    sights = {look.sight for look in touched.looks}
    return thing.name == touched.ref.name or any(k.sight in sights for k in looks_of(thing))


def _bound(step: Step, outputs: Outputs) -> Step:
    return replace(step, action=bind(step.action, outputs, ""))


def _named(look: Look, outputs: Outputs) -> Look:
    """With no reference left in it; what its call has no name for is named by its id. Raises
    LookupError."""
    said = look.as_json()
    resolved = Look.parse(resolve(said, outputs, ""))
    ids = [outputs(output) for output in outputs_in(said)]
    bare = resolved.type.replace(":", " ").replace("-", " ")
    if resolved.name == bare and ids and isinstance(ids[-1], str):
        return replace(resolved, name=f"{bare} {ids[-1].rpartition('/')[2]}")
    return resolved


def _set_by(steps: Sequence[Step]) -> frozenset[str]:
    """The last word of all that the steps say they set; a tag as it is."""
    names = (name for step in steps for name in step.after)
    return frozenset(n if n.startswith("tag:") else n.rpartition(".")[2] for n in names)


def _without(thing: Resource, names: frozenset[str]) -> Resource:
    attributes = thing.attributes.items()
    return replace(
        thing,
        attributes={k: v for k, v in attributes if k.rpartition(".")[2] not in names},
        tags={k: v for k, v in thing.tags.items() if f"tag:{k}" not in names},
    )
