"""The web console as the rest of the product sees it: started, shown and ended."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from modalities.codec import encode
from modalities.resource import Provider
from modalities.target import Realm, Target
from sandbox import process, record
from sandbox.console import health
from sandbox.console.settings import USER, Order, Settings
from sandbox.emulator import SandboxError, listener_of, locked
from sandbox.guard import NotLoopback, assert_loopback

ORDER = "order.json"

CREDENTIALS = {
    Provider.AWS: (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
    ),
    Provider.AZURE: (
        *("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_SUBSCRIPTION_ID"),
        *("ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_SUBSCRIPTION_ID"),
        *("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"),
    ),
}
"""What the console's process may know of its caller's, where the target is not the sandbox."""

ENDPOINT = {Provider.AWS: "AWS_ENDPOINT_URL", Provider.AZURE: "AZURE_RESOURCE_MANAGER_URL"}


@dataclass(frozen=True, slots=True)
class ConsoleStatus:
    """``password`` is new with every start."""

    url: str
    user: str
    password: str = field(repr=False)
    pid: int
    port: int
    since: datetime
    log: Path


class Console:
    """The web console over one target, with a directory ``home`` of its own. ``settings`` None
    are those of one that runs already, else the default ones."""

    def __init__(self, home: Path, target: Target, settings: Settings | None = None) -> None:
        self.home = home.absolute()
        self._order = Order(target, settings or Settings())
        self._any_settings = settings is None

    def up(self, port: int | None = None) -> ConsoleStatus:
        """Start it, unless it runs already with the same settings on the same target; one that
        runs with others is ended first. ``port`` None takes any free one.

        Raises SandboxError, also where the target is not on this machine.
        """
        self._assert_local()
        with locked(self.home):
            running = _running(self.home)
            if running and self._unchanged() and port in (None, running.port):
                return _status(self.home, running)
            if running:
                _end(running)
            return self._start(port)

    def down(self) -> bool:
        """End it; whether there was one."""
        return down(self.home)

    def status(self) -> ConsoleStatus | None:
        return status(self.home)

    def set_health(self, report: health.HealthReport) -> None:
        """What its service health pages tell from now on."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        health.write(self.home / health.FILE, report)

    def _assert_local(self) -> None:
        target = self._order.target
        endpoint = target.endpoint_url or target.environment.get(ENDPOINT[target.provider], "")
        try:
            assert_loopback(endpoint)
        except NotLoopback as error:
            raise SandboxError(
                f"the console is for emulated clouds on this machine, and {error}",
                "use the sandbox, or a target whose endpoint_url is on 127.0.0.1",
            ) from error

    def _unchanged(self) -> bool:
        try:
            found: Any = json.loads((self.home / ORDER).read_text())
        except (OSError, ValueError):
            return False
        wanted = encode(self._order)
        same = self._any_settings or found.get("settings") == wanted["settings"]
        return bool(same and found.get("target") == wanted["target"])

    def _start(self, port: int | None) -> ConsoleStatus:
        with listener_of(self.home, port) as listener:
            draft = self.home / f"{ORDER}.new"
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(encode(self._order)))
            draft.replace(self.home / ORDER)
            try:
                process.start(self.home, listener, "sandbox.console.serve", self._credentials())
            except process.Died as died:
                raise SandboxError(
                    f"the console did not start:\n{died}",
                    f"the whole log: {self.home / process.LOG}",
                ) from died
        running = _running(self.home)
        if running is None:
            raise SandboxError("the console ended as soon as it had started")
        return _status(self.home, running)

    def _credentials(self) -> dict[str, str]:
        target = self._order.target
        if target.realm is Realm.SANDBOX:
            return {}
        names = CREDENTIALS[target.provider]
        given = {name: os.environ[name] for name in names if name in os.environ}
        return _files() | given if target.provider is Provider.AWS else given


def _files() -> dict[str, str]:
    aws = Path.home() / ".aws"
    return {
        "AWS_CONFIG_FILE": str(aws / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(aws / "credentials"),
    }


def home_of(sandbox: Path, target: str = "sandbox") -> Path:
    """Where the console over a target keeps its own; ``sandbox`` is the sandbox's home."""
    return sandbox / "consoles" / quote(target, safe="")


def down_all(sandbox: Path) -> int:
    """End every console that was started beside this sandbox; how many there were."""
    return sum([down(home) for home in sorted((sandbox / "consoles").glob("*/"))])


def status(home: Path) -> ConsoleStatus | None:
    """Of the console in ``home``, whatever its target."""
    running = _running(home)
    return None if running is None else _status(home, running)


def down(home: Path) -> bool:
    """End the console in ``home``; whether there was one."""
    if not home.is_dir():
        return False
    with locked(home):
        running = _running(home)
        if running is not None:
            _end(running)
        record.remove(home)
        return running is not None


def _end(running: record.Record) -> None:
    if daemon := running.process():
        process.end(daemon)


def _running(home: Path) -> record.Record | None:
    found = record.read(home)
    return found if found and found.process() else None


def _status(home: Path, running: record.Record) -> ConsoleStatus:
    return ConsoleStatus(
        url=f"http://127.0.0.1:{running.port}/",
        user=USER,
        password=record.read_token(home),
        pid=running.pid,
        port=running.port,
        since=running.started_at,
        log=home / process.LOG,
    )
