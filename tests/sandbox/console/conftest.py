"""Consoles over the real sandbox cloud, and visitors of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.visitor import PASSWORD, PORT, Clock, Visitor
from sandbox.console.hazards import Hazards
from sandbox.console.portal import Portal
from sandbox.console.settings import Settings
from sandbox.daemon import Sandbox

Visit = Callable[..., Visitor]


@pytest.fixture
def stranger(sandbox: Sandbox, tmp_path: Path) -> Visit:
    """``stranger(hazards, provisioning=...)``: nobody is signed in yet."""

    def make(hazards: Hazards | None = None, **settings: Any) -> Visitor:
        given = Settings(hazards=hazards or Hazards.none(), **settings)
        clock = Clock()
        portal = Portal(sandbox.target(), given, tmp_path, PASSWORD, PORT, clock)
        return Visitor(portal, clock)

    return make


@pytest.fixture
def visitor(stranger: Visit) -> Visit:
    """Signed in. Without hazards where none are given; ``survey=True`` turns one on."""

    def make(**given: Any) -> Visitor:
        names = Hazards.names()
        hazards = replace(Hazards.none(), **{k: v for k, v in given.items() if k in names})
        made = stranger(hazards, **{k: v for k, v in given.items() if k not in names})
        answer = made.sign_in()
        assert answer.status_code == 303, answer.text
        return made

    return make
