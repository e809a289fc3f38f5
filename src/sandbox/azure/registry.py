"""Every type and operation that is imitated, found by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from sandbox.azure.contract import Family, ResourceType


class Registry:
    def __init__(self, families: Iterable[Family]) -> None:
        self.families = tuple(families)
        self.gates = tuple(gate for family in self.families for gate in family.gates)
        self.rules = tuple(rule for family in self.families for rule in family.rules)
        self._types = {type.key: type for family in self.families for type in family}
        self._below: dict[str, list[ResourceType]] = {}
        for type in self._types.values():
            parent = type.key.rpartition("/")[0]
            if parent in self._types:
                self._below.setdefault(parent, []).append(type)

    def __iter__(self) -> Iterator[ResourceType]:
        return iter(self._types.values())

    def get(self, name: str) -> ResourceType | None:
        return self._types.get(name.casefold())

    def known(self, name: str) -> ResourceType:
        """One that must be there: another type names it."""
        return self._types[name.casefold()]

    def below(self, type: ResourceType) -> tuple[ResourceType, ...]:
        """The types of its children."""
        return tuple(self._below.get(type.key, ()))

    def namespaces(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(family.namespace for family in self.families))


@cache
def standard() -> Registry:
    """All families there are. Imported here: whoever writes one must not import the others."""
    from sandbox.azure.authorization.family import AUTHORIZATION
    from sandbox.azure.compute.family import COMPUTE
    from sandbox.azure.deployments.family import DEPLOYMENTS
    from sandbox.azure.graph.family import GRAPH
    from sandbox.azure.health.family import HEALTH
    from sandbox.azure.insights.family import INSIGHTS
    from sandbox.azure.network.family import NETWORK
    from sandbox.azure.resources.family import RESOURCES
    from sandbox.azure.storage.family import STORAGE

    return Registry(
        (RESOURCES, AUTHORIZATION, NETWORK, COMPUTE, DEPLOYMENTS, GRAPH, HEALTH, INSIGHTS, STORAGE)
    )
