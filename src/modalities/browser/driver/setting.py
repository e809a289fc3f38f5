"""Giving a field its value, by whatever means it takes, and reading it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from modalities.browser.driver.choosing import (
    KEYSTROKE,
    choose_native,
    choose_opened,
    choose_typed,
    one_of,
    radio_of,
)
from modalities.browser.driver.contract import MASK, Why
from modalities.browser.driver.controls import find_field
from modalities.browser.driver.desk import BRIEFLY, Desk
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.labels import plain
from modalities.browser.driver.tree import Node
from modalities.browser.driver.verbs import Check, Choose, Set

SO_ALREADY = "was so already"


def set_field(desk: Desk, verb: Set) -> str:
    """What was noteworthy about it. Raises Halt."""
    value = verb.value
    if verb.secret:
        desk.secrets.add(str(value))
    node = find_field(desk.sight, verb.label, verb.within)
    if isinstance(value, bool):
        return switch(desk, node, value)
    wanted = [str(each) for each in value] if isinstance(value, tuple) else [_written(value)]
    return _give(desk, node, verb.label, verb.within, wanted)


def choose(desk: Desk, verb: Choose) -> str:
    node = find_field(desk.sight, verb.label, verb.within)
    return _give(desk, node, verb.label, verb.within, [verb.option])


def check(desk: Desk, verb: Check) -> str:
    return switch(desk, find_field(desk.sight, verb.label, verb.within), verb.on)


def _give(desk: Desk, node: Node, label: str, scope: str, wanted: list[str]) -> str:
    if node.role in ("group", "radiogroup"):
        return switch(desk, radio_of(node, wanted[0]), True)
    said = _usable(desk, node)
    if fits(wanted, said):
        return SO_ALREADY
    means = _means(node, said)
    if means == "tick":
        return switch(desk, node, plain(wanted[0]) in ("true", "yes", "on", "1", plain(node.name)))
    note = _by(desk, node, said, means, wanted)
    return note or _read_back(desk, node, label, scope, wanted, means)


def _by(desk: Desk, node: Node, said: dict[str, Any], means: str, wanted: list[str]) -> str:
    if means == "native":
        choose_native(desk, node, said, wanted)
    elif means == "open":
        for each in wanted:
            choose_opened(desk, node, each)
    elif means == "listed":
        for each in wanted:
            _tick_option(desk, node, each)
        return f"chose {', '.join(wanted)}"
    elif means == "keys":
        choose_typed(desk, node, wanted[0])
    else:
        desk.locator(node).fill(wanted[0], timeout=desk.limits.target * 1000)
    return ""


def _means(node: Node, said: dict[str, Any]) -> str:
    """How it takes a value."""
    if said["tag"] == "select":
        return "native"
    if said["type"] in ("checkbox", "radio") or node.role in ("checkbox", "radio", "switch"):
        return "tick"
    typed = (said["tag"] in ("input", "textarea") or said["editable"]) and not said["readonly"]
    if node.role == "listbox":
        return "listed"
    if not typed:
        return "open"
    return "keys" if said["suggests"] or said["role"] == "combobox" else "fill"


def _read_back(
    desk: Desk, node: Node, label: str, scope: str, wanted: list[str], means: str
) -> str:
    """What the field holds when it has been left. A text that did not take is typed key by key,
    once, and the suggestion for it taken."""
    said = _left(desk, node, label, scope)
    if fits(wanted, said):
        return ""
    if means == "fill" and not said["readonly"]:
        node = find_field(desk.sight, label, scope)
        taken = choose_typed(desk, node, wanted[0])
        said = _left(desk, node, label, scope)
        if fits(wanted, said) or (taken and plain(wanted[0]) in plain(said["value"])):
            return "typed key by key"
    if means in ("keys", "open") and plain(wanted[0]) in plain(said["value"]):
        return f'holds "{desk.secrets.blanked(said["value"])}"'
    shown = MASK if desk.secrets.holds(wanted[0]) else "; ".join(wanted)
    held = desk.secrets.blanked(said["value"])
    raise Halt(Why.READ_BACK, f'"{label}" was given "{shown}" and holds "{held}"')


def _left(desk: Desk, node: Node, label: str, scope: str) -> dict[str, Any]:
    """What the field holds after it has lost the focus. It may have been made anew meanwhile."""
    from playwright.sync_api import Error

    try:
        desk.locator(node).evaluate("e => e.blur()", timeout=1000)
    except Error:
        desk.notes.append(f'"{label}" was made anew while it was set')
    desk.rest(BRIEFLY)
    try:
        return desk.ask(node)
    except Halt:
        return desk.ask(find_field(desk.sight, label, scope))


def fits(wanted: Sequence[str], said: dict[str, Any]) -> bool:
    """Whether a field holds what was wanted: its text, the label of its option or the value."""
    held = [said["value"]] if said["tag"] != "select" else said["value"].split("\n")
    if sorted(map(_even, held)) == sorted(map(_even, wanted)):
        return True
    return bool(said["tag"] == "select" and said["raw"].split("\n") == list(wanted))


def _even(text: str) -> str:
    flat = " ".join(text.split())
    try:
        return str(float(flat))
    except ValueError:
        return flat


def _written(value: str | int | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _usable(desk: Desk, node: Node) -> dict[str, Any]:
    """What the control is, as soon as it can be used. Raises Halt."""
    said = desk.ask(node)
    patience = desk.limits.target
    while said["disabled"] and patience > 0:
        desk.page.wait_for_timeout(250)
        patience -= 0.25
        said = desk.ask(node)
    if said["disabled"]:
        raise Halt(Why.DISABLED, f'{node.role} "{node.name}" is disabled')
    return said


def switch(desk: Desk, node: Node, on: bool) -> str:
    """Check boxes, switches, radios; through their label where they are not shown themselves."""
    said = _usable(desk, node)
    if _is_on(node, said) == on:
        return SO_ALREADY
    for way in (_set_checked, _click, _dispatch):
        way(desk, node, on)
        desk.rest(BRIEFLY)
        node = _in_its_place(desk, node)
        if _is_on(node, desk.ask(node)) == on:
            return ""
    state = "on" if on else "off"
    raise Halt(Why.READ_BACK, f'"{node.name}" could not be switched {state}')


def _in_its_place(desk: Desk, node: Node) -> Node:
    """The control, or what the page has made of it: another of its role where it stood, whatever
    it is called now (a box that says "Deselect" once it is ticked)."""
    alike = [each for each in desk.sight.root.walk() if each.role == node.role and each.ref]
    if node.box is None or any(each.ref == node.ref for each in alike):
        return node
    return next((each for each in alike if each.box == node.box), node)


def _is_on(node: Node, said: dict[str, Any]) -> bool:
    on = said["checked"]
    return bool(on) if on is not None else "checked" in node.marks


def _set_checked(desk: Desk, node: Node, on: bool) -> None:
    from playwright.sync_api import Error

    with suppress(Error):
        desk.locator(node).set_checked(on, timeout=1500)


def _click(desk: Desk, node: Node, _on: bool) -> None:
    from playwright.sync_api import Error

    with suppress(Error):
        desk.locator(node).click(timeout=1500, no_wait_after=True)


def _dispatch(desk: Desk, node: Node, _on: bool) -> None:
    """What lies over it takes no clicks, or is not seen by Playwright."""
    from playwright.sync_api import Error

    with suppress(Error):
        desk.locator(node).evaluate("e => (e.closest('label') ?? e).click()", timeout=1500)


def _tick_option(desk: Desk, listbox: Node, wanted: str) -> None:
    options = [node for node in listbox.walk() if node.role == "option" and node.ref]
    node = options[one_of([each.name for each in options], wanted, f'"{listbox.name}"')]
    if "selected" not in node.marks:
        desk.locator(node).click(timeout=desk.limits.target * 1000, no_wait_after=True)


def type_keys(desk: Desk, node: Node, text: str) -> None:
    """Emptied, then key by key, as a person would."""
    locator, seconds = desk.locator(node), desk.limits.target * 1000
    locator.fill("", timeout=seconds)
    locator.press_sequentially(text, delay=KEYSTROKE, timeout=seconds + 2 * KEYSTROKE * len(text))
