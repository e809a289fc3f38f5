from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudops.state.contract import Store
from cloudops.state.sql import open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The state in a file, as it is at first."""
    opened = open_store(tmp_path / "state.db")
    yield opened
    opened.close()
