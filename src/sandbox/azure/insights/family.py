"""Microsoft.Insights: the activity log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sandbox.azure.activity import Event
from sandbox.azure.contract import Call, Done, Family, Route
from sandbox.azure.ids import parse
from sandbox.azure.resources.filtering import filtered
from sandbox.azure.showing import stamp

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

LOG = "/providers/Microsoft.Insights/eventtypes/management/values"


def events(call: Call) -> Done:
    """Newest first; ``$filter`` as documented: times, group, resource, caller, status."""
    cloud = cast("EmulatedCloud", call.cloud)
    within = f"/subscriptions/{call.path['subscriptionId']}".casefold()
    rows = (
        _shown(event)
        for event in cloud.activity.newest_first()
        if event.resource.casefold().startswith(within)
    )
    return Done(items=filtered(rows, call.query.get("$filter", "")))


def _shown(event: Event) -> dict[str, Any]:
    id = parse(event.resource)
    status = "Succeeded" if event.succeeded else "Failed"
    return {
        "eventTimestamp": stamp(event.at),
        "submissionTimestamp": stamp(event.at),
        "caller": event.caller,
        "correlationId": event.correlation,
        "operationId": event.correlation,
        "eventDataId": event.correlation,
        "id": f"{event.resource}/events/{event.correlation}",
        "resourceId": event.resource,
        "resourceUri": event.resource,
        "resourceGroupName": id.group if id else "",
        "resourceType": _value(id.type if id else ""),
        "resourceProviderName": _value(id.namespace if id else ""),
        "resourceProvider": id.namespace if id else "",
        "subscriptionId": id.subscription if id else "",
        "operationName": _value(event.operation),
        "eventName": _value("EndRequest"),
        "category": _value("Administrative"),
        "channels": "Operation",
        "level": "Informational" if event.succeeded else "Error",
        "status": _value(status),
        "subStatus": _value(str(event.status)),
        "authorization": {"action": event.operation, "scope": event.resource},
        "properties": {"statusCode": str(event.status), **_error(event)},
    }


def _error(event: Event) -> dict[str, str]:
    return {"statusMessage": f'{{"error":{{"code":"{event.code}"}}}}'} if event.code else {}


def _value(text: str) -> dict[str, str]:
    return {"value": text, "localizedValue": text}


INSIGHTS = Family(
    "Microsoft.Insights",
    routes=(Route("GET", f"/subscriptions/{{subscriptionId}}{LOG}", events),),
)
