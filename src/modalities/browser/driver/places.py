"""Where something stands on a page, in words and in pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from modalities.browser.driver.roles import ACTS, DIALOGS, NAMED, SET, TABLES
from modalities.browser.driver.tree import Node

Box: TypeAlias = tuple[float, float, float, float]

BESIDE, ABOVE, COLUMN = 260.0, 64.0, 900.0
"""Pixels between a text and the control it is about: to its left, above it, at the head of its
column."""

ALIGNED = 10.0
WRITTEN = 120
"""Letters of a label at most."""


def group_of(node: Node) -> str:
    """The dialog, section, row or heading that it belongs to; empty where there is none."""
    for above in node.ancestors():
        if above.role == "row":
            return f"row {above.name or above.words()}"[:80]
        if (above.role in NAMED or above.role in TABLES) and above.name:
            return above.name
        heading = next((c.name for c in above.children if c.role == "heading" and c.name), "")
        if heading or above.role in DIALOGS:
            return heading
    return ""


def described(node: Node) -> str:
    group = group_of(node)
    name = node.name or node.words()[:60]
    return f'{node.role} "{name}"' + (f" in {group}" if group else "")


def told_apart(nodes: list[Node]) -> tuple[str, ...]:
    """Each in words; with its number from the top where words are not enough."""
    words = [described(node) for node in nodes]
    return tuple(
        text if words.count(text) == 1 else f"{text} (#{number})"
        for number, text in enumerate(words, 1)
    )


def within(candidates: list[Node], texts: list[Node]) -> list[Node]:
    """Of the candidates those that share the smallest part of the page with one of ``texts``."""
    best: list[Node] = []
    fewest = 1 << 30
    chosen = {id(node) for node in candidates}
    for text in texts:
        for climbed, part in enumerate((text, *text.ancestors())):
            inside = [node for node in part.walk() if id(node) in chosen]
            if inside and climbed <= fewest:
                best = inside if climbed < fewest else [*best, *inside]
                fewest = climbed
            if inside or climbed > fewest:
                break
    return list({id(node): node for node in best}.values())


def label_beside(control: Node, texts: list[Node]) -> str:
    """The text that a person takes for the label of a control without a name."""
    box = control.box
    if box is not None:
        near = [
            (distance, text)
            for text in texts
            if text.box and text.frame == control.frame
            if (distance := _distance(text.box, box)) is not None
        ]
        if near:
            return _words(min(near, key=lambda each: each[0])[1])
    return _before(control)


def texts_of(root: Node) -> list[Node]:
    """Short texts that are no control's own and no part of another text."""
    return [
        node
        for node in root.walk()
        if node.role not in ACTS and not node.role.startswith("/")
        if node.ref and 0 < len(_words(node)) <= WRITTEN
        if not any(child.role in ACTS or child.role in SET for child in node.walk())
    ]


def _words(node: Node) -> str:
    return node.name or node.words()


def _distance(text: Box, control: Box) -> float | None:
    """None where it stands elsewhere. What is beside comes before what is above."""
    tx, ty, tw, th = text
    x, y, w, h = control
    overlap = min(ty + th, y + h) - max(ty, y)
    beside = x - (tx + tw)
    if overlap > 0.5 * min(th, h) and -4 <= beside <= BESIDE:
        return beside
    above = y - (ty + th)
    if not -4 <= above <= COLUMN:
        return None
    shares = min(tx + tw, x + w) - max(tx, x) > 0
    if shares and above <= ABOVE and tw <= 4 * max(w, 60):
        return above + abs(tx - x) / 4
    head = abs(tx - x) <= ALIGNED and tw <= 1.5 * w
    return 1000 + above if head else None


def _before(control: Node) -> str:
    """The last words before it within the nearest part of the page that has some."""
    for part in (control, *control.ancestors()):
        if part.parent is None:
            return ""
        for sibling in reversed(list(_earlier(part))):
            if any(node.role in SET for node in sibling.walk()):
                return ""
            if words := _words(sibling):
                return words[:WRITTEN]
    return ""


def _earlier(node: Node) -> Iterator[Node]:
    for sibling in node.parent.children if node.parent else ():
        if sibling is node:
            return
        if not sibling.role.startswith("/"):
            yield sibling
