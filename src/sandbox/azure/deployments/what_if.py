"""What-if: the deployment is really done, and taken back.

So its changes are exact here, which the real service's are not.
https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.azure.deployments import engine
from sandbox.azure.deployments.asked import Asked
from sandbox.azure.deployments.differences import delta, masked, plain
from sandbox.azure.deployments.steps import DELETE, Report, Step
from sandbox.azure.ids import group_id, key_of
from sandbox.azure.templates.place import Level
from sandbox.azure.templates.secrets import scrubbed

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud


def what_if(cloud: EmulatedCloud, wanted: Asked) -> dict[str, Any]:
    """The result's body. Raises Refused where the template itself is refused."""
    template = engine.validated(cloud, wanted)
    others = {entry.key: cloud.shown(entry) for entry in _in_scope(cloud, wanted)}
    with cloud.trial():
        report = engine.deploy(cloud, wanted, template, trying=True)
    changes = [_change(step, wanted.only_ids) for step in report.all_steps()]
    touched = {key_of(step.id) for step in report.all_steps()}
    changes += [
        _ignored(document, wanted.only_ids)
        for key, document in others.items()
        if key not in touched
    ]
    properties: dict[str, Any] = {"correlationId": cloud.correlation, "changes": changes}
    if diagnostics := list(_diagnostics(report)):
        properties["diagnostics"] = diagnostics
    return {"status": "Succeeded", "properties": scrubbed(properties, wanted.hidden)}


def _in_scope(cloud: EmulatedCloud, wanted: Asked) -> Any:
    place = wanted.place
    if place.level is not Level.GROUP:
        return ()
    return cloud.store.at(f"{group_id(place.subscription, place.group).key} *")


def _change(step: Step, only_ids: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"resourceId": step.id}
    before = plain(step.before) if step.before is not None else None
    after = _after(step, before)
    before = masked(before, step.preview)
    kind, differences = _kind(step, before, after)
    if only_ids:
        return {**told, "changeType": "Deploy" if kind in ("Modify", "NoChange") else kind}
    told["changeType"] = kind
    if before is not None:
        told["before"] = before
    if after is not None and kind != "Delete":
        told["after"] = after
    if differences:
        told["delta"] = differences
    return told


def _after(step: Step, before: Any) -> Any:
    """What a GET would show; of what is new, or could not be made, what the template says."""
    if before is not None and step.after is not None:
        return masked(plain(step.after), step.preview)
    if step.operation == DELETE:
        return None
    head = {"id": step.id, "name": step.name.rpartition("/")[2], "type": step.type}
    return {**head, "apiVersion": step.api_version, **step.preview}


def _kind(step: Step, before: Any, after: Any) -> tuple[str, list[dict[str, Any]]]:
    if step.operation == DELETE:
        return "Delete", []
    if before is None:
        return "Create", []
    if step.after is None:
        return "Deploy", []  # it exists, and what would become of it is not known
    differences = list(delta(before, after))
    return ("Modify", differences) if differences else ("NoChange", [])


def _ignored(document: Mapping[str, Any], only_ids: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"resourceId": document["id"], "changeType": "Ignore"}
    if not only_ids:
        told["before"] = told["after"] = plain(document)
    return told


def _diagnostics(report: Report) -> Iterator[dict[str, Any]]:
    """What the trial met with, so that nobody takes a list of changes for a promise."""
    for step in report.all_steps():
        if step.failed is not None:
            yield {
                "level": "Error",
                "code": step.failed.code,
                "target": step.id,
                "message": step.failed.message,
            }
