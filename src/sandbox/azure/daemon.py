"""The sandbox's Azure as the rest of the product sees it."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from modalities.resource import Provider
from modalities.target import Realm, Target
from sandbox import control
from sandbox.azure import configuration
from sandbox.azure.names import CLIENT, GROUP, SECRET, SUBSCRIPTION, TENANT
from sandbox.emulator import Emulator, SandboxError
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


class AzureSandbox(Emulator):
    """The emulated Azure."""

    words = "the Azure sandbox"
    starting = "cloudops sandbox up --cloud azure"
    program = "sandbox.azure.serve"

    def target(self, name: str = "sandbox", region: str = REGION, group: str = GROUP) -> Target:
        """Raises SandboxError where the sandbox is not running."""
        return target_at(self.home, self.endpoint(), name, region, group)

    def environment(self) -> dict[str, str]:
        """What any Azure client needs to work on the sandbox and on nothing else, together with
        :data:`UNSET`. Raises SandboxError where the sandbox is not running."""
        return environment(self.home, self.endpoint())

    @staticmethod
    def endpoint_of(port: int) -> str:
        return f"https://localhost:{port}"

    def _prepare(self) -> None:
        if find_spec("trustme") is None or find_spec("httptools") is None:
            raise SandboxError(
                "the Azure sandbox needs packages that are not installed",
                "install the extra: pip install 'cloudops-agent[azure]'",
            )

    def _clear(self) -> None:
        for place in self.home.glob(f"{AZ}*/"):
            shutil.rmtree(place, ignore_errors=True)


def home_of(sandbox: Path) -> Path:
    """Where it keeps its own; ``sandbox`` is the home of the sandbox of AWS."""
    return sandbox / "azure"


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
