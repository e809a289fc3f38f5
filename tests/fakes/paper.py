"""Terminals in memory: what a view printed, read back."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from rich.console import Console


class Paper(io.TextIOWrapper):
    """The output of a terminal, with an encoding."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding, write_through=True)

    def lines(self) -> list[str]:
        """Without the spaces that fill a row."""
        text = self.bytes.getvalue().decode(self.encoding)
        return [line.rstrip() for line in text.splitlines()]


def console(paper: Paper, width: int = 100, **more: Any) -> Console:
    """Of fixed width and without colour. Markup is on, as it is by default: what a view
    prints must not depend on that."""
    return Console(file=paper, width=width, color_system=None, **more)


def shown(show: Callable[..., None], *what: Any, encoding: str = "utf-8", **more: Any) -> list[str]:
    """The lines that ``show(what[0], console, ...)`` prints."""
    paper = Paper(encoding)
    show(what[0], console(paper), *what[1:], **more)
    return paper.lines()
