"""From what was done on a page to steps that last: labels, roles and parameters.

Never a ref, which is another in every document, and never a value, which is another each time:
what was typed or chosen becomes ``{parameter}``. The steps are verbs as a workflow has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from modalities.browser.driver.contract import MASK, Mutation
from modalities.browser.driver.controls import by_ref, controls, find_field, find_pressable
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.looking import Sight
from modalities.browser.driver.places import group_of
from modalities.browser.driver.reading import cell_text, table_name
from modalities.browser.driver.roles import ACTS, CELLS, SET, TABLES, TICKS
from modalities.browser.driver.tree import Node
from modalities.browser.driver.verbs import (
    Check,
    Choose,
    Click,
    Goto,
    OpenMenu,
    Press,
    SelectRow,
    Set,
    TypeName,
    Verb,
    as_data,
)

NEAR = 3.0


@dataclass(slots=True)
class Recording:
    """``steps`` name parameters in braces; ``parameters`` are what stood for them this time,
    MASK for a secret. ``mutations`` are the requests that changed something."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    mutations: list[Mutation] = field(default_factory=list)

    def add(self, verb: Verb) -> None:
        """One action, its values replaced. A field that is set again is set once."""
        step = as_data(self._without_values(verb))
        if self.steps and self._again(self.steps[-1], step):
            self.steps.pop()
        self.steps.append(step)

    def led_to(self, opens: str) -> None:
        """What the last action turned out to lead to, at once or in the end."""
        if self.steps and self.steps[-1]["verb"] in ("click", "open_menu", "press"):
            known = self.steps[-1].get("opens", opens)
            self.steps[-1]["opens"] = opens if known == opens else "any"

    def parameter(self, label: str, value: str) -> str:
        """``{name}`` for a value: the name it has already, or one made from the label."""
        for name, known in self.parameters.items():
            if known == value and value != MASK:
                return f"{{{name}}}"
        base = re.sub(r"\W+", "_", label.casefold()).strip("_")[:40] or "value"
        name, number = base, 2
        while name in self.parameters:
            name, number = f"{base}_{number}", number + 1
        self.parameters[name] = value
        return f"{{{name}}}"

    def _without_values(self, verb: Verb) -> Verb:
        match verb:
            case Set(value=bool()):
                return verb
            case Set():
                value = MASK if verb.secret else str(verb.value)
                return replace(verb, value=self.parameter(verb.label, value))
            case Choose():
                return replace(verb, option=self.parameter(verb.label, verb.option))
            case SelectRow():
                return replace(verb, text=self.parameter(verb.table or "row", verb.text))
            case TypeName():
                return replace(verb, text=self.parameter("name", verb.text))
            case Goto():
                return replace(verb, url=self._address(verb.url))
        return verb

    def _address(self, url: str) -> str:
        """The address with the values of its parameters replaced, those behind ``#`` included."""
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query)
        pairs += [
            (name, value)
            for name, _, value in (p.partition("=") for p in re.split(r"[:;&?/]", parts.fragment))
            if value
        ]
        for name, value in pairs:
            url = url.replace(f"{name}={value}", f"{name}={self.parameter(name, value)}")
        return url

    def _again(self, last: Mapping[str, Any], step: Mapping[str, Any]) -> bool:
        keys = ("verb", "label", "within")
        return step["verb"] in ("set", "choose", "check") and all(
            last.get(key) == step.get(key) for key in keys
        )


def durable(verb: Verb, sight: Sight) -> Verb:
    """The same action by names that last: a ref is replaced by the label it stands for, and a
    scope added where there are two of it. Raises Halt where it has no name."""
    match verb:
        case Set() | Choose() | Check() if verb.label.startswith("@"):
            label, scope = field_name(by_ref(sight, verb.label), sight)
            return replace(verb, label=label, within=scope)
        case Click() if verb.name.startswith("@"):
            name, role, scope = press_name(by_ref(sight, verb.name), sight)
            return replace(verb, name=name, role=role, within=scope)
        case OpenMenu() if verb.path[0].startswith("@"):
            name, _, scope = press_name(by_ref(sight, verb.path[0]), sight)
            return replace(verb, path=(name, *verb.path[1:]), within=scope)
    return verb


def field_name(node: Node, sight: Sight) -> tuple[str, str]:
    """Its label, and the scope that is needed beside it. Raises Halt where none tells it."""
    control = next((each for each in controls(sight, sight.root) if each.node is node), None)
    label = control.label if control else node.name
    for scope in ("", group_of(node)):
        try:
            if find_field(sight, label, scope) is node:
                return label, scope
        except Halt as halt:
            fault = halt
    raise fault


def press_name(node: Node, sight: Sight) -> tuple[str, str, str]:
    """Its name, role and scope. Raises Halt where they do not tell it."""
    name = node.name or node.words()
    role = node.role if node.role in ACTS else ""
    for scope in ("", group_of(node)):
        try:
            if find_pressable(sight, name, role, scope) is node:
                return name, role, scope
        except Halt as halt:
            fault = halt
    raise fault


def verb_for(done: Mapping[str, Any], sight: Sight) -> Verb | None:
    """What a person did (scripts/record.js), on the page as it was seen before; None where it
    needs no step of its own."""
    node = _node_at(done["box"], sight, SET if done["kind"] == "change" else ACTS)
    if done["kind"] == "key":
        return Press(done["key"])
    if done["kind"] == "change":
        return _changed(done, node, sight)
    if node is None or not (node.name or node.words()):
        return Click(done["name"]) if done["name"] else None
    return Click(*_told(lambda: press_name(node, sight), (node.name, node.role, "")))


def _changed(done: Mapping[str, Any], node: Node | None, sight: Sight) -> Verb | None:
    label, scope = done["name"], ""
    if node is not None:
        if node.role in TICKS and (row := _row_of(node)) is not None:
            return _selected(row, done, sight)
        label, scope = _told(lambda: field_name(node, sight), (node.name or label, ""))
    if done["type"] in ("checkbox", "radio"):
        return Check(label, bool(done["on"]), scope)
    if done["value"] is None:
        return Set(label, MASK, scope, secret=True)
    if done["type"] == "select":
        chosen = tuple(done["value"])
        return Choose(label, chosen[0], scope) if len(chosen) == 1 else Set(label, chosen, scope)
    if sight.dialogs and node is not None and not node.name:
        return TypeName(done["value"])
    return Set(label, done["value"], scope)


def _told(names: Any, otherwise: tuple[str, ...]) -> Any:
    try:
        return names()
    except Halt:
        return otherwise


def _row_of(node: Node) -> Node | None:
    return next((above for above in node.ancestors() if above.role == "row"), None)


def _selected(row: Node, done: Mapping[str, Any], sight: Sight) -> Verb | None:
    """By the first cell with something written in it that no other row has."""
    table = next((above for above in row.ancestors() if above.role in TABLES), sight.root)
    others = [cell_text(c) for c in table.walk() if c.role in CELLS and _row_of(c) is not row]
    own = [cell_text(cell) for cell in row.walk() if cell.role in CELLS]
    text = next((each for each in own if each and each not in others), "")
    name = table_name(table, sight.root)
    return SelectRow(text, name, bool(done["on"])) if text else None


def _node_at(box: Iterable[float], sight: Sight, roles: frozenset[str]) -> Node | None:
    """The control in this place; of several the inner one."""
    wanted = tuple(box)
    found = [
        node
        for node in sight.root.walk()
        if node.role in roles and node.ref and (place := node.box)
        if all(abs(one - two) <= NEAR for one, two in zip(place, wanted, strict=True))
    ]
    return found[-1] if found else None
