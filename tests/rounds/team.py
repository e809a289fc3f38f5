"""Who takes part: what each asks for, and what is to happen to them."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from kill.process import Ended, kill_tree, until

MEMBER = Path(__file__).with_name("member.py")
FATES = ("", "", "", "late", "lost", "after", "killed", "stopped", "stopped at a write")
"""What may happen to a member; nothing most often. ``killed`` and ``stopped`` at any time, the
others at a write: killed before it arrives, when its answer is lost, or when it is there."""

SHARED = ("web-1", "web-2")


@dataclass(frozen=True, slots=True)
class Task:
    """``words`` ask for it; ``shows`` is what the cloud has once it is done, and nowhere else."""

    words: tuple[str, ...]
    shows: str


@dataclass(frozen=True, slots=True)
class Fate:
    """``word`` is of FATES, ``after`` so many seconds, or at which write it strikes."""

    word: str
    after: float = 0.0
    write: int = 0


def task(number: int, hand: str, chance: random.Random) -> Task:
    """A wish of its own that needs what others need too."""
    where = chance.choice(SHARED)
    by = ("--modality", hand)
    match chance.randrange(4):
        case 0:
            return Task(("run", f"create a VM named r-{number}", *by), f"machine r-{number}")
        case 1:
            words = f"attach a {8 + number} GB disk named d-{number} to {where}"
            return Task(("run", words, *by), f"disk d-{number} at {where}")
        case _:
            words = f"tag {where} with k-{number}=v"
            return Task(("run", words, *by), f"tag k-{number} of {where}")


def fate(lease: float, chance: random.Random) -> Fate:
    word = chance.choice(FATES)
    return Fate(word, after=chance.uniform(1.0, 3.0 + lease), write=chance.choice((1, 1, 2)))


@dataclass(slots=True)
class Member:
    """A process of the team, from its start to its end. ``lease`` in seconds."""

    task: Task
    fate: Fate
    lease: float
    directory: Path
    struck: bool = False
    killed: bool = False
    _writes: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _timers: list[threading.Timer] = field(default_factory=list)

    def start(self, machine: str, options: Sequence[str], environment: Mapping[str, str]) -> None:
        self.directory.mkdir()
        words = (*self.task.words, *options)
        with (self.directory / "out").open("wb") as out, (self.directory / "err").open("wb") as err:
            self._process = subprocess.Popen(
                [sys.executable, str(MEMBER), machine, str(self.lease), *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.directory,
                env=dict(environment),
                start_new_session=True,
            )
        if self.fate.word in ("killed", "stopped"):
            deed = self.kill if self.fate.word == "killed" else self.stop
            self._later(self.fate.after, deed)

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def code(self) -> int | None:
        """None while it is there; below zero the signal that ended it."""
        return self._process.poll() if self._process else None

    def at_write(self) -> str:
        with self._lock:
            self._writes += 1
            if self._writes != self.fate.write or self.struck:
                return ""
        match self.fate.word:
            case "stopped at a write":
                return "stopped"
            case "late" | "lost" | "after" as word:
                return word
            case _:
                return ""

    def kill(self) -> None:
        """With all that it started, as the death of its machine does."""
        if self.code is None:
            self.struck = self.killed = True
            kill_tree(self.pid)

    def stop(self) -> None:
        """All of it, for longer than its lease; then it is woken."""
        if self.code is None:
            self.struck = True
            for process in self._tree():
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
            self._later(self.lease + 3.0, self.wake)

    def wake(self) -> None:
        for process in self._tree():
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def _tree(self) -> list[psutil.Process]:
        try:
            me = psutil.Process(self.pid)
            return [me, *me.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _later(self, seconds: float, deed: Any) -> None:
        timer = threading.Timer(seconds, deed)
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    @property
    def said(self) -> Ended:
        """What it said, once it has ended."""
        out, err = ((self.directory / n).read_text(errors="replace") for n in ("out", "err"))
        return Ended(self.code or 0, out, err)

    def close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self.kill()
        if self._process:
            self._process.wait()


def ended(members: Sequence[Member], seconds: float) -> list[Member]:
    """Those that have not after so many seconds."""
    until(lambda: all(member.code is not None for member in members), seconds)
    return [member for member in members if member.code is None]
