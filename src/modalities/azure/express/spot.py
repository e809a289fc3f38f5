"""From standard to Spot capacity and back.

Azure settles a machine's priority when it is made (a PUT or PATCH of another is refused), so the
machine is deleted and made again from the very disks and interfaces it has: with its name, its
id, its addresses and all that is on its disks. No copy is made, as nothing but the machine's own
entry is deleted; what would go with it is told to stay first. See docs/decisions/azure-spot.md.
"""

from __future__ import annotations

from typing import Any

from modalities.azure.express import calls, disks, interfaces, machines
from modalities.azure.express.board import GONE_WITHIN, Board, Document
from modalities.azure.express.bodies import at, items, put_at
from modalities.azure.express.power import (
    RUNNING_WITHIN,
    STOPPED_WITHIN,
    addresses_of,
    expect_off,
    is_off,
    stop,
)
from modalities.azure.express.resize import sold_as_spot
from modalities.azure.express.vm import SPOT
from modalities.change import SetPriority
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step

NOT_FOR_SPOT = {
    "availabilitySet": "an availability set",
    "host": "a dedicated host",
    "hostGroup": "a group of dedicated hosts",
    "capacityReservation": "reserved capacity",
}
"""Of a machine's properties, what excludes Spot capacity
(learn.microsoft.com/azure/virtual-machines/error-codes-spot)."""


def set_priority(board: Board, change: SetPriority) -> None:
    """Raises Unresolved, Unsupported, CloudError."""
    for vm in board.select(change.what, Kind.VM):
        kind = "Spot" if change.spot else "standard"
        if vm.kind is not Kind.VM:
            raise Unsupported(f"only a VM can run on {kind} capacity, {vm.ref} cannot")
        if bool(vm.attributes.get("spot")) is change.spot:
            board.note(f"{vm.name} is a {kind} VM already")
        else:
            convert(board, vm, change.spot)


def convert(board: Board, vm: Resource, spot: bool) -> None:
    """Make the machine again. Raises Unsupported where what it is made of does not allow that."""
    if board.made_here(vm):
        raise Unsupported(f"{vm.name} is made in this very plan; ask for it as a Spot VM at once")
    document = board.document(vm)
    _refuse(vm, document, spot)
    _warn(board, vm, document, spot)
    before = machines.options(document)
    faces = _keep_addresses(board, vm)
    was = machines.set_options(
        board, vm, document, before, {}, f"keep all that {vm.name} consists of when it is deleted"
    )
    was = machines.with_options(was, {})  # what Azure says nothing of is to stay, too
    rests = is_off(vm)
    stop(board, vm, f"{vm.name} is off until it has been made again: some minutes")
    _remove(board, vm, was, rests, spot)
    body = machines.again(_with_priority(was, spot))
    _make(board, vm, body, spot)
    vm = board.revise(vm, spot=spot, state="running", deallocated=False)
    made = {"id": vm.id, **body}
    board.written(vm, made)
    if rests:
        board.note(f"{vm.name} is stopped now and is stopped again when it has been made")
        stop(board, vm, "")
    machines.set_options(
        board, vm, made, {}, before, f"let go with {vm.name} what went with it before"
    )
    for nic in faces:
        _set_address_options(board, nic, vm, "Delete")


def _refuse(vm: Resource, document: Document, spot: bool) -> None:
    properties = document.get("properties", {})
    size = str(vm.attributes.get("size"))
    if at(document, f"{machines.SYSTEM}.managedDisk.id") is None:
        raise Unsupported(
            f"{vm.name} has no managed system disk of its own that it could be made again from"
        )
    if at(document, f"{machines.SYSTEM}.diffDiskSettings") is not None:
        raise Unsupported(
            f"the system disk of {vm.name} is ephemeral: it is lost when the machine is deleted"
        )
    if properties.get("virtualMachineScaleSet"):
        raise Unsupported(f"{vm.name} is of a scale set, which says what its machines are")
    if not spot:
        return
    if not sold_as_spot(size):
        raise Unsupported(
            f"Azure sells no {size} as Spot (B-series and promotional sizes are not); resize "
            f"{vm.name} first, for example to Standard_D2s_v5"
        )
    for name, words in NOT_FOR_SPOT.items():
        if properties.get(name):
            raise Unsupported(f"{vm.name} is on {words}, which Azure does not combine with Spot")


