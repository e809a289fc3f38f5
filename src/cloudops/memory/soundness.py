"""Whether a workflow that somebody else wrote could be one of ours at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cloudops.memory.learning import BEARING
from cloudops.memory.symbols import SYMBOLS, filled, symbols_in
from cloudops.state.workflow import Workflow
from modalities.codec import Malformed, decode
from modalities.plan import Advisory
from modalities.step import Step

ID = re.compile(r"wf-[0-9a-f]{12}")
PLACES = frozenset({"scope", "account", "region", "group", "run"})


class Unsound(ValueError):
    """The text says what is wrong."""


def sound(workflow: Workflow) -> None:
    """Raises Unsound: a symbol that stands for nothing, steps that are none, another hand's."""
    if not ID.fullmatch(workflow.id):
        raise Unsound("its id is none of ours")
    if not workflow.steps:
        raise Unsound("it has no steps")
    texts = (*workflow.steps, *workflow.advisories, *workflow.defaults)
    for symbol in symbols_in([texts, [c.within for c in workflow.choices]]):
        _known(symbol, workflow)
    for number, thing in enumerate(workflow.things):
        if thing.by == "link" and not 0 <= thing.of < number:
            raise Unsound(f"thing {number} is tied to one that is not before it")
        if thing.by == "parameter" and not 0 <= thing.of < len(workflow.parameters):
            raise Unsound(f"thing {number} is called by a parameter that is not there")
    _steps(workflow)


def _known(symbol: Mapping[str, Any], workflow: Workflow) -> None:
    counts = {
        "$parameter": len(workflow.parameters),
        "$thing": len(workflow.things),
        "$choice": len(workflow.choices),
    }
    names = [name for name in SYMBOLS if name in symbol]
    name = names[0]
    if len(names) > 1 or set(symbol) - {name, "take"}:
        raise Unsound("a symbol says several things")
    if name == "$place":
        if symbol[name] not in PLACES:
            raise Unsound(f"there is no place {symbol[name]!r}")
        return
    number = symbol[name]
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < counts[name]:
        raise Unsound(f"there is no {name.removeprefix('$')} {number!r}")
    if name == "$thing" and not isinstance(symbol.get("take"), str):
        raise Unsound("nothing is taken of a thing")


def _steps(workflow: Workflow) -> None:
    """With anything in the place of the symbols, they are steps of the workflow's hand."""
    for template in workflow.steps:
        if not isinstance(template, Mapping) or not set(BEARING) <= template.keys():
            raise Unsound("a step lacks a part")
        try:
            step = decode(Step, filled(template, lambda _: "any"))
        except (Malformed, TypeError, KeyError) as fault:
            raise Unsound(f"a step is none: {fault}") from None
        if step.action.hand != workflow.hand.value:
            raise Unsound(f"step {step.id} is not for the {workflow.hand} hand")
    _texts(workflow)


def _texts(workflow: Workflow) -> None:
    try:
        for advisory in workflow.advisories:
            decode(Advisory, filled(advisory, lambda _: "any"))
        words: Sequence[Any] = [filled(text, lambda _: "any") for text in workflow.defaults]
    except (Malformed, TypeError) as fault:
        raise Unsound(f"what it says beside is none: {fault}") from None
    if not all(isinstance(word, str) for word in words):
        raise Unsound("a default is no text")
