"""Peerings of virtual networks: each side says its own half."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

from sandbox.azure.contract import Change, Reference, ResourceType, Sight
from sandbox.azure.documents import Document, at, changed
from sandbox.azure.entry import Entry
from sandbox.azure.ids import key_of
from sandbox.azure.network.values import kept, missing, with_properties
from sandbox.azure.refusal import bad_request

NETWORK = "Microsoft.Network/virtualNetworks"
PEERING = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"


def complete(change: Change) -> Document:
    other = at(change.body, "properties.remoteVirtualNetwork.id")
    if not isinstance(other, str):
        raise missing("properties.remoteVirtualNetwork.id", change.id.text)
    mine, theirs = change.cloud.require(change.id.above), change.cloud.require(other)
    if mine.key == theirs.key:
        raise bad_request(
            "VnetPeeringToSelfNotAllowed", f"Network {mine.id.text} cannot be peered with itself."
        )
    _check_apart(change, mine, theirs)
    defaults = {
        "allowVirtualNetworkAccess": True,
        "allowForwardedTraffic": False,
        "allowGatewayTransit": False,
        "useRemoteGateways": False,
        "peerCompleteVnets": True,
        "doNotVerifyRemoteGateways": False,
    }
    guid = kept(change, "resourceGuid", str(uuid4()))
    return with_properties(change, defaults, {"resourceGuid": guid})


def _check_apart(change: Change, mine: Entry, theirs: Entry) -> None:
    for one in _spaces(mine):
        for other in _spaces(theirs):
            if ip_network(one).overlaps(ip_network(other)):
                raise bad_request(
                    "VnetAddressSpacesOverlap",
                    f"Cannot create or update peering {change.id.text}. Virtual networks "
                    f"{mine.id.text} and {theirs.id.text} cannot be peered because their address "
                    "spaces overlap.",
                )


def _spaces(network: Entry) -> list[str]:
    prefixes: list[str] = at(network.properties, "addressSpace.addressPrefixes") or []
    return prefixes


def show(sight: Sight) -> Document:
    """Connected where the other side says so, too; else Initiated."""
    remote = at(sight.entry.properties, "remoteVirtualNetwork.id")
    there = sight.cloud.get(str(remote))
    if there is None:
        return changed(sight.document, "properties.peeringState", "Disconnected")
    back = any(_leads_to(one, sight.entry) for one in sight.cloud.find(PEERING, there.id.text))
    more: Mapping[str, Any] = {
        "peeringState": "Connected" if back else "Initiated",
        "peeringSyncLevel": "FullyInSync" if back else "RemoteNotInSync",
        "remoteAddressSpace": {"addressPrefixes": _spaces(there)},
        "remoteVirtualNetworkAddressSpace": {"addressPrefixes": _spaces(there)},
    }
    return {**sight.document, "properties": {**sight.document["properties"], **more}}


def _leads_to(one: Entry, other: Entry) -> bool:
    remote = str(at(one.properties, "remoteVirtualNetwork.id"))
    return key_of(remote) == other.id.above.key


TYPES = (
    ResourceType(
        name=PEERING,
        located=False,
        etag_in_body=True,
        complete=complete,
        read_only=tuple(
            f"properties.{name}"
            for name in (
                "peeringState",
                "peeringSyncLevel",
                "remoteAddressSpace",
                "remoteVirtualNetworkAddressSpace",
            )
        ),
        references=(
            Reference(
                "properties.remoteVirtualNetwork.id", NETWORK, guards=False, same_region=False
            ),
        ),
        show=show,
        seconds={"PUT": 6, "DELETE": 6},
    ),
)
