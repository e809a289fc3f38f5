"""A program of others that a hand works with: where it stands, and the first that will do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from modalities.receipt import CloudError, Trouble
from modalities.running import CutShort, Finished, NotStarted, run

PATIENCE = 20.0
"""Seconds for a program to say its version; the slowest takes half of one."""

SHOWN = 400
"""Characters of what it says that are repeated."""


class Unfit(Exception):
    """A program will not do; the text says why, and reads on from its path."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that works. ``path`` is absolute, ``version`` like ``1.11.4``."""

    path: Path
    version: str


T_co = TypeVar("T_co", bound=Tool, covariant=True)


@dataclass(frozen=True, slots=True)
class Program:
    """What a hand looks for. ``name`` is what people call it, ``override`` the variable that
    names the one to use (no other is looked for then), ``code`` that of the error where there
    is none, ``remedy`` what gets one."""

    name: str
    override: str
    code: str
    remedy: str

    def candidates(self, standing: Iterable[Path]) -> tuple[Path, ...]:
        """Those of ``standing`` that can be run, in their order. Nothing is run.

        A relative place on PATH would be whoever's directory we happen to be in.
        """
        named = os.environ.get(self.override)
        if named:
            return (Path(named),)
        return tuple(dict.fromkeys(p for p in standing if p.is_absolute() and runs(p)))

    def search(self, places: Iterable[Path], asked: Callable[[Path], T_co]) -> Search[T_co]:
        """The first that ``asked`` makes a tool of; it raises Unfit where one will not do."""
        passed: list[tuple[Path, str]] = []
        for path in places:
            try:
                return Search(self, asked(path), tuple(passed))
            except Unfit as error:
                passed.append((path, str(error)))
        return Search(self, None, tuple(passed))


@dataclass(frozen=True, slots=True)
class Search(Generic[T_co]):
    """What was found, and what was passed over on the way: path and reason."""

    program: Program
    tool: T_co | None
    passed: tuple[tuple[Path, str], ...] = ()

    def required(self) -> T_co:
        """Raises CloudError where there is none."""
        if self.tool is not None:
            return self.tool
        name = self.program.name
        tried = "; ".join(f"{path} {why}" for path, why in self.passed)
        raise CloudError(
            Trouble.UNAVAILABLE,
            self.program.code,
            f"no {name} can be used: {tried}" if tried else f"there is no {name}",
            sent=False,
            remedy=self.program.remedy,
        )


def runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def on_path(*names: str) -> Iterator[Path]:
    """Where programs of these names may stand: the first name first, wherever it is."""
    for name in names:
        for directory in os.get_exec_path():
            yield Path(directory, name)


def bare(home: Path) -> dict[str, str]:
    """The least that any program needs, and nothing of ours: ``home`` is its home directory."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }


def answer(
    argv: Sequence[str], environment: Mapping[str, str], directory: Path, seconds: float
) -> Finished:
    """What a program says that ends well. Raises Unfit."""
    try:
        finished = run(argv, environment, directory, seconds)
    except NotStarted as error:
        cause = error.__cause__
        why = cause.strerror if isinstance(cause, OSError) else error
        raise Unfit(f"does not start: {why}") from error
    except CutShort as error:
        raise Unfit(f"does not work: {error}") from error
    if finished.status != 0:
        why = f"exit status {finished.status}: {said(finished)}"
        raise Unfit(f"does not work: {why.rstrip(': ')}")
    return finished


def said(finished: Finished) -> str:
    """All that it said, as text."""
    both = finished.stdout + b" " + finished.stderr
    return both.decode("utf-8", "replace").strip()[:SHOWN]


def numbers(version: str) -> tuple[int, ...]:
    """``1.11.4-rc1`` as (1, 11, 4); empty where it is no version."""
    parts = version.split("-")[0].split(".")
    return tuple(int(part) for part in parts if part.isdecimal())


def too_old(version: str, needed: str) -> Unfit:
    return Unfit(f"is version {version}, and {needed} is needed")
