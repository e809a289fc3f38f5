from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloudops.state.clock import Clock
from cloudops.state.contract import Store
from cloudops.state.sql import open_store
from fakes.clock import SetClock
from fakes.postgres import Server, programs, running

Factory = Callable[[Clock], Store]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; skips where there is none."""
    bin = programs()
    if bin is None:
        pytest.skip("no PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    with running(bin) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where a new store can be, for every implementation of the contract."""
    if request.param == "sqlite":
        return tmp_path / "state" / "state.db"
    server: Server = request.getfixturevalue("postgres")
    return server.empty()


@pytest.fixture
def opener(place: str | Path) -> Factory:
    """Opens the same store each time."""
    return lambda clock: open_store(place, clock=clock)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(opener: Factory, clock: SetClock) -> Iterator[Store]:
    opened = opener(clock)
    yield opened
    opened.close()
