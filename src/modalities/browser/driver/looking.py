"""One look at a page: its accessibility tree with what the tree does not say, secrets blanked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modalities.browser.driver.contract import MASK
from modalities.browser.driver.redaction import Secrets
from modalities.browser.driver.roles import DIALOGS, TYPED
from modalities.browser.driver.tree import Node, parse

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PROBE_PATIENCE = 1.5
"""Seconds for what one document says of its controls; one that is still loading says nothing."""

TEXTS = frozenset(("generic", "paragraph", "text"))

TICKING = re.compile(r"\d+ (seconds?|secs?|minutes?|mins?|s|m) ago|\d{1,2}:\d{2}(:\d{2})?(\.\d+)?")
STATE = re.compile(r" \[(ref|box|cursor)=[^\]]*\]| \[active\]")

NEAR = 2.0
"""Pixels by which two measurements of one box may differ."""


@dataclass(slots=True)
class Detail:
    """What a document says of one control."""

    box: tuple[float, ...]
    secret: bool = False
    password: bool = False
    required: bool = False
    readonly: bool = False
    suggests: bool = False
    placeholder: str = ""


@dataclass(slots=True)
class Sight:
    """``root`` is the whole page; ``top`` the part that can be used now: the top-most modal
    dialog, else all of it. ``details`` are by ref."""

    url: str
    title: str
    root: Node
    dialogs: tuple[Node, ...] = ()
    details: dict[str, Detail] = field(default_factory=dict)
    busy: bool = False
    labels: dict[str, Locator] = field(default_factory=dict)
    """By ref, of controls that are not shown themselves."""

    @property
    def top(self) -> Node:
        return self.dialogs[-1] if self.dialogs else self.root

    @property
    def dialog(self) -> str | None:
        return _called(self.dialogs[-1]) if self.dialogs else None


@cache
def script(name: str) -> str:
    return (Path(__file__).parent / "scripts" / f"{name}.js").read_text(encoding="utf-8")


def same(snapshot: str) -> str:
    """A snapshot without what changes by itself: refs, places, focus, clocks."""
    return TICKING.sub("-", STATE.sub("", snapshot))


def look(page: Page, secrets: Secrets, seconds: float, known: str = "") -> Sight:
    """``known`` is what :func:`same` made of the page just before: where it is that still, the
    fields that were asked in between are those of the page that is shown.

    Raises playwright.sync_api.Error where the page does not answer in time.
    """
    probes, told = _probes(page, secrets)
    text = page.aria_snapshot(mode="ai", boxes=True, timeout=seconds * 1000)
    secret = any(each["secrets"] for each in probes)
    if same(text) != known:
        probes, told_again = _probes(page, secrets)
        secret |= any(each["secrets"] for each in probes)
        told &= told_again
    root = parse(text)
    sight = Sight(secrets.blanked(page.url), secrets.blanked(page.title()), root)
    sight.busy = any(each["busy"] for each in probes)
    if secret or not told:
        _blank_fields(page, root, secrets)
    secrets.blanked_tree(root)
    _describe(sight, probes)
    sight.dialogs = tuple(_modal(page, root))
    return sight


def _probes(page: Page, secrets: Secrets) -> tuple[list[dict[str, Any]], bool]:
    """What each document says, and whether all did: one that loads or is busy does not."""
    from playwright.sync_api import Error

    found, told = [], True
    for frame in page.frames:
        try:
            said = frame.locator(":root").evaluate(script("probe"), timeout=PROBE_PATIENCE * 1000)
        except Error:
            told = False
            continue
        for secret in said["secrets"]:
            secrets.add(secret)
        found.append({**said, "frame": frame})
    return found, told


def _blank_fields(page: Page, root: Node, secrets: Secrets) -> None:
    """Where there is a password field, or may be one: every field is asked what it is. One that
    does not answer is taken for a secret."""
    from playwright.sync_api import Error

    for node in root.walk():
        if node.role in TYPED and node.text and node.ref:
            try:
                kind = page.get_by_ref(node.ref).evaluate("e => e.type", timeout=1000)
            except Error:
                kind = "password"
            if kind == "password" or secrets.holds(node.text):
                node.text = MASK


def _describe(sight: Sight, probes: list[dict[str, Any]]) -> None:
    """Details to the controls by where they stand, and into the tree what is not shown."""
    places = [(node, node.box) for node in sight.root.walk() if node.box and node.ref]
    for said in (each for probe in probes for each in probe["controls"]):
        for node, box in places:
            if box and _same(box, said["box"]) and (said["editable"] or not node.children):
                if said["editable"] and node.role in TEXTS:
                    node.text = " ".join(each.text for each in node.walk() if each.text)
                    node.role, node.children = "textbox", []
                sight.details[node.ref] = _detail(said)
                if said["secret"] and node.text:
                    node.text = MASK
    for probe in probes:
        labels = probe["frame"].locator("label")
        for said in probe["hidden"]:
            _add_hidden(sight, said, labels.nth(said["label_number"]))


def _add_hidden(sight: Sight, said: dict[str, Any], label: Locator) -> None:
    """A control that is not shown itself: the text of its label stands for it."""
    node = _text_of_label(sight.root, said)
    if node is None:
        node = Node("checkbox", parent=sight.root)
        sight.root.children.append(node)
    ref = f"h{len(sight.labels) + 1}"
    sight.labels[ref] = label
    node.role, node.name, node.text, node.children = said["type"], said["text"], "", []
    node.marks = {"ref": ref} | {mark: "" for mark in ("checked", "disabled") if said[mark]}
    node.marks["box"] = ",".join(str(each) for each in said["box"])
    sight.details[ref] = Detail(tuple(said["box"]), required=said["required"])


def _text_of_label(root: Node, said: dict[str, Any]) -> Node | None:
    """The label itself, or what the tree has made of it and of what is around it."""
    for node in root.walk():
        if node.role not in TEXTS or node.words() != said["text"]:
            continue
        if node.box is None or _holds(node.box, said["box"]):
            return node
    return None


def _detail(said: dict[str, Any]) -> Detail:
    return Detail(
        tuple(said["box"]),
        said["secret"],
        said["type"] == "password",
        said["required"],
        said["readonly"],
        said["suggests"],
        said["placeholder"],
    )


def _same(box: tuple[float, ...], other: list[float]) -> bool:
    return all(abs(one - two) <= NEAR for one, two in zip(box, other, strict=True))


def _holds(box: tuple[float, ...], inner: list[float]) -> bool:
    x, y, w, h = inner
    inside = box[0] - NEAR <= x and x + w <= box[0] + box[2] + NEAR
    return inside and box[1] - NEAR <= y and y + h <= box[1] + box[3] + NEAR


def _modal(page: Page, root: Node) -> Iterator[Node]:
    """Dialogs that keep what is behind them from being used, the top-most last."""
    from playwright.sync_api import Error

    for node in root.walk():
        if node.role in DIALOGS and node.ref:
            modal = True
            with suppress(Error):
                modal = page.get_by_ref(node.ref).evaluate(script("dialog"), timeout=1000)
            if modal:
                yield node


def _called(dialog: Node) -> str:
    """A dialog's name, or its heading."""
    heading = (node.name for node in dialog.walk() if node.role == "heading")
    return dialog.name or next(heading, "") or dialog.words()[:60]
