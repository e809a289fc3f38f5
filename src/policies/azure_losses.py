"""What a call takes away on Azure: with a machine the disks that go with it, with a group all
that is in it; and what a call drops that writes a thing anew without a part it had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from modalities.resource import Kind, Resource, World
from policies.azure_calls import (
    PROVIDERS,
    AzureCall,
    Verb,
    declared,
    elsewhere,
    mappings,
    place_of,
)

HARMLESS = frozenset({"security_rules", "tags", "deployments", "inbound_nat_rules"})
"""Groups whose deletions only change what another resource says, or where it leads."""

REPLACEABLE = frozenset(
    {Kind.NETWORK, Kind.SUBNET, Kind.SECURITY_GROUP, Kind.NIC, Kind.LOAD_BALANCER}
)
"""Kinds that hold nothing: made again they are what they were. All else is lost for good."""

SETTLED = re.compile(r"incremental", re.I)


@dataclass(frozen=True, slots=True)
class Loss:
    """``resources`` of the world that go; ``unseen`` are names of what the world does not show.
    ``why`` is said where nothing brings them back."""

    resources: tuple[Resource, ...] = ()
    unseen: tuple[str, ...] = ()
    why: str = ""

    def __bool__(self) -> bool:
        return bool(self.resources or self.unseen)


NOTHING = Loss()
GONE = "what it held is lost, whatever is made again in its place"
NOT_KNOWN = "what this call does is not known here"


def loss_of(call: AzureCall, world: World, earlier: Sequence[AzureCall] = ()) -> Loss:
    """All that is gone or dropped when ``call`` is done, the ``earlier`` ones of its plan being
    done already."""
    match call.verb:
        case Verb.READ | Verb.SWITCH | Verb.CHANGE:
            return NOTHING
        case Verb.REMOVE:
            return _removed(call, world, earlier)
        case Verb.PUT:
            return _deployed(call, world) if call.deploys else _dropped(call, world)
        case Verb.UNKNOWN:
            return _untold(call, world)


def makes(call: AzureCall, place: str) -> bool:
    """Whether the call writes what is at ``place``."""
    return call.verb is Verb.PUT and bool(place) and call.path == place


def once(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Each one time, in their order."""
    return tuple({r.id: r for r in resources}.values())


def _removed(call: AzureCall, world: World, earlier: Sequence[AzureCall]) -> Loss:
    if call.group in HARMLESS:
        return NOTHING
    if call.kind is Kind.RESOURCE_GROUP:
        return _whole_group(call, world)
    kept = {text for one in earlier if one.path == call.path for text in _kept_by(one)}
    kept |= _addresses_kept(earlier)
    meant = _meant(call, world)
    gone = once(r for whole in meant for r in _with(whole, world, kept))
    why = "" if gone and all(r.kind in REPLACEABLE for r in gone) else GONE
    if not gone and call.kind in REPLACEABLE:
        why = ""
    return Loss(gone, () if gone else (_called(call),), why)


def _whole_group(call: AzureCall, world: World) -> Loss:
    inside = tuple(r for r in world if _inside(r, call.path))
    why = "all that is in the resource group goes with it"
    return Loss(inside, () if inside else (_called(call),), why)


def _inside(resource: Resource, group: str) -> bool:
    place = place_of(resource.id)
    return place == group or place.startswith(f"{group}/")


def _meant(call: AzureCall, world: World) -> tuple[Resource, ...]:
    return tuple(r for r in world if call.means(r))


def _with(whole: Resource, world: World, kept: Set[str]) -> Iterator[Resource]:
    """It, and what Azure deletes along with it."""
    yield whole
    for other in world:
        place = place_of(other.id)
        inside = place.startswith(f"{place_of(whole.id)}/")
        attached = other.attributes.get("attached_to") == whole.id
        goes = attached and other.attributes.get("delete_with_vm") is True
        names = {place, other.name.casefold(), str(other.attributes.get("device"))}
        if inside or (goes and not names & kept):
            yield other


def _kept_by(call: AzureCall) -> Iterator[str]:
    """Disks and interfaces that a machine's new description says are not to go with it: by
    place, name or device."""
    storage, network = (call.properties.get(x) for x in ("storageProfile", "networkProfile"))
    for entry in (*mappings(storage), *mappings(network)):
        inner = entry.get("properties")
        option = entry.get("deleteOption") or (
            inner.get("deleteOption") if isinstance(inner, Mapping) else None
        )
        if str(option).casefold() != "detach":
            continue
        managed = entry.get("managedDisk")
        ids = (entry.get("id"), managed.get("id") if isinstance(managed, Mapping) else None)
        yield from (place_of(id) for id in ids if isinstance(id, str))
        yield str(entry.get("name")).casefold()
        yield f"lun{entry['lun']}" if "lun" in entry else "os"


def _addresses_kept(earlier: Sequence[AzureCall]) -> set[str]:
    """Places of public addresses of which their interface says that they are not to go with the
    machine; what it says last counts."""
    kept: set[str] = set()
    for one in earlier:
        if one.kind is not Kind.NIC or one.verb not in (Verb.PUT, Verb.CHANGE):
            continue
        for configuration in mappings(one.properties.get("ipConfigurations")):
            inner = configuration.get("properties")
            address = inner.get("publicIPAddress") if isinstance(inner, Mapping) else None
            if not isinstance(address, Mapping) or not isinstance(address.get("id"), str):
                continue
            told = address.get("properties")
            option = told.get("deleteOption") if isinstance(told, Mapping) else None
            place = {place_of(address["id"])}
            kept = kept | place if str(option).casefold() == "detach" else kept - place
    return kept


