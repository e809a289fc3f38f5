"""The accessibility tree as Playwright writes it (``aria_snapshot(mode="ai")``), as nodes.

A line is ``- role "name" [state] [ref=e1]: text``; children are indented by two spaces. The
whole key stands in single quotes where YAML would misread it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

KEY = re.compile(
    r'(?P<role>[\w/-]+)(?: (?P<name>"(?:[^"\\]|\\.)*"|/(?:[^/\\]|\\.)*/))?'
    r"(?P<marks>(?: \[[^\]]*\])*)"
)
FRAME = re.compile(r"f\d+(?=e)")
ICONS = re.compile("[\ue000-\uf8ff]")
"""Letters of fonts that are pictures."""

MARK = re.compile(r"\[([\w-]+)(?:=([^\]]*))?\]")


VALUED = ("textbox", "searchbox", "combobox", "spinbutton")


@dataclass(slots=True)
class Node:
    """``text`` is what stands behind the colon: the value of a field, the words of a text.

    ``marks`` are states (``disabled``, ``checked``, ``ref``, ``box``) with what they say.
    """

    role: str
    name: str = ""
    text: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    parent: Node | None = field(default=None, repr=False)

    @property
    def ref(self) -> str:
        return self.marks.get("ref", "")

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """x, y, width, height in pixels of its own frame, where that was asked for."""
        said = self.marks.get("box", "")
        x, y, width, height = (float(part) for part in said.split(",")) if said else (0.0,) * 4
        return (x, y, width, height) if said else None

    @property
    def frame(self) -> str:
        """Which frame it is in, as its ref says: empty for the page itself."""
        found = FRAME.match(self.ref)
        return found[0] if found else ""

    def walk(self) -> Iterator[Node]:
        """This node and all below, as they stand on the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def words(self) -> str:
        """All text of the node and below, names of controls included, without repetitions."""
        parts: list[str] = []
        for node in self.walk():
            if node.role.startswith("/"):
                continue
            for part in (node.name, node.text):
                if part and (not parts or part not in parts[-1]):
                    parts.append(part)
        return " ".join(parts)


def parse(snapshot: str) -> Node:
    """The tree, under a root without a role. What cannot be read is taken as text."""
    root = Node("root")
    stack: list[tuple[int, Node]] = [(-1, root)]
    for line in snapshot.split("\n"):
        body = line.lstrip(" ")
        if not body.startswith("- "):
            continue
        depth = len(line) - len(body)
        while stack[-1][0] >= depth:
            stack.pop()
        node = _node(body[2:])
        node.parent = stack[-1][1]
        if node.role == "text" and node.parent.role in VALUED:
            node.parent.text = node.text  # beside a placeholder the value is a line of its own
            continue
        node.parent.children.append(node)
        stack.append((depth, node))
    return root


def _node(line: str) -> Node:
    key, text = _parts(line)
    found = KEY.match(key)
    if found is None:
        return Node("text", text=f"{key} {text}".strip())
    name = found["name"] or ""
    marks = {mark[1]: mark[2] or "" for mark in MARK.finditer(found["marks"])}
    return Node(found["role"], ICONS.sub("", _name(name)), ICONS.sub("", text), marks)


def _name(name: str) -> str:
    return str(json.loads(name)) if name.startswith('"') else name.strip("/")


def _parts(line: str) -> tuple[str, str]:
    """The key, and what stands behind it."""
    if line.startswith("'"):
        end = re.match(r"'((?:[^']|'')*)'", line)
        if end is None:
            return line, ""
        return end[1].replace("''", "'"), _value(line[end.end() :])
    key = KEY.match(line)
    return (line[: key.end()], _value(line[key.end() :])) if key else (line, "")


def _value(rest: str) -> str:
    said = rest.removeprefix(":").strip()
    if len(said) > 1 and said[0] == said[-1] == '"':
        try:
            return str(json.loads(said))
        except ValueError:
            return _unescaped(said[1:-1])
    if len(said) > 1 and said[0] == said[-1] == "'":
        return said[1:-1].replace("''", "'")
    return said


def _unescaped(text: str) -> str:
    """YAML knows ``\\x1b``, JSON does not."""
    return re.sub(
        r"\\x([0-9a-fA-F]{2})|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], text
    )
