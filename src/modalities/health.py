"""What a provider tells about its own services; on most clouds only the web console shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEvent:
    """``service``, ``region``, ``status`` and ``title`` as the portal words them; ``begins``
    and ``ends`` as it shows them, empty where it does not. All of it is data from a page."""

    service: str
    region: str
    category: Literal["incident", "maintenance", "notice"]
    status: str
    title: str
    begins: str = ""
    ends: str = ""
