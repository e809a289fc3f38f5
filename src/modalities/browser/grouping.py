"""Which steps of a draft a console does at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from modalities.browser.matching import Match, matches
from modalities.browser.workflow import Workflow
from modalities.step import Step

Fits = Callable[[Match], str]
"""Why a match will not do; empty where it will."""


def merged(steps: Sequence[Step], workflows: Sequence[Workflow], fits: Fits) -> tuple[Match, ...]:
    """The largest matches of more than one step; no step is in two."""
    free = {step.id: step for step in steps}
    found: list[Match] = []
    for match in _candidates(steps, workflows):
        inside = {step.id for step in match.steps}
        if not inside <= free.keys() or fits(match):
            continue
        if not _in_order(steps, [*found, match]):
            continue
        found.append(match)
        for id in inside:
            del free[id]
    return tuple(found)


def _candidates(steps: Sequence[Step], workflows: Sequence[Workflow]) -> Iterator[Match]:
    several = [w for w in workflows if len(w.calls) > 1]
    for workflow in sorted(several, key=lambda w: -len(w.calls)):
        for step in steps:
            if str(step.action) == workflow.calls[0]:
                yield from matches(workflow, step, steps)


def in_place_of(found: Sequence[Match]) -> dict[str, str]:
    """The id under which each step that is part of a match goes on."""
    return {step.id: match.steps[0].id for match in found for step in match.steps}


def needs_of(
    step_ids: Sequence[str], steps: Mapping[str, Step], names: Mapping[str, str]
) -> set[str]:
    """What all of these need, by the ids that go on; not themselves."""
    mine = {names.get(id, id) for id in step_ids}
    return {names.get(need, need) for id in step_ids for need in steps[id].needs} - mine


def ordered(steps: Sequence[Step], found: Sequence[Match]) -> tuple[str, ...]:
    """The ids that go on, each after what it needs, else as they stood. Raises CycleError."""
    names = in_place_of(found)
    graph: dict[str, set[str]] = {names.get(step.id, step.id): set() for step in steps}
    for step in steps:
        me = names.get(step.id, step.id)
        graph[me] |= {names.get(need, need) for need in step.needs} - {me}
    place = {id: number for number, id in enumerate(graph)}
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    order: list[str] = []
    ready = list(sorter.get_ready())
    while ready:
        ready.sort(key=lambda id: place[id])
        first = ready.pop(0)
        order.append(first)
        sorter.done(first)
        ready += sorter.get_ready()
    return tuple(order)


def _in_order(steps: Sequence[Step], found: Sequence[Match]) -> bool:
    try:
        ordered(steps, found)
    except CycleError:
        return False
    return True
