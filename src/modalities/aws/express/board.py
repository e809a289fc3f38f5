"""The drawing board: the steps so far, and the world as it will be when they are done.

A resource that a step will make stands in that world with the step's id as its own, so that
later changes select, name and link it like any other; :meth:`Board.value` gives what an action
must hold for it: the id, or a reference to the step's output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modalities.action import Output, SdkCall, outputs_in, payload
from modalities.aws.express.asked import Asked
from modalities.contract import Unresolved
from modalities.drafting import RUN_TAG, DraftBoard
from modalities.resource import Json, Kind, Link, Resource, ResourceRef
from modalities.step import Effect, Expect, Probe, Reversal, Step
from modalities.wanted import Tags

GONE_WITHIN = 300.0
"""Seconds that AWS may take to remove something."""


@dataclass(slots=True, kw_only=True)
class Board(DraftBoard):
    asked: Asked

    # what is there

    def refuse_existing(self, kind: Kind, name: str) -> None:
        """Raises Unresolved where the name is taken: two of one name cannot be told apart."""
        found = self.world.named(kind, name)
        if found:
            ids = ", ".join(r.id for r in found if r.id != name and not self.made_here(r))
            raise Unresolved(
                f"there is a {kind.words} {name} already" + (f" ({ids})" if ids else "")
            )

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

    # steps

    def add(self, step: Step) -> Step:
        """Put the step on the board, after what it needs: steps whose output it refers to, and
        those that change the same resource before it. Only direct needs are kept."""
        told = [payload(step.action), [[e.id, e.value] for e in step.expects]]
        needs = {*step.needs, *(output.step for output in outputs_in(told))} - {step.id}
        changes = set(step.changes)
        needs |= {s.id for s in self.steps.values() if changes.intersection(s.changes)}
        return self.put(step, needs)

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
