"""Pictures: valid, the same every time, self-contained, and harmless whatever is drawn."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cloudops.engine.answer import answer
from cloudops.request import Graph, GraphData
from cloudops.views.drawing import SIZES, drawn, shortened
from cloudops.views.icons import FAMILIES, STROKES
from cloudops.views.picture import html, svg, write
from fakes.plans import resource, world
from fakes.tier import tier
from modalities.change import Selection
from modalities.resource import Kind, World

SVG = "{http://www.w3.org/2000/svg}"


def graph(of: World, question: Graph | None = None) -> GraphData:
    found = answer(question or Graph(), of).graph
    assert found is not None
    return found


def parsed(text: str) -> ElementTree.Element:
    """Raises ParseError where it is not well-formed XML."""
    return ElementTree.fromstring(text)  # noqa: S314 - our own output


IMPACT = Graph(
    focus=Selection(kind=Kind.SUBNET, names=("web-net-1",)), direction="needed_by", impact=True
)


def test_the_files_and_their_names(tmp_path: Path) -> None:
    written = write(graph(tier()), tmp_path / "new" / "place", "What breaks?")
    assert [path.name for path in written] == ["what-breaks.html", "what-breaks.svg"]
    assert {p.name for p in (tmp_path / "new" / "place").iterdir()} == {p.name for p in written}
    again = write(graph(tier(vms=1)), tmp_path / "new" / "place", "What breaks?")
    assert again == written


def test_every_resource_and_every_link_is_drawn() -> None:
    data = graph(tier())
    root = parsed(svg(data, "dependencies"))
    titles = [t.text or "" for t in root.iter(f"{SVG}title")]
    for node in data.nodes:
        assert any(node["id"] in title for title in titles), node
    names = {node["id"]: node["name"] for node in data.nodes}
    for edge in data.edges:
        start, end = names[edge["from"]], names[edge["to"]]
        role = edge["role"].replace("_", " ")
        assert any(
            t.startswith(f"{start} ") and t.endswith(f" {end}") and role in t for t in titles
        )


def test_the_same_graph_gives_the_same_bytes() -> None:
    assert svg(graph(tier()), "t") == svg(graph(tier()), "t")
    assert html(graph(tier()), "t") == html(graph(tier()), "t")


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = html(graph(tier(), IMPACT), "dependencies")
    links = re.findall(r"(?:https?:)?//[^\s\"'<]+", page)
    assert set(links) == {"http://www.w3.org/2000/svg"}, "the name of SVG itself"
    assert "<script" not in page
    assert not re.search(r"\son\w+=", page)
    assert "url(" not in page.replace("url(#tip)", "").replace("url(#hot)", "")
    assert "prefers-color-scheme: dark" in page


def test_the_table_says_what_the_picture_shows() -> None:
    page = html(graph(tier(), IMPACT), "dependencies")
    assert '<td class="name">web-1</td><td class="id">i-web-1</td><td>running</td>' in page
    assert "in web-net-2, guarded by web-vm, uses vol-web-1, uses eni-web-1" in page
    assert page.count('<td class="part">affected</td>') == 6
    assert page.count('<td class="part">asked about</td>') == 1


def test_focus_and_what_is_affected_stand_out() -> None:
    shapes = drawn(graph(tier(), IMPACT)).shapes
    parts = {shape.name: shape.part for shape in shapes}
    assert parts["web-net-1"] == "focus"
    assert parts["web-2"] == "marked"
    assert parts["web-1"] == "aside"
    legend = {key.text for key in drawn(graph(tier(), IMPACT)).legend}
    assert {"asked about", "affected", "load balancer"} <= legend


EVIL = "</text></svg><script>alert(1)</script>\"'&<![CDATA[\x1b[31m\x00\u202e{{ 7*7 }}{% x %}"


def test_hostile_names_are_text() -> None:
    hostile = world(
        resource(Kind.VM, EVIL, "i-1", state=EVIL, size=EVIL), resource(Kind.BUCKET, "b", EVIL)
    )
    picture = svg(graph(hostile), EVIL)
    root = parsed(picture)
    assert not list(root.iter(f"{SVG}script"))
    page = html(graph(hostile), EVIL)
    for text in (picture, page):
        assert "<script" not in text
        assert not {"\x1b", "\x00", "\u202e"} & set(text)
        assert "{{ 7*7 }}" in text


@pytest.mark.parametrize("of", [world(), world(resource(Kind.BUCKET, "only"))])
def test_small_worlds(of: World) -> None:
    parsed(svg(graph(of), "dependencies"))
    assert "<table>" in html(graph(of), "dependencies")


def test_a_hundred_resources_stay_legible() -> None:
    drawing = drawn(graph(tier(vms=30)))
    assert len(drawing.shapes) == 100
    assert drawing.width < 2200, "no wider than a screen scrolls once"
    corners = sorted((shape.x, shape.y) for shape in drawing.shapes)
    for (x1, y1), (x2, y2) in pairwise(corners):
        assert x1 != x2 or y2 - y1 >= SIZES.height


def test_a_graph_of_loops_and_strangers_is_drawn() -> None:
    node = {"id": "a", "kind": "hologram", "name": "a", "state": "", "detail": ""}
    edges = ({"from": "a", "to": "a", "role": "in"}, {"from": "a", "to": "gone", "role": "in"})
    parsed(svg(GraphData(nodes=(node,), edges=edges), "odd"))


def test_names_are_cut_where_they_tell_least() -> None:
    assert shortened("web-1", 150, 7.4, tail=5) == "web-1"
    cut = shortened("eni-0a1b2c3d4e5f60718", 120, 7.4, tail=5)
    assert cut.startswith("eni-0")
    assert cut.endswith("…60718")
    assert len(cut) * 7.4 <= 120


def test_every_kind_has_an_icon_and_a_colour() -> None:
    assert set(FAMILIES) == set(STROKES) == set(Kind)
