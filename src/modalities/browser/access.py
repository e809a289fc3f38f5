"""How to get into a web console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Access:
    """The console of one target. ``storage_state`` is a file of cookies of somebody who has
    signed in (Playwright's format), for consoles that take no password from a program."""

    url: str
    user: str
    password: str = field(repr=False)
    storage_state: Path | None = None


OpenConsole: TypeAlias = Callable[[Target], Access]
"""Opens a target's console where it is not open yet. Raises CloudError where there is none."""
