"""The environment of a vendor's command, built from nothing: who asks, where to, and no more.

What a hand's own tool needs besides comes from that hand.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
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

NOBODY = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""What keeps a command from finding anybody's credentials by itself."""


def reaching(connection: Connection) -> dict[str, str]:
    """For a command that works on a cloud."""
    found = {
        **NOBODY,
        "AWS_REGION": connection.region,
        "AWS_DEFAULT_REGION": connection.region,
        "AWS_SDK_UA_APP_ID": "cloudops",
    }
    if connection.endpoint_url:
        found["AWS_ENDPOINT_URL"] = connection.endpoint_url
    if not connection.keys:
        found |= _credentials(connection.profile)
    return {**found, **_network(connection.sandbox), **dict(connection.keys)}


def of_ours(names: Sequence[str]) -> dict[str, str]:
    """Variables of these names that are set, as they are."""
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def _credentials(profile: str | None) -> dict[str, str]:
    """The vendor's own files; those of a named profile and of nobody else."""
    found = {
        "AWS_CONFIG_FILE": _file("AWS_CONFIG_FILE", "config"),
        "AWS_SHARED_CREDENTIALS_FILE": _file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    }
    if profile is not None:
        return {**found, "AWS_PROFILE": profile}
    return {**found, "AWS_EC2_METADATA_DISABLED": "false", **of_ours(CHAIN)}


def _network(sandbox: bool) -> dict[str, str]:
    if not sandbox:
        return of_ours((*NETWORK, "AWS_CA_BUNDLE"))
    dead = dict.fromkeys(PROXIES[:3], DEAD) | {"NO_PROXY": LOOPBACK}
    return dead | {name.lower(): value for name, value in dead.items()}


def _file(variable: str, name: str) -> str:
    return os.environ.get(variable) or str(Path.home() / ".aws" / name)
