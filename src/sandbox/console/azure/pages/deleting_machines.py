"""Deleting virtual machines, and what is to go with them."""

from __future__ import annotations

from collections.abc import Sequence

from modalities.receipt import CloudError, Trouble
from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.fleet import Machine, machine
from sandbox.console.azure.visit import Visit, at, short
from sandbox.console.form import Field, Form, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action

WITH = (
    ("os_disk", "Delete the OS disk with it", "storageProfile.osDisk.deleteOption"),
    ("nics", "Delete network interfaces with it", ""),
    ("addresses", "Delete public IP addresses with it", ""),
    ("data_disks", "Delete data disks with it", ""),
)
"""Field, label, and where the machine says that it is so anyway."""


def ask(visit: Visit, ids: Sequence[str]) -> Form:
    first = visit.cloud.get(ids[0])
    names = [short(id) for id in ids]
    return Form(
        action="DeleteVirtualMachine",
        title=f"Delete {names[0]}" if len(ids) == 1 else "Delete resources",
        submit="Delete",
        ids=tuple(ids),
        word=names[0] if len(ids) == 1 else "delete",
        about=("The following will be deleted:", *names),
        warning="Deleting a virtual machine is permanent. Associated resources that are not "
        "chosen here are kept, and go on costing.",
        tabs=(Tab("", tuple(_field(first, *each) for each in WITH)),),
    )


def _field(document: Raw, name: str, label: str, path: str) -> Field:
    anyway = bool(path) and at(document, f"properties.{path}") == "Delete"
    return Field(name=name, label=label, shape=Shape.CHECK, value="on" if anyway else "")


def run(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    for id in ids:
        found = machine(cloud, id)
        cloud.delete(id)
        for part in _with(found, values):
            _gone(cloud, part)
    return Done(f"Successfully deleted virtual machine {', '.join(map(short, ids))}")


def _with(found: Machine, values: Values) -> list[str]:
    """What is to go, in an order in which it can."""
    profile = at(found.document, "properties.storageProfile", {})
    data = [str(at(each, "managedDisk.id", "")) for each in profile.get("dataDisks") or ()]
    parts = {
        "nics": [str(each["id"]) for each in found.nics],
        "addresses": [str(each["id"]) for each in found.public],
        "os_disk": [str(at(profile, "osDisk.managedDisk.id", ""))],
        "data_disks": data,
    }
    return [id for name, ids in parts.items() if values.flag(name) for id in ids if id]


def _gone(cloud: Cloud, id: str) -> None:
    """What the machine took along by itself is not there any more."""
    try:
        cloud.delete(id)
    except CloudError as error:
        if error.trouble is not Trouble.NOT_FOUND:
            raise


ACTIONS = (Action("DeleteVirtualMachine", "Delete virtual machine", run, ask),)
