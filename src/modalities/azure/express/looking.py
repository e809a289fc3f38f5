"""What a draft asks of the cloud: documents that a call must write whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modalities.azure.asking import Wire
from modalities.target import Target


def at(target: Target) -> Callable[[str], Mapping[str, Any]]:
    """Reads a resource's document by its id. Raises CloudError."""

    def look(id: str) -> Mapping[str, Any]:
        return Wire(target).document(id)

    return look
