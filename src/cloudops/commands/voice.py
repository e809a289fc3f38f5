"""How a command speaks: people's tables, or one JSON document."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cloudops.commands.ending import emit

if TYPE_CHECKING:
    from rich.console import Console

    from cloudops.config import Config
    from cloudops.engine.report import Report
    from cloudops.views.asking import TerminalAsker
    from cloudops.views.ndjson import Stream
    from cloudops.views.progress import Lines, Moving

WIDTH = 120
"""Columns where nobody knows better: a file, a pipe, the log of a CI run."""

NARROWEST = 40
"""Columns; below that a table loses what is in it, so that lines are longer than asked for."""

ID = 24
"""An id of so many characters is never folded: it is there to be copied."""
NAME = 40
"""Characters of a first column that is never broken, so that it can be copied."""


class Voice:
    """Results go to stdout; what only people should see goes to stderr."""

    def __init__(self, config: Config) -> None:
        self.output: str = config["output"]
        self._no_color: bool = config["no_color"]
        self._no_input: bool = config["no_input"]
        for notice in config.notices:
            self.aside(notice)

    @property
    def human(self) -> bool:
        return self.output == "human"

    @cached_property
    def console(self) -> Console:
        return self._console(stderr=False)

    @cached_property
    def people(self) -> Console:
        return self._console(stderr=True)

    def _console(self, *, stderr: bool) -> Console:
        from rich.console import Console

        terminal = (sys.stderr if stderr else sys.stdout).isatty()
        console = Console(
            stderr=stderr,
            no_color=self._no_color or None,
            width=None if terminal or "COLUMNS" in os.environ else WIDTH,
            highlight=False,
            markup=False,
        )
        if console.width < NARROWEST:
            console.width = NARROWEST
        return console

    @cached_property
    def asker(self) -> TerminalAsker:
        """The person at the terminal; nobody where a document is wanted."""
        from cloudops.views.asking import TerminalAsker

        people = self.human
        no_input = self._no_input or not people
        return TerminalAsker(self.people, no_input=no_input, quiet=not people)

    @cached_property
    def stream(self) -> Stream:
        from cloudops.views.ndjson import Stream

        return Stream(sys.stdout)

    @cached_property
    def observer(self) -> Lines | Moving | Stream:
        """Events on stdout where they are wanted, else progress for people on stderr."""
        if self.output == "ndjson":
            return self.stream
        from cloudops.views.progress import watching

        return watching(self.people)

    def report(self, report: Report) -> None:
        """What a run came to, in the form that is wanted."""
        self.observer.close()
        if self.human:
            from cloudops.views.report import show

            seen = report.plan is not None and report.plan.digest in self.asker.shown
            show(report, self.console, plan=not seen)
        elif self.output == "json":
            from cloudops.views.document import document

            emit(document(report))
        else:
            self.stream.end(report)

    def aside(self, text: str) -> None:
        """A line for people, never part of the result."""
        print(clean(text), file=sys.stderr, flush=True)

    def say(self, data: Any, *lines: str) -> None:
        """``data`` as the document, or ``lines`` for people."""
        if self.human:
            for line in lines:
                print(clean(line))
        else:
            emit({"schema_version": 1, **data}, indent=self.output == "json")

    def listing(self, name: str, items: Iterable[Any]) -> None:
        """The document, with ``items`` under ``name``: one in memory at a time."""
        indent = 2 if self.output == "json" else None
        lead, gap = ("\n    ", "\n  ") if indent else ("", "")
        print(f'{{{gap}"schema_version": 1,{gap or " "}"{name}": [', end="")
        comma = ""
        for item in items:
            text = json.dumps(item, indent=indent, ensure_ascii=False, default=str)
            print(comma + lead + text.replace("\n", lead), end="")
            comma = "," if indent else ", "
        print(f"{gap if comma else ''}]" + ("\n}" if indent else "}"))

    def table(
        self, data: Any, columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str
    ) -> None:
        """``data`` as the document, or a table for people; ``empty`` where it has no rows."""
        rows = list(rows)
        if not self.human or not rows:
            self.say(data, empty)
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for place, column in enumerate(columns):
            first = place == 0 and all(len(row[0]) <= NAME for row in rows)
            id = column == "id" and all(len(row[place]) <= ID for row in rows)
            table.add_column(column, overflow="fold", no_wrap=first or id)
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        self.console.print(table)


def clean(text: str) -> str:
    """Without what steers a terminal: what a cloud or a file says is data. Spaces stay."""
    from cloudops.views.plain import SEQUENCES, STEERING

    seen = SEQUENCES.sub("\ufffd", text)
    return "".join(
        "\ufffd" if c != "\n" and unicodedata.category(c) in STEERING else c for c in seen
    )
