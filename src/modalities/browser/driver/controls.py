"""What a name or a label means on a page: one node, or a reason why none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from modalities.browser.driver.contract import Why
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.labels import near, ordinal, rank
from modalities.browser.driver.looking import Sight
from modalities.browser.driver.places import (
    label_beside,
    texts_of,
    told_apart,
    within,
)
from modalities.browser.driver.pruning import options_of
from modalities.browser.driver.roles import ACTS, SET, TICKS
from modalities.browser.driver.tree import Node

SMALLEST = 8.0
"""Pixels of what a person can press; what is smaller is there for the keyboard."""

Ranked: TypeAlias = tuple[int | None, Node]
"""How well a node fits, the lower the better; None: not at all."""


@dataclass(frozen=True, slots=True)
class Control:
    """Something that holds a value; ``labels`` are what it answers to, the best first."""

    node: Node
    labels: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.labels[0] if self.labels else ""


def controls(sight: Sight, root: Node | None = None) -> list[Control]:
    """All that holds a value in the part of the page that can be used, in order."""
    top = root or sight.top
    texts = texts_of(top)
    return [
        Control(node, tuple(dict.fromkeys(_labels(node, sight, texts))))
        for node in top.walk()
        if node.role in SET and (node.ref or node.role == "radiogroup")
    ]


def _labels(node: Node, sight: Sight, texts: list[Node]) -> Iterable[str]:
    if node.name:
        yield node.name
    elif beside := label_beside(node, texts):
        yield beside
    detail = sight.details.get(node.ref)
    if detail is not None and detail.placeholder:
        yield detail.placeholder


def find_field(sight: Sight, label: str, scope: str = "") -> Node:
    """The one control of this label. Raises Halt."""
    if label.startswith("@"):
        return by_ref(sight, label)
    known = [control for control in controls(sight) if control.node.role != "radiogroup"]
    groups = [n for n in sight.top.walk() if n.role in ("group", "radiogroup") and _holds_ticks(n)]

    def ranked(wanted: str) -> list[Ranked]:
        mine: list[Ranked] = [(_best(wanted, each.labels), each.node) for each in known]
        return mine + [(_best(wanted, (node.name,)), node) for node in groups]

    def opening(wanted: str) -> list[Ranked]:
        return ranked(wanted) if _fits_any(ranked(wanted)) else _openers(wanted, sight)

    names = [name for control in known for name in control.labels] + [n.name for n in groups]
    return _the_one("field", label, scope, sight, opening, names)


def held(node: Node) -> str:
    """The value of a control, as a person reads it."""
    if node.role in TICKS:
        return "on" if "checked" in node.marks else "off"
    chosen = [o.name or o.text for o in options_of(node) if "selected" in o.marks]
    return node.text or ", ".join(chosen)


def find_pressable(
    sight: Sight,
    name: str,
    role: str = "",
    scope: str = "",
    holding: Mapping[str, str] | None = None,
) -> Node:
    """The one thing of this name that can be pressed. Raises Halt."""
    if name.startswith("@"):
        return by_ref(sight, name)

    def ranked(wanted: str) -> list[Ranked]:
        for kinds in (_acting, _clickable, _any_text):
            found: list[Ranked] = [
                (rank(wanted, node.name or node.words()), node)
                for node in sight.top.walk()
                if kinds(node) and (not role or node.role == role)
            ]
            if _fits_any(found):
                return [each for each in found if _in_row(sight, each[1], holding)]
        return []

    names = [n.name for n in sight.top.walk() if _acting(n) and (not role or n.role == role)]
    return _the_one(role or "button or link", name, scope, sight, ranked, names)


def _in_row(sight: Sight, node: Node, holding: Mapping[str, str] | None) -> bool:
    """Whether the nearest part of the page that has a field of each label has these values."""
    if not holding:
        return True
    for part in node.ancestors():
        known = [(control, held(control.node)) for control in controls(sight, part)]
        row = {
            label: [value for control, value in known if _best(label, control.labels) is not None]
            for label in holding
        }
        if all(row.values()):
            return all(values == [holding[label]] for label, values in row.items())
    return False


def by_ref(sight: Sight, ref: str) -> Node:
    """What ``@e12`` stands for. Raises Halt."""
    for node in sight.root.walk():
        if node.ref == ref[1:]:
            return node
    raise Halt(Why.NOT_FOUND, f"{ref} is not on the page (any more)")


def _acting(node: Node) -> bool:
    return node.role in ACTS and bool(node.ref)


def _clickable(node: Node) -> bool:
    return "cursor" in node.marks and bool(node.ref) and not _within_acting(node)


def _any_text(node: Node) -> bool:
    return bool(node.ref) and node.role not in ("root", "table", "row") and not _within_acting(node)


def _within_acting(node: Node) -> bool:
    around = (*node.ancestors(), *(below for below in node.walk() if below is not node))
    return any(each.role in ACTS for each in around)


def _holds_ticks(node: Node) -> bool:
    return bool(node.name) and any(below.role in TICKS for below in node.walk())


def _fits_any(ranked: list[Ranked]) -> bool:
    return any(fits is not None for fits, _ in ranked)


def _openers(label: str, sight: Sight) -> list[Ranked]:
    """Buttons and links that stand where a field would: lists made of other things."""
    texts = texts_of(sight.top)
    found: list[Ranked] = []
    for node in sight.top.walk():
        if node.role in ("button", "link") and node.ref and _can_be_hit(node):
            found.append((rank(label, label_beside(node, texts)), node))
    return found


def _can_be_hit(node: Node) -> bool:
    return node.box is None or min(node.box[2:]) >= SMALLEST


def _best(label: str, labels: tuple[str, ...]) -> int | None:
    """What its own name says counts before what stands in it as an example."""
    found = [
        place * 10 + fits
        for place, each in enumerate(labels)
        if (fits := rank(label, each, loosely=True)) is not None
    ]
    return min(found, default=None)


def _the_one(
    kind: str,
    name: str,
    scope: str,
    sight: Sight,
    ranked: Callable[[str], list[Ranked]],
    names: list[str],
) -> Node:
    def fitting(wanted: str) -> list[Node]:
        found = _inner(_foremost(ranked(wanted)))
        return _scoped(sight, scope, found) if scope else found

    found = fitting(name)
    bare, number = ordinal(name)
    if number and not found:
        found = fitting(bare)[number - 1 : number]
    if len(found) == 1:
        return found[0]
    where = f" in {scope}" if scope else ""
    if not found:
        dialog = f' (the dialog "{sight.dialog}" is open)' if sight.dialog else ""
        detail = f'there is no {kind} "{name}"{where}{dialog}'
        raise Halt(Why.NOT_FOUND, detail, near(name, names))
    detail = f'{len(found)} are called "{name}"{where}: ' + "; ".join(told_apart(found))
    raise Halt(Why.AMBIGUOUS, detail, told_apart(found))


def _foremost(ranked: list[Ranked]) -> list[Node]:
    best = min((found for found, _ in ranked if found is not None), default=None)
    return [node for found, node in ranked if found is not None and found == best]


def _inner(nodes: list[Node]) -> list[Node]:
    """Of one in another the inner one; of links to one place the first."""
    around = {id(above) for node in nodes for above in node.ancestors()}
    kept, places = [], set()
    for node in nodes:
        if id(node) in around:
            continue
        place = next((child.text for child in node.children if child.role == "/url"), "")
        if node.role == "link" and place and place != "#":
            if (place, node.frame) in places:
                continue
            places.add((place, node.frame))
        kept.append(node)
    return kept


def _scoped(sight: Sight, scope: str, found: list[Node]) -> list[Node]:
    for exactly in (True, False):
        texts = [node for node in sight.top.walk() if _says(node, scope, exactly)]
        if inside := within(found, texts):
            return inside
    if not any(_says(node, scope, False) for node in sight.top.walk()):
        raise Halt(Why.NOT_FOUND, f'"{scope}" is not on the page')
    return []


def _says(node: Node, scope: str, exactly: bool) -> bool:
    if node.role.startswith("/"):
        return False
    return any(
        fits is not None and (not exactly or fits <= 2)
        for text in (node.name, node.text)
        if (fits := rank(scope, text, loosely=True)) is not None
    )
