"""A page as text for whoever decides: only what says or does something, one line a thing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from modalities.browser.driver.looking import Detail, Sight
from modalities.browser.driver.roles import ACTS, CELLS, FIELDS, HEADS, NAMED, SAYS, TABLES, TICKS
from modalities.browser.driver.tree import Node

SHOWN = ("disabled", "checked", "selected", "expanded", "pressed", "invalid")

LED = ("link", "button", "menuitem", "tab")
"""What a navigation is told by."""

OPTIONS = 12
"""Options of a list that are shown."""

REF = re.compile(r" @(?:f\d+)?[eh]\d+\b")


def pruned(sight: Sight, characters: int) -> str:
    """The part of the page that can be used now, with refs (``@e12``)."""
    lines = list(_lines(sight.top, 0, sight))
    if sight.dialogs:
        lines.insert(0, "(behind this dialog is the page; it cannot be used now)")
    return _limited(_without_echoes(lines), characters)


def without_refs(text: str) -> str:
    return REF.sub("", text)


def difference(before: str, after: str) -> str:
    """Lines that came (``+``) and went (``-``), refs aside."""
    one, two = without_refs(before).splitlines(), after.splitlines()
    bare = [without_refs(line) for line in two]
    lines: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, bare, False).get_opcodes():
        if kind != "equal":
            lines += [f"- {line.strip()}" for line in one[a:b]]
            lines += [f"+ {line.strip()}" for line in two[c:d]]
    return "\n".join(lines)


def _lines(node: Node, depth: int, sight: Sight) -> Iterator[str]:
    indent = "  " * depth
    role = node.role
    if role == "/url" or (role in ("img", "separator") and not node.name):
        return
    if role == "navigation":
        yield indent + _navigation(node)
    elif role == "row":
        yield indent + _row(node, sight)
    elif role in ACTS:
        yield indent + acting(node, sight.details.get(node.ref))
        yield from _inside(node, depth + 1, sight)
    elif role == "heading":
        opens = f" (clickable @{node.ref})" if _opens(node) else ""
        yield f"{indent}# {node.name or node.words()}{opens}"
        yield from (
            line for child in node.children for line in _lines_of_acting(child, depth, sight)
        )
    elif role in SAYS:
        yield f"{indent}{role}: {node.words()}"
        yield from (
            line for child in node.children for line in _lines_of_acting(child, depth, sight)
        )
    elif (role in NAMED or role in TABLES) and node.name:
        yield f'{indent}{role} "{node.name}":'
        yield from _below(node, depth + 1, sight)
    elif role in ("generic", "root") and "cursor" in node.marks and node.ref and _is_leaf(node):
        yield f'{indent}clickable "{node.words()}" @{node.ref}'
    else:
        said = " ".join(part for part in (node.name, node.text) if part)
        if role in ("progressbar", "img", "meter"):
            said = f"{role} {said}".strip()
        if said:
            yield indent + said
        yield from _below(node, depth, sight)


def _opens(heading: Node) -> bool:
    """A heading that shows or hides what is under it."""
    return "cursor" in heading.marks and bool(heading.ref) and _is_leaf(heading)


def _below(node: Node, depth: int, sight: Sight) -> Iterator[str]:
    for child in node.children:
        yield from _lines(child, depth, sight)


def _inside(node: Node, depth: int, sight: Sight) -> Iterator[str]:
    """Of what can be acted on only what can be acted on by itself; options are told already."""
    for child in node.children:
        for below in child.walk():
            if below.role in ACTS and not (below.role == "option" and node.role in FIELDS):
                yield "  " * depth + acting(below, sight.details.get(below.ref))


def _lines_of_acting(node: Node, depth: int, sight: Sight) -> Iterator[str]:
    for below in node.walk():
        if below.role in ACTS:
            yield "  " * (depth + 1) + acting(below, sight.details.get(below.ref))


def _is_leaf(node: Node) -> bool:
    return not any(below.role in ACTS for below in node.walk())


def acting(node: Node, detail: Detail | None = None) -> str:
    """One control in one line."""
    parts = [node.role]
    name = node.name or (node.words() if node.role not in FIELDS else "")
    if node.role in TICKS:
        parts.append("[x]" if "checked" in node.marks else "[ ]")
    if name or node.role not in FIELDS:
        parts.append(f'"{name}"')
    if node.role in FIELDS:
        parts += _value(node)
    parts += [f"({mark})" for mark in SHOWN if mark in node.marks and mark != "checked"]
    if detail is not None:
        parts += [f"({m})" for m in ("required", "readonly") if getattr(detail, m)]
        if detail.placeholder and not node.text and detail.placeholder != name:
            parts.append(f"(e.g. {detail.placeholder})")
    return " ".join(parts) + (f" @{node.ref}" if node.ref else "")


def _value(node: Node) -> Iterator[str]:
    options = options_of(node)
    chosen = [option.name or option.text for option in options if "selected" in option.marks]
    value = node.text or ", ".join(chosen)
    if value:
        yield f'= "{value}"'
    if options:
        names = [option.name or option.text for option in options]
        more = f" … {len(names) - OPTIONS} more" if len(names) > OPTIONS else ""
        yield "of " + " | ".join(names[:OPTIONS]) + more


def options_of(node: Node) -> list[Node]:
    return [below for below in node.walk() if below.role == "option"]


def _navigation(node: Node) -> str:
    links = [below.name for below in node.walk() if below.role in LED and below.name]
    called = f' "{node.name}"' if node.name else ""
    return f"navigation{called}: " + " | ".join(links[:40]) + (" …" if len(links) > 40 else "")


def _row(row: Node, sight: Sight) -> str:
    cells = [node for node in row.walk() if node.role in CELLS and _row_of(node) is row]
    head = any(cell.role in HEADS for cell in cells)
    shown = [_cell(cell, sight, head) for cell in cells] or [_cell(row, sight, head)]
    marks = "".join(f"({mark}) " for mark in ("selected", "checked") if mark in row.marks)
    return f"| {marks}{' | '.join(shown)} |"


def _row_of(cell: Node) -> Node | None:
    """A table may stand in a cell of another: each cell is told once."""
    return next((above for above in cell.ancestors() if above.role == "row"), None)


def _cell(cell: Node, sight: Sight, head: bool) -> str:
    """At the head of a column its name is enough, whatever sorts by it; options are told with
    their list."""
    controls = [
        node
        for node in cell.walk()
        if node.role in ACTS and node is not cell
        if not (node.role == "option" and any(a.role in FIELDS for a in node.ancestors()))
    ]
    if not controls or (head and controls[0].role == "button"):
        return re.sub("^sort by ", "", cell.name or cell.words(), flags=re.I)
    words = "" if any(node.name for node in controls) else _own_words(cell)
    return " ".join(
        [
            *([words] if words else []),
            *(f"[{acting(c, sight.details.get(c.ref))}]" for c in controls),
        ]
    )


def _own_words(cell: Node) -> str:
    return " ".join(n.text for n in cell.walk() if n.text and n.role not in ACTS)


def _without_echoes(lines: list[str]) -> list[str]:
    """What stands in the name of the control or heading next to it is not told twice."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        text = line.strip()
        before = next((each for each in reversed(kept) if _names(each)), "") if kept else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if text and not _names(line) and any(_echoes(text, each) for each in (before, after)):
            continue
        kept.append(line)
    return kept


def _names(line: str) -> bool:
    """It is a control's or a heading's line."""
    return line.strip().startswith("# ") or ' "' in line or line.strip().startswith("| ")


def _echoes(text: str, line: str) -> bool:
    stripped = line.strip()
    if stripped == f"# {text}":
        return True
    name = re.search(r'"(.*?)"', stripped) if not stripped.startswith("| ") else None
    return name is not None and (name[1] == text or (len(text) > 3 and text in name[1]))


def _limited(lines: list[str], characters: int) -> str:
    size = 0
    for number, line in enumerate(lines):
        size += len(line) + 1
        if size > characters:
            return "\n".join([*lines[:number], f"… {len(lines) - number} more lines"])
    return "\n".join(lines)
