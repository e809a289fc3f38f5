"""Where the boxes and lines of a picture go: layers as columns, what is needed to the right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from cloudops.views.layering import Edge, acyclic, components, in_depth, layers
from cloudops.views.ordering import ordered

Point: TypeAlias = tuple[float, float]

PASSES = 10
LANE = 14.0
"""Height of the lane of a line that passes a layer."""
STRAIGHT = 8.0
"""How much more a straight long line is worth than a box close to its neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Of the boxes and the room between them, in pixels."""

    width: float = 220
    height: float = 48
    across: float = 72
    """Between columns, where the lines bend."""
    down: float = 14
    """Between boxes of a column."""
    apart: float = 44
    """Between parts that do not hang together."""


@dataclass(slots=True)
class Layout:
    """Top left corners of the boxes, and for each edge the lanes it passes through, from its
    start to its end, as the left and right ends of level lines."""

    width: float = 0.0
    height: float = 0.0
    boxes: dict[str, Point] = field(default_factory=dict)
    lanes: dict[Edge, list[tuple[Point, Point]]] = field(default_factory=dict)


def layout(
    nodes: Sequence[str],
    edges: Sequence[Edge],
    *,
    loose: Iterable[Edge] = (),
    sizes: Sizes | None = None,
) -> Layout:
    """The same graph always gives the same layout. ``loose`` edges hold nodes together, but
    get no lanes of their own."""
    sizes = sizes or Sizes()
    found = Layout()
    parts = components(nodes, (*edges, *loose))
    for part in (p for p in parts if len(p) > 1):
        inside = set(part)
        _stack(found, _drawn(part, edges, loose, inside, sizes), sizes)
    alone = [part[0] for part in parts if len(part) == 1]
    if alone:
        _stack(found, _grid(alone, found.width, sizes), sizes)
    return found


def _stack(found: Layout, part: Layout, sizes: Sizes) -> None:
    top = found.height + sizes.apart if found.height else 0.0
    for node, (x, y) in part.boxes.items():
        found.boxes[node] = (x, y + top)
    for edge, lanes in part.lanes.items():
        found.lanes[edge] = [((a, b + top), (c, d + top)) for (a, b), (c, d) in lanes]
    found.width = max(found.width, part.width)
    found.height = top + part.height


def _grid(nodes: Sequence[str], width: float, sizes: Sizes) -> Layout:
    """Nodes without links, in rows as wide as the rest."""
    columns = max(4, int((width + sizes.across) // (sizes.width + sizes.across)))
    step = (sizes.width + sizes.across, sizes.height + sizes.down)
    boxes = {
        node: (number % columns * step[0], number // columns * step[1])
        for number, node in enumerate(nodes)
    }
    wide = min(columns, len(nodes)) * step[0] - sizes.across
    return Layout(wide, (len(nodes) + columns - 1) // columns * step[1] - sizes.down, boxes)


def _drawn(
    nodes: Sequence[str],
    edges: Sequence[Edge],
    loose: Iterable[Edge],
    inside: set[str],
    sizes: Sizes,
) -> Layout:
    """One part that hangs together."""
    given = [edge for edge in edges if edge[0] in inside]
    every = acyclic(nodes, [*given, *(edge for edge in loose if edge[0] in inside)])
    layer = layers(nodes, every)
    top = max(layer.values())
    column = {node: top - number for node, number in layer.items()}
    chains = {edge: _chain(edge, column) for edge in given if edge[0] != edge[1]}
    rows: list[list[str]] = [[] for _ in range(top + 1)]
    for node in in_depth(sorted(nodes, key=column.__getitem__), given):
        rows[column[node]].append(node)
    short: list[Edge] = []
    for chain in chains.values():
        for (_, lane), place in zip(chain[1:-1], _between(chain, column), strict=True):
            rows[place].append(lane)
        names = [name for _, name in chain]
        if column[names[0]] > column[names[-1]]:
            names.reverse()
        short += pairwise(names)
    centres = _centres(ordered(rows, short), short, set(nodes), sizes)
    return _measured(nodes, column, chains, centres, sizes)


def _chain(edge: Edge, column: Mapping[str, int]) -> list[tuple[bool, str]]:
    """Start, a lane for each column between, end; from left to right or back. The flag tells
    boxes from lanes."""
    start, end = edge
    distance = abs(column[end] - column[start])
    lanes = [(False, f"{start}\0{end}\0{number}") for number in range(1, distance)]
    return [(True, start), *lanes, (True, end)]


def _between(chain: Sequence[tuple[bool, str]], column: Mapping[str, int]) -> range:
    start, end = column[chain[0][1]], column[chain[-1][1]]
    way = 1 if end > start else -1
    return range(start + way, end, way)


def _centres(
    rows: Sequence[Sequence[str]], edges: Iterable[Edge], boxes: set[str], sizes: Sizes
) -> dict[str, float]:
    """How far down the middle of each box and lane is: as near as may be to the mean of its
    neighbours, without changing the order."""
    near: dict[str, list[str]] = defaultdict(list)
    for start, end in edges:
        near[start].append(end)
        near[end].append(start)
    room = {name: sizes.height if name in boxes else LANE for row in rows for name in row}
    offsets = [_offsets(row, room, sizes.down) for row in rows]
    found = {
        name: offset
        for row, some in zip(rows, offsets, strict=True)
        for name, offset in zip(row, some, strict=True)
    }
    turns = [*range(len(rows)), *range(len(rows) - 1, -1, -1)]
    for number in turns * PASSES:
        row = rows[number]
        wished = [_mean(name, near[name], found, boxes) for name in row]
        weights = [1.0 if name in boxes else STRAIGHT for name in row]
        found.update(zip(row, spread(wished, offsets[number], weights), strict=True))
    highest = min(found[name] - room[name] / 2 for name in found)
    return {name: centre - highest for name, centre in found.items()}


def _mean(name: str, near: Sequence[str], places: Mapping[str, float], boxes: set[str]) -> float:
    """Of the neighbours' places; a lane goes straight on from lane to lane."""
    if not near:
        return places[name]
    pulls = [1.0 if name in boxes or other in boxes else STRAIGHT for other in near]
    total = sum(pull * places[other] for pull, other in zip(pulls, near, strict=True))
    return total / sum(pulls)


