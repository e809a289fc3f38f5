"""Commands of the product as processes: started quickly, stopped where asked, killed for good."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

SOURCES = Path(__file__).parents[2] / "src"
FAKETIME = tuple(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


@dataclass(frozen=True, slots=True)
class Ended:
    """``status`` below zero is the signal that ended it."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        try:
            found = json.loads(self.out)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def error(self) -> str:
        """What it says went wrong."""
        error = self.document.get("error") or {}
        said = ": ".join(filter(None, (error.get("summary"), error.get("detail"))))
        return said or self.err.strip()[-300:]


@dataclass(frozen=True, slots=True)
class Order:
    """A command. ``notes`` is the file that its boundaries are written to, ``stop`` the one
    at which it stops itself (label and number, moment)."""

    argv: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    notes: Path | None = None
    stop: tuple[str, str] | None = None


@dataclass(slots=True)
class Starter:
    """The process that forks (product.py); one command at a time. ``clock`` is a file with the
    offset of its time of day, where that is to be set."""

    clock: Path | None = None
    pid: int = 0
    _process: subprocess.Popen[str] | None = None
    _children: list[psutil.Process] = field(default_factory=list)

    def open(self) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCES),
            "PYTHONSAFEPATH": "1",
        }
        if self.clock is not None:
            environment |= {
                "LD_PRELOAD": str(FAKETIME[0]),
                "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("product.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        assert self._heard().get("ready")

    def begin(self, order: Order) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        words = {
            "argv": list(order.argv),
            "environment": dict(order.environment),
            "directory": str(order.directory),
            "stdout": str(order.directory / "stdout"),
            "stderr": str(order.directory / "stderr"),
            "notes": str(order.notes) if order.notes else None,
            "stop": order.stop,
        }
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        self.pid = int(self._heard()["pid"])

    def waited(self, directory: Path) -> Ended | None:
        """How it ended; None where it has stopped itself and waits for a signal."""
        word = self._heard()
        if "stopped" in word:
            return None
        texts = [(directory / name).read_text(errors="replace") for name in ("stdout", "stderr")]
        return Ended(int(word["status"]), *texts)

    def go_on(self) -> None:
        psutil.Process(self.pid).resume()

    def kill(self, alone: bool) -> None:
        """SIGKILL: to the process alone, or to all that it started as well, at once."""
        if not alone:
            kill_tree(self.pid)
            return
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            self._children += process.children(recursive=True)
            process.kill()

    def sweep(self) -> None:
        """End what outlived its process, as far as it has not ended by itself."""
        _end(self._children)
        self._children.clear()

    def orphans(self) -> int:
        """How many that outlived their process are still there."""
        return sum(child.is_running() for child in self._children)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _heard(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process that starts commands has ended")
        return dict(json.loads(line))


def kill_tree(pid: int) -> None:
    """SIGKILL to a process and all that it started; it is stopped first, and sees nobody die."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.suspend()
        _end(process.children(recursive=True))
        process.kill()


def _end(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def until(condition: Any, seconds: float) -> bool:
    """Whether it came true in time."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())
