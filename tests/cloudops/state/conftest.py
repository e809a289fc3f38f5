from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloudops.state.clock import Clock
from cloudops.state.contract import Store
from cloudops.state.sql import open_store
from fakes.clock import SetClock

Factory = Callable[[Clock], Store]


def sqlite(directory: Path) -> Factory:
    return lambda clock: open_store(directory / "state.db", clock=clock)


FACTORIES = {"sqlite": sqlite}
"""Every implementation of the contract. A factory opens the same store each time."""


@pytest.fixture(params=list(FACTORIES))
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Factory:
    return FACTORIES[request.param](tmp_path)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(opener: Factory, clock: SetClock) -> Iterator[Store]:
    opened = opener(clock)
    yield opened
    opened.close()
