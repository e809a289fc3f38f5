"""Boot diagnostics: a machine's serial log and screenshot, in storage that Azure manages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.azure.express import calls
from modalities.azure.express.board import Board
from modalities.azure.express.bodies import at
from modalities.change import SetDiagnostics
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step

PATH = "properties.diagnosticsProfile.bootDiagnostics"
SETTLED_WITHIN = 60.0

COUNTERPART = (
    "on Azure the metrics of a machine's host are always gathered (Azure Monitor); what can be "
    "turned on and off is boot diagnostics: the serial log and the screenshot"
)


def set_diagnostics(board: Board, change: SetDiagnostics) -> None:
    """Raises Unresolved, Unsupported, CloudError."""
    vms = board.select(change.what, Kind.VM)
    if vms and "monitor" in change.wording.casefold():
        board.advise("info", COUNTERPART)
    for vm in vms:
        if vm.kind is not Kind.VM:
            raise Unsupported(f"only a VM has diagnostics, {vm.ref} has none")
        if bool(vm.attributes.get("monitoring")) is change.enabled:
            state = "on" if change.enabled else "off"
            board.note(f"boot diagnostics of {vm.name} are {state} already")
        else:
            _set(board, vm, change.enabled)


def _set(board: Board, vm: Resource, now: bool) -> None:
    word = "on" if now else "off"
    before = dict(at(board.document(vm), PATH) or {})
    back = {**before, "enabled": not now}
    if before.get("storageUri"):
        board.note(f"boot diagnostics of {vm.name} keep their own storage account")
    elif now:
        board.note(f"boot diagnostics of {vm.name}: in managed storage")
    step = board.add(
        Step(
            id=board.name_step("turn", word, "diagnostics of", vm.name),
            effect=Effect.UPDATE,
            action=calls.patch(vm.id, _body({**before, "enabled": now})),
            why=f"turn boot diagnostics of {vm.name} {word}",
            changes=board.refs(vm),
            expects=(Expect(Kind.VM, vm.id, "is", "monitoring", now),),
            undo=(
                Reversal(
                    calls.patch(vm.id, _body(back)),
                    Effect.UPDATE,
                    f"turn boot diagnostics of {vm.name} {'off' if now else 'on'} again",
                    (Expect(Kind.VM, vm.id, "is", "monitoring", not now, SETTLED_WITHIN),),
                ),
            ),
            before={"monitoring": not now},
            after={"monitoring": now},
        )
    )
    if not now:
        board.advise("info", f"the boot log of {vm.name} is no longer kept", step.id)
    board.revise(vm, monitoring=now)


def _body(boot: Mapping[str, Any]) -> dict[str, Any]:
    return {"properties": {"diagnosticsProfile": {"bootDiagnostics": dict(boot)}}}
