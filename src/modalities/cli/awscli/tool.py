"""Which ``aws`` there is, and whether it can be used."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from modalities import tools
from modalities.cli.awscli.environment import Home

OVERRIDE = "CLOUDOPS_AWS"
"""Names the one ``aws`` to use; no other is looked for."""

SAYS = re.compile(r"aws-cli/(\d+(?:\.\d+)+)")

SHEBANG = re.compile(rb"#!(/\S*python[\d.]*)\n")
SHIM = re.compile(rb'PYENV_ROOT="(/[^"]+)".*exec "(/[^"]+/pyenv)" exec', re.DOTALL)

OLDEST = {1: (1, 29), 2: (2, 13)}
"""Older ones do not hear AWS_ENDPOINT_URL and would leave a sandbox for AWS itself."""

PATIENCE = tools.PATIENCE

INSTALL = f"`make tools` sets one up; or install the AWS CLI, or name one in {OVERRIDE}"

AWS = tools.Program("aws command", OVERRIDE, "NoAwsCommand", INSTALL)


@dataclass(frozen=True, slots=True)
class Tool(tools.Tool):
    """A working ``aws``."""

    interpreter: Path | None = None
    """The Python that runs it, where that is plain to see."""

    @property
    def flavour(self) -> int:
        """The major version: 1 or 2."""
        return tools.numbers(self.version)[0]


Search: TypeAlias = tools.Search[Tool]


def own_place() -> Path:
    """Where ``make tools`` puts the one that is used when PATH has none: beside the
    environment that we run in."""
    return Path(sys.prefix).parent / ".tools" / "aws" / "bin" / "aws"


def candidates() -> tuple[Path, ...]:
    """Where an ``aws`` stands, in the order in which they are tried. Nothing is run."""
    return AWS.candidates((*tools.on_path("aws"), own_place()))


def search() -> Search:
    """For people: which ``aws`` is used, and why others are not."""
    return find(Home())


def find(home: Home, places: Sequence[Path] | None = None) -> Search:
    """The first ``aws`` that says its version and is not too old."""
    there = candidates() if places is None else places
    return AWS.search(there, lambda path: _tool(_behind(path, home), home))


def _tool(path: Path, home: Home) -> Tool:
    """Raises Unfit."""
    installed = _installed(path)
    said = installed or _said([str(path), "--version"], home)
    found = SAYS.search(said)
    if found is None:
        raise tools.Unfit(f"does not work: {said}")
    version = tools.numbers(found[1])
    oldest = OLDEST.get(version[0])
    if oldest is None or version < oldest:
        raise tools.too_old(
            found[1], " or ".join(".".join(map(str, each)) for each in OLDEST.values())
        )
    return Tool(path, found[1], _interpreter(path) if installed else None)


def _behind(path: Path, home: Home) -> Path:
    """The program that a shim of pyenv stands for: it costs a shell to find out each time."""
    shim = SHIM.search(_beginning(path))
    if shim is None:
        return path
    root, pyenv = (part.decode() for part in shim.groups())
    try:
        behind = Path(_said([pyenv, "which", "aws"], home, PYENV_ROOT=root))
    except tools.Unfit:
        return path
    return behind if behind.is_absolute() and os.access(behind, os.X_OK) else path


def _interpreter(path: Path) -> Path | None:
    first = SHEBANG.match(_beginning(path))
    named = Path(first[1].decode()) if first else None
    return named if named is not None and os.access(named, os.X_OK) else None


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError:
        return b""


def _installed(path: Path) -> str:
    """What a Python environment says of the awscli in it; saves starting it."""
    metadata = path.resolve().parent.parent.glob("lib/python3*/site-packages/awscli-*.dist-info")
    versions = [each.name.removeprefix("awscli-").removesuffix(".dist-info") for each in metadata]
    return f"aws-cli/{versions[0]}" if len(versions) == 1 else ""


def _said(argv: list[str], home: Home, **more: str) -> str:
    """What a program prints. Raises Unfit."""
    return tools.said(tools.answer(argv, {**home.bare(), **more}, home.path, PATIENCE))
