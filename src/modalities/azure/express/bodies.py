"""From the document that Azure answers to the body that makes the very same again.

Azure writes whole resources: what a PUT of Microsoft.Network leaves out is gone. So a body is the
document as it was read, without what only Azure itself can say. Which members those are stands in
the models of Microsoft's SDKs (``visibility == ["read"]``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.resource import Kind

EVERYWHERE = frozenset({"etag", "provisioningState", "resourceGuid", "systemData"})
HEAD = frozenset({"id", "name", "type", "managedBy"})
"""Of a resource itself: its path says them."""

ITEMS = frozenset({"type"})
"""Of what is listed in a resource: it has a name, and an id that others refer to."""

SAID_BY_AZURE: dict[Kind, tuple[str, ...]] = {
    Kind.NETWORK: (
        "properties.virtualNetworkPeerings[].properties.peeringState",
        "properties.virtualNetworkPeerings[].properties.peeringSyncLevel",
        *(
            f"properties.subnets[].properties.{name}"
            for name in (
                "ipConfigurations",
                "ipConfigurationProfiles",
                "privateEndpoints",
                "purpose",
                "resourceNavigationLinks",
                "serviceAssociationLinks",
            )
        ),
    ),
    Kind.SUBNET: (
        "properties.ipConfigurations",
        "properties.ipConfigurationProfiles",
        "properties.privateEndpoints",
        "properties.purpose",
        "properties.resourceNavigationLinks",
        "properties.serviceAssociationLinks",
    ),
    Kind.SECURITY_GROUP: (
        "properties.defaultSecurityRules",
        "properties.flowLogs",
        "properties.networkInterfaces",
        "properties.subnets",
    ),
    Kind.NIC: (
        "properties.defaultOutboundConnectivityEnabled",
        "properties.dnsSettings.appliedDnsServers",
        "properties.dnsSettings.internalDomainNameSuffix",
        "properties.dnsSettings.internalFqdn",
        "properties.hostedWorkloads",
        "properties.ipConfigurations[].properties.privateLinkConnectionProperties",
        "properties.macAddress",
        "properties.primary",
        "properties.privateEndpoint",
        "properties.privateLinkService",
        "properties.tapConfigurations",
        "properties.virtualMachine",
        "properties.vnetEncryptionSupported",
    ),
    Kind.PUBLIC_IP: (
        "properties.dnsSettings.fqdn",
        "properties.ipAddress",
        "properties.ipConfiguration",
        "properties.natGateway",
    ),
    Kind.LOAD_BALANCER: (
        *(
            f"properties.frontendIPConfigurations[].properties.{name}"
            for name in (
                "inboundNatPools",
                "inboundNatRules",
                "loadBalancingRules",
                "outboundRules",
            )
        ),
        *(
            f"properties.backendAddressPools[].properties.{name}"
            for name in (
                "backendIPConfigurations",
                "inboundNatRules",
                "loadBalancingRules",
                "outboundRule",
                "outboundRules",
            )
        ),
        "properties.inboundNatRules[].properties.backendIPConfiguration",
        "properties.probes[].properties.loadBalancingRules",
    ),
    Kind.DISK: (
        "properties.diskSizeBytes",
        "properties.diskState",
        "properties.timeCreated",
        "properties.uniqueId",
    ),
    Kind.VM: (
        "properties.instanceView",
        "properties.timeCreated",
        "properties.vmId",
        "resources",
    ),
}


def as_sent(kind: Kind, document: Mapping[str, Any]) -> dict[str, Any]:
    """The body that makes the resource as ``document`` has it."""
    body = {name: value for name, value in document.items() if name not in HEAD}
    for path in SAID_BY_AZURE.get(kind, ()):
        body = without(body, path.split("."))
    if kind is Kind.LOAD_BALANCER:
        body = _own_members(body)
    return {name: _plain(value) for name, value in body.items() if name not in EVERYWHERE}


def without(document: Any, path: list[str]) -> Any:
    """A copy in which nothing stands at ``path``; ``name[]`` goes into every item of a list."""
    name, rest = path[0].removesuffix("[]"), path[1:]
    if not isinstance(document, Mapping) or name not in document:
        return document
    if not rest:
        return {key: value for key, value in document.items() if key != name}
    inner = document[name]
    if path[0].endswith("[]"):
        new: Any = [without(item, rest) for item in inner] if isinstance(inner, list) else inner
    else:
        new = without(inner, rest)
    return {**document, name: new}


def at(document: Any, path: str, default: Any = None) -> Any:
    """What stands at a dotted path; ``default`` where nothing does."""
    for name in path.split("."):
        if not isinstance(document, Mapping) or name not in document:
            return default
        document = document[name]
    return document


def items(document: Any, path: str) -> list[dict[str, Any]]:
    """The objects of the list at a dotted path."""
    found = at(document, path)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def put_at(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with ``value`` at the dotted path; nothing there where it is None."""
    name, _, rest = path.partition(".")
    if rest:
        inner = document.get(name)
        value = put_at(inner if isinstance(inner, Mapping) else {}, rest, value)
    elif value is None:
        return {key: kept for key, kept in document.items() if key != name}
    return {**document, name: value}


def texts_in(value: Any) -> Iterator[str]:
    """Every string in a JSON value: ids among them."""
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from texts_in(item)
        case list() | tuple():
            for item in value:
                yield from texts_in(item)


def _plain(value: Any) -> Any:
    """The value without what only Azure says, however deep."""
    if isinstance(value, Mapping):
        return {name: _item(inner) for name, inner in value.items() if name not in EVERYWHERE}
    return _item(value)


def _item(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(_bare(item)) for item in value]
    return _plain(value) if isinstance(value, Mapping) else value


def _bare(item: Any) -> Any:
    """A part of a resource, which has a name, without its type."""
    if not isinstance(item, Mapping) or "name" not in item:
        return item
    return {name: value for name, value in item.items() if name not in ITEMS}


def _own_members(body: Mapping[str, Any]) -> dict[str, Any]:
    """Without the members of pools that are interfaces: those say themselves where they belong."""
    pools = items(body, "properties.backendAddressPools")
    if not pools:
        return dict(body)
    path = "properties.loadBalancerBackendAddresses"
    kept = []
    for pool in pools:
        rows = items(pool, path)
        own = [r for r in rows if at(r, "properties.networkInterfaceIPConfiguration") is None]
        kept.append(put_at(pool, path, own) if rows else pool)
    return put_at(body, "properties.backendAddressPools", kept)
