"""The layout: layers, few crossings, nothing on top of anything."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudops.views.layering import Edge, acyclic, components, in_depth, layers
from cloudops.views.layout import LANE, Layout, Sizes, layout, spread
from cloudops.views.links import implied
from cloudops.views.ordering import crossings, ordered

SIZES = Sizes()
names = st.integers(0, 12).map(lambda n: f"n{n}")
graphs = st.lists(st.tuples(names, names), max_size=30)


def _nodes(edges: list[Edge]) -> list[str]:
    return sorted({node for edge in edges for node in edge} | {"alone"})


def test_what_is_needed_stands_to_the_right() -> None:
    edges = [("lb", "vm"), ("vm", "disk"), ("vm", "nic"), ("nic", "subnet"), ("subnet", "net")]
    found = layout(_nodes(edges), edges)
    for start, end in edges:
        assert found.boxes[start][0] < found.boxes[end][0]


def test_what_nothing_else_holds_stays_with_its_user() -> None:
    edges = [("vm", "disk"), ("vm", "nic"), ("nic", "subnet"), ("subnet", "net")]
    found = layers(_nodes(edges)[1:], edges)
    assert found["disk"] == found["nic"] == found["vm"] - 1


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([("a", "b"), ("b", "a")], [("a", "b")]),
        ([("a", "a")], []),
        ([("a", "b"), ("b", "c"), ("c", "a")], [("a", "b"), ("b", "c"), ("a", "c")]),
    ],
)
def test_cycles_are_broken(edges: list[Edge], expected: list[Edge]) -> None:
    assert acyclic(["a", "b", "c"], edges) == expected


@given(graphs)
def test_layers_rise_along_every_way(edges: list[Edge]) -> None:
    nodes = _nodes(edges)
    free = acyclic(nodes, edges)
    found = layers(nodes, free)
    assert set(found) == set(nodes)
    assert all(found[start] > found[end] for start, end in free)


def _boxes(found: Layout) -> list[tuple[float, float, float, float]]:
    return [(x, y, x + SIZES.width, y + SIZES.height) for x, y in found.boxes.values()]


def _lanes(found: Layout) -> list[tuple[float, float, float, float]]:
    return [
        (x1, y - LANE / 2, x2, y + LANE / 2)
        for lanes in found.lanes.values()
        for (x1, y), (x2, _) in lanes
    ]


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_nothing_lies_on_anything_and_all_lies_inside(edges: list[Edge]) -> None:
    found = layout(_nodes(edges), edges)
    for a, b in combinations(_boxes(found) + _lanes(found), 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 1e-6 or b[3] <= a[1] + 1e-6
        assert apart, (a, b)
    for left, top, right, bottom in _boxes(found):
        assert left >= 0
        assert top >= -1e-6
        assert right <= found.width + 1e-6
        assert bottom <= found.height + 1e-6


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_the_same_graph_gives_the_same_layout(edges: list[Edge]) -> None:
    nodes = _nodes(edges)
    assert layout(nodes, edges) == layout(nodes, list(edges))


def test_a_knot_is_untied() -> None:
    rows = [["a", "b", "c"], ["x", "y", "z"]]
    edges = [("a", "z"), ("b", "y"), ("c", "x")]
    better = ordered(rows, edges)
    ends = {start: [end] for start, end in edges}
    assert crossings(rows, ends) == 3
    assert crossings(better, ends) == 0


def test_crossings_are_counted() -> None:
    assert crossings([["a", "b"], ["x", "y"]], {"a": ["x", "y"], "b": ["x", "y"]}) == 1


def test_spread_keeps_order_and_distance_and_moves_as_little_as_may_be() -> None:
    assert spread([5.0, 5.0], [0.0, 10.0], [1.0, 1.0]) == [0.0, 10.0]
    assert spread([0.0, 100.0], [0.0, 10.0], [1.0, 1.0]) == [0.0, 100.0]
    assert spread([10.0, 0.0], [0.0, 0.0], [1.0, 1.0]) == [5.0, 5.0]
    assert spread([10.0, 0.0], [0.0, 0.0], [3.0, 1.0]) == [7.5, 7.5]


def test_parts_and_their_order() -> None:
    assert components(["a", "b", "c", "d"], [("c", "d")]) == [["c", "d"], ["a"], ["b"]]
    assert in_depth(["r", "x", "y"], [("r", "y"), ("y", "x")]) == ["r", "y", "x"]


def test_links_that_others_imply() -> None:
    assert implied([("vm", "nic"), ("nic", "net"), ("vm", "net")]) == {("vm", "net")}
    assert implied([("a", "b"), ("b", "a"), ("a", "c")]) == frozenset()
    assert implied([("x", "a"), ("x", "b"), ("a", "b"), ("b", "a")]) == frozenset()
    assert implied([("a", "a")]) == frozenset()


@given(graphs)
def test_without_implied_links_everything_is_still_reached(edges: list[Edge]) -> None:
    kept = [edge for edge in edges if edge not in implied(edges)]
    assert _reached(kept) == _reached(edges)


def _reached(edges: list[Edge]) -> set[Edge]:
    found = {(a, b) for a, b in edges if a != b}
    for middle in {node for edge in edges for node in edge}:
        into = [a for a, b in found if b == middle]
        onward = [b for a, b in found if a == middle]
        found |= {(a, b) for a in into for b in onward if a != b}
    return found
