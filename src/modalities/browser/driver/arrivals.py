"""What came of an action, as far as the page shows it: reasons not to go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from modalities.browser.driver.contract import Stop, Why
from modalities.browser.driver.controls import controls
from modalities.browser.driver.events import Asked, Events
from modalities.browser.driver.gate import Seen
from modalities.browser.driver.looking import Sight
from modalities.browser.driver.obstacles import wants_sign_in
from modalities.browser.driver.roles import SAYS
from modalities.browser.driver.verbs import Check, Choose, Click, Goto, OpenMenu, Press, Set, Verb

WRONG = re.compile(
    r"\berror|fail(ed|ure)|\binvalid\b|not valid|is required|are required|"
    r"must (be|have|contain|not)|cannot|can't|could not|couldn't|unable|denied|"
    r"not (allowed|authorized|permitted|found)|exceed|already (exists|in use|taken)|"
    r"refused|rejected|wrong|problem",
    re.I,
)
"""In an alert or a message."""

FAULT = re.compile(
    r"\b(is|are) (a )?required\b|required field|^required$|"
    r"\bmust (be|have|contain|not|match)\b|\bis (invalid|not valid)|^invalid\b|"
    r"cannot be (blank|empty)|^(please )?(enter|select|choose|specify) (an?|the)\b|"
    r"(fix|correct) the (following|error|field)|already exists|^this field\b|\bnot a valid\b",
    re.I,
)
"""In a short text that has appeared beside fields that were there before."""

SHORT = 160


def grave(sight: Sight, events: Events, seen: Seen, came: bool, signing_in: bool) -> Stop | None:
    """What ends a batch wherever it stands. ``came``: with this action came a document."""
    if events.crashed:
        return Stop(Why.LOST, "the page crashed")
    if seen.held:
        return Stop(Why.HELD, f"held: {seen.held[0]}")
    if not signing_in and (said := wants_sign_in(sight)):
        return Stop(Why.SIGNED_OUT, said)
    if not signing_in and came and events.status == 401:
        return Stop(Why.SIGNED_OUT, "the page came with status 401")
    if came and events.status >= 500:
        return Stop(Why.SERVER_ERROR, f"the page came with status {events.status}")
    return None


def not_let_in(verb: Verb, before: Sight, after: Sight) -> bool:
    """The same form again after it was sent. (One that asks for the password on a second page
    is another form.)"""
    if not asks_by_itself(verb) or not wants_sign_in(after):
        return False
    return _labels(before) == _labels(after)


def _labels(sight: Sight) -> set[str]:
    return {control.label for control in controls(sight)}


def wrong(before: Sight, after: Sight, said: list[str]) -> Stop | None:
    """What the page says is wrong since the action."""
    new = [name for name in _invalid(after) if name not in set(_invalid(before))]
    if before.url != after.url and not _same_form(before, after):
        return None  # what another page says is about something else
    texts = [text for text in _alerts(after) if text not in set(_alerts(before))]
    if _same_form(before, after) and before.dialog == after.dialog:
        texts += [text for text in _faults(after) if text not in set(_faults(before))]
    texts += [text for text in said if WRONG.search(text) and text not in texts]
    if texts or new:
        detail = "; ".join(dict.fromkeys(texts[:4])) or f"marked as invalid: {', '.join(new)}"
        return Stop(Why.INVALID, detail, tuple(new))
    return None


def _same_form(before: Sight, after: Sight) -> bool:
    """No fields have come: help for them would read like a fault."""
    return _labels(after) <= _labels(before)


def _invalid(sight: Sight) -> list[str]:
    return [node.name for node in sight.root.walk() if "invalid" in node.marks]


def _alerts(sight: Sight) -> Iterator[str]:
    for node in sight.root.walk():
        if node.role in SAYS and WRONG.search(words := node.words()) and len(words) < 1000:
            yield words


def _faults(sight: Sight) -> Iterator[str]:
    for node in sight.root.walk():
        if node.text and len(node.text) <= SHORT and FAULT.search(node.text):
            yield node.text


def unexpected(verb: Verb, before: Sight, after: Sight, asked: list[Asked]) -> Stop | None:
    """What an action led to without having said so: it ends the batch if more is to be done."""
    refused = [each for each in asked if not each.accepted and each.kind != "alert"]
    if refused:
        question = f'the browser asked "{refused[0].text}" and was told no (accept: yes)'
        return Stop(Why.DIALOG, question)
    opens = verb.opens if isinstance(verb, (Click, OpenMenu, Press)) else ""
    if opens == "any":
        return None
    if _moved(verb, before, after) and opens != "page":
        return Stop(Why.MOVED, f"the address is now {after.url}")
    if opens == "page" or isinstance(verb, Goto):
        return None
    if _another_dialog(before, after) and opens != "dialog":
        return Stop(Why.DIALOG, f'the dialog "{after.dialog}" opened')
    if opens != "dialog" and (names := _newly_required(before, after)):
        return Stop(Why.REQUIRED, f"must be filled, too: {', '.join(names)}", names)
    return None


def _moved(verb: Verb, before: Sight, after: Sight) -> bool:
    """A form that writes its state into the address has not gone anywhere by that."""
    if isinstance(verb, Goto) or before.url == after.url:
        return False
    if isinstance(verb, (Set, Choose, Check)):
        return urlsplit(before.url).path != urlsplit(after.url).path
    return True


def _another_dialog(before: Sight, after: Sight) -> bool:
    if after.dialog is None:
        return False
    return len(after.dialogs) > len(before.dialogs) or after.dialog != before.dialog


def _newly_required(before: Sight, after: Sight) -> tuple[str, ...]:
    if before.url != after.url:
        return ()
    known = _labels(before)
    return tuple(
        control.label
        for control in controls(after)
        if (detail := after.details.get(control.node.ref)) is not None
        if detail.required and not control.node.text and control.label not in known
    )


def asks_by_itself(verb: Verb) -> bool:
    """Whether a dialog may be what the action was for."""
    return isinstance(verb, (Click, OpenMenu, Press))
