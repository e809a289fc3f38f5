"""Resource providers: which types there are, registering them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from modalities.azure.operations import operations
from sandbox.azure.contract import Call, Cloud, Done, Order, ResourceType, Route
from sandbox.azure.ids import parse
from sandbox.azure.locations import LOCATIONS
from sandbox.azure.refusal import Refused, conflict

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

FREE = frozenset({"microsoft.resources", "microsoft.authorization"})
"""Always registered."""


def registered(cloud: Cloud, order: Order) -> None:
    """A gate: writes need the provider to be registered with the subscription."""
    id = parse(order.resource)
    open_ = cast("EmulatedCloud", cloud).unregistered
    if id is None or not order.writes or id.namespace.casefold() not in open_:
        return
    raise conflict(
        "MissingSubscriptionRegistration",
        f"The subscription is not registered to use namespace '{id.namespace}'. "
        "See https://aka.ms/rps-not-found for how to register subscriptions.",
    )


def every(call: Call) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    subscription = call.path.get("subscriptionId", "")
    names = cloud.registry.namespaces()
    return Done(items=tuple(_provider(cloud, subscription, name) for name in names))


def one(call: Call) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    return Done(_provider(cloud, call.path.get("subscriptionId", ""), _namespace(call)))


def register(call: Call) -> Done:
    cast("EmulatedCloud", call.cloud).unregistered.discard(_namespace(call).casefold())
    return one(call)


def unregister(call: Call) -> Done:
    cloud, name = cast("EmulatedCloud", call.cloud), _namespace(call)
    if name.casefold() not in FREE:
        cloud.unregistered.add(name.casefold())
    return one(call)


def _namespace(call: Call) -> str:
    wanted = call.path["resourceProviderNamespace"]
    for name in cast("EmulatedCloud", call.cloud).registry.namespaces():
        if name.casefold() == wanted.casefold():
            return name
    raise Refused(404, "InvalidResourceNamespace", f"The resource namespace '{wanted}' is invalid.")


def _provider(cloud: EmulatedCloud, subscription: str, namespace: str) -> dict[str, Any]:
    missing = namespace.casefold() in cloud.unregistered
    told: dict[str, Any] = {
        "namespace": namespace,
        "registrationPolicy": "RegistrationRequired",
        "registrationState": "NotRegistered" if missing else "Registered",
        "resourceTypes": [_type(type) for type in cloud.registry if type.namespace == namespace],
    }
    return (
        {"id": f"/subscriptions/{subscription}/providers/{namespace}", **told}
        if subscription
        else told
    )


def _type(type: ResourceType) -> dict[str, Any]:
    versions = dict.fromkeys([*type.api_versions, *_versions().get(type.key, ())])
    return {
        "resourceType": type.name.partition("/")[2],
        "locations": [location.display for location in LOCATIONS] if type.located else [],
        "apiVersions": list(versions) or ["2024-11-01"],
        "capabilities": "SupportsTags, SupportsLocation" if type.located else "None",
    }


def api_version(type: str) -> str:
    """The newest that is known."""
    return max(_versions().get(type.casefold(), ("2024-11-01",)))


@cache
def _versions() -> dict[str, tuple[str, ...]]:
    """By type (casefolded): the API versions of the operation table."""
    found: dict[str, dict[str, None]] = {}
    for one in operations():
        parts = one.template.casefold().split("/providers/")[-1].split("/")
        if one.api_version and len(parts) > 2:
            found.setdefault("/".join([parts[0], *parts[1::2]]), {})[one.api_version] = None
    return {type: tuple(versions) for type, versions in found.items()}


ROUTES = (
    Route("GET", "/providers", every),
    Route("GET", "/providers/{resourceProviderNamespace}", one),
    Route("GET", "/subscriptions/{subscriptionId}/providers", every),
    Route("GET", "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}", one),
    Route(
        "POST",
        "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/register",
        register,
    ),
    Route(
        "POST",
        "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/unregister",
        unregister,
    ),
)
