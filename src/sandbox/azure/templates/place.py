"""Where a template is deployed to, and the ids that follow from it.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sandbox.azure.templates.faults import ExpressionFault


class Level(StrEnum):
    GROUP = "resourceGroup"
    SUBSCRIPTION = "subscription"
    MANAGEMENT_GROUP = "managementGroup"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class Place:
    """A deployment's scope; what does not apply at its level is empty."""

    level: Level
    subscription: str = ""
    group: str = ""
    management_group: str = ""

    @property
    def id(self) -> str:
        """The scope's own id, without a slash at its end; empty for the tenant."""
        match self.level:
            case Level.GROUP:
                return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            case Level.SUBSCRIPTION:
                return f"/subscriptions/{self.subscription}"
            case Level.MANAGEMENT_GROUP:
                return management_group_id(self.management_group)
            case Level.TENANT:
                return ""

    def within(self, subscription: str = "", group: str = "") -> Place:
        """The place of a nested deployment that names another subscription or group."""
        if group:
            level, to = Level.GROUP, subscription or self.subscription
            return replace(self, level=level, subscription=to, group=group)
        if subscription:
            return Place(Level.SUBSCRIPTION, subscription)
        return self


def management_group_id(name: str) -> str:
    return f"/providers/Microsoft.Management/managementGroups/{name}"


def place_of(scope: str) -> Place:
    """The place that a ``scope`` property names: an id, or ``/`` for the tenant."""
    parts = [part for part in scope.split("/") if part]
    lowered = [part.lower() for part in parts]
    match lowered:
        case []:
            return Place(Level.TENANT)
        case ["subscriptions", _]:
            return Place(Level.SUBSCRIPTION, parts[1])
        case ["subscriptions", _, "resourcegroups", _]:
            return Place(Level.GROUP, parts[1], parts[3])
        case ["providers", "microsoft.management", "managementgroups", _] | [
            "microsoft.management",
            "managementgroups",
            _,
        ]:
            return Place(Level.MANAGEMENT_GROUP, management_group=parts[-1])
    raise ExpressionFault(f"The scope '{scope}' is not valid.")


def joined(scope: str, type_: str, names: Sequence[str]) -> str:
    """``{scope}/providers/{namespace}/{type}/{name}...``. Raises ExpressionFault."""
    namespace, *kinds = type_.strip("/").split("/")
    if not kinds or len(kinds) != len(names):
        raise ExpressionFault(
            f"The type '{type_}' requires '{len(kinds)}' resource name argument(s)."
        )
    pairs = [part for pair in zip(kinds, names, strict=True) for part in pair]
    return "/".join((f"{scope}/providers", namespace, *pairs))


def id_of(scope: str, type_: str, name: str) -> str:
    """The id of a resource by its full type and full name, under a scope.

    ``Microsoft.Web/sites/providers/locks`` with ``site/Microsoft.Authorization/lock`` is the
    older way to write an extension of a resource.
    """
    kinds, names = type_.split("/"), name.split("/")
    lowered = [kind.lower() for kind in kinds]
    if "providers" in lowered[1:]:
        at = lowered.index("providers", 1)
        base = joined(scope, "/".join(kinds[:at]), names[: at - 1])
        extension, *rest = names[at - 1 :]
        return joined(base, "/".join((extension, *kinds[at + 1 :])), rest)
    if lowered == ["microsoft.resources", "resourcegroups"]:
        return f"{scope}/resourceGroups/{name}"
    return joined(scope, type_, names)


def type_and_name(id_: str) -> tuple[str, str]:
    """The full type and full name that an id ends in: those of its last ``providers``."""
    parts = id_.strip("/").split("/")
    lowered = [part.lower() for part in parts]
    if "providers" not in lowered:
        named = {2: "Microsoft.Resources/subscriptions", 4: "Microsoft.Resources/resourceGroups"}
        return named.get(len(parts), ""), parts[-1]
    at = len(lowered) - 1 - lowered[::-1].index("providers")
    namespace, rest = parts[at + 1], parts[at + 2 :]
    return "/".join((namespace, *rest[::2])), "/".join(rest[1::2])
