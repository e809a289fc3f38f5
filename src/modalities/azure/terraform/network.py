"""Resource groups, networks, security groups, addresses and interfaces, as azurerm says them.

https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs
"""

from __future__ import annotations

from typing import Any

from modalities.azure import ids
from modalities.azure.terraform.blocks import Block, Body, Nested, called, named
from modalities.azure.terraform.members import Members
from modalities.azure.terraform.rows import (
    group_of,
    headed,
    placed,
    refs,
    switches,
    tags,
    taken,
)
from modalities.contract import Unsupported

NETWORK = {
    "properties.addressSpace.addressPrefixes": "address_space",
    "properties.dhcpOptions.dnsServers": "dns_servers",
    "properties.flowTimeoutInMinutes": "flow_timeout_in_minutes",
    "properties.privateEndpointVNetPolicies": "private_endpoint_vnet_policies",
}
SUBNET = {
    "properties.privateEndpointNetworkPolicies": "private_endpoint_network_policies",
    "properties.defaultOutboundAccess": "default_outbound_access_enabled",
    "properties.sharingScope": "sharing_scope",
}
RULE = {
    "properties.description": "description",
    "properties.priority": "priority",
    "properties.direction": "direction",
    "properties.access": "access",
    "properties.protocol": "protocol",
    "properties.sourcePortRange": "source_port_range",
    "properties.sourcePortRanges": "source_port_ranges",
    "properties.destinationPortRange": "destination_port_range",
    "properties.destinationPortRanges": "destination_port_ranges",
    "properties.sourceAddressPrefix": "source_address_prefix",
    "properties.sourceAddressPrefixes": "source_address_prefixes",
    "properties.destinationAddressPrefix": "destination_address_prefix",
    "properties.destinationAddressPrefixes": "destination_address_prefixes",
}
ADDRESS = {
    "sku.name": "sku",
    "sku.tier": "sku_tier",
    "zones": "zones",
    "properties.publicIPAllocationMethod": "allocation_method",
    "properties.publicIPAddressVersion": "ip_version",
    "properties.idleTimeoutInMinutes": "idle_timeout_in_minutes",
    "properties.dnsSettings.domainNameLabel": "domain_name_label",
    "properties.dnsSettings.domainNameLabelScope": "domain_name_label_scope",
    "properties.dnsSettings.reverseFqdn": "reverse_fqdn",
    "properties.ddosSettings.protectionMode": "ddos_protection_mode",
}
INTERFACE = {
    "properties.enableAcceleratedNetworking": "accelerated_networking_enabled",
    "properties.enableIPForwarding": "ip_forwarding_enabled",
    "properties.dnsSettings.dnsServers": "dns_servers",
    "properties.dnsSettings.internalDnsNameLabel": "internal_dns_name_label",
}
CONFIGURATION = {
    "properties.primary": "primary",
    "properties.privateIPAllocationMethod": "private_ip_address_allocation",
    "properties.privateIPAddressVersion": "private_ip_address_version",
}

STATIC = "Static"
KEPT = "a resource of its own in Terraform, deleted when Terraform deletes it"


def group(id: str, members: Members) -> tuple[Block, ...]:
    body = {"name": ids.name_of(id), **taken(members, {"location": "location"})}
    more = {**taken(members, {"managedBy": "managed_by"}), **tags(members)}
    return (Block("azurerm_resource_group", ids.name_of(id), id, {**body, **more}),)


def network(id: str, members: Members) -> tuple[Block, ...]:
    """With its subnets, each a resource of its own."""
    body = {**placed(id, members), **taken(members, NETWORK), **tags(members)}
    for path in ("properties.enableDdosProtection", "properties.enableVmProtection"):
        members.only(path, False)
    inner = members.items("properties.subnets")
    subnets = [block for one in inner for block in subnet(f"{id}/subnets/{_name(one)}", one)]
    return Block("azurerm_virtual_network", ids.name_of(id), id, body), *subnets


def subnet(id: str, members: Members) -> tuple[Block, ...]:
    parsed = ids.parse(id)
    if parsed is None or parsed.parent is None:
        raise Unsupported(f"{id} is no subnet")
    one = members.take("properties.addressPrefix")
    ranges = tuple(members.take("properties.addressPrefixes") or ([one] if one else ()))
    link = {"properties.privateLinkServiceNetworkPolicies": LINK}
    body = {
        "name": parsed.name,
        "resource_group_name": group_of(id),
        "virtual_network_name": called(str(parsed.parent)),
        **({"address_prefixes": ranges} if ranges else {}),
        **taken(members, SUBNET),
        **switches(members, link),
        **_endpoints(members),
        **_delegations(members),
    }
    members.passed("id")
    guarded = members.take("properties.networkSecurityGroup.id")
    block = Block("azurerm_subnet", parsed.name, id, body)
    return block, *([_guarded_subnet(id, str(guarded))] if guarded else [])


