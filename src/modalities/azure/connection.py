"""What a target comes to for Azure's clients, and what it may not come to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from modalities.azure import accounts
from modalities.azure.clouds import Cloud, chosen
from modalities.receipt import CloudError, Trouble
from modalities.target import Realm, Target

KEYS = {
    "tenant": ("AZURE_TENANT_ID", "ARM_TENANT_ID"),
    "client": ("AZURE_CLIENT_ID", "ARM_CLIENT_ID"),
    "secret": ("AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET"),
}
"""What a service principal is, by the variables that name it: the SDKs' own first, then those
that Terraform reads."""

SUBSCRIPTION = ("AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID")
AUTHORITY = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")

LEAST = 0.2
"""Seconds that any call is given."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What tells one target's clients from another's.

    ``cloud`` is the address of a resource manager that tells itself what it is, or a cloud
    that we know. ``keys`` (tenant, client, secret) are a service principal's; without them the
    vendor's own chain of credentials is asked. ``authority`` is a file of certificates.
    """

    sandbox: bool
    cloud: Cloud | str
    subscription: str
    keys: tuple[tuple[str, str], ...] = field(repr=False)
    authority: str | None
    timeout: float

    @property
    def endpoint(self) -> str:
        return self.cloud if isinstance(self.cloud, str) else self.cloud.resource_manager

    @staticmethod
    def to(target: Target) -> Connection:
        """Raises CloudError where the target cannot be talked to."""
        sandbox = target.realm is Realm.SANDBOX
        given: Mapping[str, str] = target.environment
        if not sandbox:
            given = {**os.environ, **given}
        endpoint = target.endpoint_url or target.environment.get("AZURE_RESOURCE_MANAGER_URL")
        if endpoint is not None or sandbox:
            check_endpoint(endpoint or "", sandbox)
        if not target.resource_group:
            raise _missing(
                target, "NoResourceGroup", "resource group", 'resource_group = "my-group"'
            )
        cloud = endpoint.rstrip("/") if endpoint else chosen(configuration(given), given)
        return Connection(
            sandbox=sandbox,
            cloud=cloud,
            subscription=_subscription(target, given),
            keys=_keys(given),
            authority=_first(given, AUTHORITY),
            timeout=max(target.timeout, LEAST),
        )


def configuration(environment: Mapping[str, str]) -> Path:
    """The directory that `az` keeps its configuration in."""
    named = environment.get("AZURE_CONFIG_DIR")
    return Path(named) if named else Path.home() / ".azure"


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine: only literal ones and ``localhost`` count."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def check_endpoint(url: str, sandbox: bool) -> None:
    """Raises CloudError where nobody may, or can, be talked to there."""
    if sandbox and not is_loopback(url):
        raise beyond(url or "Azure itself")
    if not _is_address(url):
        raise CloudError(
            Trouble.INVALID,
            "BadEndpoint",
            f"{url!r} is not the address of a resource manager",
            sent=False,
            remedy="write it like https://localhost:8443: Azure's clients speak TLS only",
        )


def beyond(url: str) -> CloudError:
    """A sandbox target that would leave this machine."""
    return CloudError(
        Trouble.INVALID,
        "NotLoopback",
        f"a sandbox may only talk to this machine, not to {url[:200]}",
        sent=False,
        remedy='give it an endpoint_url on localhost, or realm = "production"',
    )


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port above 65535
        return False


def _subscription(target: Target, given: Mapping[str, str]) -> str:
    """The id of the one that is named, or of the one that `az` is set to. Raises CloudError."""
    said = target.profile or _first(target.environment, SUBSCRIPTION)
    known = () if target.realm is Realm.SANDBOX else accounts.subscriptions(configuration(given))
    found = accounts.meant(known, said or _first(given, SUBSCRIPTION))
    id = found.id if found else said or _first(given, SUBSCRIPTION) or ""
    if _is_id(id):
        return id.lower()
    if id:
        raise CloudError(
            Trouble.AUTH,
            "SubscriptionNotFound",
            f"there is no subscription {id[:100]}",
            sent=False,
            remedy="`az account list` shows those there are; an id may be given as well",
        )
    raise _missing(target, "NoSubscription", "subscription", 'profile = "NAME OR ID", or az login')


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _missing(target: Target, code: str, what: str, example: str) -> CloudError:
    return CloudError(
        Trouble.INVALID,
        code,
        f"target {target.name} has no {what}",
        sent=False,
        remedy=f"set it: {example}",
    )


def _keys(given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """All of a service principal, or nothing."""
    found = {name: _first(given, variables) for name, variables in KEYS.items()}
    if not all(found.values()):
        return ()
    return tuple(sorted((name, value) for name, value in found.items() if value))


def _first(given: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((given[name] for name in names if given.get(name)), None)
