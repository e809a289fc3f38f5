"""The bench on which one hand dies: a cloud, the line to it, the product and its state."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from kill.cloud import CLOUDS
from kill.disk import mounted, unmounted
from kill.index import built
from kill.line import Line
from kill.process import Ended, Order, Starter
from kill.store import File, Postgres, Store, server

GO = ("--yes", "--max-risk", "high", "--no-input", "-o", "json")
WITHIN = 600.0
"""Seconds a command may take before it counts as hung."""

HUNG = -1000

INDEXED = ("apigateway", "kms", "logs")
"""Services whose own operations specimens ask for."""


class Bench:
    """``home`` is an empty directory. ``hand`` dies, ``before`` made what was there by then.
    ``clock``: the product's time of day can be set. ``disk``: its state is on a small file system
    of its own. ``cloud`` is ``aws`` or ``azure``, ``store`` ``sqlite`` or ``postgresql``, ``pace``
    Azure's, of the real one's time. Use as a context manager, from one thread."""

    def __init__(
        self,
        home: Path,
        hand: str,
        *,
        before: str = "sdk",
        cloud: str = "aws",
        store: str = "sqlite",
        pace: float = 0.0,
        clock: bool = False,
        disk: bool = False,
    ) -> None:
        self.home = home
        self.hand = hand
        self.before = before
        self.state = home / "state"
        self.cloud = CLOUDS[cloud](home / "cloud")
        self.line = Line()
        self.clock = home / "clock" if clock else None
        self.starter = Starter(self.clock)
        self.begun = 0.0
        """When the latest command began."""
        self.store: Store = File(self.state, home / "seen")
        self._kind = store
        self._pace = pace
        self._disk = disk
        self._stack = ExitStack()

    def __enter__(self) -> Bench:
        self.home.mkdir(parents=True, exist_ok=True)
        self.set_clock("+0")
        self.state.mkdir()
        if self._disk:
            mounted(self.state)
            self._stack.callback(unmounted, self.state)
        if found := self._stack.enter_context(server(self._kind)):
            self.store = Postgres(found)
        self._stack.callback(self.cloud.close)
        self.cloud.open(self._pace)
        self._stack.callback(self.line.close)
        self.line.open(self.cloud.secure)
        self.line.kill = self.starter.kill
        self._stack.callback(self.starter.close)
        self.starter.open()
        self._config().write_text(
            f'[targets.lab]\nrealm = "production"\n{self.cloud.target}'
            f'endpoint_url = "{self.line.address}"\n'
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def set_clock(self, offset: str) -> None:
        """Set the product's time of day, as libfaketime says it (``+1d``)."""
        if self.clock is not None:
            self.clock.write_text(offset)

    # the product

    def begin(
        self, *words: str, notes: Path | None = None, stop: tuple[str, str] | None = None
    ) -> None:
        self.begun = time.monotonic()
        self.starter.begin(
            Order((*words, *GO), self._environment(), self.home, notes=notes, stop=stop)
        )

    def waited(self) -> Ended | None:
        """How the command ended; None where it has stopped at its boundary."""
        hung = threading.Event()

        def end() -> None:
            hung.set()
            self.starter.kill(False)

        timer = threading.Timer(WITHIN, end)
        timer.start()
        try:
            while (ended := self.starter.waited(self.home)) is None and hung.is_set():
                pass  # it was stopped in order to be killed
        finally:
            timer.cancel()
        if ended is not None and hung.is_set():
            return Ended(HUNG, ended.out, ended.err)
        return ended

    def told(self, *words: str) -> Ended:
        """A command from its start to its end."""
        self.begin(*words)
        ended = self.waited()
        assert ended is not None
        return ended

    def _environment(self) -> Mapping[str, str]:
        kept = ("PATH", "LANG", "PLAYWRIGHT_BROWSERS_PATH")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "HOME": str(self.home),
            "CLOUDOPS_CONFIG": str(self._config()),
            "CLOUDOPS_STATE_DIR": str(self.state),
            "NO_COLOR": "1",
            **self.cloud.environment(self.home),
            **self.store.environment,
        }

    def _config(self) -> Path:
        return self.home / "cloudops.toml"

    # its state

    def fresh_state(self, *, indexed: bool = False) -> None:
        """An empty state, with the cloud's home as its sandbox; ``indexed``: and with an index of
        the vendor's own operations."""
        self._empty()
        self.store.empty()
        (self.state / "sandbox").symlink_to(self.cloud.home)
        if indexed:
            index = self.home / "knowledge"
            built(index, *INDEXED)
            (self.state / "knowledge").symlink_to(index)

    def keep_state(self, name: str) -> Path:
        """Set the state aside as it is now."""
        kept = self.home / name
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.state, kept, symlinks=True)
        self.store.keep(name)
        return kept

    def put_back(self, kept: Path) -> None:
        self._empty()
        shutil.copytree(kept, self.state, symlinks=True, dirs_exist_ok=True)
        self.store.put_back(kept.name)

    def _empty(self) -> None:
        for each in self.state.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()

    def runs(self) -> Sequence[tuple[str, str]]:
        """Runs and their status, oldest first, as plain SQL reads them."""
        return [
            (str(a), str(b)) for a, b in self.store.read("SELECT id, status FROM runs ORDER BY id")
        ]

    def claims(self) -> int:
        """Claims that somebody holds. Those of a lease that has run out nobody does: who comes
        next sweeps them away."""
        query = 'SELECT l."until" FROM claims c JOIN leases l ON l.holder = c.holder'
        now = datetime.now(UTC)
        return sum(datetime.fromisoformat(str(end)) > now for (end,) in self.store.read(query))

    def gaps(self) -> Sequence[str]:
        """Runs whose journal misses a number."""
        query = "SELECT run FROM journal GROUP BY run HAVING count(*) <> max(seq) OR min(seq) <> 1"
        return [str(row[0]) for row in self.store.read(query)]
