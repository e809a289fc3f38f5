"""What a run touched goes into the one state, with who wrote it; what others made of it until the
run began is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudops.engine.consequences import consequences, joined
from cloudops.engine.drift import OUTSIDE
from cloudops.engine.execute import concerned_kinds, own_kinds
from cloudops.engine.following import lasts
from cloudops.engine.keeping import Keeping
from cloudops.engine.own_doing import own_doings
from modalities.plan import ModalityName, Plan
from modalities.receipt import Outcome
from modalities.resource import Kind, Resource, ResourceRef, World
from modalities.step import Step

if TYPE_CHECKING:
    from cloudops.engine.hands import Hands
    from cloudops.engine.passage import Passage
    from cloudops.engine.site import Site


class Recording:
    """Of one plan that is carried out on ``sites``, each step by its own of the ``hands``."""

    def __init__(self, passage: Passage, hands: Hands, sites: Sequence[Site], plan: Plan) -> None:
        self._passage = passage
        self._hands = hands
        self._sites = tuple(sites)
        self._plan = plan
        self._before: World | None = None
        self._things: dict[ResourceRef, Resource] = {}

    def begin(self, seen: World | None) -> None:
        """Put down how things stand before the first step, as they were ``seen`` last: what others
        made of them until then is not the run's. Of one that is taken up again nobody knows any
        more. Raises StoreError."""
        self._before = seen
        for site in self._sites:
            self._things |= self._keeping(site).beforehand(site.steps(self._plan.steps))

    def remember(self, world: World) -> None:
        """Write what the run touched, as it is in ``world`` now. Raises StoreError."""
        for site in self._sites:
            if steps := site.steps(self._plan.steps):
                self._remember(site, steps, site.part(world))

    def keep_things(self) -> None:
        """The same of what no kind names: nothing but the state would ever find it again. Raises
        StoreError."""
        progress = self._passage.progress
        ended = (Outcome.DONE, Outcome.NO_OP, Outcome.UNKNOWN)
        stands = {id for id, r in progress.receipts.items() if r.outcome in ended}
        stands -= progress.undone.keys()
        steps = [step for step in self._plan.steps if step.id in stands]
        for site in self._sites:
            self._keeping(site).keep(site.steps(steps))

    def _keeping(self, site: Site) -> Keeping:
        passage = self._passage
        outputs = passage.progress.output
        return Keeping(site, passage.store, passage.run, outputs, self._plan.basis, self._things)

    def _remember(self, site: Site, steps: Sequence[Step], world: World) -> None:
        refs = {r for step in steps for r in step.changes if r.kind is not Kind.OTHER}
        before = set(self._plan.existing)
        own = own_kinds(steps)
        new = {(r.kind, r.id) for r in world if r.id not in before and r.kind in own}
        touched = [r for r in world if (r.kind, r.id) in new or refs.intersection(r.refs())]
        there = {ref for r in world for ref in r.refs()}
        store = self._passage.store
        ids = (replace(r.ref, name=r.id) for r in touched)
        near = store.near({*refs, *ids, *joined(touched, world)})
        named = [r for r in near if refs.intersection(r.refs())]
        done = {(r.kind, r.id) for r in (*named, *touched)}
        known, kinds = world.with_resources(near), concerned_kinds(steps) - {Kind.OTHER}
        also = consequences(done, known, world, kinds)
        found = site.part(self._before) if self._before else world.with_resources(())
        ours, theirs = own_doings(touched, known, found)
        if theirs:
            store.record(theirs, run=None, modality=OUTSIDE, whole=None)
        for hand, written in self._by_writer(site, steps, (*ours, *also.changed)):
            store.record(written, run=self._passage.run, modality=hand, whole=None)
        store.forget([*sorted(refs - there), *(r.ref for r in also.gone)])

    def _by_writer(
        self, site: Site, steps: Sequence[Step], touched: Sequence[Resource]
    ) -> Iterator[tuple[ModalityName, tuple[Resource, ...]]]:
        """Resources by the hand whose step changed or made them; else the leading one."""
        wrote: dict[str, ModalityName] = {}
        for step in filter(lasts, steps):
            receipt = self._passage.progress.receipts.get(step.id)
            made = receipt.outputs.values() if receipt else ()
            for name in (*(ref.name for ref in step.changes), *map(str, made)):
                wrote[name] = self._hands.of(step).name
        by_hand: dict[ModalityName, list[Resource]] = {}
        for resource in touched:
            hand = wrote.get(resource.id) or wrote.get(resource.name) or site.hands.lead.name
            by_hand.setdefault(hand, []).append(resource)
        return ((hand, tuple(found)) for hand, found in by_hand.items())
