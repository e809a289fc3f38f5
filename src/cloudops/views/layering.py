"""Layers of a directed graph: every node to the left of all that it needs.

After Sugiyama, Tagawa and Toda (1981): break cycles, then longest paths, then draw nodes
towards those that need them, so that links are short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Edge: TypeAlias = tuple[str, str]


def components(nodes: Sequence[str], edges: Iterable[Edge]) -> list[list[str]]:
    """Nodes that hang together, each in the given order; the largest first."""
    near: dict[str, set[str]] = defaultdict(set)
    for start, end in edges:
        near[start].add(end)
        near[end].add(start)
    place = {node: number for number, node in enumerate(nodes)}
    seen: set[str] = set()
    found = []
    for node in nodes:
        if node in seen:
            continue
        seen.add(node)
        part, waiting = [], [node]
        while waiting:
            at = waiting.pop()
            part.append(at)
            fresh = near[at] - seen
            seen |= fresh
            waiting += fresh
        found.append(sorted(part, key=place.__getitem__))
    return sorted(found, key=lambda part: -len(part))


def acyclic(nodes: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """The edges with those turned round that close a cycle; loops are left out."""
    onward = _onward(edges)
    open_, closed = set[str](), set[str]()
    back: set[Edge] = set()
    for root in nodes:
        if root in closed:
            continue
        open_.add(root)
        path = [(root, iter(onward[root]))]
        while path:
            at, ends = path[-1]
            end = next(ends, None)
            if end is None:
                path.pop()
                open_.discard(at)
                closed.add(at)
            elif end in open_:
                back.add((at, end))
            elif end not in closed:
                open_.add(end)
                path.append((end, iter(onward[end])))
    turned = ((b, a) if (a, b) in back else (a, b) for a, b in edges if a != b)
    return list(dict.fromkeys(turned))


def layers(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The layer of each node: 0 for what needs nothing further, higher the more stands below.

    ``edges`` must be free of cycles.
    """
    needs, users = _onward(edges), _onward((end, start) for start, end in edges)
    order = _users_first(nodes, needs, users)
    found: dict[str, int] = {}
    for node in reversed(order):
        found[node] = 1 + max((found[need] for need in needs[node]), default=-1)
    for node in order:
        if len(users[node]) > len(needs[node]):
            found[node] = min(found[user] for user in users[node]) - 1
    return found


def in_depth(nodes: Sequence[str], edges: Iterable[Edge]) -> list[str]:
    """The nodes as one comes by them who follows each edge to its end before taking the next:
    what belongs to one node stays together."""
    onward = _onward(edges)
    order: dict[str, None] = {}
    for root in nodes:
        waiting = [root]
        while waiting:
            at = waiting.pop()
            if at not in order:
                order[at] = None
                waiting += reversed(onward[at])
    return list(order)


def _users_first(
    nodes: Sequence[str], needs: Mapping[str, list[str]], users: Mapping[str, list[str]]
) -> list[str]:
    left = {node: len(users[node]) for node in nodes}
    order = [node for node in nodes if not left[node]]
    for node in order:
        for need in needs[node]:
            left[need] -= 1
            if not left[need]:
                order.append(need)
    return order


def _onward(edges: Iterable[Edge]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for start, end in edges:
        found[start].append(end)
    return found
