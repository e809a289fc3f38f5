"""Consoles over a real emulated Azure, and visitors of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.visitor import PASSWORD, PORT, Clock, Visitor
from sandbox.azure.daemon import AzureSandbox
from sandbox.console.azure.cloud import Cloud
from sandbox.console.hazards import Hazards
from sandbox.console.portal import Portal
from sandbox.console.settings import QUOTAS, Settings

Visit = Callable[..., Visitor]


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSandbox]:
    for name in ("trustme", "azure.identity"):
        pytest.importorskip(name, reason="the extra azure is missing: there is no Azure to show")
    sandbox = AzureSandbox(tmp_path_factory.mktemp("azure") / "azure")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture
def azure(running: AzureSandbox) -> AzureSandbox:
    running.reset()
    return running


@pytest.fixture
def arm(azure: AzureSandbox) -> Cloud:
    """ARM itself, with the target's resource group in it."""
    cloud = Cloud(azure.target(), Settings(hazards=Hazards.none()))
    cloud.put(f"{cloud.subscription}/resourceGroups/cloudops", {"location": "eastus"})
    return cloud


@pytest.fixture
def group(arm: Cloud) -> str:
    return f"{arm.subscription}/resourceGroups/cloudops"


@pytest.fixture
def visitor(azure: AzureSandbox, arm: Cloud, tmp_path: Path) -> Visit:
    """Signed in. Without hazards where none are given; ``survey=True`` turns one on. ``limits``
    are the settings' quotas."""

    def make(limits: Mapping[str, int] | None = None, **given: Any) -> Visitor:
        names = Hazards.names()
        hazards = replace(Hazards.none(), **{k: v for k, v in given.items() if k in names})
        others = {k: v for k, v in given.items() if k not in names}
        settings = Settings(hazards=hazards, quotas=limits or QUOTAS, **others)
        clock = Clock()
        made = Visitor(Portal(azure.target(), settings, tmp_path, PASSWORD, PORT, clock), clock)
        answer = made.sign_in()
        assert answer.status_code == 303, answer.text
        return made

    return make
