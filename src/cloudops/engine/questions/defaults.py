"""What a cloud put there by itself: default networks and all that comes with a network."""

from __future__ import annotations

from collections.abc import Collection

from cloudops.engine.questions.reach import Reach
from modalities.resource import Kind, Resource, World


def unused_defaults(world: World, asked: Collection[Resource] = ()) -> frozenset[tuple[Kind, str]]:
    """Keys of what nobody made and nothing of the user's stands on: clutter in a picture.

    What was ``asked`` about, and all that hangs together with it, is never clutter.
    """
    defaults = {(r.kind, r.id) for r in world if is_default(r, world)}
    reach = Reach(world)
    used = reach.needs([r for r in world if (r.kind, r.id) not in defaults])
    asked_about = {*reach.needs(asked), *reach.needed_by(asked), *((r.kind, r.id) for r in asked)}
    return frozenset(defaults - set(used) - asked_about)


def is_default(resource: Resource, world: World) -> bool:
    """Whether the cloud made it unasked. A main route table that leads somewhere was changed
    by somebody, unless its network is a default one."""
    attributes = resource.attributes
    match resource.kind:
        case Kind.GATEWAY:
            networks = attributes.get("networks")
            inside = networks if isinstance(networks, list) else []
            return bool(inside) and all(_is_default_network(id, world) for id in inside)
        case Kind.ROUTE_TABLE:
            leads = any(link.role in ("routes_to", "routes_for") for link in resource.links)
            inside_default = _is_default_network(attributes.get("network"), world)
            return bool(attributes.get("main")) and (inside_default or not leads)
    return bool(attributes.get("default"))


def _is_default_network(id: object, world: World) -> bool:
    network = world.get(Kind.NETWORK, str(id))
    return network is not None and bool(network.attributes.get("default"))
