"""A place to evaluate expressions in, and a cloud that answers reference() from a dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.azure.templates.evaluator import said
from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.place import Level, Place
from sandbox.azure.templates.scope import Given, Scope, Setting
from sandbox.azure.templates.template import Template, read

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
GROUP = Place(Level.GROUP, SUBSCRIPTION, "examplegroup")
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def setting(place: Place = GROUP) -> Setting:
    return Setting(
        place,
        deployment={"name": "test", "properties": {"mode": "Incremental"}},
        subscription={"id": f"/subscriptions/{SUBSCRIPTION}", "subscriptionId": SUBSCRIPTION},
        resource_group={"id": place.id, "name": place.group, "location": "eastus", "tags": {}},
        zones={"westus2": ("1", "2", "3")},
        now=datetime(2020, 4, 7, 14, 53, 14, tzinfo=UTC),
        new_guid=lambda: "b76a51fc-bd72-4a77-b9a2-3c29e7d2e551",
    )


def scope(**parameters: Any) -> Scope:
    return Scope(setting(), parameters=Given("parameter", parameters))


def value(expression: str, **parameters: Any) -> Any:
    return said(f"[{expression}]", scope(**parameters))


def template(**sections: Any) -> dict[str, Any]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [], **sections}


def reading(given: Mapping[str, Any] | None = None, **sections: Any) -> Template:
    values = {name: {"value": one} for name, one in (given or {}).items()}
    return read(template(**sections), values, setting())


def resource(name: str, **more: Any) -> dict[str, Any]:
    """A public IP, unless it says otherwise."""
    declared = {
        "type": "Microsoft.Network/publicIPAddresses",
        "apiVersion": "2023-05-01",
        "name": name,
        "location": "eastus",
        "properties": {},
    }
    return {**declared, **more}


@dataclass
class Held:
    """Implements templates.scope.Runtime over a dictionary of resources by id in lower case."""

    resources: Mapping[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def reference(self, id_: str, api_version: str | None) -> Mapping[str, Any]:
        self.asked.append(id_)
        found = self.resources.get(id_.lower())
        if found is None:
            raise ExpressionFault(f"The Resource '{id_}' was not found.")
        return dict(found)

    def listed(self, id_: str, function: str, api_version: str, body: Any) -> Any:
        self.asked.append(f"{id_}/{function}")
        return {"keys": [{"value": f"key of {id_.rpartition('/')[2]}"}]}
