"""A web console over an emulated AWS, and the hand that works in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from modalities.browser.access import Access
from modalities.browser.aws import AwsBrowser
from modalities.browser.driver.finding import search
from modalities.target import Target
from sandbox.console.daemon import Console, down
from sandbox.console.hazards import Hazards
from sandbox.console.settings import Settings

QUICK = {"provisioning": 0.1, "polling": 0.5}

HandOf = Callable[..., AwsBrowser]


@pytest.fixture(scope="session")
def chromium() -> None:
    if search().tool is None:
        pytest.skip("no Chromium or Chrome is installed")


@pytest.fixture
def hand_of(chromium: None, tmp_path: Path) -> Iterator[HandOf]:
    """``hand_of(target, hazards, session=...)``: a hand with a console of its own over it."""
    hands: list[AwsBrowser] = []
    homes: list[Path] = []

    def make(target: Target, hazards: Hazards | None = None, **more: Any) -> AwsBrowser:
        home = tmp_path / f"console-{len(homes)}"
        settings = Settings(hazards=hazards or Hazards(), **(QUICK | more))
        status = Console(home, target, settings).up()
        homes.append(home)
        access = Access(status.url, status.user, status.password)
        hand = AwsBrowser(
            lambda _: access, evidence=tmp_path / "evidence", workflows=tmp_path / "own"
        )
        hands.append(hand)
        return hand

    yield make
    for hand in hands:
        hand.close()
    for home in homes:
        down(home)
