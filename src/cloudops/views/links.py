"""Which links of a graph only repeat what others say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping


def implied(edges: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Links beside which there is a longer way: a machine is in a subnet by its interface.

    What lies on one cycle implies nothing of it, so that without the implied links
    everything is still reached.
    """
    onward: dict[str, set[str]] = defaultdict(set)
    for start, end in edges:
        if start != end:
            onward[start].add(end)
    reached: dict[str, set[str]] = {}

    def beyond(node: str) -> set[str]:
        if node not in reached:
            reached[node] = _reached(node, onward)
        return reached[node]

    def repeats(start: str, end: str) -> bool:
        others = onward[start] - {end}
        ways = (other for other in others if end in beyond(other))
        return any(start not in beyond(way) and way not in beyond(end) for way in ways)

    pairs = [(start, end) for start, ends in onward.items() for end in ends]
    return frozenset(pair for pair in pairs if repeats(*pair))


def _reached(start: str, onward: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for end in onward.get(waiting.pop(), ()):
            if end not in found:
                found.add(end)
                waiting.append(end)
    return found
