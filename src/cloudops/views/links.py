"""Which links of a graph only repeat what others say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


def implied(edges: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Links beside which there is a longer way: a machine is in a subnet by its interface.

    What lies on a cycle implies nothing.
    """
    onward: dict[str, set[str]] = defaultdict(set)
    for start, end in edges:
        if start != end:
            onward[start].add(end)
    found = set()
    for start, ends in list(onward.items()):
        if len(ends) > 1:
            found |= {(start, end) for end in _beyond(start, ends, onward)}
    return frozenset(found)


def _beyond(start: str, ends: set[str], onward: dict[str, set[str]]) -> set[str]:
    """Those of ``ends`` that are reached from others of them without passing ``start``."""
    reached: set[str] = set()
    waiting = [further for end in ends for further in onward.get(end, ())]
    while waiting:
        at = waiting.pop()
        if at == start:
            return set()
        if at not in reached:
            reached.add(at)
            waiting += onward.get(at, ())
    return reached & ends
