"""What a planning model is told of what it looked up or tried: text, short, without secrets.

All of it goes to the model as data: what stands in a name, an answer or an error of a cloud is
material, and no instruction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cloudops.knowledge.contract import Candidate
from cloudops.request import Came
from cloudops.state.masking import masked

TOLD = 400
"""Characters of one call's answer, or of its error."""

LEAF = 120
"""Characters of one value in an answer."""

MOST = 5
"""Items of one list in an answer."""

WORDS = {
    "done": "done",
    "no_op": "nothing to do: it is so already",
    "left out": "not tried: a copy has not what it is about, so that nothing follows from that",
    "not tried": "not tried, since something before it failed",
    "unknown": "no clear answer",
}


def listed(candidates: Sequence[Candidate]) -> str:
    lines = (
        f"{c.operation.command} ({c.operation.service} {c.operation.name}): "
        f"{c.operation.about[:120]}"
        for c in candidates
    )
    return "\n".join(lines) or "nothing is found"


def tried(came: Sequence[Came]) -> str:
    """A line for each call, and what to make of all."""
    lines = [f"{number}. {each.call}: {_one(each)}" for number, each in enumerate(came, 1)]
    return "\n".join((*lines, _verdict(came)))


def _one(came: Came) -> str:
    if came.error:
        return f"{came.how}: {_line(came.error)[:TOLD]}"
    said = WORDS.get(came.how, came.how)
    if not came.answer:
        return said
    answer = json.dumps(cut(masked(came.answer)), ensure_ascii=False)
    return f"{said}; answer: {answer[:TOLD]}"


def _verdict(came: Sequence[Came]) -> str:
    if came and all(each.well for each in came):
        return "All of it came through in the copy. The copy is gone: nothing of it is real."
    return "It did not come through in the copy, of which nothing is left: mend it, or say so."


def cut(value: Any) -> Any:
    """JSON with long text and long lists cut."""
    if isinstance(value, str):
        return value if len(value) <= LEAF else f"{value[:LEAF]}…"
    if isinstance(value, dict):
        return {name: cut(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [cut(item) for item in value[:MOST]]
    return value


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
