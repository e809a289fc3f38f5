"""When a page has come to rest: it does not change, asks for nothing, and says that it is done."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modalities.browser.driver.events import Events
from modalities.browser.driver.looking import Sight, look
from modalities.browser.driver.redaction import Secrets
from modalities.browser.driver.roles import CELLS
from modalities.browser.driver.tree import Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

STILL = 0.3
"""Seconds without a change after which a page is at rest."""

PAUSE = 0.1
"""Seconds between two looks."""

BUSY = re.compile(
    r"^\W*(loading|working|please wait|just a moment|saving|submitting|processing|fetching|"
    r"one moment|in progress)\b.{0,40}$",
    re.I,
)
TICKING = re.compile(r"\d+ (seconds?|secs?|minutes?|mins?|s|m) ago|\d{1,2}:\d{2}(:\d{2})?(\.\d+)?")
STATE = re.compile(r" \[(ref|box|cursor)=[^\]]*\]| \[active\]")


@dataclass(frozen=True, slots=True)
class Rest:
    """``sight`` None: the page did not answer. ``still`` False: it went on changing or loading
    until the time was over; ``why`` says what."""

    sight: Sight | None
    still: bool = True
    why: str = ""


def same(snapshot: str) -> str:
    """A snapshot without what changes by itself: refs, places, focus, clocks."""
    return TICKING.sub("-", STATE.sub("", snapshot))


def settle(
    events: Events, secrets: Secrets, seconds: float, *, before: Sight | None, still: float = STILL
) -> Rest:
    """Wait for rest, ``seconds`` at most. What was busy ``before`` the action is not waited for.

    Raises playwright.sync_api.Error where the browser is gone.
    """
    end = time.monotonic() + seconds
    known = frozenset(busy_with(before.root)) if before is not None else frozenset()
    why = "the page did not answer"
    while (left := end - time.monotonic()) > 0:
        if not _unchanged(lambda: events.page, events, still, left):
            why = "a document did not come" if events.moving else "the page went on changing"
            continue
        sight = _seen(events.page, secrets, left)
        if sight is None:
            continue
        busy = [each for each in busy_with(sight.root) if each not in known]
        if not busy and not (sight.busy and not (before and before.busy)):
            return Rest(sight)
        why = f"the page still says: {busy[0] if busy else 'busy'}"
        events.page.wait_for_timeout(PAUSE * 1000)
    return Rest(_seen(events.page, secrets, 1.5), False, why)


def _unchanged(page: Callable[[], Page], events: Events, still: float, seconds: float) -> bool:
    """The page stays as it is for ``still`` seconds with nothing under way."""
    end = time.monotonic() + seconds
    last, since = "", time.monotonic()
    while time.monotonic() < end:
        now = "" if events.moving else _snapshot(page())
        if not now or now != last or events.waiting():
            last, since = now, time.monotonic()
        elif time.monotonic() - since >= still:
            return True
        page().wait_for_timeout(PAUSE * 1000)
    return False


def _snapshot(page: Page) -> str:
    """Empty where it does not answer now."""
    from playwright.sync_api import Error

    try:
        return same(page.aria_snapshot(mode="ai", timeout=1500))
    except Error:
        return ""


def _seen(page: Page, secrets: Secrets, seconds: float) -> Sight | None:
    from playwright.sync_api import Error

    try:
        return look(page, secrets, max(0.5, min(seconds, 5.0)))
    except Error:
        if page.is_closed():
            raise
        return None


def busy_with(root: Node) -> list[str]:
    """What the page says it is busy with: progress bars, and short words that stand alone
    outside of tables."""
    found = []
    for node in root.walk():
        if node.role == "progressbar":
            found.append(f"progressbar {node.name or node.words()}".strip())
            continue
        words = node.text or (
            node.name if node.role in ("status", "img", "button", "heading") else ""
        )
        if BUSY.match(words) and not any(a.role in CELLS for a in (node, *node.ancestors())):
            found.append(words)
    return found
