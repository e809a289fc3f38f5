"""A request and its answer, without the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """``path`` is decoded and begins with a slash; ``headers`` have lower-case names; ``base``
    is the server's own address, without a slash at the end."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    base: str = "https://localhost"
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is JSON, or None for none. ``wait`` seconds before it is sent; ``lost`` cuts the
    connection in its place."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    lost: bool = False
