"""The Azure sandbox as the rest of the product sees it: started, asked, reset and ended."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from modalities.resource import Provider
from modalities.target import Realm, Target
from sandbox import control, process, record
from sandbox.azure import configuration
from sandbox.azure.names import CLIENT, GROUP, SECRET, SUBSCRIPTION, TENANT
from sandbox.daemon import SandboxError, Status, listener_of, locked
from sandbox.guard import assert_loopback, fail_closed

REGION = "eastus"

UNSET = (
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_USERNAME",
    "AZURE_PASSWORD",
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLOUD_NAME",
    "AZURE_SDK_CLOUD_CONF",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "AZURE_TOKEN_CREDENTIALS",
    "MSI_ENDPOINT",
    "MSI_SECRET",
    "IMDS_ENDPOINT",
    "IDENTITY_SERVER_THUMBPRINT",
    "ARM_CLIENT_CERTIFICATE",
    "ARM_CLIENT_CERTIFICATE_PATH",
    "ARM_OIDC_TOKEN",
    "ARM_OIDC_TOKEN_FILE_PATH",
    "ARM_USE_AKS_WORKLOAD_IDENTITY",
    "ARM_USE_CLI",
    "ARM_USE_MSI",
    "ARM_USE_OIDC",
    "CURL_CA_BUNDLE",
    "ALL_PROXY",
    "all_proxy",
)
"""Variables that would lead a tool away from the sandbox, or give it real credentials."""

AZ = "az"
"""Directory of the private configuration of `az`; a copy's has its port behind."""


class AzureSandbox:
    """The emulated Azure of one state directory; ``home`` is what it keeps there."""

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
                    f"the Azure sandbox is already running on port {running.port}",
                    "`cloudops sandbox down` ends it; or leave the port out to use it as it is",
                )
            return self._status(running), False

    def down(self) -> bool:
        """End the daemon and every copy; whether there was one."""
        if not self.home.is_dir():
            return False
        with locked(self.home):
            running = self._running()
            record.forget_loss(self.home)
            record.remove(self.home)
            for place in self.home.glob(f"{AZ}*/"):
                shutil.rmtree(place, ignore_errors=True)
            if running is None:
                return False
            if daemon := running.process():
                process.end(daemon)
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
        """Everything in it is forgotten. Raises SandboxError."""
        if self._running():
            self.ask("POST", "reset")
            record.forget_loss(self.home)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The control side's answer (docs/rooms/azure-sandbox.md). Raises SandboxError."""
        running = self._running()
        if running is None:
            raise _not_running()
        try:
            return control.ask(self.home, running.port, method, path, body, limit=60)
        except control.Unreachable as error:
            raise SandboxError(
                str(error), "cloudops sandbox down, then up, starts it afresh"
            ) from error

    def target(self, name: str = "sandbox", region: str = REGION, group: str = GROUP) -> Target:
        """Raises SandboxError where the sandbox is not running."""
        return target_at(self.home, self.endpoint(), name, region, group)

    def environment(self) -> dict[str, str]:
        """What any Azure client needs to work on the sandbox and on nothing else, together with
        :data:`UNSET`. Raises SandboxError where the sandbox is not running."""
        return environment(self.home, self.endpoint())

    def endpoint(self) -> str:
        running = self._running()
        if running is None:
            raise _not_running()
        return endpoint_of(running.port)

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
            endpoint=endpoint_of(running.port),
            since=running.started_at,
            log=self.home / process.LOG,
            resources=resources,
            lost=record.loss(self.home),
        )

    def _start(self, port: int | None) -> Status:
        if find_spec("trustme") is None or find_spec("httptools") is None:
            raise SandboxError(
                "the Azure sandbox needs packages that are not installed",
                "install the extra: pip install 'cloudops-agent[azure]'",
            )
        with listener_of(self.home, port) as listener:
            try:
                process.start(self.home, listener, "sandbox.azure.serve")
            except process.Died as died:
                raise SandboxError(
                    f"the Azure sandbox did not start:\n{died}",
                    f"the whole log: {self.home / process.LOG}; cloudops doctor checks the rest",
                ) from died
        running = self._running()
        if running is None:
            raise SandboxError("the Azure sandbox ended as soon as it had started")
        return self._status(running)


def home_of(sandbox: Path) -> Path:
    """Where it keeps its own; ``sandbox`` is the home of the sandbox of AWS."""
    return sandbox / "azure"


def endpoint_of(port: int) -> str:
    return f"https://localhost:{port}"


def target_at(home: Path, endpoint: str, name: str, region: str, group: str = GROUP) -> Target:
    return Target(
        name=name,
        provider=Provider.AZURE,
        realm=Realm.SANDBOX,
        region=region,
        endpoint_url=assert_loopback(endpoint),
        environment=environment(home, endpoint),
        resource_group=group,
    )


def environment(
    home: Path, endpoint: str, subscription: str = SUBSCRIPTION, az: str = AZ
) -> dict[str, str]:
    """Environment for one subscription at ``endpoint``; writes the configuration of `az` to the
    directory ``az`` of ``home``.

    DefaultAzureCredential finds a managed identity by it. Terraform's names (``ARM_...``) have
    the service principal: with AZURE_CLIENT_SECRET the SDKs would ask the real sign-in service
    about the authority first.
    """
    assert_loopback(endpoint)
    place = configuration.write(home / az, endpoint, ((subscription, "sandbox"),))
    authority = str(home / control.AUTHORITY)
    return {
        "AZURE_CONFIG_DIR": str(place),
        "AZURE_RESOURCE_MANAGER_URL": endpoint,
        "AZURE_SUBSCRIPTION_ID": subscription,
        "AZURE_TENANT_ID": TENANT,
        "AZURE_CORE_COLLECT_TELEMETRY": "no",
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "IDENTITY_ENDPOINT": f"{endpoint}/msi/token",
        "IDENTITY_HEADER": "sandbox",
        "ARM_METADATA_HOSTNAME": endpoint.removeprefix("https://"),
        "ARM_SUBSCRIPTION_ID": subscription,
        "ARM_TENANT_ID": TENANT,
        "ARM_CLIENT_ID": CLIENT,
        "ARM_CLIENT_SECRET": SECRET,
        "REQUESTS_CA_BUNDLE": authority,
        "SSL_CERT_FILE": authority,
        **fail_closed(),
    }


def _not_running() -> SandboxError:
    return SandboxError(
        "the Azure sandbox is not running", "start it: cloudops sandbox up --cloud azure"
    )
