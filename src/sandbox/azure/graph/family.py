"""Microsoft.ResourceGraph/resources: one query over the subscriptions.

https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sandbox.azure.contract import Call, Done, Family, Route
from sandbox.azure.entry import Entry
from sandbox.azure.graph.queries import CONTAINERS, RESOURCES, Rows, run
from sandbox.azure.ids import GROUPS
from sandbox.azure.names import TENANT
from sandbox.azure.refusal import bad_request

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

LONGEST = 1000
"""Rows of an answer."""

COLUMNS = (
    "kind",
    "managedBy",
    "sku",
    "plan",
    "properties",
    "tags",
    "identity",
    "zones",
    "extendedLocation",
)


def query(call: Call) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    text = call.body.get("query")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("BadRequest", "The request has no query.")
    asked = call.body.get("subscriptions") or list(cloud.subscriptions)
    wanted = [one for one in asked if str(one).casefold() in cloud.subscriptions]

    def resources() -> Rows:
        places = (f"/subscriptions/{one}".casefold() for one in wanted)
        entries = (entry for place in places for entry in cloud.store.at(f"{place} *"))
        return [_row(cloud, entry) for entry in entries]

    def containers() -> Rows:
        found = [_subscription(one) for one in wanted]
        for one in wanted:
            found += [_row(cloud, group) for group in cloud.find(GROUPS, f"/subscriptions/{one}")]
        return found

    rows = run(text, {RESOURCES: resources, CONTAINERS: containers})
    return Done(_page(rows, call.body.get("options") or {}))


def _row(cloud: EmulatedCloud, entry: Entry) -> dict[str, Any]:
    """Types and groups are in lower case, as the service has them."""
    shown, id = cloud.shown(entry), entry.id
    group = "Microsoft.Resources/subscriptions/resourceGroups" if id.is_group else entry.type
    return {
        "id": id.text,
        "name": entry.name,
        "type": group.lower(),
        "tenantId": TENANT,
        "location": entry.location,
        "resourceGroup": id.group.lower(),
        "subscriptionId": id.subscription,
        **{name: shown.get(name) for name in COLUMNS},
    }


def _subscription(name: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{name}",
        "name": "sandbox",
        "type": "microsoft.resources/subscriptions",
        "tenantId": TENANT,
        "subscriptionId": name,
        "properties": {"state": "Enabled"},
    }


def _page(rows: Rows, options: dict[str, Any]) -> dict[str, Any]:
    token = str(options.get("$skipToken") or options.get("skipToken") or "")
    skip = int(token) if token.isdecimal() else int(options.get("$skip") or 0)
    top = min(int(options.get("$top") or LONGEST), LONGEST)
    part = rows[skip : skip + top]
    page: dict[str, Any] = {
        "totalRecords": len(rows),
        "count": len(part),
        "resultTruncated": "false",
        "facets": [],
        "data": _table(part) if options.get("resultFormat") == "table" else part,
    }
    if skip + top < len(rows):
        page["$skipToken"] = str(skip + top)
    return page


def _table(rows: Rows) -> dict[str, Any]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [{"name": name, "type": _type(rows, name)} for name in names]
    return {"columns": columns, "rows": [[row.get(name) for name in names] for row in rows]}


def _type(rows: Rows, name: str) -> str:
    value = next((row[name] for row in rows if row.get(name) is not None), None)
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "object" if isinstance(value, (dict, list)) else "string"


GRAPH = Family(
    "Microsoft.ResourceGraph",
    routes=(Route("POST", "/providers/Microsoft.ResourceGraph/resources", query),),
)
