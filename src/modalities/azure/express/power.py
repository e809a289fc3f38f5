"""Machines on, off, and on again. Off means deallocated: what is only powered off goes on to
cost what it costs running (learn.microsoft.com/azure/virtual-machines/states-billing)."""

from __future__ import annotations

from modalities.azure.express import calls
from modalities.azure.express.board import Board
from modalities.change import Power, SetPower
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step

RUNNING_WITHIN = 300.0
STOPPED_WITHIN = 300.0

GOING = ("running", "pending")


def set_power(board: Board, change: SetPower) -> None:
    """Raises Unresolved, Unsupported."""
    for vm in board.select(change.what, Kind.VM):
        if vm.kind is not Kind.VM:
            raise Unsupported(f"only a VM can be {change.power}ed, {vm.ref} cannot")
        match change.power:
            case Power.START:
                start(board, vm)
            case Power.STOP:
                tell_of_stop(board, vm)
                stop(board, vm, f"{vm.name} is off")
            case Power.RESTART:
                restart(board, vm)


def is_off(vm: Resource) -> bool:
    """Whether its hardware is given back."""
    return vm.attributes.get("state") == "stopped" and vm.attributes.get("deallocated") is not False


def tell_of_stop(board: Board, vm: Resource) -> None:
    """What a machine loses when it is deallocated, be it for a moment."""
    if is_off(vm):
        return
    changing = ", ".join(a.name for a in addresses_of(board, vm) if _moves(a))
    more = f"; its public address {changing} is dynamic and changes" if changing else ""
    board.advise(
        "info",
        f"{vm.name} is deallocated, so that it costs nothing but its disks and addresses: what it "
        f"has on its temporary disk is lost{more}",
    )
    if vm.attributes.get("spot"):
        board.advise(
            "warning",
            f"{vm.name} is a Spot machine: Azure may have no spare capacity when it is to start "
            "again",
        )


def addresses_of(board: Board, vm: Resource) -> tuple[Resource, ...]:
    """The public addresses that reach the machine."""
    found = board.world.of(Kind.PUBLIC_IP)
    return tuple(a for a in found if a.attributes.get("attached_to") == vm.id)


def _moves(address: Resource) -> bool:
    return address.attributes.get("allocation") == "dynamic"


def stop(board: Board, vm: Resource, disrupts: str) -> None:
    """Deallocate the machine; no step where it is so. ``disrupts`` says what that does."""
    if is_off(vm):
        board.note(f"{vm.name} is stopped already")
        return
    ran = vm.attributes.get("state") in GOING
    power_on = [_back(vm, "start", f"start {vm.name} again", "running")]
    power_off = [] if ran else [_back(vm, "powerOff", f"power {vm.name} off again", "stopped")]
    board.add(
        Step(
            id=board.name_step("stop", vm.name),
            effect=Effect.UPDATE,
            action=calls.post(vm.id, "deallocate"),
            why=f"stop VM {vm.name} and give its hardware back (deallocate)",
            changes=board.refs(vm),
            expects=expect_off(vm, STOPPED_WITHIN),
            undo=(*power_on, *power_off),
            before=_shown(vm),
            after={"state": "stopped", "deallocated": True},
            disrupts=disrupts if ran else "",
        )
    )
    board.revise(vm, state="stopped", deallocated=True)


def start(board: Board, vm: Resource) -> None:
    """Start the machine; no step where it runs."""
    state = vm.attributes.get("state")
    if state in GOING:
        board.note(f"{vm.name} is {state} already")
        return
    given_back = is_off(vm)
    deed = "deallocate" if given_back else "powerOff"
    board.add(
        Step(
            id=board.name_step("start", vm.name),
            effect=Effect.UPDATE,
            action=calls.post(vm.id, "start"),
            why=f"start VM {vm.name}",
            changes=board.refs(vm),
            expects=(Expect(Kind.VM, vm.id, "is", "state", "running", RUNNING_WITHIN),),
            undo=(_back(vm, deed, f"stop {vm.name} again", "stopped"),),
            before=_shown(vm),
            after={"state": "running"},
        )
    )
    board.revise(vm, state="running", deallocated=False)


def restart(board: Board, vm: Resource) -> None:
    """A machine that is off is started."""
    if vm.attributes.get("state") not in GOING:
        board.note(f"{vm.name} is stopped: it is started")
        start(board, vm)
        return
    board.add(
        Step(
            id=board.name_step("restart", vm.name),
            effect=Effect.UPDATE,
            action=calls.post(vm.id, "restart"),
            why=f"restart VM {vm.name}",
            changes=board.refs(vm),
            expects=(Expect(Kind.VM, vm.id, "is", "state", "running", RUNNING_WITHIN),),
            disrupts=f"{vm.name} is not reachable while it restarts",
        )
    )


def expect_off(vm: Resource, within: float = 0.0) -> tuple[Expect, ...]:
    return (
        Expect(Kind.VM, vm.id, "is", "state", "stopped", within),
        Expect(Kind.VM, vm.id, "is", "deallocated", True, within),
    )


def _back(vm: Resource, deed: str, why: str, state: str) -> Reversal:
    expects: tuple[Expect, ...] = (Expect(Kind.VM, vm.id, "is", "state", state, RUNNING_WITHIN),)
    if deed == "deallocate":
        expects = expect_off(vm, STOPPED_WITHIN)
    return Reversal(calls.post(vm.id, deed), Effect.UPDATE, why, expects)


def _shown(vm: Resource) -> dict[str, Json]:
    known = {name: vm.attributes.get(name) for name in ("state", "deallocated")}
    return {name: value for name, value in known.items() if value is not None}
