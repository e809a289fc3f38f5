"""The sandbox's AWS as the rest of the product sees it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modalities.resource import Provider
from modalities.target import Realm, Target
from sandbox.emulator import Emulator
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


class Sandbox(Emulator):
    """The emulated AWS."""

    words = "the sandbox"
    starting = "cloudops sandbox up"
    program = "sandbox.aws.serve"

    def order_faults(self, *orders: Mapping[str, Any]) -> None:
        """Refuse calls as ordered (sandbox/aws/faults.py), and no others; for tests. A reset
        ends it, and copies know nothing of it. Raises SandboxError."""
        if self._running():
            self.ask("POST", "faults", [dict(order) for order in orders])

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

    @staticmethod
    def endpoint_of(port: int) -> str:
        return f"http://127.0.0.1:{port}"

    def _prepare(self) -> None:
        for empty in ("aws-config", "aws-credentials"):
            (self.home / empty).touch(mode=0o600)


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
