"""Resource health: whether a resource is available, and why not.

https://learn.microsoft.com/azure/service-health/resource-health-overview
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sandbox.azure.contract import Call, Done, Route
from sandbox.azure.entry import Entry
from sandbox.azure.ids import group_id, segments
from sandbox.azure.refusal import Refused, group_not_found
from sandbox.azure.showing import stamp

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

STATUS = "Microsoft.ResourceHealth/AvailabilityStatuses"
MACHINE = "Microsoft.Compute/virtualMachines"
WATCHED = frozenset(
    {
        MACHINE.casefold(),
        "microsoft.network/loadbalancers",
        "microsoft.network/publicipaddresses",
        "microsoft.storage/storageaccounts",
    }
)
"""Types that the service gives a health for, of those that are imitated."""

FINE = {
    "availabilityState": "Available",
    "title": "Available",
    "summary": "There aren't any known Azure platform problems affecting this resource.",
    "reasonType": "",
}
STOPPED = {
    "availabilityState": "Unavailable",
    "title": "Stopped",
    "summary": "This resource is stopped as requested by an authorized user or process.",
    "reasonType": "UserInitiated",
}
FAILED = {
    "availabilityState": "Unavailable",
    "title": "Failed",
    "summary": "The last operation on this resource failed.",
    "reasonType": "Unplanned",
}


def of_resource(call: Call) -> Done:
    """Now; there is no history but this."""
    parts = segments(call.url)
    where = [part.casefold() for part in parts].index("microsoft.resourcehealth")
    entry = call.cloud.require("/" + "/".join(parts[: where - 1]))
    if entry.type.casefold() not in WATCHED:
        raise Refused(
            400,
            "UnsupportedResourceType",
            f"The resource type '{entry.type}' is not supported by resource health.",
        )
    return Done(_status(cast("EmulatedCloud", call.cloud), entry))


def history(call: Call) -> Done:
    found = of_resource(call).body
    return Done(items=(found,))


def of_all(call: Call) -> Done:
    """Of a subscription or a group."""
    cloud = cast("EmulatedCloud", call.cloud)
    place = f"/subscriptions/{call.path['subscriptionId']}".casefold()
    if "resourceGroupName" in call.path:
        group = group_id(call.path["subscriptionId"], call.path["resourceGroupName"])
        if cloud.get(group) is None:
            raise group_not_found(group.name)
        place = group.key
    entries = (e for e in cloud.store.at(f"{place} *") if e.type.casefold() in WATCHED)
    return Done(items=tuple(_status(cloud, entry) for entry in entries))


def _status(cloud: EmulatedCloud, entry: Entry) -> dict[str, Any]:
    return {
        "id": f"{entry.id.text}/providers/{STATUS}/current",
        "name": "current",
        "type": STATUS,
        "location": entry.location,
        "properties": {
            **_standing(entry),
            "occuredTime": stamp(entry.changed),
            "reasonChronicity": "Persistent",
            "reportedTime": stamp(cloud.now()),
        },
    }


def _standing(entry: Entry) -> dict[str, str]:
    if entry.properties.get("provisioningState") == "Failed":
        return FAILED
    if entry.type == MACHINE and entry.inner.get("power") not in ("running", None):
        return STOPPED
    return FINE


SUBSCRIPTION = "/subscriptions/{subscriptionId}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/{{resourceGroupName}}"
ALL = "/providers/Microsoft.ResourceHealth/availabilityStatuses"

ROUTES = (
    Route("GET", f"{SUBSCRIPTION}{ALL}", of_all),
    Route("GET", f"{GROUP}{ALL}", of_all),
    Route("GET", f"/{{resourceUri}}{ALL}", history),
    Route("GET", f"/{{resourceUri}}{ALL}/current", of_resource),
)
