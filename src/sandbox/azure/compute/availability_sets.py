"""Availability sets."""

from __future__ import annotations

from sandbox.azure.compute.sizes import MACHINE, SET, row, sizes
from sandbox.azure.contract import Action, Call, Change, Done, ResourceType, Sight
from sandbox.azure.documents import Document, at, changed
from sandbox.azure.entry import Entry
from sandbox.azure.refusal import Refused, bad_request, conflict


def complete(change: Change) -> Document:
    kept = change.before.properties if change.before else {}
    properties = {
        "platformFaultDomainCount": 2,
        "platformUpdateDomainCount": 5,
        **kept,
        **change.properties,
    }
    for name, most in (("platformFaultDomainCount", 3), ("platformUpdateDomainCount", 20)):
        _check(name, properties[name], most, kept.get(name))
    sku = at(change.body, "sku.name") or "Classic"
    return {**change.body, "sku": {"name": sku}, "properties": properties}


def _check(name: str, value: object, most: int, before: object) -> None:
    if not isinstance(value, int) or not 1 <= value <= most:
        raise bad_request(
            "InvalidParameter",
            f"The specified value '{value}' of {name} must fall in the range 1 to {most}.",
            name,
        )
    if before is not None and value != before:
        raise conflict("PropertyChangeNotAllowed", f"Changing property '{name}' is not allowed.")


def show(sight: Sight) -> Document:
    machines = sight.cloud.referrers(sight.entry, MACHINE)
    listed = [{"id": machine.id.text} for machine in machines]
    return changed(sight.document, "properties.virtualMachines", listed)


def in_use(entry: Entry, by: Entry) -> Refused:
    return conflict(
        "OperationNotAllowed",
        f"Availability Set '{entry.name}' cannot be deleted. Before deleting an Availability Set "
        "please ensure that it does not contain any VM. Current list of VMs: "
        f"'{by.id.text}'.",
    )


def fitting(_: Call) -> Done:
    return Done({"value": [row(size) for size in sizes().values()]})


TYPES = (
    ResourceType(
        name=SET,
        stateful=False,
        complete=complete,
        show=show,
        in_use=in_use,
        actions=(Action("vmSizes", fitting, method="GET"),),
    ),
)
