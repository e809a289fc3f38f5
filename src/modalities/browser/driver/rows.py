"""Rows of tables: known by what is written in them, page after page."""

from __future__ import annotations

from modalities.browser.driver.contract import Table, Why
from modalities.browser.driver.desk import Desk
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.pressing import press_on
from modalities.browser.driver.reading import (
    cell_text,
    find_tables,
    next_button,
    table_name,
    table_of,
)
from modalities.browser.driver.roles import CELLS, HEADS
from modalities.browser.driver.setting import SO_ALREADY, switch
from modalities.browser.driver.tree import Node
from modalities.browser.driver.verbs import ReadTable, SelectRow


def select_row(desk: Desk, verb: SelectRow) -> str:
    """By its box, or where it has none by a click beside its links. Raises Halt."""
    row = _row(desk, verb)
    ticks = [node for node in row.walk() if node.role in ("checkbox", "radio") and node.ref]
    if ticks:
        return switch(desk, ticks[0], verb.on)
    if ("selected" in row.marks) == verb.on:
        return SO_ALREADY
    return press_on(desk, _beside_links(row))


def _row(desk: Desk, verb: SelectRow) -> Node:
    for turned in range(max(verb.pages, 1)):
        tables = find_tables(desk.sight.top, verb.table)
        if not tables:
            raise Halt(Why.NOT_FOUND, f'there is no table "{verb.table}"'.replace(' ""', ""))
        rows = _rows_with(tables, verb.text)
        if len(rows) == 1:
            return rows[0]
        if rows:
            words = tuple(row.name or row.words() for row in rows)
            raise Halt(Why.AMBIGUOUS, f'{len(rows)} rows hold "{verb.text}"', words)
        if turned + 1 >= verb.pages or not _turn(desk, tables):
            break
    raise Halt(Why.NOT_FOUND, f'no row holds "{verb.text}"')


def _rows_with(tables: list[Node], text: str) -> list[Node]:
    """Rows with a cell that is the text; failing these, with a cell that holds it."""
    rows = [
        row
        for table in tables
        for row in table.walk()
        if row.role == "row" and not any(cell.role in HEADS for cell in row.walk())
    ]
    wanted = " ".join(text.split())
    exact = [row for row in rows if any(_text(cell) == wanted for cell in _cells(row))]
    return exact or [row for row in rows if any(wanted in _text(c) for c in _cells(row))]


def _cells(row: Node) -> list[Node]:
    return [cell for cell in row.walk() if cell.role in CELLS]


def _text(cell: Node) -> str:
    return " ".join(cell_text(cell).split())


def _beside_links(row: Node) -> Node:
    """A cell that is only text: a link in the row would lead away."""
    plain = [c for c in _cells(row) if c.ref and not any(n.role == "link" for n in c.walk())]
    return plain[0] if plain else row


def read_table(desk: Desk, verb: ReadTable) -> str:
    """Every page of it, ``verb.pages`` at most; the rows go to ``desk.tables``."""
    tables = _readable(desk, verb.name)
    if not tables:
        named = f' "{verb.name}"' if verb.name else ""
        raise Halt(Why.NOT_FOUND, f"there is no table{named}")
    if len(tables) > 1:
        names = tuple(table_name(table, desk.sight.top) for table in tables)
        raise Halt(Why.AMBIGUOUS, f"there are {len(tables)} tables", names)
    read = [table_of(tables[0], desk.sight.top)]
    while len(read) < verb.pages and not read[-1].complete and _turn(desk, tables):
        tables = _readable(desk, verb.name)[:1]
        if not tables:
            break
        read.append(table_of(tables[0], desk.sight.top))
    desk.tables.append(_joined(read))
    return f"{len(desk.tables[-1].rows)} rows"


def _readable(desk: Desk, name: str) -> list[Node]:
    """Beside a table that names its columns, one that does not only puts things in their place."""
    tables = find_tables(desk.sight.top, name)
    told = [table_of(table, desk.sight.top) for table in tables]
    named = [t for t, read in zip(tables, told, strict=True) if read.columns and read.rows]
    return named if len(named) == 1 else tables


def _joined(read: list[Table]) -> Table:
    return Table(
        name=read[0].name,
        columns=read[0].columns,
        rows=tuple(row for table in read for row in table.rows),
        complete=read[-1].complete,
    )


def _turn(desk: Desk, tables: list[Node]) -> bool:
    """To the next page, where there is one and it is another."""
    button = next((found for table in tables if (found := next_button(table))), None)
    if button is None:
        return False
    before = desk.text
    press_on(desk, button)
    desk.rest()
    return desk.text != before
