"""What depends on what: a picture, and the same as a list."""

from __future__ import annotations

from sandbox.console.aws.visit import Visit
from sandbox.console.page import Page, Row, Special, Table, View
from sandbox.console.picture import picture


def dependency_view(visit: Visit) -> Page:
    world = visit.cloud.world()
    rows = tuple(
        Row(
            r.ref.key,
            r.name,
            (
                r.name,
                r.kind.words,
                r.id,
                ", ".join(f"{n.kind.words} {n.name}" for n in world.needs(r)) or "–",
                ", ".join(f"{n.kind.words} {n.name}" for n in world.needed_by(r)) or "–",
            ),
        )
        for r in world
    )
    table = Table(
        title="Resources",
        noun="resource",
        columns=("Name", "Type", "Identifier", "Depends on", "Needed by"),
        rows=rows,
        column=1,
        empty="No resources in this region",
    )
    return Special(
        "dependencies.html", "Dependency view", {"picture": picture(world), "table": table}
    )


VIEWS = (View("DependencyView", "resource-explorer", dependency_view),)
