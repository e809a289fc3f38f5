"""The sandbox cloud as the rest of the product sees it: started, asked, reset and ended."""

from __future__ import annotations

import errno
import fcntl
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modalities.resource import Provider
from modalities.target import Realm, Target
from sandbox import control, process, record
from sandbox.guard import assert_loopback, fail_closed

ACCOUNT = "123456789012"
"""The sandbox account. moto's own default, so that a client with any other key is in it too."""

UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CA_BUNDLE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_ENDPOINT_URL_EC2",
    "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_SSM",
    "AWS_ENDPOINT_URL_STS",
    "ALL_PROXY",
    "all_proxy",
)
"""Variables that would lead a tool away from the sandbox, or give it real credentials."""


class SandboxError(Exception):
    """The sandbox cannot be had; ``remedy`` says what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Status:
    """``resources`` counts what the sandbox cloud holds beyond what an empty account has;
    None where the daemon lives but does not answer. ``lost`` is the daemon whose place this
    one took, where that one had ended without `down`."""

    pid: int
    port: int
    endpoint: str
    since: datetime
    log: Path
    resources: int | None
    lost: record.Loss | None = None


class Sandbox:
    """The emulated cloud of one state directory; ``home`` is what it keeps there."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()

    def up(self, port: int | None = None) -> tuple[Status, bool]:
        """Its status, and whether it was started now. ``port`` None takes any free one.

        Two at once get the same daemon. Raises SandboxError.
        """
        with locked(self.home):
            running = self._running()
            if running is None:
                if dead := record.read(self.home):
                    record.note_loss(self.home, dead)
                return self._start(port), True
            if port not in (None, running.port):
                raise SandboxError(
                    f"the sandbox is already running on port {running.port}",
                    "`cloudops sandbox down` ends it; or leave the port out to use it as it is",
                )
            return self._status(running), False

    def down(self) -> bool:
        """End the daemon and every copy; whether there was one."""
        with locked(self.home):
            running = self._running()
            record.forget_loss(self.home)
            if running is None:
                record.remove(self.home)
                return False
            if daemon := running.process():
                process.end(daemon)
            record.remove(self.home)
            return True

    def status(self) -> Status | None:
        running = self._running()
        return None if running is None else self._status(running)

    def lost(self) -> record.Loss | None:
        """The daemon that should be running and is not: it ended without `down`."""
        dead = record.read(self.home)
        with suppress(ValueError):  # a record that somebody else wrote
            if dead is not None and not dead.process():
                return record.Loss(dead.pid, dead.started_at, datetime.now(UTC))
        return None

    def reset(self) -> None:
        """Everything in the sandbox cloud is forgotten. Raises SandboxError."""
        if running := self._running():
            try:
                control.ask(self.home, running.port, "POST", "reset", limit=60)
                record.forget_loss(self.home)
            except control.Unreachable as error:
                raise self._unreachable(error) from error

    def order_faults(self, *orders: Mapping[str, Any]) -> None:
        """Refuse calls as ordered (sandbox/aws/faults.py), and no others; for tests. A reset
        ends it, and copies know nothing of it. Raises SandboxError."""
        if running := self._running():
            try:
                control.ask(self.home, running.port, "POST", "faults", [dict(o) for o in orders])
            except control.Unreachable as error:
                raise self._unreachable(error) from error

    def target(self, name: str = "sandbox", region: str = "us-east-1") -> Target:
        """Raises SandboxError where the sandbox is not running."""
        return Target(
            name=name,
            provider=Provider.AWS,
            realm=Realm.SANDBOX,
            region=region,
            endpoint_url=assert_loopback(self.endpoint()),
            environment=self.environment(region),
        )

    def environment(self, region: str = "us-east-1") -> dict[str, str]:
        """What any AWS client needs to work on the sandbox and on nothing else, together with
        :data:`UNSET`. Raises SandboxError where the sandbox is not running."""
        return environment(self.home, self.endpoint(), ACCOUNT, region)

    def endpoint(self) -> str:
        running = self._running()
        if running is None:
            raise SandboxError("the sandbox is not running", "start it: cloudops sandbox up")
        return _endpoint(running.port)

    def _running(self) -> record.Record | None:
        found = record.read(self.home)
        return found if found and found.process() else None

    def _status(self, running: record.Record) -> Status:
        try:
            resources = control.ask(self.home, running.port, "GET", "status")["resources"]
        except control.Unreachable:
            resources = None
        return Status(
            pid=running.pid,
            port=running.port,
            endpoint=_endpoint(running.port),
            since=running.started_at,
            log=self.home / process.LOG,
            resources=resources,
            lost=record.loss(self.home),
        )

    def _start(self, port: int | None) -> Status:
        with listener_of(self.home, port) as listener:
            for empty in ("aws-config", "aws-credentials"):
                (self.home / empty).touch(mode=0o600)
            try:
                process.start(self.home, listener)
            except process.Died as died:
                raise SandboxError(
                    f"the sandbox did not start:\n{died}",
                    f"the whole log: {self.home / process.LOG}; cloudops doctor checks the rest",
                ) from died
        running = self._running()
        if running is None:
            raise SandboxError("the sandbox ended as soon as it had started")
        return self._status(running)

    def _unreachable(self, error: control.Unreachable) -> SandboxError:
        return SandboxError(str(error), "cloudops sandbox down, then up, starts it afresh")


def listener_of(home: Path, port: int | None) -> socket.socket:
    """A socket for the daemon of ``home`` on ``port``. Raises SandboxError.

    None takes the port a dead daemon had, so that what was exported with `sandbox env` goes
    on working; else any free one.
    """
    before = record.read(home)
    if port is None and before is not None:
        for _ in range(20):
            with suppress(OSError, OverflowError):
                return process.listening_socket(before.port)
            time.sleep(0.02)  # it may be only just dying
    try:
        return process.listening_socket(port or 0)
    except OverflowError as error:
        raise SandboxError(f"{port} is not a port", "ports are 1 to 65535") from error
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used: {error}"
        remedy = "choose another with --port, or leave --port out for a free one"
        raise SandboxError(f"port {port} {why}", remedy) from error


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """``home`` made where it is missing, and nobody else in it. Raises SandboxError."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (home / "lock").open("w")
    except OSError as error:
        raise SandboxError(
            f"{home} cannot be used: {error.strerror}",
            "choose a state directory you may write to: --state-dir or CLOUDOPS_STATE_DIR",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def environment(home: Path, endpoint: str, account: str, region: str) -> dict[str, str]:
    """Environment for the sandbox account ``account`` (12 digits) at ``endpoint``."""
    return {
        "AWS_ENDPOINT_URL": assert_loopback(endpoint),
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(home / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "aws-credentials"),
        "AWS_PAGER": "",
        **fail_closed(),
    }


def _endpoint(port: int) -> str:
    return f"http://127.0.0.1:{port}"
