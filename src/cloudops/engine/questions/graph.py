"""How does it all hang together, and what breaks if this goes?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cloudops.engine.questions.chosen import chosen
from cloudops.engine.questions.defaults import unused_defaults
from cloudops.engine.questions.graph_words import table, told
from cloudops.engine.questions.reach import Reach
from cloudops.engine.questions.seen import Seen, Side
from cloudops.engine.questions.wording import brief, detail_of, in_order, plural, state_of
from cloudops.request import Answer, Graph, GraphData
from modalities.resource import Link, Resource, World


def graph(question: Graph, world: World) -> Answer:
    """The dependency graph: of everything, or of all that hangs together with the focus.

    What lies in the asked direction is ``marked``; defaults of the cloud that nothing uses
    are left out and counted. An edge goes from what depends to what it depends on.
    """
    focus = chosen(world, question.focus) if question.focus else ()
    if question.focus and not focus:
        return Answer(text=f"There are {plural(0, question.focus.kind)}.")
    seen = _seen(question, focus, world)
    names = _Names(seen.shown)
    called = {r.id: r.name for r in seen.shown}
    picture = GraphData(
        nodes=tuple(_node(r, names[r], called) for r in seen.shown),
        edges=tuple(_edges(seen.shown, names)),
        focus=tuple(names[r] for r in focus),
        marked=tuple(names[r] for r in seen.marked),
    )
    return Answer(
        text=told(seen, len(picture.edges)),
        table=table(seen, world),
        data=_data(seen, picture),
        graph=picture,
    )


def _seen(question: Graph, focus: Sequence[Resource], world: World) -> Seen:
    hidden = unused_defaults(world, focus)
    reach = Reach(world)
    around = reach.around(focus) if focus else {(r.kind, r.id): r for r in world}
    shown = [r for key, r in around.items() if key not in hidden]
    return Seen(
        focus=tuple(focus),
        needs=Side.of(focus, world.needs, reach.needs(focus).values())
        if question.direction != "needed_by"
        else None,
        needed_by=Side.of(focus, reach.one_back, reach.needed_by(focus).values())
        if question.direction != "needs"
        else None,
        impact=question.impact,
        shown=tuple(sorted(shown, key=in_order)),
        left_out=len(around) - len(shown),
    )


class _Names:
    """A node's id: the provider's own; with the kind before it where two kinds share one."""

    def __init__(self, shown: Sequence[Resource]) -> None:
        self._shared = {id for id, count in Counter(r.id for r in shown).items() if count > 1}

    def __getitem__(self, resource: Resource | Link) -> str:
        return f"{resource.kind}/{resource.id}" if resource.id in self._shared else resource.id


def _node(resource: Resource, id: str, called: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "id": id,
        "kind": resource.kind.value,
        "name": resource.name,
        "state": state_of(resource),
        "detail": detail_of(resource, called),
    }


def _edges(shown: Sequence[Resource], names: _Names) -> Iterator[Mapping[str, Any]]:
    """Each pair and role once; what leads out of the picture is left out."""
    there = {(r.kind, r.id) for r in shown}
    for resource in shown:
        for link in dict.fromkeys(resource.links):
            if (link.kind, link.id) in there:
                yield {"from": names[resource], "to": names[link], "role": link.role}


def _data(seen: Seen, picture: GraphData) -> Mapping[str, Any]:
    data: dict[str, Any] = {
        "graph": {"nodes": list(picture.nodes), "edges": list(picture.edges)},
        "left_out": seen.left_out,
    }
    if seen.focus:
        data["focus"] = [brief(r) for r in seen.focus]
    if seen.focus and seen.needs is not None:
        data["needs"] = _entries(seen.needs)
    if seen.focus and seen.needed_by is not None:
        data["needed_by"] = _entries(seen.needed_by)
    return data


def _entries(side: Side) -> list[Mapping[str, Any]]:
    """``direct``: one link away, not only in turn."""
    near = [{**brief(r), "direct": True} for r in side.direct]
    return near + [{**brief(r), "direct": False} for r in side.further]