def _offsets(row: Sequence[str], room: Mapping[str, float], gap: float) -> list[float]:
    """Where the middles are when all of a column stand as close as they may."""
    offsets, at = [], 0.0
    for number, name in enumerate(row):
        at += room[name] / 2 + (gap + room[row[number - 1]] / 2 if number else 0.0)
        offsets.append(at)
    return offsets


def spread(
    wished: Sequence[float], offsets: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """The places nearest to the wished ones (least squares) that keep the order and at least
    the distances of ``offsets``: isotonic regression, by pooling adjacent violators."""
    pools: list[tuple[float, float, int]] = []
    for wish, offset, weight in zip(wished, offsets, weights, strict=True):
        mean, total, count = wish - offset, weight, 1
        while pools and pools[-1][0] >= mean:
            other, more, members = pools.pop()
            mean = (mean * total + other * more) / (total + more)
            total, count = total + more, count + members
        pools.append((mean, total, count))
    level = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(level, offsets, strict=True)]


def _measured(
    nodes: Sequence[str],
    column: Mapping[str, int],
    chains: Mapping[Edge, Sequence[tuple[bool, str]]],
    centres: Mapping[str, float],
    sizes: Sizes,
) -> Layout:
    step = sizes.width + sizes.across
    found = Layout()
    for node in nodes:
        found.boxes[node] = (column[node] * step, centres[node] - sizes.height / 2)
    for edge, chain in chains.items():
        lanes = zip(chain[1:-1], _between(chain, column), strict=True)
        found.lanes[edge] = [
            ((place * step, centres[name]), (place * step + sizes.width, centres[name]))
            for (_, name), place in lanes
        ]
    found.width = max(x for x, _ in found.boxes.values()) + sizes.width
    found.height = max(
        *(y + sizes.height for _, y in found.boxes.values()),
        *(right[1] for lanes in found.lanes.values() for _, right in lanes),
    )
    return found