def _warn(board: Board, vm: Resource, document: Document, spot: bool) -> None:
    board.advise(
        "danger",
        f"{vm.name} is destroyed and made again, not changed in place: Azure settles the priority "
        f"of a machine when it is made. It is off for some minutes, and what it has on its "
        "temporary disk is lost",
    )
    capacity = "Spot capacity or quota" if spot else "capacity or quota"
    board.advise(
        "danger",
        f"the capacity of {vm.name} is given back before the new machine gets its own: where Azure "
        f"has no {capacity} for it, the old one is made again from the same disks, if there is "
        "capacity for that still",
    )
    if spot:
        board.advise(
            "warning",
            f"Azure may take {vm.name} away at any time with 30 seconds' notice; it is then "
            "stopped (deallocated) and keeps its disks, and does not start again by itself",
        )
    board.advise(
        "info",
        f"kept of {vm.name}: its name and id, size, zone, disks and what is on them, network "
        "interfaces, addresses, security groups, pools, tags, boot diagnostics",
    )
    for text in _not_kept(vm, document):
        board.advise("warning", text)


def _not_kept(vm: Resource, document: Document) -> list[str]:
    """What Azure knows of a machine beside its parts, and will not know of the new one."""
    told = [
        f"{vm.name} gets another vmId: backups, alerts and licences that go by it are to be set "
        "up again; Azure forgets its user data and what its administrator is called, while what "
        "is on its disk stays"
    ]
    extensions = [str(r.get("name")).rpartition("/")[2] for r in items(document, "resources")]
    if extensions:
        told.append(f"extensions of {vm.name} are to be installed again: {', '.join(extensions)}")
    if "SystemAssigned" in str(at(document, "identity.type", "")):
        told.append(
            f"the identity that Azure gave {vm.name} is another one then: what it was allowed to "
            "do is to be granted again"
        )
    return told


def _with_priority(document: Document, spot: bool) -> Document:
    properties = {k: v for k, v in document["properties"].items() if k not in SPOT}
    told = SPOT if spot else {"priority": "Regular"}
    return {**document, "properties": {**properties, **told}}


# addresses that would go with the machine


def _keep_addresses(board: Board, vm: Resource) -> tuple[Resource, ...]:
    """The interfaces whose public address was to go with the machine, told to stay."""
    nics = tuple(n for n in interfaces.of(board, vm) if _goes(board.document(n)))
    for nic in nics:
        _set_address_options(board, nic, vm, "Detach")
    return nics


def _goes(document: Document) -> bool:
    found = (at(c, ADDRESS) for c in items(document, "properties.ipConfigurations"))
    return any(at(address, "properties.deleteOption") == "Delete" for address in found)


ADDRESS = "properties.publicIPAddress"


def _set_address_options(board: Board, nic: Resource, vm: Resource, option: str) -> None:
    held = addresses_of(board, vm)
    chosen = [a for a in held if a.attributes.get("nic") == nic.id]
    goes = option == "Delete"

    def edit(properties: dict[str, Any]) -> None:
        properties["ipConfigurations"] = [
            put_at(c, f"{ADDRESS}.properties.deleteOption", option) if at(c, ADDRESS) else c
            for c in properties["ipConfigurations"]
        ]

    def expects(then: bool) -> list[Expect]:
        return [Expect(Kind.PUBLIC_IP, a.id, "is", "delete_with_vm", then, 60) for a in chosen]

    interfaces.rewrite(
        board,
        nic,
        edit,
        words=("mark" if goes else "keep", "address of", nic.name),
        why=f"let the public address of {vm.name} {'go with it' if goes else 'stay'}"
        + (" as before" if goes else " when it is deleted"),
        back=f"let the public address of {vm.name} {'stay' if goes else 'go with it'} again",
        expects=expects(goes),
        restored=expects(not goes),
        before={"address_goes_with_vm": not goes},
        after={"address_goes_with_vm": goes},
        others=chosen,
    )


