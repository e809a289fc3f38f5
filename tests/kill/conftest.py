"""The bench of the deaths that the ordinary suite tries."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from kill.bench import Bench

ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="limits of another process are set as Linux does it"
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(tmp_path_factory.mktemp("kill"), "sdk") as made:
        yield made
