"""What is not as it was of a machine that is made again."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.azure.express.undeleting import _otherwise


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"identity": {"type": "UserAssigned"}}, "Azure gives it another vmId"),
        (
            {"identity": {"type": "SystemAssigned, UserAssigned"}},
            "Azure gives it another vmId and another identity of its own, which has no role yet",
        ),
        (
            {"resources": [{"name": "agent"}, {"name": "backup"}]},
            "Azure gives it another vmId; its extensions are not there again: agent, backup",
        ),
    ],
)
def test_what_is_lost_is_said(document: dict[str, Any], said: str) -> None:
    assert _otherwise(document) == said
