"""Options, however a page shows them: lists, radios, boxes that open, suggestions for keys."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from modalities.browser.driver.contract import Why
from modalities.browser.driver.desk import BRIEFLY, Desk
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.labels import near, rank
from modalities.browser.driver.looking import Sight
from modalities.browser.driver.roles import ACTS
from modalities.browser.driver.tree import Node

OFFERED = frozenset(("option", "menuitem", "menuitemradio", "treeitem", "listitem"))

SUGGESTING = 4.0
"""Seconds for suggestions to come."""

KEYSTROKE = 15.0
"""Milliseconds between two keys."""


def one_of(names: Sequence[str], wanted: str, what: str) -> int:
    """The number of the option that is meant. Raises Halt."""
    ranked = [(rank(wanted, name, loosely=True), number) for number, name in enumerate(names)]
    best = min((fits for fits, _ in ranked if fits is not None), default=None)
    found = [number for fits, number in ranked if fits is not None and fits == best]
    if len(found) == 1 or (found and len({names[number] for number in found}) == 1):
        return found[0]
    if not found:
        raise Halt(Why.NOT_FOUND, f'{what} has no option "{wanted}"', near(wanted, names))
    both = tuple(names[number] for number in found)
    detail = f'{what} has {len(found)} options like "{wanted}": ' + "; ".join(both[:6])
    raise Halt(Why.AMBIGUOUS, detail, both[:6])


def choose_native(desk: Desk, node: Node, said: dict[str, Any], wanted: Sequence[str]) -> None:
    """In a ``select``: by label, else by value."""
    labels = [option[0] for option in said["options"]]
    values = [option[1] for option in said["options"]]
    numbers = [
        values.index(each)
        if each in values and each not in labels
        else one_of(labels, each, f'"{node.name}"')
        for each in wanted
    ]
    off = [labels[number] for number in numbers if said["options"][number][2]]
    if off:
        raise Halt(Why.DISABLED, f'the option "{off[0]}" cannot be chosen')
    seconds = desk.limits.target * 1000
    desk.locator(node).select_option(index=numbers, timeout=seconds)


def radio_of(group: Node, wanted: str) -> Node:
    """The radio of a group, or the switch of a bar, that is meant. Raises Halt."""
    radios = [node for node in group.walk() if node.role in ("radio", "checkbox") and node.ref]
    number = one_of([node.name for node in radios], wanted, f'"{group.name}"')
    return radios[number]


def choose_opened(desk: Desk, node: Node, wanted: str) -> None:
    """A box that opens when pressed."""
    before = desk.sight
    desk.locator(node).click(timeout=desk.limits.target * 1000, no_wait_after=True)
    _pick(desk, before, wanted, node.name, "option")


def choose_typed(desk: Desk, node: Node, wanted: str) -> bool:
    """Key by key, then what is suggested for it; False where nothing is."""
    before = desk.sight
    locator, seconds = desk.locator(node), desk.limits.target * 1000
    locator.fill("", timeout=seconds)
    locator.press_sequentially(
        wanted, delay=KEYSTROKE, timeout=seconds + 2 * KEYSTROKE * len(wanted)
    )
    end = time.monotonic() + min(SUGGESTING, desk.left)
    while time.monotonic() < end:
        desk.rest(BRIEFLY)
        if offered(before, desk.sight, wanted):
            _pick(desk, before, wanted, node.name, "suggestion")
            return True
        desk.page.wait_for_timeout(100)
    return False


def offered(before: Sight, after: Sight, wanted: str) -> list[Node]:
    """Options that were not there before; failing these, anything new that says what is wanted
    and can be pressed."""
    old = {_key(node) for node in before.root.walk()}
    new = [node for node in after.root.walk() if node.ref and _key(node) not in old]
    options = [node for node in new if node.role in OFFERED and (node.name or node.words())]
    if options:
        return options
    return [
        node
        for node in new
        if ("cursor" in node.marks or node.role in ("button", "link"))
        if rank(wanted, node.name or node.words(), loosely=True) is not None
        if not any(child.role in ACTS for child in node.children)
    ]


def _pick(desk: Desk, before: Sight, wanted: str, label: str, kind: str) -> None:
    end = time.monotonic() + min(SUGGESTING, desk.left)
    while True:
        desk.rest(BRIEFLY)
        options = offered(before, desk.sight, wanted) or _open_options(desk.sight)
        if options or time.monotonic() > end:
            break
    if not options:
        raise Halt(Why.NOT_FOUND, f'"{label}" offers nothing')
    names = [node.name or node.words() for node in options]
    number = one_of(names, wanted, f'"{label}"')
    if "disabled" in options[number].marks:
        raise Halt(Why.DISABLED, f'the {kind} "{names[number]}" cannot be chosen')
    seconds = desk.limits.target * 1000
    desk.locator(options[number]).click(timeout=seconds, no_wait_after=True)


def _open_options(sight: Sight) -> list[Node]:
    """Those of a list that was open before."""
    return [
        node
        for node in sight.root.walk()
        if node.role == "option" and node.ref and node.parent and node.parent.role != "combobox"
    ]


def _key(node: Node) -> tuple[str, str, str]:
    return node.ref, node.role, node.name
