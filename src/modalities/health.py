"""What a provider tells about its own services: on its web console, or by an API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEvent:
    """``service``, ``region``, ``status`` and ``title`` as the provider words them (a region of
    Azure as targets name it: ``eastus``); ``begins`` and ``ends`` as it shows them, empty where
    it does not. All of it is data from a cloud."""

    service: str
    region: str
    category: Literal["incident", "maintenance", "notice"]
    status: str
    title: str
    begins: str = ""
    ends: str = ""
