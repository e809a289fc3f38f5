"""A dependency graph as a picture: an SVG file, and an HTML page that holds it and a table.

Both stand alone: no script, no font and nothing else is loaded; light or dark as the reader's
system is. The same graph gives the same bytes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudops.views.drawing import drawn
from cloudops.views.icons import words
from cloudops.views.plain import plain

if TYPE_CHECKING:
    from jinja2 import Environment

    from cloudops.request import GraphData

HEADING = 48
"""Room above the drawing for the title, in pixels."""


def write(graph: GraphData, directory: Path, title: str) -> tuple[Path, ...]:
    """Draw ``graph`` into ``directory`` (made where it is missing): the HTML and SVG files.

    Raises OSError where they cannot be written; a file that is there is replaced whole.
    """
    directory.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "picture"
    pages = {f"{stem}.html": html(graph, title), f"{stem}.svg": svg(graph, title)}
    return tuple(_written(directory / name, text) for name, text in pages.items())


def svg(graph: GraphData, title: str) -> str:
    """The picture alone, with its title and legend."""
    return _rendered("picture.svg", title, drawing=drawn(graph), heading=HEADING)


def html(graph: GraphData, title: str) -> str:
    """A page with the picture, and a table that says the same to who cannot see it."""
    rows = list(_rows(graph))
    return _rendered(
        "picture.html", title, drawing=drawn(graph), rows=rows, marked=bool(graph.focus)
    )


def _rendered(template: str, title: str, **parts: Any) -> str:
    text = plain(title)
    head = text[:1].upper() + text[1:]
    return _templates().get_template(template).render(title=head, **parts)


def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _rows(graph: GraphData) -> Iterator[Mapping[str, Any]]:
    names = {node["id"]: plain(node["name"]) for node in graph.nodes}
    needs: dict[str, list[str]] = {id: [] for id in names}
    needed_by: dict[str, list[str]] = {id: [] for id in names}
    for edge in graph.edges:
        start, end = edge["from"], edge["to"]
        if start in names and end in names:
            needs[start].append(f"{plain(edge['role']).replace('_', ' ')} {names[end]}")
            needed_by[end].append(names[start])
    for node in graph.nodes:
        id = node["id"]
        yield {
            "kind": plain(words(node["kind"])),
            "name": names[id],
            "id": plain(id),
            "state": plain(node.get("state") or ""),
            "detail": plain(node.get("detail") or ""),
            "needs": _joined(needs[id]),
            "needed_by": _joined(needed_by[id]),
            "part": "asked about" if id in graph.focus else _part(id in graph.marked),
        }


def _part(marked: bool) -> str:
    return "affected" if marked else ""


def _joined(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _written(path: Path, text: str) -> Path:
    """Beside its place first, so that nobody ever sees half a file."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path
