"""Which resources of a world a selection means."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from modalities.change import Selection
from modalities.contract import Lacking, Unresolved
from modalities.resource import Kind, Resource, World

MOST_CANDIDATES = 8


def select(world: World, selection: Selection) -> tuple[Resource, ...]:
    """The resources meant, each once: names in the order given, else as the world has them.

    ``every`` of a kind may be none at all. Raises Unresolved, with candidates, where a name
    or tag is not there, or a name means more than one resource.
    """
    if selection.names:
        found = tuple(one(world, selection.kind, name) for name in selection.names)
    elif selection.tags:
        found = _of_kind(world, selection.kind)
    else:
        return _of_kind(world, selection.kind) if selection.every else ()
    distinct = {(r.kind, r.id): r for r in found}.values()
    tagged = tuple(r for r in distinct if _carries(r, selection))
    if len(tagged) < len(distinct) if selection.names else not tagged:
        raise Unresolved(f"there is no {selection}", _tags_like(distinct, selection))
    return tagged


def one(world: World, kind: Kind | None, name: str) -> Resource:
    """The one resource people call ``name``. An id or the exact spelling beats other cases.

    Raises Unresolved.
    """
    matches = world.named(kind, name)
    for better in (
        [r for r in matches if r.id == name],
        [r for r in matches if name in (r.name, r.tags.get("Name"))],
        matches,
    ):
        if len(better) == 1:
            return better[0]
        if better:
            raise Unresolved(f"{name} is {len(better)} things: {listed(better)}", _ids(better))
    words = kind.words if kind else "resource"
    near = names_like(world, kind, name)
    raise Unresolved(f"there is no {words} {name}", near, Lacking(words, name, kind))


def names_like(world: World, kind: Kind | None, name: str) -> tuple[str, ...]:
    """Names close to ``name``, nearest first; where none is close, what there is of the kind."""
    known = sorted({r.name for r in _of_kind(world, kind)})
    close = get_close_matches(name, known, n=MOST_CANDIDATES)
    return tuple(close or (known if kind else ())[:MOST_CANDIDATES])


def listed(resources: Iterable[Resource]) -> str:
    """For people: ``VM web-1 (i-1), disk data (vol-2)``."""
    return ", ".join(
        f"{r.kind.words} {r.name}" + (f" ({r.id})" if r.id != r.name else "") for r in resources
    )


def _of_kind(world: World, kind: Kind | None) -> tuple[Resource, ...]:
    return tuple(world) if kind is None else world.of(kind)


def _carries(resource: Resource, selection: Selection) -> bool:
    return all(resource.tags.get(key) == value for key, value in selection.tags)


def _ids(resources: Iterable[Resource]) -> tuple[str, ...]:
    return tuple(r.id for r in resources)[:MOST_CANDIDATES]


def _tags_like(resources: Iterable[Resource], selection: Selection) -> tuple[str, ...]:
    """The values that the asked keys do have, as ``key=value``."""
    keys = {key for key, _ in selection.tags}
    known = {f"{k}={v}" for r in resources for k, v in r.tags.items() if k in keys}
    return tuple(sorted(known))[:MOST_CANDIDATES]
