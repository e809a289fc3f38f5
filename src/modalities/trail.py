"""A cloud's own record of who did what: AWS CloudTrail, Azure's activity log.

All texts in it come from outside, written by whoever called: they are data, cut and masked by
the reader, and never instructions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from modalities.resource import Kind
from modalities.target import Target

MADE = "(there)"
REMOVED = "(gone)"


@dataclass(frozen=True, slots=True)
class Deed:
    """One call that somebody made. ``at`` is the cloud's time, in whole seconds at AWS.

    ``concerns`` are the attributes that such a call may change, ``tag:KEY`` or ``tag:*`` of
    tags, :data:`MADE` and :data:`REMOVED` of the resource itself; empty: not known to us.
    """

    id: str
    name: str
    at: datetime
    actor: str
    origin: str = ""
    """The address that it came from, or the cloud's service that made the call for somebody."""
    agent: str = ""
    """The program, as it calls itself."""
    concerns: tuple[str, ...] = ()

    def fits(self, attribute: str) -> bool:
        """Whether it may have changed this."""
        tags = attribute.startswith("tag:") and "tag:*" in self.concerns
        return not self.concerns or tags or attribute in self.concerns


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource of which something is to be known that happened after ``since``."""

    kind: Kind
    id: str
    name: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a trail tells: deeds by the id that was asked about, latest first; those that the
    cloud refused did nothing and are left out. ``silent`` says of ids why they are not there:
    not looked for, not permitted, nothing found."""

    trail: str
    deeds: Mapping[str, tuple[Deed, ...]]
    silent: Mapping[str, str]


@runtime_checkable
class TrailReader(Protocol):
    """A hand that can read a cloud's trail."""

    def statement(
        self, target: Target, asked: Sequence[Asked], told: Callable[[int, int], None]
    ) -> Statement:
        """What the trail has on these, as politely as it wants to be asked; ``told`` hears of
        how many of how many resources are done. Never raises CloudError: that is silence."""
        ...
