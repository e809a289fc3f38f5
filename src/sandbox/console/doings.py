"""What was done through this console, and how it ended, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.operations import Operation, Progress
from sandbox.console.page import Badge, Row, Table

TONES = {Progress.RUNNING: "busy", Progress.SUCCEEDED: "good", Progress.FAILED: "bad"}


def table(title: str, noun: str, done: Sequence[Operation], empty: str) -> Table:
    """``done`` newest first."""
    return Table(
        title=title,
        noun=noun,
        columns=(
            "Operation name",
            "Status",
            "Event time",
            "Resource",
            "Region",
            "Event initiated by",
            "Message",
        ),
        rows=tuple(_row(each) for each in done),
        column=1,
        empty=empty,
    )


def _row(operation: Operation) -> Row:
    return Row(
        str(operation.id),
        operation.title,
        (
            operation.title,
            Badge(operation.progress, TONES[operation.progress]),
            f"{operation.began:%Y/%m/%d %H:%M:%S} UTC",
            operation.resource or "–",
            operation.region,
            operation.user,
            operation.detail or "–",
        ),
    )
