"""The part of a table that is on the page: filtered, sorted, cut into pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.console.page import Cell, Row, Table

PAGE = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """``matching`` of ``total`` rows passed the filters; ``rows`` are those of this page.
    ``choices`` are the values of the column that has a filter."""

    rows: tuple[Row, ...]
    total: int
    matching: int
    page: int
    pages: int
    find: str
    only: str
    choices: tuple[str, ...]
    sort: int | None
    descending: bool

    def sorting(self, column: int) -> str:
        """As ``aria-sort`` says it."""
        if self.sort != column:
            return "none"
        return "descending" if self.descending else "ascending"


def shown(table: Table, query: Mapping[str, str], *, paging: bool) -> Shown:
    """``query``: ``find``, ``only``, ``sort`` (a column's number), ``desc``, ``page``."""
    find, only = query.get("find", "").strip(), query.get("only", "")
    column = table.column
    choices = tuple(sorted({text(r.cells[column]) for r in table.rows})) if column else ()
    rows = [r for r in table.rows if _found(r, find)]
    if column and only in choices:
        rows = [r for r in rows if text(r.cells[column]) == only]
    sort = _number(query.get("sort", ""))
    sort = sort if sort is not None and sort < len(table.columns) else None
    descending = query.get("desc") == "1"
    if sort is not None:
        by = sort
        rows.sort(key=lambda r: text(r.cells[by]).casefold(), reverse=descending)
    size = PAGE if paging else max(1, len(rows))
    pages = max(1, -(-len(rows) // size))
    page = min(pages, _number(query.get("page", "")) or 1)
    return Shown(
        rows=tuple(rows[(page - 1) * size : page * size]),
        total=len(table.rows),
        matching=len(rows),
        page=page,
        pages=pages,
        find=find,
        only=only,
        choices=choices,
        sort=sort,
        descending=descending,
    )


def everything(table: Table) -> Shown:
    """For a table inside a page."""
    return shown(table, {}, paging=False)


def text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


def _found(row: Row, find: str) -> bool:
    wanted = find.casefold()
    return not wanted or any(wanted in part.casefold() for part in _texts(row.cells))


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [text(cell) for cell in cells]


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 7 else None
