"""Texts that are there, or are to come."""

from __future__ import annotations

import time

from modalities.browser.driver.contract import Why
from modalities.browser.driver.controls import find_pressable
from modalities.browser.driver.desk import BRIEFLY, Desk
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.pressing import press_on
from modalities.browser.driver.reading import lines_with
from modalities.browser.driver.verbs import Expect, Find, WaitFor

RELOAD = "reload"
AGAIN = 2.0
"""Seconds between two times that a page is brought up to date."""


def expect(desk: Desk, verb: Expect) -> str:
    """On the page, or said by it since the batch began. Raises Halt."""
    if _shown(desk, verb.text) or _said(desk, verb.text):
        return ""
    raise Halt(Why.NOT_SO, f'"{verb.text}" is not on the page')


def find(desk: Desk, verb: Find) -> str:
    lines = lines_with(verb.text, desk.text)
    desk.found += lines
    return f"{len(lines)} lines"


def wait_for(desk: Desk, verb: WaitFor) -> str:
    """Raises Halt where it does not come true in time."""
    end = time.monotonic() + min(verb.seconds, desk.left)
    again = time.monotonic() + AGAIN
    while not _come_true(desk, verb):
        if time.monotonic() >= end:
            state = "still" if verb.gone else "not"
            detail = f'"{verb.text}" is {state} there after {verb.seconds:.0f} s'
            raise Halt(Why.NOT_SO, detail)
        if verb.by and time.monotonic() >= again:
            _bring_up_to_date(desk, verb.by)
            again = time.monotonic() + AGAIN
        desk.page.wait_for_timeout(150)
        desk.rest(BRIEFLY)
    return ""


def _come_true(desk: Desk, verb: WaitFor) -> bool:
    if verb.gone:
        return not _shown(desk, verb.text)
    return _shown(desk, verb.text) or _said(desk, verb.text)


def _shown(desk: Desk, text: str) -> bool:
    return _flat(text) in _flat(desk.text)


def _said(desk: Desk, text: str) -> bool:
    return any(_flat(text) in _flat(each) for each in desk.messages)


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _bring_up_to_date(desk: Desk, by: str) -> None:
    if by == RELOAD:
        desk.page.reload(wait_until="commit", timeout=desk.limits.load * 1000)
    else:
        press_on(desk, find_pressable(desk.sight, by))
