"""What a draft of calls comes to as resources that a template can describe.

A template says what there is. So of calls only PUTs of whole resources have a place in it, what
changes a part of a machine, which is written whole then, and tags, which are a resource of their
own there. All else is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from modalities.action import SdkCall, outputs_in
from modalities.azure import ids, model
from modalities.azure.express.bodies import as_sent
from modalities.azure.operations import Operation
from modalities.azure.secrets import NAMES
from modalities.azure.templates.whole import changed
from modalities.contract import Draft, Unsupported
from modalities.resource import Kind, World
from modalities.step import Effect, Step
from modalities.target import account_of

TAGS = "Microsoft.Resources/tags"
TAGS_TAIL = f"/providers/{TAGS}/default"
RETAGGING = "tags.begin_update_at_scope"

Look: TypeAlias = Callable[[str], Mapping[str, Any]]
"""The document of a resource, by its id. Raises CloudError."""


@dataclass(frozen=True, slots=True)
class Part:
    """One resource as it shall be. ``id`` is in its one spelling, of tags that of what has them
    and :data:`TAGS_TAIL`; ``needs`` are ids of parts that come before; ``steps`` the draft's own.
    """

    id: str
    api_version: str
    body: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """What the tags are on; the resource itself."""
        return self.id.removesuffix(TAGS_TAIL)

    @property
    def of_tags(self) -> bool:
        return self.id.endswith(TAGS_TAIL)


@dataclass(slots=True)
class _Collected:
    scope: str
    look: Look
    tags: Mapping[str, Mapping[str, str]]
    """By ids.key: what resources are tagged with now."""
    found: dict[str, Part] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)
    """The part that a step of the draft went into."""


def parts_of(draft: Draft, world: World, look: Look) -> tuple[Part, ...]:
    """Parts in an order in which each comes after those it needs. Steps that make the resource
    group are left out: a template goes into one. Raises Unsupported for what no template says,
    CloudError where a machine that it would say whole cannot be read.
    """
    tags = {ids.key(resource.id): resource.tags for resource in world}
    so_far = _Collected(world.scope, look, tags)
    for step in draft.steps:
        if not is_group(step):
            _collect(so_far, step)
    return ordered(so_far.found)


def is_group(step: Step) -> bool:
    """Whether it makes the resource group, which a template of that group cannot."""
    making = step.effect is Effect.CREATE and isinstance(step.action, SdkCall)
    return making and str(step.action).startswith("resource:resource_groups.")


def _collect(so_far: _Collected, step: Step) -> None:
    action = step.action
    operation = model.operation_of(action) if isinstance(action, SdkCall) else None
    if not isinstance(action, SdkCall) or operation is None:
        raise Unsupported(f"{step.why}: {action} is no call that a template could stand for")
    if any(outputs_in(action.parameters)):
        raise Unsupported(f"{step.why}: it needs what only an earlier step can tell; {OTHERS}")
    _refuse_secrets(action.parameters.get("body"), step)
    if action.operation == RETAGGING:
        _retag(so_far, step, action)
        return
    if operation.method != "PUT" and step.effect is Effect.UPDATE:
        _put(so_far, _machine(so_far, step, action), step)
        return
    if operation.method != "PUT" or step.effect not in (Effect.CREATE, Effect.UPDATE):
        raise _no_state(step)
    id = _subject(so_far, operation, action)
    if ids.parse(id) is None or ids.kind_of(id) is Kind.RESOURCE_GROUP:
        raise Unsupported(f"{step.why}: {action} writes nothing that a template could hold")
    _put(so_far, Part(id, operation.api_version, action.parameters.get("body") or {}), step)


def _subject(so_far: _Collected, operation: Operation, action: SdkCall) -> str:
    """The id that the call's path begins with."""
    parameters = {k: str(v) for k, v in action.parameters.items() if k != "body"}
    path = model.path_of(operation, parameters, account_of(so_far.scope))
    return ids.canonical(path, so_far.scope)


def _machine(so_far: _Collected, step: Step, action: SdkCall) -> Part:
    """The machine that the call changes, as it will be then. Raises Unsupported, CloudError."""
    name = action.parameters.get("vmName")
    if name is None:
        raise _no_state(step)
    id = ids.arm_id(so_far.scope, Kind.VM, str(name))
    putting = model.located("PUT", id)
    known = so_far.found.get(id)
    body = changed(lambda: known.body if known else as_sent(Kind.VM, so_far.look(id)), action)
    if body is None or putting is None:
        raise _no_state(step)
    return Part(id, putting.operation.api_version, body)


def _no_state(step: Step) -> Unsupported:
    return Unsupported(f"a template says what there is, not what is done: {step.why}; {OTHERS}")


OTHERS = "the SDK hand and the CLI hand can"


