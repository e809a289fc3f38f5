from __future__ import annotations

import pytest

from fakes.azure import Azure, emulated
from sandbox.azure.cloud import Settings


@pytest.fixture
def azure() -> Azure:
    return emulated(Settings())
