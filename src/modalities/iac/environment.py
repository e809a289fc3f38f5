"""The environment of ``terraform``, built from nothing: who asks, where to, and no more."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modalities.aws.connection import Connection

DEAD = "http://127.0.0.1:9"
"""A proxy that nobody is: what would leave a sandbox ends there."""

LOOPBACK = "127.0.0.1,localhost,::1"

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
NETWORK = (*PROXIES, *(name.lower() for name in PROXIES), "SSL_CERT_FILE", "SSL_CERT_DIR")

CHAIN = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
)
"""Where the vendor's own chain looks for credentials when no profile is named."""

SANDBOX_ATTEMPTS = "2"
"""An emulated cloud does not get better by asking again: what it lacks it answers with 500,
which the provider would repeat 25 times."""

OF_A_MODULE = ("TF_VAR_", "TF_TOKEN_", "TF_WORKSPACE", "TF_HTTP_")
"""What a person's own module may need of their environment."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``config`` is our CLI configuration; ``home`` an empty directory; ``own``: the module
    is a person's, who may have set variables for it."""

    config: Path
    home: Path
    own: bool = False

    def bare(self) -> dict[str, str]:
        """What any run needs, and what keeps ``terraform`` from asking a person."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TF_CLI_CONFIG_FILE": str(self.config),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
        }

    def fetching(self) -> dict[str, str]:
        """For getting providers: the network of ours, and nobody's credentials."""
        return {**self.bare(), **_of_ours(NETWORK)}

    def to(self, connection: Connection) -> dict[str, str]:
        """For working on a cloud."""
        found = {
            **self.bare(),
            "AWS_REGION": connection.region,
            "AWS_DEFAULT_REGION": connection.region,
            "AWS_SDK_UA_APP_ID": "cloudops",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        if self.own:
            found |= {k: v for k, v in os.environ.items() if k.startswith(OF_A_MODULE)}
        if connection.endpoint_url:
            found["AWS_ENDPOINT_URL"] = connection.endpoint_url
            found["AWS_S3_USE_PATH_STYLE"] = "true"
        if not connection.keys:
            found |= _credentials(connection.profile)
        return {**found, **_network(connection.sandbox), **dict(connection.keys)}


def _credentials(profile: str | None) -> dict[str, str]:
    """The vendor's own files; those of a named profile and of nobody else."""
    found = {
        "HOME": str(Path.home()),
        "AWS_CONFIG_FILE": _file("AWS_CONFIG_FILE", "config"),
        "AWS_SHARED_CREDENTIALS_FILE": _file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    }
    if profile is not None:
        return {**found, "AWS_PROFILE": profile}
    return {**found, "AWS_EC2_METADATA_DISABLED": "false", **_of_ours(CHAIN)}


def _network(sandbox: bool) -> Mapping[str, str]:
    if not sandbox:
        return _of_ours((*NETWORK, "AWS_CA_BUNDLE"))
    dead = dict.fromkeys(PROXIES[:3], DEAD) | {"NO_PROXY": LOOPBACK}
    lower = {name.lower(): value for name, value in dead.items()}
    return {**dead, **lower, "AWS_MAX_ATTEMPTS": SANDBOX_ATTEMPTS}


def _of_ours(names: tuple[str, ...]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def _file(variable: str, name: str) -> str:
    return os.environ.get(variable) or str(Path.home() / ".aws" / name)
