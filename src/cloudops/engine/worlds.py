"""What several targets held at one moment, as one world: a resource's ref says where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modalities.resource import Provider, World


@dataclass(frozen=True, slots=True)
class Worlds(World):
    """Has the provider and scope of the first of its ``parts``, and the resources of all."""

    parts: tuple[World, ...] = ()


def united(worlds: Sequence[World]) -> World:
    """One world of all, each of another cloud; the very one where it is alone."""
    first = worlds[0]
    if len(worlds) == 1:
        return first
    everything = tuple(resource for world in worlds for resource in world)
    return Worlds(first.provider, first.scope, everything, parts=tuple(worlds))


def part_of(world: World, provider: Provider) -> World:
    """What of it one cloud held."""
    parts = world.parts if isinstance(world, Worlds) else ()
    return next((part for part in parts if part.provider is provider), world)
