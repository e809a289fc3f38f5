"""Network interfaces and their IP configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sandbox.azure.contract import Change, Embedded, Reference, ResourceType, Sight
from sandbox.azure.documents import Document, at, changed
from sandbox.azure.entry import Entry
from sandbox.azure.network.allocation import allocated
from sandbox.azure.network.public_addresses import ADDRESS, check_free
from sandbox.azure.network.security_groups import APPLICATION_GROUP, GROUP
from sandbox.azure.network.values import choice, kept, missing, with_properties
from sandbox.azure.refusal import Refused, bad_request

NIC = "Microsoft.Network/networkInterfaces"
CONFIGURATION = "Microsoft.Network/networkInterfaces/ipConfigurations"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
POOL = "Microsoft.Network/loadBalancers/backendAddressPools"
NAT_RULE = "Microsoft.Network/loadBalancers/inboundNatRules"
MACHINE = "Microsoft.Compute/virtualMachines"


def complete(change: Change) -> Document:
    configurations = at(change.body, "properties.ipConfigurations")
    if change.method == "PUT" and not configurations:
        raise bad_request(
            "NetworkInterfaceMustHaveIpConfiguration",
            f"Network interface {change.id.text} must have one or more IP configurations.",
        )
    if isinstance(configurations, list) and configurations and not _one_primary(configurations):
        raise bad_request(
            "NetworkInterfaceMustHaveOnePrimaryIpConfiguration",
            f"Network interface {change.id.text} must have one IP configuration set as primary.",
        )
    guid = kept(change, "resourceGuid", str(uuid4()))
    fixed = {
        "resourceGuid": guid,
        "macAddress": kept(change, "macAddress", _mac(guid)),
        "dnsSettings": {"dnsServers": [], "appliedDnsServers": [], **_dns(change)},
    }
    defaults: dict[str, Any] = {
        "enableAcceleratedNetworking": False,
        "enableIPForwarding": False,
        "disableTcpStateTracking": False,
        "vnetEncryptionSupported": False,
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "nicType": "Standard",
        "auxiliaryMode": "None",
        "auxiliarySku": "None",
    }
    return with_properties(change, defaults, fixed)


def _dns(change: Change) -> Document:
    found = change.properties.get("dnsSettings")
    return found if isinstance(found, Mapping) else {}


def _one_primary(configurations: list[Any]) -> bool:
    """Where none is said to be, the only one is; one that Azure itself would choose."""
    said = sum(at(one, "properties.primary") is True for one in configurations)
    return said == 1 or (said == 0 and len(configurations) == 1)


def _mac(guid: str) -> str:
    """Of Azure's range; seen once a machine has it."""
    digits = guid.replace("-", "")[:6].upper()
    return "-".join(("00", "0D", "3A", digits[:2], digits[2:4], digits[4:6]))


def complete_configuration(change: Change) -> Document:
    subnet = at(change.body, "properties.subnet.id")
    if not isinstance(subnet, str):
        raise missing("properties.subnet.id", change.id.text)
    check_free(change, "properties.publicIPAddress.id")
    fixed = {
        "privateIPAddressVersion": choice(
            change, "properties.privateIPAddressVersion", ("IPv4", "IPv6"), "IPv4"
        ),
        **allocated(change, subnet),
    }
    alone = change.above is None or len(at(change.above.body, "properties.ipConfigurations")) == 1
    return with_properties(change, {"primary": alone}, fixed)


def show(sight: Sight) -> Document:
    machines = sight.cloud.referrers(sight.entry, MACHINE)
    if not machines:
        properties = {**sight.document["properties"]}
        properties.pop("macAddress", None)
        return {**sight.document, "properties": properties}
    seen = changed(sight.document, "properties.virtualMachine", {"id": machines[0].id.text})
    nics = at(machines[0].properties, "networkProfile.networkInterfaces") or [{}]
    primary = len(nics) == 1 or any(
        str(nic.get("id", "")).casefold() == sight.entry.key and at(nic, "properties.primary")
        for nic in nics
    )
    return changed(seen, "properties.primary", primary)


def in_use(entry: Entry, by: Entry) -> Refused:
    return bad_request(
        "NicInUse",
        f"Network Interface {entry.id.text} is used by existing resource {by.id.text}. In order "
        "to delete the network interface, it must be dissociated from the resource. To learn "
        "more, see aka.ms/deletenic.",
    )


TYPES = (
    ResourceType(
        name=NIC,
        etag_in_body=True,
        complete=complete,
        read_only=("properties.virtualMachine", "properties.primary", "properties.privateEndpoint"),
        references=(Reference("properties.networkSecurityGroup.id", GROUP),),
        embedded=(Embedded("properties.ipConfigurations", CONFIGURATION),),
        show=show,
        in_use=in_use,
        seconds={"PUT": 3, "DELETE": 6},
    ),
    ResourceType(
        name=CONFIGURATION,
        located=False,
        etag_in_body=True,
        complete=complete_configuration,
        references=(
            Reference("properties.subnet.id", SUBNET),
            Reference("properties.publicIPAddress.id", ADDRESS),
            Reference("properties.loadBalancerBackendAddressPools[].id", POOL, guards=False),
            Reference("properties.loadBalancerInboundNatRules[].id", NAT_RULE, guards=False),
            Reference("properties.applicationSecurityGroups[].id", APPLICATION_GROUP),
        ),
    ),
)
