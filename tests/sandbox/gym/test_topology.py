"""The judge of M4: a graph as the cloud has it, and one that is wrong in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.gym.inventory import name_of
from sandbox.gym.topology import core, links

SceneOf = Callable[[str], Any]
PROMPT = "Draw everything"


def _answer(here: Any, folder: Path, **wrong: Any) -> dict[str, Any]:
    now = here.before
    edges = sorted(links(now))
    drawing = folder / "graph.svg"
    names = " ".join(name_of(item) for item in now.things.values())
    drawing.write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{names}</text></svg>")
    answer: dict[str, Any] = {
        "text": names,
        "graph": {
            "nodes": [{"id": id} for _, id in now.things],
            "edges": [{"from": a, "to": b} for a, b in edges],
        },
        "files": [str(drawing)],
    }
    return {"answer": answer | wrong}


def test_the_graph_of_the_cloud(scene: SceneOf, tmp_path: Path) -> None:
    here = scene("M4")
    document = _answer(here, tmp_path)
    assert here.judged(PROMPT, document).passed
    graph = document["answer"]["graph"]
    graph["edges"] = [{"from": e["to"], "to": e["from"]} for e in graph["edges"]]
    assert here.judged(PROMPT, document).passed, "an edge may run either way"
    kinds = {id: kind for kind, id in here.before.things}
    wanted = {(kinds[a], kinds[b]) for a, b in core(here.before)}
    assert wanted == {
        ("subnet", "network"),
        ("instance", "volume"),
        ("instance", "interface"),
        ("interface", "subnet"),
        ("load_balancer", "subnet"),
        ("load_balancer", "listener"),
        ("listener", "target_group"),
        ("target_group", "instance"),
    }
    assert len(core(here.before)) == 1 + 3 + 3 + 3 + 1 + 1 + 1 + 3


def test_a_node_that_is_missing(scene: SceneOf, tmp_path: Path) -> None:
    here = scene("M4")
    document = _answer(here, tmp_path)
    used = {id for pair in core(here.before) for id in pair}
    graph = document["answer"]["graph"]
    whole = graph["nodes"]
    for kind in ("volume", "interface", "listener", "target_group", "subnet"):
        left_out = next(id for id in here.before.of(kind) if id in used)
        graph["nodes"] = [node for node in whole if node["id"] != left_out]
        (reason,) = here.judged(PROMPT, document, after=here.before).missed
        assert f"not in the graph: {left_out}" in reason


def test_an_edge_that_is_missing_or_made_up(scene: SceneOf, tmp_path: Path) -> None:
    here = scene("M4")
    document = _answer(here, tmp_path)
    graph, pair = document["answer"]["graph"], min(core(here.before))
    whole = graph["edges"]
    graph["edges"] = [e for e in whole if (e["from"], e["to"]) != pair]
    (reason,) = here.judged(PROMPT, document, after=here.before).missed
    assert "1 edges are missing" in reason
    one, other = list(here.before.of("volume"))[:2]
    graph["edges"] = [*whole, {"from": one, "to": other}]
    (reason,) = here.judged(PROMPT, document, after=here.before).missed
    assert "1 edges are not so in the cloud" in reason


def test_a_picture_that_is_missing_broken_or_empty(scene: SceneOf, tmp_path: Path) -> None:
    here = scene("M4")
    assert here.judged(PROMPT, _answer(here, tmp_path, files=[])).missed == ("there is no picture",)
    document = _answer(here, tmp_path)
    (tmp_path / "graph.svg").write_text("<svg>")
    assert "not well formed" in here.judged(PROMPT, document, after=here.before).missed[0]
    (tmp_path / "graph.svg").write_text("<svg/>")
    assert (
        "does not show web-1, web-2, web-3, front"
        in here.judged(PROMPT, document, after=here.before).missed[0]
    )


def test_what_a_question_about_one_thing_asks_for_is_named(scene: SceneOf, tmp_path: Path) -> None:
    here = scene("M4")
    for prompt in (
        "What depends on the network lab-net?",
        "What breaks if I delete the subnet?",
        "Which things does the load balancer depend on?",
    ):
        assert here.judged(prompt, _answer(here, tmp_path), after=here.before).passed
        silent = _answer(here, tmp_path, text="Nothing.")
        missed = here.judged(prompt, silent, after=here.before).missed
        assert sum("web-" in reason for reason in missed) == 3
