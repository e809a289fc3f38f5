"""Load balancers with their pools, probes and rules, as azurerm says them."""

from __future__ import annotations

from typing import Any

from modalities.azure import ids
from modalities.azure.terraform.blocks import Block, Nested, named
from modalities.azure.terraform.members import Members
from modalities.azure.terraform.network import STATIC
from modalities.azure.terraform.rows import placed, refs, tags, taken
from modalities.contract import Unsupported

FRONTEND = {
    "zones": "zones",
    "properties.privateIPAllocationMethod": "private_ip_address_allocation",
    "properties.privateIPAddressVersion": "private_ip_address_version",
}
FACES = {
    "properties.publicIPAddress.id": "public_ip_address_id",
    "properties.publicIPPrefix.id": "public_ip_prefix_id",
    "properties.subnet.id": "subnet_id",
}
PROBE = {
    "properties.protocol": "protocol",
    "properties.port": "port",
    "properties.requestPath": "request_path",
    "properties.intervalInSeconds": "interval_in_seconds",
    "properties.numberOfProbes": "number_of_probes",
    "properties.probeThreshold": "probe_threshold",
}
RULE = {
    "properties.protocol": "protocol",
    "properties.frontendPort": "frontend_port",
    "properties.backendPort": "backend_port",
    "properties.idleTimeoutInMinutes": "idle_timeout_in_minutes",
    "properties.loadDistribution": "load_distribution",
    "properties.enableFloatingIP": "floating_ip_enabled",
    "properties.enableTcpReset": "tcp_reset_enabled",
    "properties.disableOutboundSnat": "disable_outbound_snat",
}


def balancer(id: str, members: Members) -> tuple[Block, ...]:
    """Its frontends stand in it; what else it has are resources of their own."""
    body = {**placed(id, members), **taken(members, {"sku.name": "sku", "sku.tier": "sku_tier"})}
    frontends = members.items("properties.frontendIPConfigurations")
    if frontends:
        body["frontend_ip_configuration"] = tuple(_frontend(one) for one in frontends)
    block = Block("azurerm_lb", ids.name_of(id), id, {**body, **tags(members)})
    pools = [_pool(id, one) for one in members.items("properties.backendAddressPools")]
    probes = [_probe(id, one) for one in members.items("properties.probes")]
    rules = [_rule(id, one) for one in members.items("properties.loadBalancingRules")]
    return block, *pools, *probes, *rules


def _frontend(members: Members) -> Nested:
    members.passed("id")
    told = {"name": str(members.take("name")), **taken(members, FRONTEND)}
    ip = members.take("properties.privateIPAddress")  # of a dynamic one Azure's own
    static = str(told.get("private_ip_address_allocation")).casefold() == STATIC.casefold()
    fixed = {"private_ip_address": ip} if static and ip else {}
    return Nested({**told, **fixed, **refs(members, FACES)})


def _inner(balancer: str, members: Members) -> dict[str, Any]:
    members.passed("id")
    return {"name": str(members.take("name")), "loadbalancer_id": named(balancer)}


def _pool(balancer: str, members: Members) -> Block:
    body = {**_inner(balancer, members), **taken(members, {"properties.syncMode": SYNC})}
    id = f"{balancer}/backendAddressPools/{body['name']}"
    return Block("azurerm_lb_backend_address_pool", body["name"], id, body)


SYNC = "synchronous_mode"


def _probe(balancer: str, members: Members) -> Block:
    body = {**_inner(balancer, members), **taken(members, PROBE)}
    members.only("properties.noHealthyBackendsBehavior", "AllProbedDown")
    return Block("azurerm_lb_probe", body["name"], f"{balancer}/probes/{body['name']}", body)


def _rule(balancer: str, members: Members) -> Block:
    body = {**_inner(balancer, members), **_front(balancer, members), **taken(members, RULE)}
    members.only("properties.enableConnectionTracking", False)
    one = members.take("properties.backendAddressPool.id")
    several = [str(part.take("id")) for part in members.items("properties.backendAddressPools")]
    pools = dict.fromkeys(several or ([str(one)] if one else []))
    if pools:
        body["backend_address_pool_ids"] = tuple(named(pool) for pool in pools)
    body |= refs(members, {"properties.probe.id": "probe_id"})
    id = f"{balancer}/loadBalancingRules/{body['name']}"
    return Block("azurerm_lb_rule", body["name"], id, body)


def _front(balancer: str, members: Members) -> dict[str, Any]:
    """The frontend's name; it is one of the load balancer's own. Raises Unsupported."""
    id = members.take("properties.frontendIPConfiguration.id")
    parsed = ids.parse(str(id))
    if parsed is None or not ids.same(str(parsed.parent), balancer):
        raise Unsupported(f"a rule of {ids.name_of(balancer)} is for no frontend of its own")
    return {"frontend_ip_configuration_name": parsed.name}
