"""Every operation of the Azure SDKs we know, from ``operations.json.gz`` (see extract.py)."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("operations.json.gz")

STATUSES, ARGUMENTS = 6, 12
"""Places in a row that are lists there."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as its SDK has it.

    ``package`` is the distribution, ``group`` and ``name`` are the client's attribute and its
    method (``virtual_machines``, ``begin_start``); an empty group is the client itself.
    ``template`` is the URL's path with ``{placeholders}``, ``statuses`` are those that count as
    success, ``headers`` those of a long-running operation that the SDK reads: ``A`` for
    Azure-AsyncOperation, ``L`` for Location. ``body`` and ``result`` name models.
    ``arguments`` are pairs: what goes over the wire (a placeholder, a query parameter, ``body``),
    and the method's own argument for it. ``conditional``: it takes If-Match and If-None-Match.
    """

    package: str
    group: str
    name: str
    method: str
    template: str
    api_version: str
    statuses: tuple[int, ...]
    long_running: bool
    headers: str
    paged: bool
    body: str
    result: str
    arguments: tuple[tuple[str, str], ...] = ()
    conditional: bool = False


@cache
def versions() -> dict[str, str]:
    """By distribution: the version that the table was made from."""
    return {package: str(told["version"]) for package, told in _read().items()}


@cache
def operations() -> tuple[Operation, ...]:
    rows = (row for told in _read().values() for row in told["operations"])
    return tuple(_operation(*row) for row in rows)


def _operation(*row: Any) -> Operation:
    told = [*row]
    told[STATUSES] = tuple(told[STATUSES])
    told[ARGUMENTS] = tuple((wire, own) for wire, own in told[ARGUMENTS])
    return Operation(*told)


@cache
def _read() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(gzip.decompress(DATA.read_bytes()))
    return found