LINK = "private_link_service_network_policies_enabled"


def _name(members: Members) -> str:
    return str(members.take("name"))


def _endpoints(members: Members) -> dict[str, Any]:
    found = []
    for one in members.items("properties.serviceEndpoints"):
        one.passed("locations")  # Azure fills them in
        found.append(str(one.take("service")))
    return {"service_endpoints": tuple(found)} if found else {}


def _delegations(members: Members) -> dict[str, Any]:
    found = []
    for one in members.items("properties.delegations"):
        one.passed("id")
        service = {"name": one.take("properties.serviceName")}
        actions = one.take("properties.actions")
        inner = Nested({**service, **({"actions": tuple(actions)} if actions else {})})
        found.append(Nested({"name": _name(one), "service_delegation": inner}))
    return {"delegation": tuple(found)} if found else {}


def _guarded_subnet(subnet: str, guard: str) -> Block:
    body = {"subnet_id": named(subnet), "network_security_group_id": named(guard)}
    type = "azurerm_subnet_network_security_group_association"
    return Block(type, ids.name_of(subnet), subnet, body)


def guard(id: str, members: Members) -> tuple[Block, ...]:
    """A security group with its rules, each a resource of its own."""
    body = {**placed(id, members), **tags(members)}
    members.only("properties.flushConnection", False)
    inner = members.items("properties.securityRules")
    rules = [b for one in inner for b in guard_rule(f"{id}/securityRules/{_name(one)}", one)]
    return Block("azurerm_network_security_group", ids.name_of(id), id, body), *rules


def guard_rule(id: str, members: Members) -> tuple[Block, ...]:
    parsed = ids.parse(id)
    if parsed is None or parsed.parent is None:
        raise Unsupported(f"{id} is no rule")
    members.passed("id")
    within = {"network_security_group_name": called(str(parsed.parent))}
    body = {**headed(id), **within, **taken(members, RULE)}
    return (Block("azurerm_network_security_rule", parsed.name, id, body),)


def address(id: str, members: Members) -> tuple[Block, ...]:
    body = {**placed(id, members), **taken(members, ADDRESS)}
    body |= refs(
        members,
        {
            "properties.publicIPPrefix.id": "public_ip_prefix_id",
            "properties.ddosSettings.ddosProtectionPlan.id": "ddos_protection_plan_id",
        },
    )
    members.unsaid("properties.deleteOption", "Detach", KEPT)
    return (Block("azurerm_public_ip", ids.name_of(id), id, {**body, **tags(members)}),)


def interface(id: str, members: Members) -> tuple[Block, ...]:
    """With what it is guarded by and the pools it is in, as resources of their own."""
    body = {**placed(id, members), **taken(members, INTERFACE)}
    members.only("properties.disableTcpStateTracking", False)
    members.only("properties.nicType", "Standard")
    members.only("properties.auxiliaryMode", "None")
    members.only("properties.auxiliarySku", "None")
    guarded = members.take("properties.networkSecurityGroup.id")
    inner = [(_name(one), one) for one in members.items("properties.ipConfigurations")]
    body["ip_configuration"] = tuple(_configuration(name, one) for name, one in inner)
    pooled = [block for name, one in inner for block in _pooled(id, name, one)]
    block = Block("azurerm_network_interface", ids.name_of(id), id, {**body, **tags(members)})
    return block, *([_guarded_interface(id, str(guarded))] if guarded else []), *pooled


def _configuration(name: str, members: Members) -> Nested:
    members.passed("id", "type")
    told = {"name": name, **taken(members, CONFIGURATION)}
    ip = members.take("properties.privateIPAddress")  # of a dynamic one Azure's own
    static = str(told.get("private_ip_address_allocation")).casefold() == STATIC.casefold()
    others = {
        "properties.subnet.id": "subnet_id",
        "properties.publicIPAddress.id": "public_ip_address_id",
    }
    members.unsaid("properties.publicIPAddress.properties.deleteOption", "Detach", KEPT)
    fixed = {"private_ip_address": ip} if static and ip else {}
    return Nested({**told, **fixed, **refs(members, others)})


def _pooled(nic: str, name: str, members: Members) -> list[Block]:
    found = []
    path = "properties.loadBalancerBackendAddressPools"
    for pool in [str(one.take("id")) for one in members.items(path)]:
        body: Body = {
            "network_interface_id": named(nic),
            "ip_configuration_name": name,
            "backend_address_pool_id": named(pool),
        }
        id = f"{nic}/ipConfigurations/{name}|{pool}"
        found.append(Block(POOLED, ids.name_of(nic), id, body))
    return found


POOLED = "azurerm_network_interface_backend_address_pool_association"


def _guarded_interface(nic: str, guard: str) -> Block:
    body = {"network_interface_id": named(nic), "network_security_group_id": named(guard)}
    type = "azurerm_network_interface_security_group_association"
    return Block(type, ids.name_of(nic), f"{nic}|{guard}", body)
