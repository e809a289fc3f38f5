"""A workflow in words, for people: what it is given, what must be there, what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cloudops.memory.symbols import filled
from cloudops.state.workflow import Parameter, Thing, Workflow


def names(workflow: Workflow) -> tuple[str, ...]:
    """What each parameter is called: ``name``, ``gib``; ``name 2`` where it is the second."""
    found: list[str] = []
    for parameter in workflow.parameters:
        name = _name(parameter)
        same = sum(each.partition(" ")[0] == name for each in found)
        found.append(f"{name} {same + 1}" if same else name)
    return tuple(found)


def _name(parameter: Parameter) -> str:
    """The last word of its place that is no number; of a tag, its value."""
    words = [part for part in parameter.place.split(".") if not part.isdecimal()]
    return {"names": "name", "add": "tag", "tags": "tag"}.get(words[-1], words[-1])


OPERATION = re.compile(r"changes\.\d+\.(?:provider|words|calls\.\d+\.(?:service|operation|hand))")
"""Where an operation of a vendor's own says which it is: the title does."""


def given(workflow: Workflow) -> Iterator[str]:
    for name, parameter in zip(names(workflow), workflow.parameters, strict=True):
        if parameter.fixed and OPERATION.fullmatch(parameter.place):
            continue
        yield f"{name} is {parameter.value}" if parameter.fixed else f"{name}: any {parameter.type}"


def preconditions(workflow: Workflow) -> Iterator[str]:
    for thing in workflow.things:
        yield _found(workflow, thing)
        for name, value in thing.holds.items():
            if value not in ([], None):
                text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                yield f"  its {name}: {text}"
    for step in workflow.steps:
        if step["effect"] == "create":
            for ref in step["changes"]:
                kind = str(ref["kind"]).replace("_", " ")
                yield f"no {kind} {text_of(workflow, ref['name'])} yet"


def _found(workflow: Workflow, thing: Thing) -> str:
    what = thing.kind.words
    match thing.by:
        case "parameter":
            return f"the {what} called <{names(workflow)[thing.of]}>"
        case "link":
            near = workflow.things[thing.of].kind.words
            return f"the one {what} tied to the {near} above ({thing.role.replace('_', ' ')})"
        case "default":
            return f"the default {what}"
        case "name":
            return f"the {what} called {thing.name}"


def postconditions(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps:
        for expect in step["expects"]:
            yield text_of(workflow, _expected(step, expect))


def _expected(step: Mapping[str, Any], expect: Mapping[str, Any]) -> Any:
    what = f": {expect['kind']} {expect['test']}"
    if not expect["attribute"]:
        return _text(step["id"], what)
    return _text(step["id"], f"{what} {expect['attribute']} ", expect["value"])


def _text(*parts: Any) -> Any:
    flat: list[Any] = []
    for part in parts:
        flat += part["$text"] if isinstance(part, Mapping) and "$text" in part else [part]
    return {"$text": [p if isinstance(p, (str, Mapping)) else str(p) for p in flat]}


def text_of(workflow: Workflow, template: Any) -> str:
    """A template as people read it: ``make disk <name> (<gib> GiB gp3)``."""
    called = names(workflow)

    def word(symbol: Mapping[str, Any]) -> str:
        match symbol:
            case {"$parameter": number}:
                return f"<{called[number]}>"
            case {"$thing": number, "take": take}:
                kind = workflow.things[number].kind.words if workflow.things else "resource"
                return f"<{kind}>" if take == "name" else f"<{kind}'s {take}>"
            case {"$choice": number}:
                choice = workflow.choices[number]
                return f"<a free /{choice.prefix}>" if choice.type == "range" else choice.value
            case {"$place": what}:
                return f"<{what}>"
        return "<?>"

    try:
        return str(filled(template, word))
    except LookupError:
        return "<not readable>"
