"""A label that is no longer there: the one that is meant now, where only one can be meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from modalities.browser.driver.contract import Report, Why
from modalities.browser.workflow import Workflow
from modalities.codec import decode, encode

LEAST = 0.6
"""Similarity from which a label may be the one that is meant."""

AHEAD = 0.1
"""By how much it must be more similar than any other."""

LABELS = {
    "set": "label",
    "choose": "label",
    "check": "label",
    "click": "name",
    "select_row": "table",
}
ORDINAL = re.compile(r" #\d+$")


def healed(verb: Mapping[str, Any], report: Report) -> tuple[str, str] | None:
    """The label that failed and the one to use, or None: fail closed."""
    if report.stop is None or report.stop.why is not Why.NOT_FOUND:
        return None
    failed = _label(verb)
    if not failed:
        return None
    ranked = sorted(
        ((_similarity(failed, each), each) for each in set(_candidates(verb, report))), reverse=True
    )
    if not ranked or ranked[0][0] < LEAST:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < AHEAD:
        return None
    return failed, ranked[0][1]


def with_label(value: Any, old: str, new: str) -> Any:
    """A verb, a batch or a workflow's steps with another label in the place of one."""
    match value:
        case Mapping():
            return {
                key: _renamed(item, old, new)
                if key in (*LABELS.values(), "path") and isinstance(item, str)
                else with_label(item, old, new)
                for key, item in value.items()
            }
        case list() | tuple():
            return [
                _renamed(i, old, new) if isinstance(i, str) else with_label(i, old, new)
                for i in value
            ]
    return value


def mended(workflow: Workflow, old: str, new: str) -> Workflow:
    """The workflow with that step mended, and a note of it."""
    steps = with_label(json.loads(json.dumps(encode(workflow.steps))), old, new)
    note = {"from": old, "to": new}
    return replace(
        workflow,
        steps=decode(tuple[Mapping[str, Any], ...], steps),
        healed=(*workflow.healed, note),
    )


def _label(verb: Mapping[str, Any]) -> str:
    if verb.get("verb") == "open_menu":
        return ""
    return ORDINAL.sub("", str(verb.get(LABELS.get(str(verb.get("verb")), ""), "")))


def _candidates(verb: Mapping[str, Any], report: Report) -> Iterator[str]:
    view = report.view
    match verb.get("verb"):
        case "click":
            yield from view.buttons
        case "select_row":
            yield from (table.name for table in view.tables)
        case _:
            yield from (field.label for field in view.fields)
    if report.stop is not None:
        yield from report.stop.candidates


def _similarity(one: str, other: str) -> float:
    a, b = _words(one), _words(other)
    shared = len(a & b) / max(1, min(len(a), len(b)))
    letters = SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
    return max(letters, 0.9 * shared if len(a) > 1 or len(b) > 1 else 0.0)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.casefold()))


def _renamed(text: str, old: str, new: str) -> str:
    bare = ORDINAL.sub("", re.sub(r" #\{[\w.]+\}$", "", text))
    return new + text[len(bare) :] if bare == old else text
