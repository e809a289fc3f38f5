"""The drawing board: the steps so far, and the world as it will be when they are done.

On Azure a name makes an id, so a resource that a step will make stands in that world with the
id it will have: later changes select, name and link it like any other, and actions hold the id
itself. What a step waits for is told by the ids and refs that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from modalities.action import outputs_in, payload
from modalities.azure import ids
from modalities.azure.express import calls
from modalities.azure.express.looking import Offer, Offers
from modalities.azure.images import Image
from modalities.contract import Unresolved
from modalities.drafting import RUN_TAG, DraftBoard
from modalities.resource import Json, Kind, Link, Resource, ResourceRef
from modalities.step import Effect, Expect, Probe, Reversal, Step
from modalities.wanted import Tags

PickImage: TypeAlias = Callable[[str | None, str], Image]
"""The image for the wanted system (None: the default) and architecture."""

Document: TypeAlias = Mapping[str, Any]
"""A resource as Azure writes it: JSON by its wire names."""

GONE_WITHIN = 300.0
"""Seconds that Azure may take to remove something."""


def _nothing_known() -> Mapping[str, Offer]:
    return {}


@dataclass(slots=True, kw_only=True)
class Board(DraftBoard):
    """``region`` is the location of what is made; ``look`` reads a resource's document by its id,
    ``offers`` tells the sizes that the location has (both raise CloudError)."""

    pick_image: PickImage
    look: Callable[[str], Document]
    offers: Offers = field(default=_nothing_known)
    _makers: dict[str, str] = field(default_factory=dict)
    _documents: dict[str, Document] = field(default_factory=dict)

    # what is there

    def refuse_existing(self, kind: Kind, name: str) -> None:
        """Raises Unresolved where the name is taken: to make it would be to change what is."""
        if self.world.named(kind, name):
            raise Unresolved(f"there is a {kind.words} {name} already")

    def free_name(self, kind: Kind, wish: str) -> str:
        """The name, with a number where it is taken."""
        name, number = wish, 2
        while self.world.named(kind, name):
            name, number = f"{wish}-{number}", number + 1
        return name

    def id_of(self, kind: Kind, *names: str) -> str:
        """The id of a resource of the target's group, whether it is there or not; a subnet's
        names are its network's and its own, a resource group has none."""
        return ids.arm_id(self.world.scope, kind, *names)

    def made_here(self, resource: Resource) -> bool:
        """Whether a step of this draft makes it."""
        return resource.id in self._makers

    def document(self, resource: Resource) -> dict[str, Any]:
        """The resource as Azure will have it when the steps so far are done, for calls that
        write it whole. Raises CloudError where it cannot be read."""
        known = self._documents.get(resource.id)
        return dict(self.look(resource.id) if known is None else known)

    def written(self, resource: Resource, document: Document) -> None:
        """What a step wrote: later ones go on from there."""
        self._documents[resource.id] = document

    def refs(self, *resources: Resource) -> tuple[ResourceRef, ...]:
        """Every name of the resources that a claim must cover."""
        return tuple(ref for r in resources for ref in r.refs())

    # what comes of it

    def promise(
        self,
        step: Step,
        kind: Kind,
        id: str,
        *,
        tags: Mapping[str, str] | None = None,
        links: tuple[Link, ...] = (),
        **attributes: Json,
    ) -> Resource:
        """The resource that ``step`` gives, part of the world from now on."""
        made = Resource(self._ref(kind, id), id, attributes, dict(tags or {}), links)
        self._makers[id] = step.id
        self.world = self.world.with_resources((*self.world, made))
        return made

    def _ref(self, kind: Kind, id: str) -> ResourceRef:
        """By name; with that of its network for a subnet that is not the only one of its name."""
        found = ids.parse(id)
        name = found.name if found else id
        if found and found.parent and self.world.named(kind, name):
            name = f"{found.parent.name}/{name}"
        return self.world.ref(kind, name)

    # steps

    def add(self, step: Step) -> Step:
        """Put the step on the board, after what it needs: steps that it refers to, that make
        what it names, or that change what it changes or uses. Only direct needs are kept."""
        told = [payload(step.action), [[e.id, e.value] for e in step.expects]]
        needs = {*step.needs, *(output.step for output in outputs_in(told))} - {step.id}
        needs |= {self._makers[id] for id in _prefixes(_texts(told)) if id in self._makers}
        held = {*step.changes, *step.uses}
        needs |= {s.id for s in self.steps.values() if held.intersection(s.changes)}
        group = self._makers.get(self.id_of(Kind.RESOURCE_GROUP))
        needs |= {group} if group else set()
        return self.put(step, needs)

    def create(
        self,
        kind: Kind,
        names: str | Sequence[str],
        body: Document,
        why: str,
        *,
        tags: Mapping[str, str] | None = None,
        links: tuple[Link, ...] = (),
        attributes: Mapping[str, Json] | None = None,
        shown: Mapping[str, Json] | None = None,
        checks: Mapping[str, Json] | None = None,
        settles: float = 0.0,
        expects: Iterable[Expect] = (),
        uses: Iterable[Resource] = (),
        moves: Iterable[Resource] = (),
        needs: Iterable[str] = (),
        outputs: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Resource:
        """A step that makes a resource by a PUT of ``body``, and the resource as it will be.

        ``names`` as for :meth:`id_of`; ``checks`` are attributes to read back, awaited up to
        ``settles`` seconds where later steps stand on them; ``shown`` is what the diff says;
        ``tags`` None is for what has none; ``moves`` are others that are no longer what they
        were, such as an address that it takes; ``options`` as in calls.
        """
        if kind is not Kind.RESOURCE_GROUP:
            self.need_group()
        names = (names,) if isinstance(names, str) else tuple(names)
        name, id = names[-1] if names else self._group, self.id_of(kind, *names)
        step_id = self.name_step("create", kind, name)
        written = {**body, "tags": dict(tags)} if tags is not None else dict(body)
        held = [Expect(kind, id, "is", k, v, settles) for k, v in (checks or {}).items()]
        ref = self._ref(kind, id)
        step = self.add(
            Step(
                id=step_id,
                effect=Effect.CREATE,
                action=calls.put(id, written, **options),
                why=why,
                changes=tuple(dict.fromkeys((ref, replace(ref, name=id), *self.refs(*moves)))),
                uses=self.refs(*uses),
                needs=tuple(needs),
                outputs={"id": "id", **(outputs or {})},
                expects=(*held, *expects) or (Expect(kind, id),),
                probe=self._probe(kind, id, tags),
                undo=(removal(kind, name, id),),
                after={"name": name, **(shown if shown is not None else attributes or {})},
            )
        )
        made = self.promise(step, kind, id, tags=tags, links=links, **(attributes or {}))
        self._documents[id] = {"id": id, "name": name, **written}
        return made

    def _probe(self, kind: Kind, id: str, tags: Mapping[str, str] | None) -> Probe:
        """By id, and by the run where it has tags: another may have made it meanwhile."""
        ours = {f"tag:{RUN_TAG}": tags[RUN_TAG]} if tags and RUN_TAG in tags else {}
        return Probe(kind, {"id": id, **ours})

    def need_group(self) -> None:
        """A step that makes the resource group, where it is not there."""
        if self.world.of(Kind.RESOURCE_GROUP):
            return
        self.create(
            Kind.RESOURCE_GROUP,
            (),
            {"location": self.region},
            f"make resource group {self._group} in {self.region}",
            tags=self.tags(),
            attributes={"region": self.region},
            shown={"region": self.region},
            checks={"region": self.region},
        )

    @property
    def _group(self) -> str:
        return ids.name_of(self.id_of(Kind.RESOURCE_GROUP))

    def tags(self, *given: Tags) -> dict[str, str]:
        """Tags of something made here: what was asked for, and the run."""
        asked = {key: value for tags in given for key, value in tags}
        return {**asked, RUN_TAG: self.label}


def removal(kind: Kind, name: str, id: str) -> Reversal:
    """What takes a resource away that a step made. To delete what is gone is no error."""
    return Reversal(
        calls.delete(id),
        Effect.DELETE,
        f"remove {kind.words} {name} again",
        (Expect(kind, id, "absent", within=GONE_WITHIN),),
    )


def _texts(value: object) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _prefixes(texts: Iterable[str]) -> Iterator[str]:
    """Each id and those of what it is a part of."""
    for text in texts:
        at = ids.parse(text) if text.startswith("/subscriptions/") else None
        while at is not None:
            yield str(at)
            at = at.parent
