"""The dependency graph as trees, whole."""

from __future__ import annotations

from itertools import pairwise

from cloudops.engine.answer import answer
from cloudops.request import Graph, GraphData
from cloudops.views.answer import show
from cloudops.views.tree import trees
from fakes.paper import Paper, console, shown
from fakes.tier import tier
from modalities.change import Selection
from modalities.resource import Kind


def test_a_web_tier_as_a_tree() -> None:
    paper = Paper()
    found = answer(Graph(), tier(vms=2))
    assert found.graph is not None
    for tree in trees(found.graph):
        console(paper, width=120).print(tree)
    assert paper.lines() == [
        "network web-net  available 10.0.0.0/16",
        "├── subnet web-net-1  10.0.0.0/24 us-east-1a",
        "│   ├── VM web-2  running t3.small 10.0.0.12  (guarded by web-vm)",
        "│   │   ├── disk vol-web-2  in-use 8 GiB gp3 /dev/xvda",
        "│   │   └── network interface eni-web-2  10.0.0.12",
        "│   └── load balancer web-lb  active application public  "
        "(in web-net-2; guarded by web-lb)",
        "│       └── listener web-lb:80  HTTP 80",
        "│           └── target group web-targets  2 of 2 targets healthy HTTP 80  "
        "(targets web-1, web-2; in web-net)",
        "├── subnet web-net-2  10.0.1.0/24 us-east-1b",
        "│   └── VM web-1  running t3.small 10.0.0.11  (guarded by web-vm)",
        "│       ├── disk vol-web-1  in-use 8 GiB gp3 /dev/xvda",
        "│       └── network interface eni-web-1  10.0.0.11",
        "├── gateway web-net-gateway",
        "├── route table web-net-public  "
        "(routes for web-net-1, web-net-2; routes to web-net-gateway)",
        "├── security group web-lb  tcp 80 from 0.0.0.0/0",
        "└── security group web-vm  tcp 80 from web-lb",
    ]


def test_what_was_asked_about_is_marked_without_colour() -> None:
    focus = Selection(kind=Kind.SUBNET, names=("web-net-1",))
    found = answer(Graph(focus=focus, direction="needed_by", impact=True), tier(vms=2))
    lines = shown(show, found, encoding="ascii")
    assert any("subnet web-net-1" in x and x.endswith("<- asked about") for x in lines)
    assert any("VM web-2 *" in x for x in lines)
    assert not any("VM web-1 *" in x for x in lines)


def _graph(*edges: tuple[str, str, str], names: str = "abc") -> GraphData:
    nodes = tuple({"id": n, "kind": "vm", "name": n, "state": "", "detail": ""} for n in names)
    links = tuple({"from": a, "to": b, "role": role} for a, role, b in edges)
    return GraphData(nodes=nodes, edges=links)


def _lines(graph: GraphData) -> list[str]:
    paper = Paper("ascii")
    for tree in trees(graph):
        console(paper).print(tree)
    return paper.lines()


def test_cycles_end_and_every_node_is_there_once() -> None:
    lines = _lines(_graph(("a", "uses", "b"), ("b", "uses", "c"), ("c", "uses", "a")))
    assert len(lines) == 3
    assert {line.split("VM ")[1][0] for line in lines} == {"a", "b", "c"}
    assert _lines(_graph(("a", "in", "a"), names="a")) == ["VM a  (in a)"]


def test_a_shared_node_is_written_out_once_and_named_by_the_others() -> None:
    lines = _lines(_graph(("a", "uses", "c"), ("b", "uses", "c")))
    assert lines == ["VM a", "`-- VM c", "VM b  (uses c)"]


def test_a_link_to_what_is_not_there_is_left_out() -> None:
    assert _lines(_graph(("a", "uses", "x"), names="a")) == ["VM a"]


def test_a_chain_longer_than_the_stack_is_no_trouble_to_build() -> None:
    names = [f"n{i}" for i in range(3000)]
    graph = GraphData(
        nodes=tuple({"id": n, "kind": "vm", "name": n} for n in names),
        edges=tuple({"from": a, "to": b, "role": "uses"} for a, b in pairwise(names)),
    )
    (tree,) = trees(graph)
    assert len(tree.children) == 1
