"""Where on this machine the tools are whose knowledge is read; none of them is run."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from cloudops.knowledge.contract import Source
from cloudops.knowledge.sources import awscli, az, azure_sdk, botocore
from modalities.tools import on_path


def sources(
    aws: Iterable[Path], az_places: Iterable[Path], rows: Iterable[azure_sdk.Row], edition: str
) -> tuple[Source, ...]:
    """All that is there. ``aws`` and ``az_places`` are programs that may have their sources
    beside them, the first that has is read; ``rows`` our table of Azure, ``edition`` its own."""
    found = (_botocore(), _awscli(aws), _az(az_places), azure_sdk.source(rows, edition))
    return tuple(source for source in found if source is not None and source.parts)


def az_programs() -> tuple[Path, ...]:
    """``az`` on PATH, else the one that stands beside the environment we run in."""
    own = Path(sys.prefix).parent / ".tools" / "az" / "bin" / "az"
    return tuple(path for path in (*on_path("az"), own) if path.is_absolute() and path.is_file())


def _botocore() -> Source | None:
    spec = find_spec("botocore")
    if spec is None or spec.origin is None:
        return None
    try:
        return botocore.source(Path(spec.origin).parent / "data", version("botocore"))
    except PackageNotFoundError:
        return None


def _awscli(programs: Iterable[Path]) -> Source | None:
    for home, edition in _beside(programs, "awscli/examples", "awscli"):
        return awscli.source(home, edition)
    return None


def _az(programs: Iterable[Path]) -> Source | None:
    for home, edition in _beside(programs, "azure/cli/command_modules", "azure_cli"):
        return az.source(home, edition)
    return None


def _beside(programs: Iterable[Path], inner: str, distribution: str) -> Iterator[tuple[Path, str]]:
    """A directory of the Python environment that a program belongs to, and its version."""
    for program in programs:
        for packages in sorted(program.resolve().parent.parent.glob("lib*/python3*/site-packages")):
            told = sorted(packages.glob(f"{distribution}-[0-9]*.dist-info"))
            if told and (packages / inner).is_dir():
                name = told[-1].name.removesuffix(".dist-info")
                yield packages / inner, name.removeprefix(f"{distribution}-")
