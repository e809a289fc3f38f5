"""Dialogs that nobody asked for, and pages that want a sign-in."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit

from modalities.browser.driver.desk import Desk
from modalities.browser.driver.labels import plain
from modalities.browser.driver.looking import Sight
from modalities.browser.driver.roles import PRESSED, TYPED
from modalities.browser.driver.tree import Node

HARMLESS = (
    "no thanks",
    "no, thanks",
    "not now",
    "maybe later",
    "later",
    "remind me later",
    "ask me later",
    "skip",
    "skip for now",
    "skip tour",
    "dismiss",
    "decline",
    "reject all",
    "only necessary",
    "close",
    "close modal",
    "close dialog",
    "×",
    "✕",
    "x",
)
"""Names of buttons that take a dialog away and nothing else, the most harmless first."""

SURVEY = re.compile(
    r"survey|feedback|how likely|rate (your|this|us)|your (opinion|experience)|tell us|cookie|"
    r"newsletter|subscribe|take (a|the) tour|what.s new|recommend\b",
    re.I,
)
SIGN_IN = re.compile(r"^\W*(sign|log)[ -]?(in|on)\b|^\W*authenticat|^\W*anmelden\b", re.I)
SIGN_IN_PATH = re.compile(r"(sign|log)-?_?(in|on)\b|/auth\b|/sso\b|oauth", re.I)
OVER = re.compile(
    r"session (has |was |is )?(expired|ended|timed out|over)|(signed|logged) out|"
    r"(sign|log) ?in again",
    re.I,
)


TITLES = frozenset(("heading", "button", "form", "region", "main"))


def is_survey(dialog: Node) -> bool:
    """It asks for an opinion, and there is a way to say no."""
    return bool(SURVEY.search(dialog.words())) and harmless(dialog) is not None


def harmless(part: Node) -> Node | None:
    """The button that takes it away."""
    found: dict[str, Node] = {}
    for node in part.walk():
        if node.role in PRESSED and node.ref and "disabled" not in node.marks:
            found.setdefault(plain(node.name or node.words()), node)
    return next((found[name] for name in HARMLESS if name in found), None)


def dismiss(desk: Desk) -> bool:
    """Take the top-most dialog away by what is harmless; False where it stays."""
    from playwright.sync_api import Error

    dialog, name = desk.sight.top, desk.sight.dialog
    if not desk.sight.dialogs:
        return False
    button = harmless(dialog)
    with suppress(Error):
        if button is not None:
            desk.locator(button).click(timeout=desk.limits.target * 1000, no_wait_after=True)
        else:
            desk.page.keyboard.press("Escape")
    count = len(desk.sight.dialogs)
    desk.rest()
    gone = len(desk.sight.dialogs) < count or desk.sight.dialog != name
    if gone:
        how = f'"{button.name or button.words()}"' if button is not None else "Escape"
        desk.notes.append(f'a dialog in the way, "{name}", was dismissed by {how}')
    return gone


def wants_sign_in(sight: Sight) -> str:
    """What says so; empty where the page wants nobody to sign in."""
    if sight.dialogs and (said := OVER.search(sight.top.words())):
        return f'the page says "{said[0]}"'
    typed = any(node.role in TYPED for node in sight.top.walk())
    secret = any(detail.password for detail in sight.details.values())
    named = bool(SIGN_IN_PATH.search(urlsplit(sight.url).path))
    if not typed or not (secret or named):
        return ""
    says = [sight.title, *(node.name for node in sight.top.walk() if node.role in TITLES)]
    return "the page wants a sign-in" if any(SIGN_IN.search(each) for each in says) else ""
