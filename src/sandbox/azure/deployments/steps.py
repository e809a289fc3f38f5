"""What a deployment did, one step a resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.azure.refusal import Refused
from sandbox.azure.templates.resources import Resource
from sandbox.azure.templates.values import Json

CREATE, DELETE = "Create", "Delete"


@dataclass(frozen=True, slots=True)
class Step:
    """``before`` and ``after`` are the resource as a GET showed it, None where there was none.
    ``preview`` is what was sent, as far as it may be shown. ``skipped``: what it needs failed."""

    id: str
    type: str
    name: str
    operation: str
    at: datetime
    preview: Mapping[str, Any] = field(default_factory=dict)
    api_version: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    failed: Refused | None = None
    skipped: bool = False
    nested: Report | None = None

    @property
    def done(self) -> bool:
        return self.failed is None and not self.skipped

    def ids(self) -> tuple[str, ...]:
        """Its own, and those of what a nested deployment made."""
        inner = self.nested.all_steps() if self.nested else ()
        return (self.id, *(step.id for step in inner))


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. ``outputs`` hold their secure values; ``shown_outputs`` do not."""

    steps: tuple[Step, ...]
    resources: tuple[Resource, ...]
    parameters: Mapping[str, Any]
    outputs: Mapping[str, Json] = field(default_factory=dict, repr=False)
    shown_outputs: Mapping[str, Json] = field(default_factory=dict)
    failed: Refused | None = None

    def all_steps(self) -> tuple[Step, ...]:
        """With those of nested deployments in the place of the deployments."""
        found: list[Step] = []
        for step in self.steps:
            found += step.nested.all_steps() if step.nested else (step,)
        return tuple(found)
