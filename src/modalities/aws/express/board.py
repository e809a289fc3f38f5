"""The drawing board: the steps so far, and the world as it will be when they are done.

A resource that a step will make stands in that world with the step's id as its own, so that
later changes select, name and link it like any other; :meth:`Board.value` gives what an action
must hold for it: the id, or a reference to the step's output.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from modalities.action import Output, SdkCall, outputs_in, payload
from modalities.aws.images import Image
from modalities.change import Selection
from modalities.contract import Draft, Unresolved
from modalities.plan import Advisory
from modalities.prices.table import Prices
from modalities.resource import Json, Kind, Link, Resource, ResourceRef, World
from modalities.selecting import listed, select
from modalities.step import Effect, Expect, Probe, Reversal, Step
from modalities.wanted import Tags

PickImage: TypeAlias = Callable[[str | None, str], Image]
"""The image for the wanted system (None: the default) and architecture."""

RUN_TAG = "cloudops:run"
"""Says which run made a resource."""

NO_WORD = re.compile(r"[^A-Za-z0-9.]+")

GONE_WITHIN = 300.0
"""Seconds that AWS may take to remove something."""


@dataclass(slots=True, kw_only=True)
class Board:
    world: World
    region: str
    label: str
    pick_image: PickImage
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

    def refuse_existing(self, kind: Kind, name: str) -> None:
        """Raises Unresolved where the name is taken: two of one name cannot be told apart."""
        found = self.world.named(kind, name)
        if found:
            ids = ", ".join(r.id for r in found if r.id != name and not self.made_here(r))
            raise Unresolved(
                f"there is a {kind.words} {name} already" + (f" ({ids})" if ids else "")
            )

    def get(self, kind: Kind, id: object) -> Resource | None:
        return self.world.get(kind, str(id))

    def made_here(self, resource: Resource) -> bool:
        """Whether a step of this draft makes it."""
        return resource.id in self.steps

    def value(self, id: object) -> Any:
        """What an action holds for the resource with this id."""
        return Output(str(id)).as_json() if id in self.steps else id

    def refs(self, *resources: Resource) -> tuple[ResourceRef, ...]:
        """Every name of the resources that a claim must cover."""
        return tuple(
            ref for r in resources for ref in ((r.ref,) if self.made_here(r) else r.refs())
        )

    def changed_by(self, resource: Resource) -> tuple[str, ...]:
        """Ids of the steps so far that change the resource."""
        return tuple(s.id for s in self.steps.values() if resource.ref in s.changes)

    # what comes of it

    def promise(
        self,
        step: Step,
        kind: Kind,
        name: str,
        *,
        tags: Mapping[str, str] | None = None,
        links: tuple[Link, ...] = (),
        **attributes: Json,
    ) -> Resource:
        """The resource that ``step`` gives, part of the world from now on."""
        given = {"Name": name} if tags is None else tags
        made = Resource(self.world.ref(kind, name), step.id, attributes, given, links)
        self.world = self.world.with_resources((*self.world, made))
        return made

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

    def add(self, step: Step) -> Step:
        """Put the step on the board, after what it needs: steps whose output it refers to, and
        those that change the same resource before it. Only direct needs are kept."""
        told = [payload(step.action), [[e.id, e.value] for e in step.expects]]
        needs = {*step.needs, *(output.step for output in outputs_in(told))} - {step.id}
        changes = set(step.changes)
        needs |= {s.id for s in self.steps.values() if changes.intersection(s.changes)}
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

    def create(
        self,
        kind: Kind,
        name: str,
        action: SdkCall,
        path: str,
        remove: Callable[[Any], SdkCall],
        why: str,
        *,
        tags: Mapping[str, str],
        links: tuple[Link, ...] = (),
        attributes: Mapping[str, Json] | None = None,
        shown: Mapping[str, Json] | None = None,
        checks: Mapping[str, Json] | None = None,
        settles: float = 0.0,
        expects: Sequence[Expect] = (),
        probe: Probe | None = None,
        uses: Iterable[Resource] = (),
        needs: Iterable[str] = (),
        outputs: Mapping[str, str] | None = None,
    ) -> Resource:
        """A step that makes a resource, and the resource as it will be.

        ``path`` leads to the id in the answer; ``remove`` gives the call that takes it away
        again; ``checks`` are attributes to read back, awaited up to ``settles`` seconds where
        later steps stand on them; ``shown`` is what the diff says.
        """
        id = self.name_step("create", kind, name)
        me = Output(id).as_json()
        held = [Expect(kind, me, "is", k, v, settles) for k, v in (checks or {}).items()]
        step = self.add(
            Step(
                id=id,
                effect=Effect.CREATE,
                action=action,
                why=why,
                changes=(self.world.ref(kind, name),),
                uses=self.refs(*uses),
                needs=tuple(needs),
                outputs={"id": path, **(outputs or {})},
                expects=(*held, *expects) or (Expect(kind, me),),
                probe=probe or Probe(kind, {f"tag:{k}": tags[k] for k in ("Name", RUN_TAG)}),
                undo=(
                    Reversal(
                        remove(me),
                        Effect.DELETE,
                        f"remove {kind.words} {name} again",
                        (Expect(kind, me, "absent", within=GONE_WITHIN),),
                    ),
                ),
                after={"name": name, **(shown if shown is not None else attributes or {})},
            )
        )
        return self.promise(step, kind, name, tags=tags, links=links, **(attributes or {}))

    def tags(self, name: str, *given: Tags) -> dict[str, str]:
        """Tags of something made here: its name, what was asked for, and the run."""
        asked = {key: value for tags in given for key, value in tags}
        return {"Name": name, **asked, RUN_TAG: self.label}

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
