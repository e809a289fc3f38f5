"""Extensions of machines: kept and listed. What they would run in a guest, does not run."""

from __future__ import annotations

from sandbox.azure.compute.sizes import MACHINE
from sandbox.azure.contract import Change, ResourceType
from sandbox.azure.documents import Document
from sandbox.azure.refusal import bad_request, conflict

NEEDED = ("publisher", "type", "typeHandlerVersion")


def complete(change: Change) -> Document:
    machine = change.cloud.require(change.id.above)
    if machine.inner["power"] != "running":
        raise conflict(
            "OperationNotAllowed", "Cannot modify extensions in the VM when the VM is not running."
        )
    properties = {**(change.before.properties if change.before else {}), **change.properties}
    for name in NEEDED:
        if not properties.get(name):
            raise bad_request(
                "InvalidParameter", f"Required parameter '{name}' is missing (null).", name
            )
    properties.setdefault("autoUpgradeMinorVersion", False)
    return {**change.body, "properties": properties}


TYPES = (
    ResourceType(
        name=f"{MACHINE}/extensions",
        complete=complete,
        secret=("properties.protectedSettings",),
        seconds={"PUT": 30, "DELETE": 20},
    ),
)
