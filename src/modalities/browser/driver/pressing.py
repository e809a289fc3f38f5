"""Buttons, links, menus, keys."""

from __future__ import annotations

import re

from modalities.browser.driver.contract import Why
from modalities.browser.driver.controls import controls, find_pressable
from modalities.browser.driver.desk import BRIEFLY, Desk
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.labels import plain, rank
from modalities.browser.driver.looking import Sight
from modalities.browser.driver.roles import TYPED
from modalities.browser.driver.setting import type_keys
from modalities.browser.driver.tree import Node
from modalities.browser.driver.verbs import Click, OpenMenu, Press, TypeName

DISPATCHED = re.compile(r"performing click action")
COVERING = re.compile(r"- (<.{1,120}?>).{0,200}? intercepts pointer events")

AGAIN = "the tab was clicked twice: the first click did nothing"

UNSURE = "no end of it was seen; it may have been done"

GROUPS = 8
"""Closed groups of a menu that are opened in search of an item."""


def click(desk: Desk, verb: Click) -> str:
    node = find_pressable(desk.sight, verb.name, verb.role, verb.within, verb.holding)
    note = press_on(desk, node)
    if node.role != "tab" or note:
        return note
    desk.rest(BRIEFLY)
    return press_on(desk, node) or AGAIN if _still_shut(desk, node) else ""


def _still_shut(desk: Desk, tab: Node) -> bool:
    """Whether another tab is the open one as before: a page that is busy swallows a click, and
    to open a tab twice is to open it once."""
    tabs = [node for node in desk.sight.root.walk() if node.role == "tab"]
    mine = next((node for node in tabs if node.ref == tab.ref), None)
    others = any("selected" in node.marks for node in tabs)
    return mine is not None and "selected" not in mine.marks and others


def press_on(desk: Desk, node: Node) -> str:
    """:data:`UNSURE` where the click was sent and nothing more is known. Raises Halt where it
    was not sent."""
    from playwright.sync_api import Error

    _enabled(desk, node)
    try:
        desk.locator(node).click(timeout=desk.limits.target * 1000, no_wait_after=True)
    except Error as error:
        if DISPATCHED.search(str(error)):
            return UNSURE
        raise _not_clicked(desk, node, str(error)) from None
    return ""


def _enabled(desk: Desk, node: Node) -> None:
    """A page may need a moment to see that a form is complete."""
    patience = desk.limits.target / 2
    while (said := desk.ask(node))["disabled"] or said["greyed"]:
        if patience <= 0:
            how = "disabled" if said["disabled"] else "greyed out"
            raise Halt(Why.DISABLED, f'{node.role} "{node.name or node.words()}" is {how}')
        desk.page.wait_for_timeout(250)
        patience -= 0.25


def _not_clicked(desk: Desk, node: Node, error: str) -> Halt:
    name = f'{node.role} "{node.name or node.words()}"'
    if covering := COVERING.search(error):
        return Halt(Why.COVERED, f"{name} lies under {desk.secrets.blanked(covering[1])}")
    return Halt(Why.NOT_FOUND, f"{name} cannot be clicked")


def open_menu(desk: Desk, verb: OpenMenu) -> str:
    """Along the path; the last one is pressed."""
    first, *rest = verb.path
    node = find_pressable(desk.sight, first, scope=verb.within)
    before = desk.sight
    if not rest or "expanded" not in node.marks:
        note = press_on(desk, node)
        if not rest:
            return note
        desk.rest(BRIEFLY)
    for name in rest[:-1]:
        item = _item(desk, before, name)
        if "expanded" not in item.marks:
            press_on(desk, item)
            desk.rest(BRIEFLY)
    return press_on(desk, _item(desk, before, rest[-1]))


def _item(desk: Desk, before: Sight, name: str) -> Node:
    """The item of the open menu; groups that are closed are opened in search of it."""
    tried: set[str] = set()
    for _ in range(GROUPS):
        items = [node for node in desk.sight.root.walk() if _is_item(node, before)]
        found = [n for n in items if rank(name, n.name or n.words()) is not None]
        if len(found) == 1:
            return found[0]
        if found:
            names = tuple(node.name for node in found)
            raise Halt(Why.AMBIGUOUS, f'{len(found)} items are called "{name}"', names)
        closed = next((n for n in items if n.name not in tried and _may_open(desk, n)), None)
        if closed is None:
            break
        tried.add(closed.name)
        count = len(items)
        press_on(desk, closed)
        desk.rest(BRIEFLY)
        if sum(_is_item(node, before) for node in desk.sight.root.walk()) < count:
            raise Halt(Why.NOT_FOUND, f'"{closed.name}" was no group of a menu')
    names = tuple(node.name for node in desk.sight.root.walk() if _is_item(node, before))
    raise Halt(Why.NOT_FOUND, f'the menu has no "{name}"', names[:12])


def _is_item(node: Node, before: Sight) -> bool:
    """Of a menu, or new and to be pressed."""
    if not node.ref:
        return False
    if node.role.startswith("menuitem"):
        return True
    new = node.role in ("link", "button", "option", "treeitem") and bool(node.name)
    return new and all(node.ref != old.ref for old in before.root.walk())


def _may_open(desk: Desk, node: Node) -> bool:
    """Only what says of itself that more is behind it."""
    return (
        node.role == "menuitem"
        and "expanded" not in node.marks
        and "disabled" not in node.marks
        and desk.ask(node)["popup"] in ("true", "menu")
    )


def press(desk: Desk, verb: Press) -> str:
    desk.page.keyboard.press(verb.key)
    return ""


def type_name(desk: Desk, verb: TypeName) -> str:
    """Into the field of the open dialog that wants it."""
    fields = [each for each in controls(desk.sight) if each.node.role in TYPED]
    wanting = [
        each
        for each in fields
        if any(_asks(label, verb.text) for label in each.labels) or len(fields) == 1
    ]
    if len(wanting) != 1:
        names = tuple(each.label for each in fields)
        why = Why.AMBIGUOUS if wanting else Why.NOT_FOUND
        raise Halt(why, f"{len(wanting)} fields ask for something to be typed", names)
    type_keys(desk, wanting[0].node, verb.text)
    desk.rest(BRIEFLY)
    if desk.ask(wanting[0].node)["value"] != verb.text:
        raise Halt(Why.READ_BACK, f'"{wanting[0].label}" did not take the text')
    return ""


def _asks(label: str, text: str) -> bool:
    said = plain(label)
    return plain(text) in said or bool(re.search(r"\b(type|enter|confirm)", said))
