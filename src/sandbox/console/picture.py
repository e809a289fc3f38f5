"""A world as boxes and arrows: columns by how much a resource depends on."""

from __future__ import annotations

from dataclasses import dataclass

from modalities.resource import Kind, Resource, World

WIDTH, HEIGHT, GAP, ACROSS = 210, 44, 14, 90
MOST = 120
"""More boxes than this cannot be read; the list beside the picture has them all."""

Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    kind: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Picture:
    """``arrows`` are paths from what depends to what it depends on; sizes are pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]
    left_out: int


def picture(world: World) -> Picture:
    """Of all that is linked with something; the rest is only in the list."""
    linked = [r for r in world if world.needs(r) or world.needed_by(r)]
    shown = linked[:MOST]
    depths: dict[Key, int] = {}
    columns: dict[int, list[Resource]] = {}
    for resource in sorted(shown, key=lambda r: (r.kind.value, r.name)):
        columns.setdefault(_depth(world, resource, depths, ()), []).append(resource)
    places: dict[Key, Box] = {}
    for depth, members in columns.items():
        for row, r in enumerate(members):
            x, y = 10 + depth * (WIDTH + ACROSS), 10 + row * (HEIGHT + GAP)
            places[r.kind, r.id] = Box(_short(r.name), r.kind.words, x, y)
    arrows = tuple(
        _arrow(places[r.kind, r.id], places[n.kind, n.id])
        for r in shown
        for n in world.needs(r)
        if (n.kind, n.id) in places
    )
    return Picture(
        width=max((b.x for b in places.values()), default=0) + WIDTH + 20,
        height=max((b.y for b in places.values()), default=0) + HEIGHT + 20,
        boxes=tuple(places.values()),
        arrows=arrows,
        left_out=len(linked) - len(shown),
    )


def _depth(world: World, resource: Resource, known: dict[Key, int], path: tuple[Key, ...]) -> int:
    """The longest way down; security groups may name each other, so circles end it."""
    key = (resource.kind, resource.id)
    if key in path:
        return 0
    if key not in known:
        below = [_depth(world, n, known, (*path, key)) for n in world.needs(resource)]
        known[key] = max(below, default=-1) + 1
    return known[key]


def _arrow(needing: Box, needed: Box) -> str:
    x1, y1 = needing.x, needing.y + HEIGHT // 2
    x2, y2 = needed.x + WIDTH, needed.y + HEIGHT // 2
    bend = max(30, (x1 - x2) // 2)
    return f"M{x1} {y1} C{x1 - bend} {y1} {x2 + bend} {y2} {x2} {y2}"


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
