"""What several targets held at one moment, as one world: a resource's ref says where it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from modalities.resource import Provider, Resource, World


@dataclass(frozen=True, slots=True)
class Worlds(World):
    """Has the provider and scope of the first of its ``parts``, and the resources of all."""

    parts: tuple[World, ...] = ()

    def with_resources(self, resources: Iterable[Resource]) -> World:
        return replace(self, resources=tuple(resources))


def united(worlds: Sequence[World]) -> World:
    """One world of all, each of another cloud; the very one where it is alone."""
    first = worlds[0]
    if len(worlds) == 1:
        return first
    unread = {kind: why for world in worlds for kind, why in world.unread.items()}
    everything = tuple(resource for world in worlds for resource in world)
    bare = tuple(world.with_resources(()) for world in worlds)
    return Worlds(first.provider, first.scope, everything, unread=unread, parts=bare)


def part_of(world: World, provider: Provider) -> World:
    """What of it one cloud held."""
    parts = world.parts if isinstance(world, Worlds) else ()
    for part in parts:
        if part.provider is provider:
            return part.with_resources(r for r in world if r.ref.provider is provider)
    return world
