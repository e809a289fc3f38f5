"""reference() and list*(), answered by the cloud that is deployed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.azure.contract import Call
from sandbox.azure.ids import parse
from sandbox.azure.refusal import Refused, not_emulated, resource_not_found
from sandbox.azure.templates.values import Json

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

OUTPUTS = "outputs"
"""Where a deployment's entry keeps its outputs with their secure values."""


@dataclass(frozen=True, slots=True)
class CloudRuntime:
    """Implements templates.scope.Runtime. Raises Refused for what the cloud refuses."""

    cloud: EmulatedCloud

    def reference(self, id_: str, api_version: str | None) -> Mapping[str, Any]:  # noqa: ARG002
        entry = self.cloud.get(id_)
        if entry is None:
            found = parse(id_)
            raise resource_not_found(found) if found else Refused(404, "ResourceNotFound", id_)
        document = dict(self.cloud.shown(entry))
        if OUTPUTS in entry.inner:
            properties = {**document["properties"], OUTPUTS: entry.inner[OUTPUTS]}
            document["properties"] = properties
        return document

    def listed(self, id_: str, function: str, api_version: str, body: Json) -> Json:
        entry = self.cloud.require(id_)
        type_ = self.cloud.registry.get(entry.type)
        action = type_.action("POST", function) if type_ else None
        if action is None:
            raise not_emulated(f"{function} of {entry.type}")
        query = {"api-version": api_version}
        call = Call(self.cloud, "POST", {}, query, body or {}, entry, self.cloud.principal)
        return action.run(call).body
