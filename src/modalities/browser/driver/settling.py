"""When a page has come to rest: it does not change, asks for nothing, and says that it is done."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modalities.browser.driver.events import Events
from modalities.browser.driver.looking import Sight, look, same
from modalities.browser.driver.redaction import Secrets
from modalities.browser.driver.roles import CELLS
from modalities.browser.driver.tree import Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

STILL = 0.3
"""Seconds without a change after which a page is at rest."""

PAUSE = 0.1
"""Seconds between two looks at a page that says it is busy."""

ANSWER = 4.0
"""Seconds in which a page shows itself, however much there is of it."""

BUSY = re.compile(
    r"^\W*(loading|working|please wait|just a moment|saving|submitting|processing|fetching|"
    r"one moment|in progress)\b.{0,40}$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Rest:
    """``sight`` None: the page did not answer. ``still`` False: it went on changing or loading
    until the time was over; ``why`` says what."""

    sight: Sight | None
    still: bool = True
    why: str = ""


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
        snapshot = _unchanged(events, still, left)
        if snapshot is None:
            why = "a document did not come" if events.moving else "the page went on changing"
            continue
        sight = _seen(events.page, secrets, left, snapshot)
        if sight is None:
            continue
        busy = [each for each in busy_with(sight.root) if each not in known]
        if not busy and not (sight.busy and not (before and before.busy)):
            return Rest(sight)
        why = f"the page still says: {busy[0] if busy else 'busy'}"
        _pause(events)
    return Rest(_seen(events.page, secrets, ANSWER), False, why)


def _pause(events: Events, seconds: float = PAUSE) -> None:
    """A window may close meanwhile; then the one before it is the page."""
    from playwright.sync_api import Error

    page = events.page
    try:
        page.wait_for_timeout(seconds * 1000)
    except Error:
        if not page.is_closed():
            raise
        time.sleep(seconds)


def _unchanged(events: Events, still: float, seconds: float) -> str | None:
    """The page when it has stayed as it is for ``still`` seconds with nothing under way; None
    where it has not."""
    end = time.monotonic() + seconds
    last: str | None = None
    since = time.monotonic()
    while time.monotonic() < end:
        now = None if events.moving else _snapshot(events.page)
        if now is None or now != last or events.waiting():
            last, since = now, time.monotonic()
        elif time.monotonic() - since >= still:
            return now
        _pause(events, still / 2)
    return None


def _snapshot(page: Page) -> str | None:
    """None where it does not answer now."""
    from playwright.sync_api import Error

    try:
        return same(page.aria_snapshot(mode="ai", timeout=ANSWER * 1000))
    except Error:
        return None


def _seen(page: Page, secrets: Secrets, seconds: float, known: str = "") -> Sight | None:
    from playwright.sync_api import Error

    try:
        return look(page, secrets, max(0.5, min(seconds, ANSWER)), known)
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
