"""How far a run got, from its journal: what `resume` and `undo` start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cloudops.engine.progress import Progress
from cloudops.state.contract import Event
from modalities.codec import decode
from modalities.plan import Plan
from modalities.receipt import Outcome, Receipt
from modalities.target import Approval


@dataclass(slots=True)
class Recalled:
    """``doubtful`` steps were begun and have no receipt: they may have taken effect.
    ``undoing`` tells that the run had failed and was taking itself back."""

    progress: Progress = field(default_factory=Progress)
    doubtful: set[str] = field(default_factory=set)
    approval: Approval | None = None
    undoing: bool = False

    def copy(self) -> Recalled:
        """One that can be gone on with for itself."""
        progress = replace(self.progress, receipts={**self.progress.receipts})
        return replace(self, progress=progress, doubtful={*self.doubtful})


def recall(journal: Sequence[Event]) -> Recalled:
    """What the journal says of the execution; rehearsals are not part of it, nor what a process
    still wrote when another one had the run's locks."""
    recalled, fence = Recalled(), 0
    for event in journal:
        if event.stage not in ("confirm", "execute", "settle"):
            continue
        body = event.body
        if body.get("fence", fence) < fence:
            continue  # written by who had lost the locks: others had gone on by then, and looked
        match event.what:
            case "locked":
                fence = body.get("fence", fence)
            case "approved":
                approval = decode(Approval, body["approval"])
                if recalled.approval and recalled.approval.digest != approval.digest:
                    recalled = Recalled()  # another hand's plan, after the first was taken back
                recalled.approval = approval
            case "intended":
                recalled.doubtful.add(str(body["step"]))
            case "receipt":
                _receipt(recalled, decode(Receipt, body["receipt"]))
            case "undoing" | "left":
                recalled.undoing = True
            case "undone":
                receipt = decode(Receipt, body["receipt"])
                if receipt.outcome in (Outcome.DONE, Outcome.NO_OP):
                    recalled.progress.reversals.add(receipt.step)
                    if body.get("last", True):
                        recalled.progress.undone[str(body["undoes"])] = receipt
            case _:
                continue
    return recalled


def recalled_of(plan: Plan, journal: Sequence[Event]) -> Recalled:
    """How far this very plan got. The plan of a hand that is tried after another one may be
    known before anything of it is approved: then nothing of it was begun."""
    recalled = recall(journal)
    approval = recalled.approval
    return Recalled() if approval and approval.digest != plan.digest else recalled


def _receipt(recalled: Recalled, receipt: Receipt) -> None:
    if receipt.outcome is Outcome.UNKNOWN and not receipt.partial:
        return  # still in doubt
    recalled.doubtful.discard(receipt.step)
    if receipt.outcome is Outcome.FAILED:
        return  # sent again on resume
    recalled.progress.receipts.pop(receipt.step, None)
    recalled.progress.receipts[receipt.step] = receipt
