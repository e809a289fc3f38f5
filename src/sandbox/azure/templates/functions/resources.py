"""Resource functions: ids, and what only a running deployment can tell.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.entry import Function, integer, text
from sandbox.azure.templates.place import Level, joined, management_group_id
from sandbox.azure.templates.scope import Declared, Scope
from sandbox.azure.templates.values import Json, key_of

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def resource_id(scope: Scope, *given: Json) -> Json:
    """``resourceId([subscription], [group], type, name, [name]...)``; the type is the first
    argument with a slash."""
    place = scope.setting.place
    before, type_, names = _divided("resourceId", given, most=2)
    match place.level, before:
        case Level.GROUP, (group,) if GUID.fullmatch(group) is None:
            place = place.within(group=group)
        case Level.GROUP, (subscription,):
            place = place.within(subscription, place.group)
        case ((Level.GROUP | Level.SUBSCRIPTION), (subscription, group)):
            place = place.within(subscription, group)
        case Level.SUBSCRIPTION, (first,):
            named = GUID.fullmatch(first) is not None
            place = place.within(first) if named else place.within(group=first)
    return joined("" if place.level is Level.MANAGEMENT_GROUP else place.id, type_, names)


def subscription_resource_id(scope: Scope, *given: Json) -> Json:
    before, type_, names = _divided("subscriptionResourceId", given, most=1)
    subscription = before[0] if before else scope.setting.place.subscription
    return joined(f"/subscriptions/{subscription}", type_, names)


def management_group_resource_id(scope: Scope, *given: Json) -> Json:
    before, type_, names = _divided("managementGroupResourceId", given, most=1)
    name = before[0] if before else scope.setting.place.management_group
    return joined(management_group_id(name), type_, names)


def tenant_resource_id(*given: Json) -> Json:
    _, type_, names = _divided("tenantResourceId", given, most=0)
    return joined("", type_, names)


def extension_resource_id(base: Json, *given: Json) -> Json:
    _, type_, names = _divided("extensionResourceId", given, most=0)
    return joined(text("extensionResourceId", base).rstrip("/"), type_, names)


def _divided(
    name: str, given: tuple[Json, ...], most: int
) -> tuple[tuple[str, ...], str, list[str]]:
    """What stands before the type, the type, and the names after it."""
    words = [text(name, value) for value in given]
    at = next((i for i, word in enumerate(words) if "/" in word), None)
    if at is None or at > most:
        raise ExpressionFault(
            f"Unable to evaluate template language function '{name}': the type of resource is "
            "missing. Please see https://aka.ms/arm-resource-functions/#resourceid for usage "
            "details."
        )
    return tuple(words[:at]), words[at], words[at + 1 :]


def reference(scope: Scope, what: Json, api_version: Json = None, full: Json = None) -> Json:
    """The properties of a resource, or with 'Full' all of it and how it was deployed."""
    name = text("reference", what)
    found = declared(scope, name)
    if not scope.declared:
        scope.running()  # where resources are not known yet, nor may anything be asked
    if found is None and "/" not in name:
        raise ExpressionFault(
            f"The resource '{name}' is not defined in the template. "
            "Please see https://aka.ms/arm-syntax for usage details."
        )
    id_ = found.id if found else identified(scope, name)
    version = api_version or (found.api_version if found else None)
    return _told(scope, id_, version, full)


def references(scope: Scope, what: Json, full: Json = None) -> Json:
    """Of a resource loop with a symbolic name: the ones that are deployed, in their order."""
    name = text("references", what)
    members = [one for one in scope.declared if one.loop.lower() == name.lower()]
    return [_told(scope, one.id, one.api_version, full) for one in members if one.deployed]


def _told(scope: Scope, id_: str, version: Json, full: Json) -> Json:
    whole = scope.running().reference(id_, version)
    if isinstance(full, str) and full.lower() == "full":
        return {"apiVersion": version, **whole}
    return whole.get("properties", {})


def declared(scope: Scope, name: str) -> Declared | None:
    """The resource of this template that ``name`` means: symbolic name, plain name or id."""
    sought = name.lower().strip("/")
    for how in (_by_key, _by_name, _by_id, _by_own_name):
        for one in scope.declared:
            if how(one, sought):
                return one
    return None


def _by_key(one: Declared, sought: str) -> bool:
    return one.key.lower() == sought


def _by_name(one: Declared, sought: str) -> bool:
    return one.name.lower() == sought


def _by_id(one: Declared, sought: str) -> bool:
    whole = one.id.lower().strip("/")
    return whole == sought or whole.endswith(f"/providers/{sought}")


def _by_own_name(one: Declared, sought: str) -> bool:
    return sought in (one.own_name.lower(), one.name.lower().rpartition("/")[2])


def identified(scope: Scope, name: str) -> str:
    """A full id: what starts with a namespace is meant within the deployment's own scope."""
    if name.startswith("/"):
        return name
    namespace, *rest = name.split("/")
    if len(rest) % 2:
        raise ExpressionFault(
            f"The resource identificator '{name}' is malformed. Please see "
            "https://aka.ms/arm-template-expressions/#reference for usage details."
        )
    return joined(scope.setting.place.id, "/".join((namespace, *rest[::2])), rest[1::2])


