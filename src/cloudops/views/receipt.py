"""What came of each step, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cloudops.views.plain import plain, safe
from modalities.receipt import Outcome, Receipt

if TYPE_CHECKING:
    from rich.table import Table

STYLES = {
    Outcome.DONE: "green",
    Outcome.NO_OP: "dim",
    Outcome.FAILED: "bold red",
    Outcome.UNKNOWN: "bold yellow",
}
WORDS = {
    Outcome.DONE: "done",
    Outcome.NO_OP: "nothing to do",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "not known",
}


def receipts(rows: Iterable[Receipt]) -> Table:
    """Step, outcome, the id of what was made or the cloud's error, and seconds."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("step", overflow="fold")
    table.add_column("outcome", no_wrap=True)
    table.add_column("id", overflow="fold")
    table.add_column("seconds", justify="right", no_wrap=True)
    for receipt in rows:
        table.add_row(
            safe(receipt.step),
            safe(WORDS[receipt.outcome], STYLES[receipt.outcome]),
            safe(_result(receipt)),
            f"{seconds(receipt):.2f}",
        )
    return table


def seconds(receipt: Receipt) -> float:
    return max(0.0, (receipt.finished_at - receipt.started_at).total_seconds())


def _result(receipt: Receipt) -> str:
    if receipt.error is not None:
        return f"{receipt.error.code}: {receipt.error.message}"
    id = receipt.outputs.get("id")
    return short(str(id)) if id else ""


def short(id: str) -> str:
    """Of an ARN its last part, which tells it from others."""
    return plain(id.split(":", 5)[-1] if id.startswith("arn:") else id)


def tally(rows: Sequence[Receipt]) -> str:
    """``3 done, 1 failed``, in the order of the table's words."""
    counts = [(WORDS[o], sum(r.outcome is o for r in rows)) for o in Outcome]
    return ", ".join(f"{count} {word}" for word, count in counts if count)
