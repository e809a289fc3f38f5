"""A resource is written: by a client, by a template, or by another resource's effect."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sandbox.azure import leaving
from sandbox.azure.contract import Change, Embedded, Reference, ResourceType, Scope
from sandbox.azure.documents import Document, at, changed, every, merged, without
from sandbox.azure.entry import Entry
from sandbox.azure.ids import ResourceId, group_id, key_of, parse
from sandbox.azure.locations import check_location
from sandbox.azure.refusal import (
    FailedLater,
    Refused,
    bad_request,
    conflict,
    group_not_found,
    not_emulated,
    parent_not_found,
    subscription_not_found,
)

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud


def put(cloud: EmulatedCloud, id: ResourceId, body: Document) -> Entry:
    """The resource as ``body`` wants it. Raises Refused, FailedLater."""
    before = cloud.store.get(id.key)
    type = _type_of(cloud, id)
    id = before.id if before else spelled(cloud, id, type)
    return _write(cloud, type, Change(cloud, id, body, before, "PUT", body))


def patch(cloud: EmulatedCloud, before: Entry, sent: Document) -> Entry:
    """The resource with ``sent`` laid on it; tags are replaced as a whole."""
    type = _type_of(cloud, before.id)
    body = merged(before.document, sent)
    if "tags" in sent:
        body = {**body, "tags": sent["tags"]}
    return _write(cloud, type, Change(cloud, before.id, body, before, "PATCH", sent))


def _write(cloud: EmulatedCloud, type: ResourceType, change: Change) -> Entry:
    failure: FailedLater | None = None
    with cloud.store.transaction():
        entry = _kept(cloud, type, change)
        touch(cloud, entry.id)
        for child in (entry, *_family(cloud, type, entry)):
            _look_up(cloud, child)
        try:
            type.after_put(change, entry)
        except FailedLater as later:
            failure = later
            cloud.store.put(_in_state(cloud.store.get(entry.key) or entry, "Failed"))
    if failure is not None:
        raise failure
    return cloud.store.get(entry.key) or entry


def _kept(cloud: EmulatedCloud, type: ResourceType, change: Change) -> Entry:
    """Check it, keep it, then its children."""
    change = replace(change, body=_placed(type, change))
    _look_outside(cloud, type, change)
    with _readable(change):
        for rule in cloud.registry.rules:
            rule(change, type)
        type.check(change)
        document = type.complete(change)
        entry = _entry(cloud, type, change, document)
    cloud.store.put(entry)
    left = [
        child for part in type.embedded for child in _write_children(cloud, entry, part, change)
    ]
    if left:  # together: a rule and the pool that it names may go in one request
        leaving.delete(cloud, *left)
    return entry


@contextmanager
def _readable(change: Change) -> Iterator[None]:
    """A body of another shape than a type's function expects is not taken, as the service would
    not read it. The log has where that was: it may be a fault of ours."""
    try:
        yield
    except (TypeError, AttributeError, KeyError, IndexError) as error:
        traceback.print_exc()
        raise _unreadable(change.id.text, "is not of the shape that is expected") from error


def _placed(type: ResourceType, change: Change) -> Document:
    """The body with the location as it will be kept."""
    if not type.located:
        return change.body
    if type.location:
        return {**change.body, "location": type.location}
    where = change.location or (change.before.location if change.before else "")
    check_location(type, change, where)
    return {**change.body, "location": where}


def _entry(cloud: EmulatedCloud, type: ResourceType, change: Change, document: Document) -> Entry:
    id, before, now = change.id, change.before, cloud.now()
    secrets: dict[str, Any] = dict(before.secrets) if before else {}
    for path in type.read_only:
        document = without(document, path)
    for path in type.secret:
        if (value := at(document, path)) is not None:
            secrets[path] = value
            document = without(document, path)
    for part in type.embedded:
        document = without(document, part.property)
    head: dict[str, Any] = {"id": id.text, "name": id.name, "type": type.name}
    whole = {**head, **document, **head}
    whole.pop("etag", None)
    if type.stateful:
        whole = changed(whole, "properties.provisioningState", "Succeeded")
    return Entry(
        id=id,
        type=type.name,
        document=whole,
        etag=f'W/"{uuid4()}"',
        created=before.created if before else now,
        changed=now,
        secrets=secrets,
        inner=type.inner(change),
        places=places_of(id, type),
        references=references_of(type, whole),
    )


def places_of(id: ResourceId, type: ResourceType) -> tuple[str, ...]:
    """The lists that it is in: of its type in its container, its group, its subscription and
    everywhere; and where it is a resource of its own, of all types."""
    subscription = f"/subscriptions/{id.subscription}".casefold() if id.subscription else ""
    group = group_id(id.subscription, id.group).key if id.group else ""
    where = dict.fromkeys((id.container, group, subscription, ""))
    places = [f"{place} {type.key}" for place in where]
    if type.located and not id.is_group:
        places += [f"{place} *" for place in dict.fromkeys((group, subscription)) if place]
    return tuple(places)


def references_of(type: ResourceType, document: Document) -> tuple[str, ...]:
    found = (v for ref in type.references for v in every(document, ref.path))
    return tuple(dict.fromkeys(key_of(v) for v in found if isinstance(v, str)))


def _write_children(
    cloud: EmulatedCloud, parent: Entry, part: Embedded, change: Change
) -> list[Entry]:
    """Those that are wanted; returns the others that there are."""
    type = cloud.registry.known(part.type)
    wanted = at(change.body, part.property)
    if wanted is None:
        if change.method == "PATCH" or part.kept_when_absent:
            return []
        wanted = []
    if not isinstance(wanted, list):
        raise _unreadable(part.property, "is not a list")
    kept = {_write_child(cloud, type, parent, item, part.property, change) for item in wanted}
    return [c for c in cloud.find(type.name, parent.id.text) if c.key not in kept]


def _write_child(
    cloud: EmulatedCloud, type: ResourceType, parent: Entry, item: Any, where: str, above: Change
) -> str:
    name = item.get("name") if isinstance(item, Mapping) else None
    if not isinstance(name, str) or not name or "/" in name:
        raise _unreadable(where, "has an item without name")
    if not isinstance(item.get("properties", {}), Mapping):
        raise _unreadable(where, f"has an item, {name}, whose properties are not an object")
    id = parent.id.child(type.name.rpartition("/")[2], name)
    before = cloud.store.get(id.key)
    child = Change(cloud, before.id if before else id, item, before, "PUT", item, above)
    return _kept(cloud, type, child).key


def touch(cloud: EmulatedCloud, id: ResourceId) -> None:
    """What it is a part of has changed, too, and has another ETag."""
    above = cloud.store.get(id.parent.key) if id.parent else None
    if above is not None:
        cloud.store.put(replace(above, etag=f'W/"{uuid4()}"', changed=cloud.now()))


def _unreadable(where: str, why: str) -> Refused:
    return bad_request("InvalidRequestFormat", f"Cannot parse the request: {where} {why}.", where)


def _family(cloud: EmulatedCloud, type: ResourceType, entry: Entry) -> list[Entry]:
    """Its embedded children and theirs."""
    found: list[Entry] = []
    for part in type.embedded:
        for child in cloud.find(part.type, entry.id.text):
            found.append(child)
            if (below := cloud.registry.get(part.type)) is not None:
                found += _family(cloud, below, child)
    return found


def _look_up(cloud: EmulatedCloud, entry: Entry) -> None:
    """Everything it refers to is there, is what it should be, and in the same region."""
    type = cloud.registry.get(entry.type)
    if type is not None and type.references:
        region = _region(cloud, entry)
        for reference in type.references:
            for value in every(entry.document, reference.path):
                _look_up_one(cloud, entry.id, region, reference, str(value))


def _look_outside(cloud: EmulatedCloud, type: ResourceType, change: Change) -> None:
    """The same before anything is made of it, for all that is not a part of the same resource
    (and so may be written in the same request)."""
    if not type.references:
        return
    top = change.id
    while top.parent is not None:
        top = top.parent
    above = cloud.store.get(change.id.parent.key) if change.id.parent else None
    region = change.location if type.located else _region(cloud, above) if above else ""
    for reference in type.references:
        for value in every(change.body, reference.path):
            if not key_of(str(value)).startswith(f"{top.key}/"):
                _look_up_one(cloud, change.id, region, reference, str(value))


def _look_up_one(
    cloud: EmulatedCloud, by: ResourceId, region: str, reference: Reference, value: str
) -> None:
    id = parse(value)
    if id is None or id.type.casefold() != reference.type.casefold():
        raise bad_request(
            "LinkedInvalidPropertyId",
            f"Property id '{value}' at path '{reference.path}' is invalid. Expect fully qualified "
            "resource Id that start with '/subscriptions/{subscriptionId}' or "
            f"'/providers/{{resourceProviderNamespace}}/' of type {reference.type}.",
        )
    found = cloud.store.get(id.key)
    if found is None:
        if reference.must_exist:
            raise reference.missing(by, value)
        return
    there = _region(cloud, found)
    if reference.same_region and region and there and region != there:
        raise reference.missing(by, value)


def _region(cloud: EmulatedCloud, entry: Entry) -> str:
    """Its own, or that of what it is a part of."""
    while not entry.location and entry.id.parent is not None:
        above = cloud.store.get(entry.id.parent.key)
        if above is None:
            break
        entry = above
    return "" if entry.location == "global" else entry.location


def _in_state(entry: Entry, state: str) -> Entry:
    return replace(entry, document=changed(entry.document, "properties.provisioningState", state))


def _type_of(cloud: EmulatedCloud, id: ResourceId) -> ResourceType:
    type = cloud.registry.get(id.type)
    if type is None:
        raise not_emulated(f"resources of type {id.type}")
    return type


def spelled(cloud: EmulatedCloud, id: ResourceId, type: ResourceType) -> ResourceId:
    """A new resource's id: what exists already keeps its spelling. Raises Refused where what it
    would lie in does not exist."""
    namespace, *types = type.name.split("/")
    scope = _scope(cloud, id, type)
    canonical = ResourceId(scope, namespace, tuple(types), id.names)
    parent = canonical.parent
    if parent is None or cloud.registry.get(parent.type) is None:
        return canonical
    above = cloud.store.get(parent.key)
    if above is None:
        raise parent_not_found(parent, type.name)
    return replace(above.id, types=canonical.types, names=(*above.id.names, id.name))


def _scope(cloud: EmulatedCloud, id: ResourceId, type: ResourceType) -> str:
    if id.subscription and id.subscription.casefold() not in cloud.subscriptions:
        raise subscription_not_found(id.subscription)
    subscription = f"/subscriptions/{id.subscription.casefold()}" if id.subscription else ""
    if id.is_group or not id.group:
        return subscription if id.subscription else id.scope
    group = cloud.store.get(group_id(id.subscription, id.group).key)
    if group is None:
        raise group_not_found(id.group)
    scope = parse(id.scope)
    if type.scope is Scope.ANY and scope is not None and not scope.is_group:
        if (extended := cloud.store.get(scope.key)) is None:
            raise Refused(404, "ResourceNotFound", f"The Resource '{scope.text}' was not found.")
        return extended.id.text
    if type.scope is Scope.SUBSCRIPTION:
        raise conflict("InvalidResourceType", f"{type.name} cannot be in a resource group.")
    return group.id.text