def _put(so_far: _Collected, part: Part, step: Step) -> None:
    """The part as the last step has it; a subnet within its network, where that is made here:
    a network that is written again without its subnets would lose them."""
    parsed = ids.parse(part.id)
    parent = str(parsed.parent) if parsed and parsed.parent else ""
    if ids.kind_of(part.id) is Kind.SUBNET and parent in so_far.found:
        _put_within(so_far, so_far.found[parent], part, step)
        return
    tags = so_far.found.pop(f"{part.id}{TAGS_TAIL}", None)
    if tags is not None:  # it is written whole now, and they with it
        part = replace(part, body={**part.body, "tags": tags.body["properties"]["tags"]})
        so_far.makers |= dict.fromkeys(tags.steps, part.id)
    earlier = so_far.found.get(part.id) or tags
    needs = _needs(so_far, step, part.id)
    if earlier is not None:
        needs = tuple(dict.fromkeys((*earlier.needs, *needs)))
    steps = (*(earlier.steps if earlier else ()), step.id)
    so_far.found[part.id] = replace(part, needs=needs, steps=steps)
    so_far.makers[step.id] = part.id


def _put_within(so_far: _Collected, network: Part, subnet: Part, step: Step) -> None:
    name = ids.name_of(subnet.id)
    properties = dict(network.body.get("properties") or {})
    others = [one for one in properties.get("subnets") or () if one.get("name") != name]
    properties["subnets"] = [*others, {**subnet.body, "name": name}]
    so_far.found[network.id] = replace(
        network,
        body={**network.body, "properties": properties},
        needs=tuple(dict.fromkeys((*network.needs, *_needs(so_far, step, network.id)))),
        steps=(*network.steps, step.id),
    )
    so_far.makers[step.id] = network.id


def _retag(so_far: _Collected, step: Step, action: SdkCall) -> None:
    """Tags as they will be, all of them: in a template there is no merging."""
    owner = ids.canonical("/" + str(action.parameters["scope"]).strip("/"), so_far.scope)
    body = action.parameters["body"]
    given = dict(body["properties"]["tags"])
    id = f"{owner}{TAGS_TAIL}"
    made, earlier = so_far.found.get(owner), so_far.found.get(id)
    if made is not None:
        now = dict(made.body.get("tags") or {})
    elif earlier is not None:
        now = dict(earlier.body["properties"]["tags"])
    else:
        now = dict(so_far.tags.get(ids.key(owner)) or {})
    tags = _tagged(now, str(body["operation"]), given)
    if made is not None:
        _put(so_far, replace(made, body={**made.body, "tags": tags}), step)
        return
    found = model.located("PUT", id)
    if found is None:
        raise Unsupported(f"{step.why}: nothing is known that writes tags")
    _put(so_far, Part(id, found.operation.api_version, {"properties": {"tags": tags}}), step)


def _tagged(now: dict[str, str], operation: str, given: dict[str, str]) -> dict[str, str]:
    match operation:
        case "Merge":
            return {**now, **given}
        case "Delete":
            return {key: value for key, value in now.items() if key not in given}
    return given


def _needs(so_far: _Collected, step: Step, own: str) -> tuple[str, ...]:
    """Parts that came of the steps that this one waits for."""
    before = (so_far.makers.get(need) for need in step.needs)
    return tuple(dict.fromkeys(id for id in before if id is not None and id != own))


def _refuse_secrets(value: Any, step: Step) -> None:
    for name in _names(value):
        if NAMES.match(name):
            raise Unsupported(f"{step.why}: no {name} is put into a template that is kept")


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _names(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _names(item)


def ordered(found: Mapping[str, Part]) -> tuple[Part, ...]:
    """As drafted, but each after what it refers to or needs. Raises Unsupported for a circle."""
    order: list[Part] = []
    left = {id: replace(part, needs=_all_needs(part, found)) for id, part in found.items()}
    while left:
        ready = next((p for p in left.values() if not left.keys() & set(p.needs)), None)
        if ready is None:
            raise Unsupported(f"these need each other: {', '.join(map(ids.name_of, left))}")
        order.append(left.pop(ready.id))
    return tuple(order)


def _all_needs(part: Part, found: Mapping[str, Part]) -> tuple[str, ...]:
    """The parts that its body names by id, or of which it names a part, and those it waits for."""
    named = [owner for text in texts(part.body) for owner in _owners(text)]
    parent = list(_owners(part.owner))
    wanted = dict.fromkeys((*parent, *named, *part.needs))
    return tuple(id for id in wanted if id in found and id != part.id)


def _owners(text: str) -> Iterator[str]:
    """An id and those of what it is a part of."""
    at = ids.parse(text) if text.startswith("/subscriptions/") else None
    while at is not None:
        yield str(at)
        at = at.parent


def texts(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
