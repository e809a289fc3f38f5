"""Whether a plan does nothing but take back what a run's own plan did.

What a file says of itself is no proof: a plan that calls itself an undo is compared with the ways
back that the plan in the store has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudops.engine.ways_back import ways_back
from cloudops.state.contract import Store
from modalities.action import TOKEN, Output, outputs_in
from modalities.codec import encode
from modalities.plan import Plan


def is_reversal(plan: Plan, store: Store) -> bool:
    """Whether each of its steps is a way back of the plan of the run that it undoes."""
    run = store.run(plan.undoes) if plan.undoes else None
    if run is None or run.id != plan.undoes or run.digest is None or run.digest == plan.digest:
        return False
    original = store.plan(run.digest)
    if original is None:
        return False
    ways = tuple(_ways(original))
    return all(any(_fits(way, encode(step.action)) for way in ways) for step in plan.steps)


def _ways(original: Plan) -> Iterator[Any]:
    for step in original.steps:
        for back in ways_back(step):
            yield encode(back.action)


def _fits(way: Any, action: Any) -> bool:
    """Whether the action is that way back, with values where it has references."""
    if way != TOKEN and any(True for _ in outputs_in(way)) and not isinstance(action, Mapping):
        # a value; in a command's words also what is written as JSON as soon as it is known
        return Output.parse(way) is not None or isinstance(action, str) or _alike(way, action)
    if isinstance(way, Mapping) and isinstance(action, Mapping):
        return way.keys() == action.keys() and all(_fits(way[k], action[k]) for k in way)
    return bool(way == action) or _alike(way, action)


def _alike(way: Any, action: Any) -> bool:
    """Of lists: item by item."""
    lists = isinstance(way, list) and isinstance(action, list) and len(way) == len(action)
    return lists and all(map(_fits, way, action))
