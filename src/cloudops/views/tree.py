"""A dependency graph as trees in the terminal: what lies in a network, and what belongs to that.

Every resource is written out once, under the one it lies in or belongs to; its other
dependencies are named behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cloudops.views.plain import plain
from modalities.resource import Kind

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from cloudops.request import GraphData

CONTAINING = ("in", "assigned_to")
"""Roles whose target is the place of the resource that has the link."""
OWNING = ("has", "forwards_to", "uses")
"""Roles whose target belongs to the resource that has the link."""
STYLES = {"network": "bold blue", "vm": "bold", "load_balancer": "bold magenta"}


def trees(graph: GraphData) -> Iterator[Tree]:
    """One tree for each resource that lies nowhere and belongs to nothing, networks first."""
    from rich.tree import Tree

    view = _View(graph)
    for root in view.roots:
        tree = Tree(view.label(root), guide_style="dim")
        _grow(tree, root, view)
        yield tree


def _grow(tree: Tree, id: str, view: _View) -> None:
    """Without recursion: a chain may be longer than Python's stack."""
    waiting = [(tree, id)]
    while waiting:
        branch, parent = waiting.pop()
        waiting += [(branch.add(view.label(child)), child) for child in view.children[parent]]


class _View:
    """Each node's place in the forest, and how it is labelled."""

    def __init__(self, graph: GraphData) -> None:
        self._nodes = {node["id"]: node for node in graph.nodes}
        self._focus, self._marked = set(graph.focus), set(graph.marked)
        edges = [e for e in graph.edges if e["from"] in self._nodes and e["to"] in self._nodes]
        self._parents = parents(self._nodes, edges)
        self.children: dict[str, list[str]] = defaultdict(list)
        for child, parent in self._parents.items():
            self.children[parent].append(child)
        for children in self.children.values():
            children.sort(key=self._order)
        self.roots = sorted((id for id in self._nodes if id not in self._parents), key=self._order)
        self._others = self._other_needs(edges)

    def _order(self, id: str) -> tuple[int, str, str]:
        node = self._nodes[id]
        kinds = [kind.value for kind in Kind]
        place = kinds.index(node["kind"]) if node["kind"] in kinds else len(kinds)
        return (place, node["name"], id)

    def _other_needs(
        self, edges: Iterable[Mapping[str, Any]]
    ) -> Mapping[str, Mapping[str, list[str]]]:
        """Names by role of dependencies that neither the tree shows nor its parent has too."""
        linked = {(e["from"], e["to"]) for e in edges}
        others: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for edge in edges:
            start, end = edge["from"], edge["to"]
            drawn = self._parents.get(start) == end or self._parents.get(end) == start
            if not drawn and (self._parents.get(start), end) not in linked:
                others[start][edge["role"]].append(self._nodes[end]["name"])
        return others

    def label(self, id: str) -> Text:
        from rich.text import Text

        node = self._nodes[id]
        style = STYLES.get(node["kind"], "")
        if id in self._focus or id in self._marked:
            style = "bold yellow"
        label = Text()
        label.append(f"{_words(node['kind'])} ", "dim")
        label.append(plain(node["name"]), style)
        if id in self._marked:
            label.append(" *", "bold yellow")
        facts = " ".join(plain(node[k]) for k in ("state", "detail") if node.get(k))
        if facts:
            label.append(f"  {facts}", "dim")
        others = [
            f"{role.replace('_', ' ')} {', '.join(sorted(names))}"
            for role, names in self._others.get(id, {}).items()
        ]
        if others:
            label.append(f"  ({plain('; '.join(others))})", "dim italic")
        if id in self._focus:
            label.append("  <- asked about", "bold yellow")
        return label


def parents(nodes: Mapping[str, Any], edges: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The place of each node that has one: what owns it, else what it lies in. No cycles."""
    owners: dict[str, str] = {}
    places: dict[str, str] = {}
    for edge in edges:
        if edge["role"] in OWNING:
            owners.setdefault(edge["to"], edge["from"])
        elif edge["role"] in CONTAINING:
            places.setdefault(edge["from"], edge["to"])
    found: dict[str, str] = {}
    for id in nodes:
        for parent in (owners.get(id), places.get(id)):
            if parent is not None and not _leads_to(parent, id, found):
                found[id] = parent
                break
    return found


def _leads_to(start: str, goal: str, parents: Mapping[str, str]) -> bool:
    at: str | None = start
    while at is not None and at != goal:
        at = parents.get(at)
    return at == goal


def _words(kind: str) -> str:
    return Kind(kind).words if kind in set(Kind) else plain(kind)
