"""What a console is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from modalities.target import Target
from sandbox.console.hazards import Hazards

USER = "sandbox-admin"

QUOTAS: Mapping[str, int] = {"vcpus": 64, "addresses": 5, "networks": 5}
"""A new AWS account's defaults for one region: elastic IP addresses and VPCs five each
(docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html); standard vCPUs are few and
grow with use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Times are seconds. ``denied`` holds operations as IAM names them."""

    hazards: Hazards = field(default_factory=Hazards)
    provisioning: float = 1.5
    """How long a change waits before it is made, where ``hazards.asynchronous``."""
    session: float = 900.0
    """How long a session lives, where ``hazards.expiring_session``."""
    polling: float = 2.0
    toast: float = 5.0
    """How long a notification stays on the page, where ``hazards.vanishing_toasts``."""
    survey_at: int = 6
    """The page of a session, counted from one, that the survey covers."""
    denied: tuple[str, ...] = ("ce:GetCostAndUsage",)
    quotas: Mapping[str, int] = field(default_factory=lambda: dict(QUOTAS))


@dataclass(frozen=True, slots=True)
class Order:
    """All that the console's process is told, through a file."""

    target: Target
    settings: Settings
