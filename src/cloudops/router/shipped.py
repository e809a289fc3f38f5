"""The record that comes with the program: what our own gym measured of each hand.

``measured.json`` is written by ``cloudops gym report --router FILE`` and read like Table 1.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from cloudops.request import Goal
from modalities.codec import decode, encode
from modalities.plan import ModalityName
from modalities.resource import Provider

SCHEMA_VERSION: Literal[1] = 1
FILE = Path(__file__).with_name("measured.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """``steps`` and ``seconds`` are means of the trials that came through, None where none
    did. ``date`` is ISO 8601, ``how`` the command that measured it."""

    provider: Provider
    hand: ModalityName
    goal: Goal
    trials: int
    successes: int
    steps: float | None
    seconds: float | None
    date: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    schema_version: Literal[1]
    measured: tuple[Measured, ...] = ()


def load(path: Path) -> tuple[Measured, ...]:
    """What the file says; nothing where it is empty or not there. Raises Malformed,
    json.JSONDecodeError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    return decode(_File, json.loads(text)).measured if text.strip() else ()


def text_of(measured: Sequence[Measured]) -> str:
    """The file that :func:`load` reads, as text; ordered, so that a new one shows in a diff."""
    ordered = sorted(measured, key=lambda m: (m.provider, m.goal, m.hand))
    file = _File(schema_version=SCHEMA_VERSION, measured=tuple(ordered))
    return json.dumps(encode(file), indent=2, ensure_ascii=False) + "\n"


@cache
def shipped() -> tuple[Measured, ...]:
    """What came with this version of the program."""
    return load(FILE)
