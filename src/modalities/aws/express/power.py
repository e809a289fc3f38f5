"""Machines on, off, and on again."""

from __future__ import annotations

from dataclasses import dataclass

from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2
from modalities.aws.express.vm import RUNNING_WITHIN
from modalities.change import Power, SetPower
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step

STOPPED_WITHIN = 300.0


@dataclass(frozen=True, slots=True)
class Switch:
    operation: str
    opposite: str
    state: str
    before: str
    within: float


SWITCHES = {
    Power.START: Switch("StartInstances", "StopInstances", "running", "stopped", RUNNING_WITHIN),
    Power.STOP: Switch("StopInstances", "StartInstances", "stopped", "running", STOPPED_WITHIN),
}
ON_ITS_WAY = {"pending": "running", "stopping": "stopped"}


def set_power(board: Board, change: SetPower) -> None:
    """Raises Unresolved, Unsupported."""
    for vm in board.select(change.what, Kind.VM):
        if vm.kind is not Kind.VM:
            raise Unsupported(f"only a VM can be {change.power}ed, {vm.ref} cannot")
        if change.power is Power.RESTART:
            restart(board, vm)
        else:
            if change.power is Power.STOP:
                tell_of_stop(board, vm)
            switch(board, vm, change.power, f"{vm.name} is off")


def tell_of_stop(board: Board, vm: Resource) -> None:
    """What a machine loses when it is stopped, be it for a moment."""
    if vm.attributes.get("state") == "stopped":
        return
    public = vm.attributes.get("public_ip")
    addresses = board.world.of(Kind.PUBLIC_IP)
    own = any(p.attributes.get("attached_to") == vm.id for p in addresses)
    more = f"; its public address {public} changes" if public and not own else ""
    board.advise("info", f"what {vm.name} has on instance-store disks is lost{more}")
    if vm.attributes.get("spot"):
        board.advise(
            "warning",
            f"{vm.name} is a spot machine: AWS stops it only if its spot request is persistent",
        )


def switch(board: Board, vm: Resource, power: Power, disrupts: str = "") -> None:
    """Start or stop the machine; no step where it is so already. ``disrupts`` says what a stop
    does to people."""
    way = SWITCHES[power]
    state = vm.attributes.get("state")
    if state == way.state:
        board.note(f"{vm.name} is {state} already")
        return
    me = board.value(vm.id)
    stops = power is Power.STOP
    board.add(
        Step(
            id=board.name_step(power, vm.name),
            effect=Effect.UPDATE,
            action=ec2(way.operation, InstanceIds=[me]),
            why=f"{power} VM {vm.name}",
            changes=board.refs(vm),
            needs=board.changed_by(vm),
            expects=(Expect(Kind.VM, me, "is", "state", way.state, way.within),),
            undo=(
                Reversal(
                    ec2(way.opposite, InstanceIds=[me]),
                    Effect.UPDATE,
                    f"{'start' if stops else 'stop'} {vm.name} again",
                    (Expect(Kind.VM, me, "is", "state", way.before, RUNNING_WITHIN),),
                ),
            ),
            before={"state": state},
            after={"state": way.state},
            disrupts=disrupts if stops else "",
        )
    )
    board.revise(vm, state=way.state)


def restart(board: Board, vm: Resource) -> None:
    """A machine that is off is started. Raises Unsupported."""
    if vm.attributes.get("state") in ("stopped", "stopping"):
        board.note(f"{vm.name} is stopped: it is started")
        switch(board, vm, Power.START)
        return
    me = board.value(vm.id)
    board.add(
        Step(
            id=board.name_step("restart", vm.name),
            effect=Effect.UPDATE,
            action=ec2("RebootInstances", InstanceIds=[me]),
            why=f"restart VM {vm.name}",
            changes=board.refs(vm),
            needs=board.changed_by(vm),
            expects=(Expect(Kind.VM, me, "is", "state", "running"),),
            disrupts=f"{vm.name} is not reachable while it restarts",
        )
    )
