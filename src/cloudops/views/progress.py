"""Live progress of a run for people, on stderr: moving on a terminal, else line by line."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cloudops.views.plain import safe, tolerant
from cloudops.views.tracker import DOING, Tracker

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.spinner import Spinner

MOST_RUNNING = 10
"""Steps shown side by side; the rest is counted."""


def watching(console: Console) -> Lines | Moving:
    """The observer that fits the console: moving only where somebody sits before it."""
    alive = console.is_interactive and not os.environ.get("CI")
    return Moving(console) if alive else Lines(console)


class Lines:
    """An Observer that prints a line for each event that people should see."""

    def __init__(self, console: Console) -> None:
        self._console = tolerant(console)
        self._tracker = Tracker()
        self._gone = False

    def event(self, seq: int, stage: str, what: str, body: Mapping[str, Any]) -> None:  # noqa: ARG002
        lines = self._tracker.event(stage, what, body)
        if self._gone:
            return
        try:
            for line in lines:
                self._console.print(safe(line), highlight=False, soft_wrap=True)
        except (OSError, ValueError):
            # Whoever read our progress has gone; the run must not end for that.
            self._gone = True

    def close(self) -> None:
        """Nothing is left on the screen."""


class Moving:
    """An Observer that shows what is under way, and leaves only notices behind, and above
    the question what was understood.

    It is off the screen while a person is asked and when the run has ended.
    """

    def __init__(self, console: Console) -> None:
        from rich.spinner import Spinner

        self._console = tolerant(console)
        self._tracker = Tracker()
        self._live: Live | None = None
        self._understood: tuple[str, ...] = ()
        self._spinner: Spinner = Spinner("line" if console.options.ascii_only else "dots")
        self._gone = False
        atexit.register(self.close)

    def event(self, seq: int, stage: str, what: str, body: Mapping[str, Any]) -> None:  # noqa: ARG002
        lines = self._tracker.event(stage, what, body)
        if self._gone:
            return
        try:
            if what == "notice":
                for line in lines:
                    self._console.print(safe(line, "dim"), highlight=False)
            if what == "understood":
                self._understood = lines[:1]
            if what == "ended" or stage in ("interpret", "confirm"):
                self.close()
                if (stage, what) == ("confirm", "started"):
                    for line in self._understood:
                        self._console.print(safe(line), highlight=False)
            elif stage in DOING:
                self._open()
        except (OSError, ValueError):
            # The terminal has gone; the run must not end for that.
            self._gone = True

    def close(self) -> None:
        """Take the picture off the screen; safe to call again."""
        live, self._live = self._live, None
        if live is not None:
            with suppress(OSError, ValueError):
                live.stop()

    def _open(self) -> None:
        from rich.live import Live

        if self._live is None:
            self._live = Live(
                console=self._console,
                get_renderable=self.rendered,
                refresh_per_second=8,
                transient=True,
            )
            self._live.start()

    def rendered(self) -> RenderableType:
        """The picture of this moment."""
        from rich.console import Group

        with self._tracker.lock:
            rows: list[RenderableType] = [self._head()]
            if self._tracker.waiting_for:
                rows.append(
                    safe(f"  waiting for a lock held by {self._tracker.waiting_for}", "yellow")
                )
            running = list(self._tracker.running.values())
            now = self._tracker.clock()
            for step in running[:MOST_RUNNING]:
                took = f"{now - step.since:.1f} s"
                rows.append(safe(f"  {step.step}  {step.why}  {took}", "dim"))
            if len(running) > MOST_RUNNING:
                rows.append(safe(f"  and {len(running) - MOST_RUNNING} more", "dim"))
            return Group(*rows)

    def _head(self) -> RenderableType:
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        tracker = self._tracker
        doing = "undoing" if tracker.undoing else DOING.get(tracker.stage, "working")
        if tracker.asking:
            doing = "asking the cloud's trail"
        elapsed = f"{tracker.clock() - tracker.since:.1f} s"
        grid = Table.grid(padding=(0, 1))
        cells: list[RenderableType] = [self._spinner, safe(doing, "bold")]
        if tracker.total and tracker.stage in ("explore", "execute", "look"):
            cells.append(ProgressBar(tracker.total, min(tracker.done, tracker.total), width=24))
            cells.append(safe(f"{tracker.done}/{tracker.total}"))
        if tracker.seen:
            cells.append(safe(f"{tracker.seen:,} seen"))
        if tracker.slowed:
            cells.append(safe(f"slowed {tracker.slowed} times", "yellow"))
        grid.add_row(*cells, safe(elapsed, "dim"))
        return grid
