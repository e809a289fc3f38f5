"""What a page holds, as data: tables, fields, names with values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from modalities.browser.driver.contract import MASK, Field, Table, View
from modalities.browser.driver.controls import Control, controls, held
from modalities.browser.driver.labels import rank
from modalities.browser.driver.looking import Sight
from modalities.browser.driver.places import group_of
from modalities.browser.driver.pruning import options_of, pruned
from modalities.browser.driver.redaction import SPOKEN
from modalities.browser.driver.roles import ACTS, CELLS, HEADS, PRESSED, TABLES, TICKS
from modalities.browser.driver.tree import Node

NEXT = re.compile(r"^\W*(go to )?next\b( page)?\W*$|^[›»→>]$", re.I)
COUNT = re.compile(r"\s*\(\d+(/\d+)?\+?\)$")


def view_of(sight: Sight, characters: int, state: str, status: int) -> View:
    return View(
        url=sight.url,
        title=sight.title,
        text=pruned(sight, characters),
        state=sha256(state.encode()).hexdigest()[:16],
        dialog=sight.dialog,
        fields=tuple(_fields(sight)),
        buttons=tuple(
            node.name
            for node in sight.top.walk()
            if node.role in PRESSED - {"link", "option"} and node.name and node.ref
        ),
        tables=tuple(table_of(node, sight.top) for node in tables_in(sight.top)),
        pairs=dict(_pairs(sight.top)),
        status=status,
    )


def _fields(sight: Sight) -> Iterator[Field]:
    for control in controls(sight):
        node = control.node
        if node.role == "radiogroup" or any(a.role in CELLS for a in node.ancestors()):
            continue
        detail = sight.details.get(node.ref)
        yield Field(
            label=control.label,
            kind=_kind(control, sight),
            value=held(node),
            options=tuple(option.name or option.text for option in options_of(node)),
            required=detail is not None and detail.required,
            disabled="disabled" in node.marks,
            invalid="invalid" in node.marks,
            group=group_of(node),
        )


def _kind(control: Control, sight: Sight) -> str:
    node, detail = control.node, sight.details.get(control.node.ref)
    if node.text == MASK or (detail and detail.secret) or SPOKEN.search(control.label):
        return "secret"
    if node.role in TICKS:
        return "radio" if node.role == "radio" else "check"
    if node.role == "spinbutton":
        return "number"
    if detail is not None and detail.suggests:
        return "suggestions"
    return "list" if node.role in ("combobox", "listbox") else "text"


def tables_in(root: Node) -> list[Node]:
    """Tables that hold rows and no other table; what is made of links to other pages is none."""
    return [
        node
        for node in root.walk()
        if node.role in TABLES
        if any(below.role == "row" for below in node.walk())
        if not any(below.role in TABLES for below in node.walk() if below is not node)
        if not any(above.role == "navigation" for above in node.ancestors())
    ]


def table_name(node: Node, root: Node) -> str:
    """Its own name, or the heading before it, without the count of what is in it."""
    return next(iter(_called(node, root)), "")


def _called(table: Node, root: Node) -> list[str]:
    """What a table answers to: its name, or the headings it stands under, the nearest first."""
    if table.name:
        return [table.name]
    above: list[Node] = []
    for each in root.walk():
        if each is table:
            break
        if each.role in ("heading", "caption") and (each.name or each.text):
            above = [h for h in above if _level(h) < _level(each)] + [each]
    return [COUNT.sub("", heading.name or heading.text) for heading in reversed(above)]


def _level(heading: Node) -> int:
    """A heading whose level is not told stands alone."""
    said = heading.marks.get("level", "")
    return int(said) if said.isdecimal() else 0


def find_tables(root: Node, name: str) -> list[Node]:
    """All where none is named; else those of this name, or under a heading of it."""
    tables = tables_in(root)
    if not name:
        return tables
    return [
        table
        for table in tables
        if any(rank(name, called, loosely=True) is not None for called in _called(table, root))
    ]


def table_of(node: Node, root: Node, complete: bool = True) -> Table:
    rows = [row for row in node.walk() if row.role == "row"]
    heads = _heads(rows)
    columns = _columns(heads[-1] if heads else None)
    found = [_row(row, columns) for row in rows if row not in heads and _cells(row)]
    return Table(
        name=table_name(node, root),
        columns=tuple(column for column in columns if column),
        rows=tuple(row for row in found if row),
        complete=complete and next_button(node) is None,
    )


def _heads(rows: list[Node]) -> list[Node]:
    """The rows that name columns: of several the last does, the others name groups of them."""
    first = next((n for n, row in enumerate(rows) if any(c.role in HEADS for c in row.walk())), 0)
    heads = rows[first : first + 1]
    for row in rows[first + 1 :]:
        if not all(cell.role in HEADS for cell in _cells(row)):
            break
        heads.append(row)
    return heads if any(c.role in HEADS for row in heads for c in row.walk()) else []


def _columns(heads: Node | None) -> list[str]:
    """Names of columns; one without a name has none. Two of one name are numbered."""
    columns: list[str] = []
    for cell in _cells(heads) if heads is not None else ():
        name = _column(cell)
        while name and name in columns:
            name += "'"
        columns.append(name)
    return columns


def _column(cell: Node) -> str:
    """What is written in it, without what its button to sort by it says of itself. A box that
    ticks all rows is no name."""
    if any(node.role == "checkbox" for node in cell.walk()):
        return ""
    texts = [node.text for node in cell.walk() if node.text and not node.role.startswith("/")]
    name = cell.name or " ".join(texts) or cell.words()
    return re.sub(r"^sort by ", "", name, flags=re.I).strip()


def _row(row: Node, columns: list[str]) -> dict[str, str]:
    """Where no columns are named they are numbered from 1."""
    cells = _cells(row)
    names = columns if len(columns) >= len(cells) else [str(n) for n in range(1, len(cells) + 1)]
    told = {name: cell_text(cell) for name, cell in zip(names, cells, strict=False) if name}
    return told if any(told.values()) and (len(cells) > 1 or len(columns) < 2) else {}


def _cells(row: Node) -> list[Node]:
    return [node for node in row.walk() if node.role in CELLS]


def cell_text(cell: Node) -> str:
    """What is written in it. A box to tick says nothing; a field says its value."""
    if cell.name and not any(node.role in ACTS for node in cell.walk() if node is not cell):
        return cell.name
    parts: list[str] = []
    for node in cell.walk():
        if node.role in TICKS or node.role.startswith("/"):
            continue
        below = [child for child in node.children if not child.role.startswith("/")]
        own = node.text or (node.name if node is not cell and not below else "")
        if own and own not in parts:
            parts.append(own)
    return " ".join(parts)


def next_button(table: Node) -> Node | None:
    """What shows the table's next page; None where this is the last."""
    for part in (table, *table.ancestors()):
        found = [
            node
            for node in part.walk()
            if node.role in ("button", "link") and NEXT.match(node.name) and node.ref
        ]
        if found:
            return found[0] if "disabled" not in found[0].marks else None
        if part.role in ("tabpanel", "dialog", "main"):
            return None
    return None


def _pairs(root: Node) -> Iterator[tuple[str, str]]:
    """Terms with their definitions, and rows of two cells with a head at the left."""
    term = ""
    for node in root.walk():
        if node.role == "term":
            term = node.name or node.words()
        elif node.role == "definition" and term:
            yield term, node.name or node.words()
            term = ""
        elif node.role == "row":
            cells = _cells(node)
            if len(cells) == 2 and cells[0].role == "rowheader":
                yield cell_text(cells[0]), cell_text(cells[1])


def lines_with(text: str, page: str) -> list[str]:
    """Lines of a pruned page in which ``text`` stands."""
    wanted = " ".join(text.split()).casefold()
    return [line.strip() for line in page.splitlines() if wanted in line.casefold()]
