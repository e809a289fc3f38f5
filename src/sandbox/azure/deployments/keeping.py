"""A deployment as a resource: what of it is kept, and how it is shown.

https://learn.microsoft.com/rest/api/resources/deployments/get
https://learn.microsoft.com/rest/api/resources/deployment-operations/list
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.azure.deployments.asked import Asked
from sandbox.azure.deployments.runtime import OUTPUTS
from sandbox.azure.deployments.steps import CREATE, Report, Step
from sandbox.azure.entry import Entry
from sandbox.azure.showing import stamp
from sandbox.azure.templates.place import Level
from sandbox.azure.templates.resources import Resource
from sandbox.azure.templates.secrets import scrubbed

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

OPERATIONS, TEMPLATE = "operations", "template"
NO_TIME = "PT0S"


def itself(wanted: Asked) -> dict[str, Any]:
    """What deployment() gives."""
    told: dict[str, Any] = {
        "name": wanted.name,
        "properties": {
            "template": wanted.template,
            "templateHash": template_hash(wanted.template),
            "parameters": scrubbed(wanted.parameters, wanted.hidden),
            "mode": wanted.mode,
            "provisioningState": "Accepted",
        },
    }
    if wanted.place.level is not Level.GROUP:
        told["location"] = wanted.location
    return told


def template_hash(template: Any) -> str:
    """The same for the same template; not Microsoft's own, which is not public."""
    written = json.dumps(template, sort_keys=True, separators=(",", ":"))
    return str(int.from_bytes(hashlib.sha256(written.encode()).digest()[:8], "big"))


def keep(cloud: EmulatedCloud, wanted: Asked, report: Report) -> Entry:
    """The deployment among the resources of its scope."""
    entry = cloud.put(wanted.id, scrubbed(document(cloud, wanted, report), wanted.hidden))
    kept = replace(
        entry,
        inner={
            OUTPUTS: report.outputs,
            OPERATIONS: scrubbed(list(operations(wanted, report)), wanted.hidden),
            TEMPLATE: wanted.template,
        },
    )
    cloud.keep(kept)
    return kept


def document(cloud: EmulatedCloud, wanted: Asked, report: Report) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "templateHash": template_hash(wanted.template),
        "parameters": report.parameters,
        "mode": wanted.mode,
        "provisioningState": "Failed" if report.failed else "Succeeded",
        "timestamp": stamp(cloud.now()),
        "duration": NO_TIME,
        "correlationId": cloud.correlation,
        "providers": _providers(report),
        "dependencies": list(_dependencies(report)),
        "outputResources": [{"id": id_} for id_ in _made(report)],
    }
    if report.failed:
        properties["error"] = report.failed.error
    else:
        properties["outputs"] = report.shown_outputs
    told: dict[str, Any] = {"properties": properties}
    if wanted.location:
        told["location"] = wanted.location
    if wanted.tags:
        told["tags"] = dict(wanted.tags)
    return told


def _made(report: Report) -> list[str]:
    """Ids, those of nested deployments too."""
    made = (step.id for step in report.all_steps() if step.done and step.operation == CREATE)
    return list(dict.fromkeys(made))


def _providers(report: Report) -> list[dict[str, Any]]:
    """Namespaces and types, with the locations they are used in."""
    found: dict[str, dict[str, set[str]]] = {}
    for step in report.steps:
        namespace, _, type_ = step.type.partition("/")
        where = str((step.after or {}).get("location") or "")
        found.setdefault(namespace, {}).setdefault(type_, set()).add(where)
    return [
        {
            "namespace": namespace,
            "resourceTypes": [
                {"resourceType": type_, "locations": sorted(where - {""}) or [None]}
                for type_, where in types.items()
            ],
        }
        for namespace, types in found.items()
    ]


def _dependencies(report: Report) -> Iterator[dict[str, Any]]:
    by_key = {one.key: one for one in report.resources}
    for one in report.resources:
        needs = [by_key[key] for key in one.depends if by_key[key].deployed]
        if one.deployed and needs:
            yield {"dependsOn": [_named(each) for each in needs], **_named(one)}


def _named(one: Resource) -> dict[str, str]:
    return {"id": one.id, "resourceType": one.type, "resourceName": one.name}


def operations(wanted: Asked, report: Report) -> Iterator[dict[str, Any]]:
    for step in report.steps:
        if not step.skipped:
            yield _operation(wanted, step)
    failed = report.failed is not None and any(step.failed for step in report.steps)
    if report.steps and not failed:
        last = report.steps[-1]
        yield _written(
            wanted,
            "evaluate outputs",
            stamp(last.at),
            {
                "provisioningOperation": "EvaluateDeploymentOutput",
                "provisioningState": "Failed" if report.failed else "Succeeded",
                "statusCode": "BadRequest" if report.failed else "OK",
            },
        )


STATUSES = {
    400: "BadRequest",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    412: "PreconditionFailed",
    429: "TooManyRequests",
}


def _operation(wanted: Asked, step: Step) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "provisioningOperation": step.operation,
        "provisioningState": "Failed" if step.failed else "Succeeded",
        "statusCode": "OK" if step.before is not None else "Created",
        "targetResource": {
            "id": step.id,
            "resourceType": step.type,
            "resourceName": step.name,
        },
    }
    if step.failed:
        properties["statusCode"] = STATUSES.get(step.failed.status, "Conflict")
        properties["statusMessage"] = {"status": "Failed", "error": step.failed.error}
    return _written(wanted, step.id, stamp(step.at), properties)


def _written(wanted: Asked, what: str, at: str, properties: dict[str, Any]) -> dict[str, Any]:
    id_ = uuid5(NAMESPACE_URL, f"{wanted.id}/{what}").hex[:16].upper()
    return {
        "id": f"{wanted.id}/operations/{id_}",
        "operationId": id_,
        "properties": {
            **properties,
            "timestamp": at,
            "duration": NO_TIME,
            "trackingId": str(uuid5(NAMESPACE_URL, f"{wanted.id}/{what}/tracking")),
        },
    }
