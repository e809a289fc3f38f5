"""Boot diagnostics and monitoring: on AWS, detailed monitoring."""

from __future__ import annotations

from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2
from modalities.change import SetDiagnostics
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Effect, Expect, Reversal, Step

CALLS = {True: "MonitorInstances", False: "UnmonitorInstances"}

COUNTERPART = (
    "on AWS the counterpart of boot diagnostics is detailed monitoring; boot logs are always kept "
    "there (aws ec2 get-console-output)"
)


def set_diagnostics(board: Board, change: SetDiagnostics) -> None:
    """Raises Unresolved, Unsupported."""
    vms = board.select(change.what, Kind.VM)
    if vms and "monitor" not in change.wording.casefold():
        board.advise("info", COUNTERPART)
    for vm in vms:
        if vm.kind is not Kind.VM:
            raise Unsupported(f"only a VM has diagnostics, {vm.ref} has none")
        if bool(vm.attributes.get("monitoring")) is change.enabled:
            state = "on" if change.enabled else "off"
            board.note(f"detailed monitoring of {vm.name} is {state} already")
            continue
        me = board.value(vm.id)
        now, then = change.enabled, not change.enabled
        board.add(
            Step(
                id=board.name_step("monitor" if now else "unmonitor", vm.name),
                effect=Effect.UPDATE,
                action=ec2(CALLS[now], InstanceIds=[me]),
                why=f"turn detailed monitoring of {vm.name} {'on' if now else 'off'}",
                changes=board.refs(vm),
                needs=board.changed_by(vm),
                expects=(Expect(Kind.VM, me, "is", "monitoring", now),),
                undo=(
                    Reversal(
                        ec2(CALLS[then], InstanceIds=[me]),
                        Effect.UPDATE,
                        f"turn detailed monitoring of {vm.name} {'on' if then else 'off'} again",
                        (Expect(Kind.VM, me, "is", "monitoring", then, within=60),),
                    ),
                ),
                before={"monitoring": then},
                after={"monitoring": now},
            )
        )
        board.revise(vm, monitoring=now)
