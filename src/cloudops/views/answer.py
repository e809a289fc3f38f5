"""An answer for people: the sentence, the tree or the table, and where the pictures are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cloudops.views.plain import safe, tolerant
from cloudops.views.tree import trees

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from cloudops.request import Answer, Table

STATES = {
    "running": "green",
    "available": "green",
    "active": "green",
    "in-use": "green",
    "stopped": "yellow",
    "pending": "yellow",
    "stopping": "yellow",
}


def show(answer: Answer, console: Console) -> None:
    tolerant(console)
    for part in parts(answer):
        console.print(part, highlight=False, markup=False, emoji=False)


def parts(answer: Answer) -> Iterator[RenderableType]:
    """A graph is shown as trees; its table would say the same once more."""
    yield safe(answer.text)
    if answer.graph is not None and answer.graph.nodes:
        yield ""
        yield from trees(answer.graph)
    elif answer.table is not None:
        yield table(answer.table)
    if answer.files:
        yield ""
    for file in answer.files:
        yield safe(f"picture: {file}")


def table(data: Table) -> RenderableType:
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in data.columns:
        grid.add_column(safe(column), overflow="fold")
    for row in data.rows:
        grid.add_row(*(safe(cell, STATES.get(cell, "")) for cell in row))
    return grid
