"""A world on its way to the process that copies it, as JSON."""

from __future__ import annotations

from typing import Any

from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World


def world_to_json(world: World) -> dict[str, Any]:
    return {
        "provider": world.provider,
        "scope": world.scope,
        "resources": [
            {
                "kind": resource.kind,
                "name": resource.name,
                "id": resource.id,
                "attributes": dict(resource.attributes),
                "tags": dict(resource.tags),
                "links": [[link.role, link.kind, link.id] for link in resource.links],
            }
            for resource in world
        ],
    }


def world_from_json(data: dict[str, Any]) -> World:
    """Raises ValueError where it is not one."""
    try:
        provider, scope = Provider(data["provider"]), str(data["scope"])
        return World(
            provider,
            scope,
            tuple(_resource(provider, scope, entry) for entry in data["resources"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a world: {error!r}") from error


def _resource(provider: Provider, scope: str, entry: dict[str, Any]) -> Resource:
    return Resource(
        ResourceRef(provider, scope, Kind(entry["kind"]), entry["name"]),
        entry["id"],
        entry["attributes"],
        entry["tags"],
        tuple(Link(role, Kind(kind), id) for role, kind, id in entry["links"]),
    )
