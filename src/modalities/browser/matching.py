"""Which learned workflow brings a call about, or several calls at once: a wizard may make more
than one thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import jmespath

from modalities.action import Output, SdkCall
from modalities.browser.filling import fill
from modalities.browser.workflow import Workflow
from modalities.codec import encode
from modalities.step import Step

GENERATED = ("ClientToken",)
"""Parameters of a call that a console makes up by itself."""

NOTHING: tuple[Any, ...] = (None, "", [], (), {}, False, 0)
"""To an API that was not told, as AWS's are."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """``steps`` in the order of the workflow's calls, each an SdkCall."""

    workflow: Workflow
    steps: tuple[Step, ...]


def matches(workflow: Workflow, first: Step, others: Sequence[Step]) -> Iterator[Match]:
    """Every way in which the workflow stands for ``first`` and some of the ``others``."""
    candidates = [[s for s in others if str(s.action) == call] for call in workflow.calls[1:]]
    for chosen in product(*candidates):
        steps = (first, *chosen)
        if len({s.id for s in steps}) == len(steps) and _joined(workflow, steps):
            yield Match(workflow, steps)


def document(steps: Sequence[Step]) -> dict[str, Any]:
    """The calls' parameters by operation (:func:`word_of`); ``made`` is the reference to what each
    makes, ``step`` and ``needs`` are the step's own."""
    found: dict[str, Any] = {}
    for step in steps:
        if isinstance(step.action, SdkCall):
            own = {"made": Output(step.id).as_json(), "step": step.id, "needs": [*step.needs]}
            found[word_of(step.action.operation)] = {**encode(step.action.parameters), **own}
    return found


def word_of(operation: str) -> str:
    """An operation as a word of JMESPath: ``virtual_machines_start``."""
    return operation.replace(".begin_", "_").replace(".", "_")


def values_of(workflow: Workflow, told: Document) -> dict[str, Any]:
    """The workflow's parameters, found in the calls."""
    given = {name: _search(path, told) for name, path in workflow.parameters.items()}
    anchor = word_of(workflow.calls[0].partition(":")[2]) if workflow.calls else ""
    made = told.get(anchor, {}).get("made")
    return {**given, "region": told.get("region"), "made": made}


def applies(workflow: Workflow, told: Document) -> bool:
    return not workflow.when or bool(_search(workflow.when, told))


def meaning(
    workflow: Workflow, values: Mapping[str, Any], wanted: Sequence[SdkCall]
) -> tuple[SdkCall, ...]:
    """What the console will ask of the cloud; as wanted where the workflow says nothing else."""
    by_operation = {str(call): call for call in wanted}
    found = []
    for each in workflow.meaning:
        call = by_operation.get(f"{each['service']}:{each['operation']}")
        parameters = (
            fill(each["parameters"], values) if "parameters" in each else _asked(call, each)
        )
        besides = fill(each.get("besides", {}), values) or {}
        found.append(SdkCall(each["service"], each["operation"], (parameters or {}) | besides))
    return tuple(found)


def difference(
    workflow: Workflow,
    values: Mapping[str, Any],
    wanted: Sequence[SdkCall],
    nothing: tuple[Any, ...] = NOTHING,
) -> str:
    """Where the console would ask something else than was wanted; empty where it would not.
    ``nothing`` are values that are the same to the API as not being told."""
    by_operation = {str(call): call for call in wanted}
    for each in workflow.meaning:
        call = by_operation.get(f"{each['service']}:{each['operation']}")
        if call is None or "parameters" not in each:
            continue
        asks = fill(each["parameters"], values) or {}
        path = _difference(_asked(call, each), asks, call.operation, nothing)
        if path:
            return path
    return ""


def left_out(workflow: Workflow, wanted: Sequence[SdkCall]) -> Iterator[str]:
    """Parameters that were wanted and that the console has no place for, for people."""
    by_operation = {str(call): call for call in wanted}
    for each in workflow.meaning:
        call = by_operation.get(f"{each['service']}:{each['operation']}")
        for name in each.get("leaves_out", ()):
            if call is not None and _without(call.parameters, name) != call.parameters:
                yield f"the console has no place for {name} of {call.operation}"


def _asked(call: SdkCall | None, each: Mapping[str, Any]) -> dict[str, Any]:
    """What was wanted, without what the console makes up or has no place for."""
    given: Any = encode(call.parameters) if call is not None else {}
    for path in (*GENERATED, *each.get("leaves_out", ())):
        given = _without(given, path)
    return dict(given)


def _without(value: Any, path: str) -> Any:
    """A copy in which nothing stands at a dotted path."""
    name, _, rest = path.partition(".")
    if not isinstance(value, Mapping) or name not in value:
        return value
    kept = {key: item for key, item in value.items() if key != name}
    return {**kept, name: _without(value[name], rest)} if rest else kept


def _joined(workflow: Workflow, steps: Sequence[Step]) -> bool:
    told = document(steps)
    for one, other in workflow.joins:
        left, right = _search(one, told), _search(other, told)
        if left is None or left != right:
            return False
    return True


def _difference(wanted: Any, asks: Any, path: str, nothing: tuple[Any, ...]) -> str:
    match wanted, asks:
        case Mapping(), Mapping():
            for key in sorted({*wanted, *asks}):
                found = _difference(wanted.get(key), asks.get(key), f"{path}.{key}", nothing)
                if found:
                    return found
            return ""
        case (list() | tuple(), list() | tuple()):
            same = len(wanted) == len(asks) and not any(
                _difference(one, other, path, nothing)
                for one, other in zip(_sorted(wanted), _sorted(asks), strict=True)
            )
            return "" if same else path
    if wanted == asks and isinstance(wanted, bool) is isinstance(asks, bool):
        return ""
    return "" if _is_nothing(wanted, nothing) and _is_nothing(asks, nothing) else path


def _is_nothing(value: Any, nothing: tuple[Any, ...]) -> bool:
    if isinstance(value, Mapping) and value:
        return all(_is_nothing(item, nothing) for item in value.values())
    return any(value is each or (value == each and not isinstance(value, bool)) for each in nothing)


def _sorted(items: Sequence[Any]) -> list[Any]:
    """Tags have no order."""
    if all(isinstance(item, Mapping) and "Key" in item for item in items):
        return sorted((dict(item) for item in items), key=lambda item: str(item["Key"]))
    return [_sorted_inside(item) for item in items]


def _sorted_inside(item: Any) -> Any:
    if isinstance(item, Mapping):
        return {
            key: _sorted(value) if isinstance(value, (list, tuple)) else value
            for key, value in item.items()
            if value is not None
        }
    return item


def _search(path: str, told: Document) -> Any:
    """None also where what is there is not what the path takes."""
    try:
        return _compiled(path).search(told)
    except jmespath.exceptions.JMESPathTypeError:
        return None


@lru_cache(maxsize=1024)
def _compiled(path: str) -> Any:
    return jmespath.compile(path)
