"""How a command speaks: people's tables, or one JSON document."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cloudops.commands.ending import emit

if TYPE_CHECKING:
    from rich.console import Console

    from cloudops.config import Config


class Voice:
    """Results go to stdout; what only people should see goes to stderr."""

    def __init__(self, config: Config) -> None:
        self.output: str = config["output"]
        self._no_color: bool = config["no_color"]
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

        no_color = self._no_color or None
        return Console(stderr=stderr, no_color=no_color, highlight=False, markup=False)

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
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        self.console.print(table)


def clean(text: str) -> str:
    """Without control characters: what a cloud or a file says cannot steer the terminal."""
    return "".join(
        c
        if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
        else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )
