"""The dependency graph in sentences and in a table."""

from __future__ import annotations

from collections.abc import Iterator

from cloudops.engine.questions.seen import Seen, Side
from cloudops.engine.questions.wording import capital, detail_of, grouped, joined, state_of
from cloudops.request import Table
from modalities.resource import Kind, Resource, World


def told(seen: Seen, edges: int) -> str:
    if seen.focus:
        return " ".join(_about(seen))
    omitted = ""
    if seen.left_out:
        omitted = f" Left out: {seen.left_out} defaults of the cloud that nothing uses."
    if not seen.shown:
        return f"There is nothing to draw.{omitted}"
    size = f"{len(seen.shown)} resources, {edges} dependencies"
    return f"{size}: {grouped(seen.shown, most=3)}.{omitted}"


def _about(seen: Seen) -> Iterator[str]:
    what, one = grouped(seen.focus), len(seen.focus) == 1
    if seen.impact and seen.needed_by is not None:
        yield _impact(what, "goes" if one else "go", seen.needed_by)
        along = [f"{r.kind.words} {r.name}" for r in _deleted_with(seen)]
        if along:
            yield f"Deleted with {'it' if one else 'them'}: {joined(along)}."
        return
    if seen.needs is not None:
        yield _needs(f"{capital(what)} {'needs' if one else 'need'}", seen.needs)
    if seen.needed_by is not None:
        yield _needed_by(what, seen.needed_by)


def _impact(what: str, go: str, broken: Side) -> str:
    count = len(broken.all)
    if not count:
        return f"If {what} {go}, nothing else breaks."
    head = f"If {what} {go}, {count} {'thing breaks' if count == 1 else 'things break'}"
    if not broken.further:
        return f"{head}: {grouped(broken.direct)}."
    return f"{head}: directly {grouped(broken.direct)}; in turn {grouped(broken.further)}."


def _needs(head: str, side: Side) -> str:
    if not side.all:
        return f"{head} nothing else."
    in_turn = f"; and through them {grouped(side.further)}" if side.further else ""
    return f"{head} {grouped(side.direct)}{in_turn}."


def _needed_by(what: str, side: Side) -> str:
    count = len(side.all)
    if not count:
        return f"Nothing depends on {what}."
    head = f"{count} {'resource depends' if count == 1 else 'resources depend'} on {what}"
    in_turn = f"; in turn {grouped(side.further)}" if side.further else ""
    return f"{head}: {grouped(side.direct)}{in_turn}."


def _deleted_with(seen: Seen) -> Iterator[Resource]:
    """Disks and interfaces that a cloud deletes along with their machine."""
    vms = {r.id for r in seen.focus if r.kind is Kind.VM}
    for other in seen.shown:
        facts = other.attributes
        if facts.get("delete_with_vm") and facts.get("attached_to") in vms:
            yield other


def table(seen: Seen, world: World) -> Table | None:
    """Around a focus what is marked and how far away; else all, with what each needs."""
    if seen.focus:
        return _marked(seen)
    rows = tuple((*_row(r), _linked(r, world)) for r in seen.shown)
    columns = ("kind", "name", "state", "detail", "needs")
    return Table(columns=columns, rows=rows) if rows else None


def _row(resource: Resource) -> tuple[str, str, str, str]:
    state, detail = state_of(resource), detail_of(resource)
    return (resource.kind.words, resource.name, state or "-", detail or "-")


def _linked(resource: Resource, world: World) -> str:
    return ", ".join(dict.fromkeys(other.name for other in world.needs(resource))) or "-"


def _marked(seen: Seen) -> Table | None:
    after = "breaks" if seen.impact else "depends on it"
    sides = (("is needed", seen.needs), (after, seen.needed_by))
    rows = tuple(row for how, side in sides if side for row in _rows(how, side))
    return Table(columns=("kind", "name", "how", "state", "detail"), rows=rows) if rows else None


def _rows(how: str, side: Side) -> Iterator[tuple[str, ...]]:
    for far, resources in (("directly", side.direct), ("in turn", side.further)):
        for resource in resources:
            kind, name, *more = _row(resource)
            yield (kind, name, f"{how} {far}", *more)