def listed(scope: Scope, function: str, what: Json, api_version: Json, body: Json = None) -> Json:
    """``list*(resource, apiVersion, [values])``: what the resource's own operation answers."""
    name = text(function, what)
    found = declared(scope, name)
    id_ = found.id if found else identified(scope, name)
    return scope.running().listed(id_, function, text(function, api_version), body)


def pick_zones(
    scope: Scope, namespace: Json, type_: Json, region: Json, count: Json = 1, offset: Json = 0
) -> Json:
    """Zones of a region: none where it has none, or for a type that has none."""
    zonal = f"{text('pickZones', namespace)}/{text('pickZones', type_)}".lower() in ZONAL
    where = text("pickZones", region).replace(" ", "").lower()
    zones = scope.setting.zones.get(where, ()) if zonal else ()
    if not zones:
        return []
    many, from_ = integer("pickZones", count), integer("pickZones", offset)
    if not 1 <= many <= len(zones):
        raise ExpressionFault(
            f"The template language function 'pickZones' expects '1' to '{len(zones)}' zones. "
            f"The provided value is '{many}'."
        )
    return [zones[(from_ + at) % len(zones)] for at in range(many)]


ZONAL = frozenset(
    {
        "microsoft.compute/virtualmachines",
        "microsoft.compute/virtualmachinescalesets",
        "microsoft.compute/disks",
        "microsoft.network/publicipaddresses",
        "microsoft.network/loadbalancers",
        "microsoft.storage/storageaccounts",
    }
)


def providers(scope: Scope, namespace: Json, type_: Json = None) -> Json:
    """Deprecated: a provider's types, or one of them."""
    known: Mapping[str, Json] = scope.setting.providers
    key = key_of(known, text("providers", namespace))
    if key is None:
        raise ExpressionFault(f"The resource provider '{namespace}' is not registered.")
    types = known[key]["resourceTypes"]
    if type_ is None:
        return {"namespace": key, "resourceTypes": types}
    sought = text("providers", type_).lower()
    for one in types:
        if one["resourceType"].lower() == sought:
            return one
    raise ExpressionFault(f"The resource type '{type_}' is not known to '{namespace}'.")


FUNCTIONS = {
    "extensionresourceid": Function(extension_resource_id, 3, None),
    "managementgroupresourceid": Function(management_group_resource_id, 2, None, scoped=True),
    "pickzones": Function(pick_zones, 3, 5, scoped=True),
    "providers": Function(providers, 1, 2, scoped=True),
    "reference": Function(reference, 1, 3, scoped=True),
    "references": Function(references, 1, 2, scoped=True),
    "resourceid": Function(resource_id, 2, None, scoped=True),
    "subscriptionresourceid": Function(subscription_resource_id, 2, None, scoped=True),
    "tenantresourceid": Function(tenant_resource_id, 2, None),
}