def _dropped(call: AzureCall, world: World) -> Loss:
    """What was part of the thing and is not in what is written in its place."""
    whole = next(iter(_meant(call, world)), None)
    if whole is None:
        return NOTHING
    return _missing(whole, call.properties, world)


def _missing(whole: Resource, properties: Mapping[str, Any], world: World) -> Loss:
    if whole.kind is Kind.NETWORK:
        return _subnets(whole, properties, world)
    if whole.kind is Kind.VM:
        return _disks(whole, properties, world)
    return NOTHING


def _subnets(network: Resource, properties: Mapping[str, Any], world: World) -> Loss:
    kept = {str(s.get("name")).casefold() for s in mappings(properties.get("subnets"))}
    inside = f"{place_of(network.id)}/subnets/"
    had = (r for r in world.of(Kind.SUBNET) if place_of(r.id).startswith(inside))
    return Loss(tuple(r for r in had if place_of(r.id).removeprefix(inside) not in kept))


def _disks(vm: Resource, properties: Mapping[str, Any], world: World) -> Loss:
    """Data disks that the machine has and that its new description does not speak of, or puts
    off. One without a storage profile keeps them all."""
    storage = properties.get("storageProfile")
    if not isinstance(storage, Mapping):
        return NOTHING
    listed = [d for d in mappings(storage.get("dataDisks")) if "lun" in d or "name" in d]
    kept = [d for d in listed if not d.get("toBeDetached")]
    had = (d for d in world.of(Kind.DISK) if d.attributes.get("attached_to") == vm.id)
    data = (d for d in had if not d.attributes.get("boot"))
    return Loss(tuple(d for d in data if not any(_is(d, entry) for entry in kept)))


def _is(disk: Resource, entry: Mapping[str, Any]) -> bool:
    managed = entry.get("managedDisk")
    if isinstance(managed, Mapping) and "id" in managed:
        return isinstance(managed["id"], str) and place_of(managed["id"]) == place_of(disk.id)
    if isinstance(entry.get("name"), str):
        return str(entry["name"]).casefold() == disk.name.casefold()
    return f"lun{entry.get('lun')}" == disk.attributes.get("device")


def _deployed(call: AzureCall, world: World) -> Loss:
    """A deployment in complete mode deletes what its template does not name; what cannot be read
    as incremental may be complete. The resources of a template are written as by any PUT."""
    said = list(declared(call))
    if _complete(call) or elsewhere(call):
        return _all_but(call, said, world)
    dropped: list[Resource] = []
    for entry in said:
        place = _place(call, entry)
        whole = next((r for r in world if place and place_of(r.id) == place), None)
        properties = entry.get("properties")
        if whole is not None and isinstance(properties, Mapping):
            dropped += _missing(whole, properties, world).resources
    return Loss(once(dropped))


def _complete(call: AzureCall) -> bool:
    """Any mode in it, its own or that of a nested deployment, that is not plainly incremental."""
    modes = [call.properties.get("mode")]
    for entry in declared(call):
        if str(entry["type"]).casefold() == "microsoft.resources/deployments":
            properties = entry.get("properties")
            modes.append(properties.get("mode") if isinstance(properties, Mapping) else None)
    return any(not isinstance(mode, str) or not SETTLED.fullmatch(mode) for mode in modes)


def _all_but(call: AzureCall, said: list[Mapping[str, Any]], world: World) -> Loss:
    places = {_place(call, entry) for entry in said} - {""}
    group = place_of(f"/resourceGroups/{call.resource_group}")
    going = tuple(
        r
        for r in world
        if r.kind is not Kind.RESOURCE_GROUP
        and _inside(r, group)
        and not any(_inside(r, place) for place in places)
    )
    why = "a deployment in complete mode deletes what its template does not name"
    return Loss(going, (), why)


def _place(call: AzureCall, entry: Mapping[str, Any]) -> str:
    """Where a template's resource is; empty where its name is an expression."""
    type, name = str(entry["type"]), str(entry.get("name") or "[")
    if name.startswith("[") or type.count("/") != name.count("/") + 1:
        return ""
    namespace, *types = type.split("/")
    pairs = "/".join(f"{t}/{n}" for t, n in zip(types, name.split("/"), strict=True))
    return place_of(f"/resourceGroups/{call.resource_group}{PROVIDERS}{namespace}/{pairs}")


def _untold(call: AzureCall, world: World) -> Loss:
    """A call that is not known may do the worst to what it names."""
    named = {place_of(text) for text in _texts(call.body)}
    meant = tuple(r for r in world if call.means(r) or place_of(r.id) in named)
    return Loss(meant, () if meant else (_called(call),), NOT_KNOWN)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _called(call: AzureCall) -> str:
    """``vm/web-1``, or the call and its last name where it is no kind of ours."""
    name = call.path.rpartition("/")[2]
    return f"{call.kind or call}/{name}" if name else str(call)
