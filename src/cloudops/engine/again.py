"""again: things that no kind names are read once more, each by the looks that it was read by.

No list of a cloud's shows them, so that only those are looked at that the state knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from cloudops.engine.drift import OUTSIDE, Drift, drift
from cloudops.engine.things import known_things, linked, looks_of, read_whole
from cloudops.state.contract import Store
from modalities.contract import Modality, Operator, Unsupported
from modalities.look import Look
from modalities.receipt import CloudError, Failure, Trouble
from modalities.resource import Kind, Resource, World
from modalities.survey import Survey, Unread
from modalities.target import Target

AT_ONCE = 8
"""Things that are looked at side by side, as many as lists are."""


@dataclass(frozen=True, slots=True)
class Again:
    """``known`` are those that were looked at, as the state has them, ``seen`` those of them that
    are there, as they are now; ``unread`` could not be looked at."""

    known: tuple[Resource, ...] = ()
    seen: tuple[Resource, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.unread

    def with_lists(self, survey: Survey) -> Survey:
        """What lists showed, and these."""
        world = survey.world.with_resources((*survey.world, *self.seen))
        kinds = survey.kinds
        if self.known and self.whole:
            kinds = (*kinds, Kind.OTHER)
        return replace(survey, world=world, kinds=kinds, unread=(*survey.unread, *self.unread))

    def drift(self, world: World) -> tuple[Drift, ...]:
        """What is otherwise; ``world`` says where they are."""
        return drift(world.with_resources(self.known), world.with_resources(self.seen))

    def accept(self, store: Store, scope: str) -> None:
        """Write it into the state. Raises StoreError."""
        if not self.known:
            return
        if self.whole:
            kinds = (Kind.OTHER,)
            store.record(self.seen, run=None, modality=OUTSIDE, whole=scope, kinds=kinds)
            return
        store.record(self.seen, run=None, modality=OUTSIDE, whole=None)
        there = {thing.ref for thing in self.seen}
        store.forget(thing.ref for thing in self.known if thing.ref not in there)


def looked_again(hand: Modality, target: Target, store: Store, scope: str) -> Again:
    """What there is now of all that the state knows of a scope and no list shows; nothing where
    the hand cannot look at it. Raises StoreError."""
    if not isinstance(hand, Operator):
        return Again()
    known = tuple(thing for thing in known_things(store, scope) if looks_of(thing))
    if not known:
        return Again()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        each = list(pool.map(lambda thing: _looked(hand, target, thing), known))
    unread = tuple(now for now in each if isinstance(now, Unread))
    seen = tuple(now for now in each if isinstance(now, Resource))
    both = zip(known, each, strict=True)
    told = tuple(thing for thing, now in both if not isinstance(now, Unread))
    return Again(told, linked(seen, store), unread)


def _looked(operator: Operator, target: Target, thing: Resource) -> Resource | Unread | None:
    def ask(look: Look) -> Resource | None:
        found: Sequence[Resource] = operator.seen(target, (look,))
        return found[0] if found else None

    try:
        return read_whole(looks_of(thing), ask, thing)
    except CloudError as error:
        message = f"{thing.name}: {error.message}"
        why = Failure(error.trouble, error.code, message, error.remedy)
    except Unsupported as error:  # its look was of another version of the vendor's model
        why = Failure(Trouble.INVALID, "NoSuchLook", f"{thing.name}: {error}")
    return Unread((Kind.OTHER,), why)
