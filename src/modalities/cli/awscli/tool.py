"""Which ``aws`` there is, and whether it can be used."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from modalities.cli.awscli.environment import Home
from modalities.receipt import CloudError, Trouble
from modalities.running import CutShort, NotStarted, run

OVERRIDE = "CLOUDOPS_AWS"
"""Names the one ``aws`` to use; no other is looked for."""

SAYS = re.compile(r"aws-cli/(\d+(?:\.\d+)+)")

SHEBANG = re.compile(rb"#!(/\S*python[\d.]*)\n")
SHIM = re.compile(rb'PYENV_ROOT="(/[^"]+)".*exec "(/[^"]+/pyenv)" exec', re.DOTALL)

OLDEST = {1: (1, 29), 2: (2, 13)}
"""Older ones do not hear AWS_ENDPOINT_URL and would leave a sandbox for AWS itself."""

PATIENCE = 20.0
"""Seconds for ``aws --version``, which takes half of one."""

INSTALL = f"`make tools` sets one up; or install the AWS CLI, or name one in {OVERRIDE}"


@dataclass(frozen=True, slots=True)
class Tool:
    """A working ``aws``."""

    path: Path
    version: str
    interpreter: Path | None = None
    """The Python that runs it, where that is plain to see."""

    @property
    def flavour(self) -> int:
        """The major version: 1 or 2."""
        return int(self.version.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, and what was passed over on the way: path and reason."""

    tool: Tool | None
    passed: tuple[tuple[Path, str], ...] = ()

    def required(self) -> Tool:
        """Raises CloudError where there is none."""
        if self.tool is not None:
            return self.tool
        tried = "; ".join(f"{path} {why}" for path, why in self.passed)
        raise CloudError(
            Trouble.UNAVAILABLE,
            "NoAwsCommand",
            f"no aws command can be used: {tried}" if tried else "there is no aws command",
            sent=False,
            remedy=INSTALL,
        )


def own_place() -> Path:
    """Where ``make tools`` puts the one that is used when PATH has none: beside the
    environment that we run in."""
    return Path(sys.prefix).parent / ".tools" / "aws" / "bin" / "aws"


def candidates() -> tuple[Path, ...]:
    """Where an ``aws`` stands, in the order in which they are tried. Nothing is run."""
    named = os.environ.get(OVERRIDE)
    if named:
        return (Path(named),)
    return tuple(dict.fromkeys(_standing()))


def _standing() -> Iterator[Path]:
    """A relative place on PATH would be whoever's directory we happen to be in."""
    for path in (*(Path(directory, "aws") for directory in os.get_exec_path()), own_place()):
        if path.is_absolute() and path.is_file() and os.access(path, os.X_OK):
            yield path


def search() -> Search:
    """For people: which ``aws`` is used, and why others are not."""
    return find(Home())


def find(home: Home, places: Sequence[Path] | None = None) -> Search:
    """The first ``aws`` that says its version and is not too old."""
    passed: list[tuple[Path, str]] = []
    for path in candidates() if places is None else places:
        found = _tool(_behind(path, home), home)
        if isinstance(found, Tool):
            return Search(found, tuple(passed))
        passed.append((path, found))
    return Search(None, tuple(passed))


def _tool(path: Path, home: Home) -> Tool | str:
    """The tool, or why it is none."""
    installed = _installed(path)
    said = installed or _said([str(path), "--version"], home)
    found = SAYS.search(said)
    if found is None:
        return f"does not work: {said}"
    version = found[1]
    numbers = tuple(int(part) for part in version.split("."))
    oldest = OLDEST.get(numbers[0])
    if oldest is None or numbers < oldest:
        least = " or ".join(".".join(map(str, each)) for each in OLDEST.values())
        return f"is version {version}, and {least} is needed"
    return Tool(path, version, _interpreter(path) if installed else None)


def _behind(path: Path, home: Home) -> Path:
    """The program that a shim of pyenv stands for: it costs a shell to find out each time."""
    shim = SHIM.search(_beginning(path))
    if shim is None:
        return path
    root, pyenv = (part.decode() for part in shim.groups())
    behind = Path(_said([pyenv, "which", "aws"], home, PYENV_ROOT=root))
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
    """What a program prints, or why it prints nothing."""
    try:
        finished = run(argv, {**home.bare(), **more}, home.path, PATIENCE)
    except NotStarted as error:
        return str(error)
    except CutShort as error:
        return f"`{' '.join(argv)}`: {error}"
    said = (finished.stdout + b" " + finished.stderr).decode("utf-8", "replace").strip()
    return said[:400] if finished.status == 0 else f"exit status {finished.status}: {said[:400]}"
