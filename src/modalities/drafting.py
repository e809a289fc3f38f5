"""The drawing board of a draft: the steps so far, and the world as it will be when they are
done. What a cloud's own boards add is how its resources are named, made and waited for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from modalities.change import Selection
from modalities.contract import Draft, Unresolved
from modalities.plan import Advisory
from modalities.prices.table import Prices
from modalities.resource import Json, Kind, Link, Resource, World
from modalities.selecting import listed, select
from modalities.step import Expect, Step

RUN_TAG = "cloudops:run"
"""Says which run made a resource."""

NO_WORD = re.compile(r"[^A-Za-z0-9.]+")


@dataclass(slots=True, kw_only=True)
class DraftBoard:
    """``region`` is where what is made is put; ``label`` is the run's (RUN_TAG)."""

    world: World
    region: str
    label: str
    prices: Prices
    steps: dict[str, Step] = field(default_factory=dict)
    advisories: list[Advisory] = field(default_factory=list)
    defaults: list[str] = field(default_factory=list)
    _before: dict[str, frozenset[str]] = field(default_factory=dict)

    # what is there

    def select(self, selection: Selection, default: Kind | None = None) -> tuple[Resource, ...]:
        """Those meant; of kind ``default`` where the selection names none."""
        return select(self.world, replace(selection, kind=selection.kind or default))

    def only(self, selection: Selection, kind: Kind) -> Resource:
        """The one resource meant. Raises Unresolved."""
        found = self.select(selection, kind)
        if len(found) != 1:
            raise Unresolved(
                f"one {kind.words} is needed, {selection} is {len(found)}",
                tuple(r.name for r in found),
            )
        return found[0]

    def existing(self, kind: Kind, name: str) -> Resource | None:
        """The resource of this name, or None. Raises Unresolved where it is not the only one."""
        found = self.world.named(kind, name)
        if len(found) > 1:
            raise Unresolved(f"{name} is {len(found)} things: {listed(found)}")
        return found[0] if found else None

    def get(self, kind: Kind, id: object) -> Resource | None:
        return self.world.get(kind, str(id))

    def changed_by(self, resource: Resource) -> tuple[str, ...]:
        """Ids of the steps so far that change the resource."""
        return tuple(s.id for s in self.steps.values() if resource.ref in s.changes)

    # what comes of it

    def revise(
        self, resource: Resource, links: tuple[Link, ...] | None = None, **attributes: Json
    ) -> Resource:
        """The resource as it will be from here on."""
        same = (resource.kind, resource.id)
        latest = self.world.get(*same) or resource
        now = replace(
            latest,
            attributes={**latest.attributes, **attributes},
            links=latest.links if links is None else links,
        )
        self.world = self.world.with_resources(
            now if (r.kind, r.id) == same else r for r in self.world
        )
        return now

    def forget(self, resource: Resource) -> None:
        """The resource will be gone from here on."""
        same = (resource.kind, resource.id)
        self.world = self.world.with_resources(r for r in self.world if (r.kind, r.id) != same)

    # steps

    def name_step(self, *words: str) -> str:
        """A readable id that no step has yet: ``attach-disk-data-1-to-web-1``."""
        wish = NO_WORD.sub("-", "-".join(words)).strip("-")
        id, number = wish, 2
        while id in self.steps:
            id, number = f"{wish}-{number}", number + 1
        return id

    def put(self, step: Step, needs: set[str]) -> Step:
        """Put the step on the board, after ``needs``. Only direct needs are kept."""
        direct = {n for n in needs if not any(n in self._before[m] for m in needs)}
        self._before[step.id] = frozenset(needs.union(*(self._before[n] for n in needs)))
        step = replace(step, needs=tuple(id for id in self.steps if id in direct))
        self.steps[step.id] = step
        return step

    def expect(self, step: str, *expects: Expect) -> None:
        """Say more of what the step must come to, for the sake of a later one."""
        now = self.steps[step]
        new = tuple(e for e in expects if e not in now.expects)
        self.steps[step] = replace(now, expects=(*now.expects, *new))

    # words for people

    def note(self, text: str) -> None:
        """Say what was taken for granted, once."""
        if text not in self.defaults:
            self.defaults.append(text)

    def advise(self, severity: str, text: str, step: str | None = None) -> None:
        self.advisories.append(Advisory(severity, text, step))

    def draft(self) -> Draft:
        """What there is to do. Only steps that others stand on are waited for."""
        stood_on = {need for step in self.steps.values() for need in step.needs}
        steps = tuple(
            step if step.id in stood_on else replace(step, expects=_unhurried(step.expects))
            for step in self.steps.values()
        )
        return Draft(steps, tuple(self.advisories), tuple(self.defaults))


def _unhurried(expects: Iterable[Expect]) -> tuple[Expect, ...]:
    return tuple(replace(expect, within=0.0) for expect in expects)


def joined(drafts: Sequence[Draft]) -> Draft:
    """Drafts of one hand for one target, one after the other."""
    return Draft(
        tuple(step for draft in drafts for step in draft.steps),
        tuple(advisory for draft in drafts for advisory in draft.advisories),
        tuple(text for draft in drafts for text in draft.defaults),
        tuple(resource for draft in drafts for resource in draft.seen),
    )
