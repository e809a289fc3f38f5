"""Subscriptions, tenants and locations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sandbox.azure.contract import Call, Done, Route
from sandbox.azure.locations import LOCATIONS, Location
from sandbox.azure.names import TENANT

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud


def every(call: Call) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    return Done(items=tuple(_subscription(id, name) for id, name in cloud.subscriptions.items()))


def one(call: Call) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    id = call.path["subscriptionId"].casefold()
    return Done(_subscription(id, cloud.subscriptions[id]))


def tenants(_: Call) -> Done:
    tenant = {
        "id": f"/tenants/{TENANT}",
        "tenantId": TENANT,
        "countryCode": "US",
        "displayName": "sandbox",
        "domains": ["sandbox.invalid"],
        "tenantCategory": "Home",
    }
    return Done(items=(tenant,))


def locations(call: Call) -> Done:
    id = call.path["subscriptionId"]
    return Done(items=tuple(_location(id, location) for location in LOCATIONS))


def _subscription(id: str, name: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{id}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": id,
        "tenantId": TENANT,
        "displayName": name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _location(subscription: str, location: Location) -> dict[str, Any]:
    zones = {
        "availabilityZoneMappings": [
            {"logicalZone": zone, "physicalZone": f"{location.name}-az{zone}"} for zone in "123"
        ]
    }
    return {
        "id": f"/subscriptions/{subscription}/locations/{location.name}",
        "name": location.name,
        "type": "Region",
        "displayName": location.display,
        "regionalDisplayName": f"({location.geography}) {location.display}",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended" if location.zones else "Other",
            "geography": location.geography,
            "geographyGroup": location.geography,
            "pairedRegion": [
                {
                    "name": location.paired,
                    "id": f"/subscriptions/{subscription}/locations/{location.paired}",
                }
            ],
        },
        **(zones if location.zones else {}),
    }


ROUTES = (
    Route("GET", "/subscriptions", every),
    Route("GET", "/subscriptions/{subscriptionId}", one),
    Route("GET", "/subscriptions/{subscriptionId}/locations", locations),
    Route("GET", "/tenants", tenants),
)
