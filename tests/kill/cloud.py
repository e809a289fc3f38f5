"""Clouds to die in: one emulated cloud, and a fork of it for every trial."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sandbox import control, process
from sandbox.daemon import Sandbox


class Cloud:
    """An emulated cloud that is forked as it is, in milliseconds. ``home`` is also the home of
    the sandbox in which the product rehearses."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._sandbox = Sandbox(home)

    def open(self) -> None:
        # All else on the machine may come first: the harness is run at the lowest priority.
        process.READY_WITHIN = 900.0
        self._sandbox.up()

    def close(self) -> None:
        from sandbox.console.daemon import down_all

        down_all(self.home)
        self._sandbox.down()

    @contextmanager
    def fork(self, port: int | None = None) -> Iterator[int]:
        """The port of a fork of the cloud at ``port``; None: of the empty one."""
        parent = port or self._port()
        made = control.ask(self.home, parent, "POST", "copies", {"world": None}, 60.0)
        try:
            yield int(made["port"])
        finally:
            with suppress(control.Unreachable):
                control.ask(self.home, parent, "DELETE", f"copies/{made['pid']}")

    def keep(self, port: int) -> None:
        """Let the fork at ``port`` live on: one that nobody asks for ten minutes ends."""
        control.ask(self.home, port, "GET", "status", limit=60.0)

    def _port(self) -> int:
        status, _ = self._sandbox.up()
        return status.port
