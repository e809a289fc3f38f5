"""The order of nodes within each layer, so that few links cross.

Barycentre sweeps: a node goes to the mean place of its neighbours in the layer before; the
best order seen is kept.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from cloudops.views.layering import Edge

SWEEPS = 12
SWAPPED_UP_TO = 400
"""Nodes; swapping neighbours takes long where layers are long, and nobody sees it there."""


def ordered(rows: Sequence[Sequence[str]], edges: Iterable[Edge]) -> list[list[str]]:
    """``rows`` (a layer each; every edge goes from one to the next) in a better order."""
    ends, starts = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for start, end in edges:
        ends[start].append(end)
        starts[end].append(start)
    now = [list(row) for row in rows]
    best, fewest = [list(row) for row in now], crossings(now, ends)
    small = sum(map(len, rows)) <= SWAPPED_UP_TO
    for _ in range(SWEEPS):
        before = [list(row) for row in now]
        for number in range(1, len(now)):
            now[number] = _by_mean(now[number], now[number - 1], starts)
        for number in range(len(now) - 2, -1, -1):
            now[number] = _by_mean(now[number], now[number + 1], ends)
        if small:
            _swapped(now, ends, starts)
        count = crossings(now, ends)
        if count < fewest:
            best, fewest = [list(row) for row in now], count
        if not fewest or now == before:
            break
    return best


def _swapped(
    rows: list[list[str]], ends: Mapping[str, Sequence[str]], starts: Mapping[str, Sequence[str]]
) -> None:
    """Swap neighbours of a layer where that takes crossings away, until none does."""
    for _ in range(SWEEPS):
        better = False
        for number, row in enumerate(rows):
            sides = []
            if number:
                sides.append((starts, _places(rows[number - 1])))
            if number + 1 < len(rows):
                sides.append((ends, _places(rows[number + 1])))
            for at in range(len(row) - 1):
                upper, lower = row[at], row[at + 1]
                gain = sum(_gain(near.get(upper, ()), near.get(lower, ()), p) for near, p in sides)
                if gain > 0:
                    row[at], row[at + 1] = lower, upper
                    better = True
        if not better:
            return


def _gain(upper: Sequence[str], lower: Sequence[str], places: Mapping[str, int]) -> int:
    """Crossings that go when two neighbours of a layer change places."""
    pairs = [(places[a], places[b]) for a in upper for b in lower]
    return sum(a > b for a, b in pairs) - sum(a < b for a, b in pairs)


def _places(row: Sequence[str]) -> dict[str, int]:
    return {node: number for number, node in enumerate(row)}


def _by_mean(
    row: Sequence[str], fixed: Sequence[str], near: Mapping[str, Sequence[str]]
) -> list[str]:
    """The row by the mean place of each node's neighbours; those without keep theirs."""
    place = _places(fixed)
    scale = len(fixed) / max(1, len(row))

    def mean(item: tuple[int, str]) -> float:
        number, node = item
        places = [place[other] for other in near.get(node, ())]
        return sum(places) / len(places) if places else number * scale

    return [node for _, node in sorted(enumerate(row), key=mean)]


def crossings(rows: Sequence[Sequence[str]], ends: Mapping[str, Sequence[str]]) -> int:
    """Pairs of links that cross."""
    total = 0
    for row, following in pairwise(rows):
        place = _places(following)
        passed: list[int] = []
        for node in row:
            targets = sorted(place[end] for end in ends.get(node, ()))
            total += sum(len(passed) - bisect_right(passed, target) for target in targets)
            for target in targets:
                insort(passed, target)
    return total