# the machine itself


def _remove(board: Board, vm: Resource, was: Document, rests: bool, spot: bool) -> None:
    """Delete the machine's entry. Taken back by making it again as it was; what is left of an
    unfinished new one is cleared away for that, which its parts outlive."""
    parts = machines.parts_of(board, was)
    data = [part for part in parts if part.kind is Kind.DISK]
    undo = [
        Reversal(
            calls.delete(vm.id),
            Effect.DELETE,
            f"clear away what there is of an unfinished new {vm.name}; its disks stay",
            (Expect(Kind.VM, vm.id, "absent", within=GONE_WITHIN),),
        ),
        Reversal(
            calls.put(vm.id, machines.again(was)),
            Effect.CREATE,
            f"make {vm.name} again as it was, from its own disks",
            _as_made(vm, data, not spot),
        ),
    ]
    if rests:
        deed = calls.post(vm.id, "deallocate")
        why = f"stop {vm.name} again"
        undo.append(Reversal(deed, Effect.UPDATE, why, expect_off(vm, STOPPED_WITHIN)))
    board.add(
        Step(
            id=board.name_step("replace", vm.name),
            effect=Effect.REPLACE,
            action=calls.delete(vm.id),
            why=f"delete VM {vm.name}, and nothing but it, to make it again of its parts",
            changes=board.refs(vm),
            uses=board.refs(*parts),
            expects=(
                Expect(Kind.VM, vm.id, "absent", within=GONE_WITHIN),
                *(disks.free(disk, within=GONE_WITHIN) for disk in data),
            ),
            undo=tuple(undo),
            before={"spot": not spot},
            after={"spot": spot},
            disrupts=f"{vm.name} is destroyed and made again of the same disks and interfaces",
        )
    )


def _make(board: Board, vm: Resource, body: Document, spot: bool) -> None:
    """The new machine. Sent again it says the same of the same machine, so that a lost answer is
    no danger; its parts outlive it until the very end."""
    made = {"id": vm.id, **body}
    parts = machines.parts_of(board, made)
    data = [part for part in parts if part.kind is Kind.DISK]
    keep = Reversal(
        machines.option_call(made, {}),
        Effect.UPDATE,
        f"keep what the new {vm.name} consists of",
        machines.expects(parts, {}),
    )
    gone = Reversal(
        calls.delete(vm.id),
        Effect.DELETE,
        f"remove the new {vm.name} again; its disks stay",
        (Expect(Kind.VM, vm.id, "absent", within=GONE_WITHIN),),
    )
    board.add(
        Step(
            id=board.name_step("create", Kind.VM, vm.name),
            effect=Effect.CREATE,
            action=calls.put(vm.id, body),
            why=f"make {vm.name} again on {'Spot' if spot else 'standard'} capacity",
            changes=board.refs(vm, *parts),
            expects=_as_made(vm, data, spot),
            undo=(keep, gone),
            before={"spot": not spot},
            after={
                "name": vm.name,
                "spot": spot,
                "size": vm.attributes.get("size"),
                "disks": [disk.name for disk in data],
                "tags": {**vm.tags},
            },
        )
    )


def _as_made(vm: Resource, data: list[Resource], spot: bool) -> tuple[Expect, ...]:
    size = vm.attributes.get("size")
    told: dict[str, Json] = {"spot": spot, "state": "running", "size": size}
    return (
        *(Expect(Kind.VM, vm.id, "is", name, v, RUNNING_WITHIN) for name, v in told.items()),
        *(e for disk in data for e in disks.held_by(disk, vm, within=RUNNING_WITHIN)),
    )
