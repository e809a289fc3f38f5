"""The one way from here to Azure: pipelines, SDK clients and credentials of a target."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from modalities.azure import clouds
from modalities.azure.clouds import Cloud
from modalities.azure.connection import Connection
from modalities.azure.errors import printable, translated
from modalities.azure.traffic import Traffic
from modalities.receipt import CloudError, Trouble
from modalities.resource import Provider
from modalities.target import Identity, Target, place_at

KEPT = 64
"""Connections kept; a long session rehearses in many copies, each with an address of its own."""

SUBSCRIPTIONS = "2022-12-01"

CLIENTS = {
    "authorization": ("azure.mgmt.authorization", "AuthorizationManagementClient"),
    "compute": ("azure.mgmt.compute", "ComputeManagementClient"),
    "monitor": ("azure.mgmt.monitor", "MonitorManagementClient"),
    "msi": ("azure.mgmt.msi", "ManagedServiceIdentityClient"),
    "network": ("azure.mgmt.network", "NetworkManagementClient"),
    "resource": ("azure.mgmt.resource.resources", "ResourceManagementClient"),
    "resource-deployments": ("azure.mgmt.resource.deployments", "DeploymentsMgmtClient"),
    "resource-locks": ("azure.mgmt.resource.locks", "ManagementLockClient"),
    "storage": ("azure.mgmt.storage", "StorageManagementClient"),
}
"""By service: the module and class of the vendor's client."""

_LOCK = threading.RLock()


@dataclass(frozen=True, slots=True)
class Way:
    """The ready way to one target. ``pipeline`` is azure-core's ARM client."""

    connection: Connection
    cloud: Cloud
    pipeline: Any
    policies: Any
    transport: Any
    credential: Any


def way(target: Target) -> Way:
    """Made on first need; may be used from several threads. Raises CloudError where there is
    no way to the target. Asks a cloud of its own address once what it is."""
    connection = Connection.to(target)
    require_installed()
    with _LOCK:
        return _way(replace(connection, timeout=0.0), connection.timeout)


def client(target: Target, service: str) -> Any:
    """The vendor's client for ``service``. Raises CloudError."""
    made = way(target)
    with _LOCK:
        return _client(made.connection, service)


def traffic(target: Target) -> Traffic:
    """The counter that all clients of the target share, whatever their time limits."""
    with _LOCK:
        return _traffic(replace(Connection.to(target), timeout=0.0))


def forget() -> None:
    """Drop every client: credentials are looked up again. For when a cloud refused them."""
    with _LOCK:
        _client.cache_clear()
        _ways.clear()
        _identity.cache_clear()


def identify(target: Target) -> Identity:
    """Who we are there: by our own token, in a subscription that lets us see it; asked once
    per credentials. Raises CloudError."""
    made = way(target)
    connection = Connection.to(target)
    try:
        who = _identity(made.connection, connection.timeout)
    except CloudError as error:
        if error.trouble is Trouble.AUTH:
            forget()
        raise
    own = made.cloud.name in clouds.KNOWN and target.endpoint_url is None
    endpoint = None if own else made.connection.endpoint
    return Identity(
        provider=Provider.AZURE,
        account=connection.subscription,
        region=target.region,
        principal=who,
        profile=target.profile,
        endpoint_url=endpoint,
        place=place_at(endpoint, target),
        resource_group=target.resource_group or "",
    )


def require_installed() -> None:
    """Raises CloudError where the vendor's packages are not on this machine."""
    if not installed():
        raise CloudError(
            Trouble.UNAVAILABLE,
            "NotInstalled",
            "the Azure SDK is not installed",
            sent=False,
            remedy="install the extra: pip install 'cloudops-agent[azure]'",
        )


def installed() -> bool:
    try:
        return all(find_spec(name) for name in ("azure.identity", "azure.mgmt.core"))
    except ModuleNotFoundError:
        return False


_ways: dict[Connection, Way] = {}


def _way(connection: Connection, timeout: float) -> Way:
    found = _ways.get(connection)
    if found is None:
        while len(_ways) >= KEPT:
            _ways.pop(next(iter(_ways)))
        found = _ways[connection] = _made(connection, timeout)
    return found


def _made(connection: Connection, timeout: float) -> Way:
    from azure.mgmt.core import ARMPipelineClient

    from modalities.azure import pipeline
    from modalities.azure.credentials import credential

    counter = _traffic(connection)
    transport = pipeline.transport(connection)
    cloud = connection.cloud
    if isinstance(cloud, str):
        anonymous: Any = ARMPipelineClient(
            cloud, policies=pipeline.policies(counter), transport=transport
        )
        cloud = _told(anonymous, cloud, timeout)
    given = credential(connection, cloud, transport)
    through = pipeline.policies(counter, given, cloud.scope)
    made: Any = ARMPipelineClient(cloud.resource_manager, policies=through, transport=transport)
    return Way(connection, cloud, made, through, transport, given)


def _told(anonymous: Any, endpoint: str, timeout: float) -> Cloud:
    """Raises CloudError where nothing there says that it is a cloud."""
    from azure.core.rest import HttpRequest

    from modalities.azure.pipeline import limits

    with translated():
        request = HttpRequest("GET", f"{endpoint}{clouds.METADATA}")
        response = anonymous.send_request(request, **limits(timeout))
        found = clouds.told(endpoint, response.json()) if response.status_code == 200 else None
    if found is None:
        raise CloudError(
            Trouble.UNAVAILABLE,
            "NoCloud",
            f"{printable(endpoint)} does not say that it is an Azure",
            remedy="check endpoint_url: {URL}/metadata/endpoints is what az asks, too",
        )
    return found


@lru_cache(maxsize=KEPT)
def _traffic(connection: Connection) -> Traffic:
    return Traffic(loopback_only=connection.sandbox)


@lru_cache(maxsize=KEPT)
def _identity(connection: Connection, timeout: float) -> str:
    from azure.core.rest import HttpRequest

    from modalities.azure.credentials import principal
    from modalities.azure.errors import refusal
    from modalities.azure.pipeline import limits

    made = _ways[connection]
    path = f"/subscriptions/{connection.subscription}?api-version={SUBSCRIPTIONS}"
    url = f"{made.cloud.resource_manager}{path}"
    with translated():
        response = made.pipeline.send_request(HttpRequest("GET", url), **limits(timeout))
        token = made.credential.get_token(made.cloud.scope).token
        if response.status_code != 200:
            raise refusal(response.status_code, response.json())
    return principal(token)


@lru_cache(maxsize=KEPT)
def _client(connection: Connection, service: str) -> Any:
    from importlib import import_module

    if service not in CLIENTS:
        raise CloudError(
            Trouble.INVALID, "NoClient", f"no client is known for {service}", sent=False
        )
    module, name = CLIENTS[service]
    made = _ways[connection]
    try:
        kind = getattr(import_module(module), name)
    except ModuleNotFoundError as missing:
        raise CloudError(
            Trouble.UNAVAILABLE,
            "NotInstalled",
            f"{missing.name} is not installed",
            sent=False,
            remedy=f"pip install azure-mgmt-{service}",
        ) from missing
    return kind(
        made.credential,
        connection.subscription,
        base_url=made.cloud.resource_manager,
        credential_scopes=[made.cloud.scope],
        policies=made.policies,
        transport=made.transport,
    )
