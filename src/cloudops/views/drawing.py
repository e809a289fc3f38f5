"""From a graph to shapes: what the templates need to draw boxes, lines and a legend."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloudops.views.icons import family, strokes, words
from cloudops.views.layering import Edge
from cloudops.views.layout import Layout, Point, Sizes, layout
from cloudops.views.links import implied
from cloudops.views.plain import plain

if TYPE_CHECKING:
    from cloudops.request import GraphData

SIZES = Sizes()
MARGIN = 28.0
LEGEND_ROW = 30.0
NAME_ROOM, DETAIL_ROOM = 152.0, 164.0
NAME_SIZE, DETAIL_SIZE = 8.5, 6.2
"""Mean width of a letter in a box's two lines, in pixels; wide letters count twice."""
GOOD = frozenset({"running", "available", "active", "in-use"})
BAD = frozenset({"failed", "error", "impaired", "terminated"})


@dataclass(frozen=True, slots=True)
class Shape:
    """A box: top left corner, its lines of text, and all of it for the tooltip."""

    x: float
    y: float
    family: str
    strokes: str
    name: str
    detail: str
    state: str
    part: str
    about: str


@dataclass(frozen=True, slots=True)
class Line:
    """A link as an SVG path; ``part`` is ``implied``, ``aside``, ``marked`` or empty."""

    path: str
    part: str
    about: str


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a kind, or with ``line`` a sort of line or frame."""

    x: float
    y: float
    text: str
    family: str = ""
    strokes: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    about: str
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    legend: tuple[Key, ...]
    sizes: Sizes


def drawn(graph: GraphData) -> Drawing:
    """The shapes of a picture."""
    nodes = {node["id"]: node for node in graph.nodes}
    roles = _roles(graph, nodes)
    short = frozenset(e for e in implied(roles) if not set(e) & set(graph.focus))
    firm = [edge for edge in roles if edge not in short]
    found = layout(list(nodes), firm, loose=[e for e in roles if e in short], sizes=SIZES)
    _move(found, MARGIN, MARGIN)
    width = max(found.width, 720.0) + 2 * MARGIN
    legend = tuple(_legend(graph, bool(short), width, found.height + 2 * MARGIN))
    bottom = max((key.y for key in legend), default=found.height + MARGIN)
    return Drawing(
        width=round(width, 1),
        height=round(bottom + MARGIN, 1),
        about=f"{len(nodes)} resources, {len(roles)} dependencies",
        shapes=tuple(_shape(node, found.boxes[id], graph) for id, node in nodes.items()),
        lines=tuple(_lines(graph, roles, short, found, nodes)),
        legend=legend,
        sizes=SIZES,
    )


def _roles(graph: GraphData, nodes: Mapping[str, Any]) -> dict[Edge, list[str]]:
    """Every pair that is linked, once, with the roles it is linked by."""
    found: dict[Edge, list[str]] = defaultdict(list)
    for edge in graph.edges:
        pair = (edge["from"], edge["to"])
        if pair[0] != pair[1] and pair[0] in nodes and pair[1] in nodes:
            found[pair].append(plain(edge["role"]).replace("_", " "))
    return dict(found)


def _move(found: Layout, right: float, down: float) -> None:
    for node, (x, y) in found.boxes.items():
        found.boxes[node] = (x + right, y + down)
    for edge, lanes in found.lanes.items():
        found.lanes[edge] = [
            ((a + right, b + down), (c + right, d + down)) for (a, b), (c, d) in lanes
        ]


def _shape(node: Mapping[str, Any], at: Point, graph: GraphData) -> Shape:
    state, detail = plain(node.get("state") or ""), plain(node.get("detail") or "")
    name, kind = plain(node["name"]), node["kind"]
    second = " ".join(filter(None, (state, detail)))
    facts = [words(kind), name, plain(node["id"]), state, detail]
    return Shape(
        x=round(at[0], 1),
        y=round(at[1], 1),
        family=family(kind),
        strokes=strokes(kind),
        name=shortened(name, NAME_ROOM, NAME_SIZE, tail=5),
        detail=shortened(second or words(kind), DETAIL_ROOM, DETAIL_SIZE),
        state=_tone(state),
        part=_part(node["id"], graph),
        about=", ".join(dict.fromkeys(plain(fact) for fact in facts if fact)),
    )


def _tone(state: str) -> str:
    """Good, bad or in between, as a colour; the word itself stands in the box."""
    if state in GOOD or re.match(r"(\d+) of \1 ", state):
        return "good"
    return "bad" if state in BAD else "other" if state else ""


def _part(id: str, graph: GraphData) -> str:
    if id in graph.focus:
        return "focus"
    if id in graph.marked:
        return "marked"
    return "aside" if graph.focus else ""


def shortened(text: str, room: float, letter: float, *, tail: int = 0) -> str:
    """As much of ``text`` as the room takes. Names are told apart by their ends, so of them
    ``tail`` letters stay."""
    if _width(text) * letter <= room:
        return text
    head, end = text, text[len(text) - tail :]
    while head and (_width(head) + _width(end) + 1) * letter > room:
        head = head[:-1]
    return f"{head.rstrip()}…{end}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _lines(
    graph: GraphData,
    roles: Mapping[Edge, Sequence[str]],
    short: frozenset[Edge],
    found: Layout,
    nodes: Mapping[str, Any],
) -> Iterator[Line]:
    """Faint lines first, so that the others lie over them."""
    ports = _ports(roles, short, found)
    about = set(graph.focus) | set(graph.marked)
    for edge in sorted(roles, key=lambda edge: edge not in short):
        part = "implied" if edge in short else ""
        if graph.focus and not (edge[0] in about and edge[1] in about):
            part = "implied aside" if edge in short else "aside"
        elif graph.focus and edge not in short:
            part = "marked"
        start, end = (plain(nodes[id]["name"]) for id in edge)
        text = f"{start} {', '.join(roles[edge])} {end}"
        yield Line(_path(edge, found, ports), part, text)


def _ports(
    roles: Mapping[Edge, Sequence[str]], short: frozenset[Edge], found: Layout
) -> dict[tuple[Edge, str], float]:
    """How far down its box each line leaves and arrives: side by side, in the order of where
    they come from and go to, so that they do not cross at the box."""
    sides: dict[tuple[str, str], list[tuple[float, Edge, str]]] = defaultdict(list)
    for edge in (e for e in roles if e not in short):
        start, end = edge
        lanes = found.lanes.get(edge) or []
        toward = lanes[0][0][1] if lanes else found.boxes[end][1]
        back = lanes[-1][0][1] if lanes else found.boxes[start][1]
        forward = found.boxes[end][0] > found.boxes[start][0]
        sides[start, "right" if forward else "left"].append((toward, edge, "out"))
        sides[end, "left" if forward else "right"].append((back, edge, "in"))
    ports = {}
    for some in sides.values():
        apart = min(8.0, (SIZES.height - 16) / max(1, len(some) - 1))
        for number, (_, edge, way) in enumerate(sorted(some)):
            ports[edge, way] = SIZES.height / 2 + (number - (len(some) - 1) / 2) * apart
    return ports


def _path(edge: Edge, found: Layout, ports: Mapping[tuple[Edge, str], float]) -> str:
    """From the side of one box through its lanes to the side of the other."""
    (x1, y1), (x2, y2) = found.boxes[edge[0]], found.boxes[edge[1]]
    forward = x2 > x1
    begin = (
        x1 + (SIZES.width if forward else 0.0),
        y1 + ports.get((edge, "out"), SIZES.height / 2),
    )
    tip = -3.0 if forward else 3.0
    end = (
        x2 + (0.0 if forward else SIZES.width) + tip,
        y2 + ports.get((edge, "in"), SIZES.height / 2),
    )
    parts, at = [f"M{_at(begin)}"], begin
    for lane in found.lanes.get(edge, ()):
        near, far = lane if forward else (lane[1], lane[0])
        parts += [_bend(at, near), f"L{_at(far)}"]
        at = far
    return " ".join([*parts, _bend(at, end)])


def _bend(start: Point, end: Point) -> str:
    middle = (start[0] + end[0]) / 2
    return f"C{_at((middle, start[1]))} {_at((middle, end[1]))} {_at(end)}"


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _legend(graph: GraphData, has_implied: bool, width: float, top: float) -> Iterator[Key]:
    """The kinds that are there, then the sorts of lines and frames, in rows."""
    kinds = list(dict.fromkeys(node["kind"] for node in graph.nodes))
    entries = [(words(kind), family(kind), strokes(kind), "") for kind in kinds]
    entries.append(("points to what is needed", "", "", "line"))
    if has_implied:
        entries.append(("also direct, implied by others", "", "", "implied"))
    if graph.focus:
        entries.append(("asked about", "", "", "focus"))
    if graph.marked:
        entries.append(("affected", "", "", "marked"))
    x, y = MARGIN, top + 8
    for text, family_, strokes_, line in entries:
        room = 34 + 6.6 * _width(text) + (18 if line else 0) + 16
        if x + room > width - MARGIN and x > MARGIN:
            x, y = MARGIN, y + LEGEND_ROW
        yield Key(round(x, 1), round(y, 1), text, family_, strokes_, line)
        x += room
