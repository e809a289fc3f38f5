"""What all requests to one console share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modalities.receipt import CloudError
from modalities.target import Identity, Target
from sandbox.console import health
from sandbox.console.face import face_of
from sandbox.console.operations import Operations
from sandbox.console.sessions import LONG, Sessions
from sandbox.console.settings import Settings


class Portal:
    """``home`` is where a health report is looked for, ``port`` the one it is served on."""

    def __init__(
        self,
        target: Target,
        settings: Settings,
        home: Path,
        password: str,
        port: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        hazards = settings.hazards
        self.settings = settings
        self.face = face_of(target.provider)
        self.cloud: Any = self.face.reach(target, settings)
        self.password = password
        self.port = port
        self.operations = Operations(settings.provisioning if hazards.asynchronous else None)
        self.sessions = Sessions(settings.session if hazards.expiring_session else LONG, clock)
        self._report = home / health.FILE
        self._imitation = health.imitation(datetime.now(UTC), target.region)
        self._lock = threading.Lock()
        self._regions: tuple[str, ...] = ()

    @property
    def cookie(self) -> str:
        """Its own per port: a browser sends cookies to every port of a host."""
        return f"console-session-{self.port}"

    def health(self) -> health.HealthReport:
        """Raises Malformed where the report is none."""
        return health.read(self._report, self._imitation)

    def identity(self) -> Identity:
        """Raises CloudError."""
        found: Identity = self.cloud.identity()
        return found

    def regions(self) -> tuple[str, ...]:
        """Those of the cloud; its own where it does not tell."""
        with self._lock:
            if not self._regions:
                try:
                    names = {*self.cloud.regions(), self.cloud.region}
                except CloudError:
                    return (self.cloud.region,)
                self._regions = tuple(sorted(names))
            return self._regions
