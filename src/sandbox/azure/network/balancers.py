"""Load balancers: frontends, backend pools, probes, rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sandbox.azure.contract import Change, Cloud, Embedded, Reference, ResourceType, Sight
from sandbox.azure.documents import Document, at, changed, every
from sandbox.azure.entry import Entry
from sandbox.azure.ids import key_of
from sandbox.azure.network.allocation import allocated
from sandbox.azure.network.public_addresses import ADDRESS, check_free
from sandbox.azure.network.values import choice, kept, missing, number, with_properties
from sandbox.azure.refusal import bad_request

BALANCER = "Microsoft.Network/loadBalancers"
FRONTEND = f"{BALANCER}/frontendIPConfigurations"
POOL = f"{BALANCER}/backendAddressPools"
PROBE = f"{BALANCER}/probes"
RULE = f"{BALANCER}/loadBalancingRules"
NAT_RULE = f"{BALANCER}/inboundNatRules"
OUTBOUND_RULE = f"{BALANCER}/outboundRules"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
CONFIGURATION = "Microsoft.Network/networkInterfaces/ipConfigurations"
PROTOCOLS = ("Tcp", "Udp", "All")


def _usual_sku(change: Change) -> str:
    """What is meant where no SKU is given: that of before, or that of its public addresses."""
    if change.before is not None:
        return str(at(change.before.document, "sku.name"))
    frontends = "properties.frontendIPConfigurations[].properties.publicIPAddress.id"
    addresses = (change.cloud.get(str(id)) for id in every(change.body, frontends))
    basic = any(one is not None and at(one.document, "sku.name") == "Basic" for one in addresses)
    return "Basic" if basic else "Standard"


def complete(change: Change) -> Document:
    sku = choice(change, "sku.name", ("Standard", "Basic", "Gateway"), _usual_sku(change))
    before = change.before
    if before is not None and at(before.document, "sku.name") != sku:
        raise bad_request(
            "PropertyChangeNotAllowed",
            f"Changing property 'sku' of {change.id.text} is not allowed.",
            "sku",
        )
    rules = at(change.sent, "properties.loadBalancingRules")
    if isinstance(rules, list):
        _check_apart(change, [rule for rule in rules if isinstance(rule, dict)])
    guid = kept(change, "resourceGuid", str(uuid4()))
    document = with_properties(change, {"inboundNatPools": []}, {"resourceGuid": guid})
    return {**document, "sku": {"name": sku, "tier": at(change.body, "sku.tier") or "Regional"}}


def complete_frontend(change: Change) -> Document:
    public = at(change.body, "properties.publicIPAddress.id")
    subnet = at(change.body, "properties.subnet.id")
    if not public and not subnet and not at(change.body, "properties.publicIPPrefix.id"):
        raise bad_request(
            "LoadBalancerFrontendIPConfigurationMustHaveSubnetOrPublicIP",
            f"Frontend IP configuration {change.id.text} must reference either a Subnet, Public "
            "IP Address or Public IP Prefix.",
        )
    check_free(change, "properties.publicIPAddress.id")
    if isinstance(public, str):
        _check_sku(change, public)
    if isinstance(subnet, str):
        return with_properties(change, {}, allocated(change, subnet))
    return with_properties(change, {}, {"privateIPAllocationMethod": "Dynamic"})


def _check_sku(change: Change, public: str) -> None:
    address = change.cloud.get(public)
    balancer = change.cloud.get(change.id.above)
    if address is None or balancer is None:
        return
    theirs, mine = at(address.document, "sku.name"), at(balancer.document, "sku.name")
    if theirs != mine:
        raise bad_request(
            "PublicIPAndLBSkuDoNotMatch",
            f"{mine} sku load balancer {balancer.id.text} cannot reference {theirs} sku publicIP "
            f"{address.id.text}.",
        )


def complete_pool(change: Change) -> Document:
    """Addresses of interfaces are theirs to say; a client sends back those it has read."""
    sent = change.properties.get("loadBalancerBackendAddresses") or []
    own = [row for row in sent if not at(row, "properties.networkInterfaceIPConfiguration")]
    return with_properties(change, {}, {"loadBalancerBackendAddresses": own})


def complete_probe(change: Change) -> Document:
    protocol = choice(change, "properties.protocol", ("Http", "Https", "Tcp"))
    if protocol != "Tcp" and not at(change.body, "properties.requestPath"):
        raise missing("properties.requestPath", change.id.text)
    fixed = {
        "protocol": protocol,
        "port": number(change, "properties.port", 1, 65535),
        "intervalInSeconds": number(change, "properties.intervalInSeconds", 5, 2147483646, 15),
        "numberOfProbes": number(change, "properties.numberOfProbes", 1, 100, 2),
    }
    return with_properties(change, {"probeThreshold": 1}, fixed)


def complete_rule(change: Change) -> Document:
    """A load balancing rule."""
    if not at(change.body, "properties.frontendIPConfiguration.id"):
        raise missing("properties.frontendIPConfiguration.id", change.id.text)
    fixed = {
        "protocol": choice(change, "properties.protocol", PROTOCOLS),
        "frontendPort": number(change, "properties.frontendPort", 0, 65534),
        "backendPort": number(change, "properties.backendPort", 0, 65535, 0),
        "idleTimeoutInMinutes": number(change, "properties.idleTimeoutInMinutes", 4, 100, 4),
    }
    defaults = {
        "enableFloatingIP": False,
        "enableTcpReset": False,
        "disableOutboundSnat": False,
        "loadDistribution": "Default",
    }
    pool = at(change.body, "properties.backendAddressPool")
    if pool and not change.properties.get("backendAddressPools"):
        defaults["backendAddressPools"] = [pool]
    return with_properties(change, defaults, fixed)


def complete_nat_rule(change: Change) -> Document:
    fixed = {
        "protocol": choice(change, "properties.protocol", PROTOCOLS, "Tcp"),
        "backendPort": number(change, "properties.backendPort", 1, 65535),
        "frontendPort": number(change, "properties.frontendPort", 0, 65534, 0),
        "idleTimeoutInMinutes": number(change, "properties.idleTimeoutInMinutes", 4, 100, 4),
    }
    return with_properties(change, {"enableFloatingIP": False, "enableTcpReset": False}, fixed)


def _check_apart(change: Change, rules: Iterable[dict[str, Any]]) -> None:
    """No two rules want the same of one frontend, or of one pool. Raises Refused."""
    seen: dict[tuple[Any, ...], str] = {}
    for rule in rules:
        name, said = str(rule.get("name")), rule.get("properties", {})
        protocol = str(said.get("protocol", "")).casefold()
        for code, end, port in (
            (
                "RulesUseSameFrontendPortProtocolAndIPConfig",
                "frontendIPConfiguration",
                "frontendPort",
            ),
            ("RulesUseSameBackendPortProtocolAndPool", "backendAddressPool", "backendPort"),
        ):
            place = key_of(str(at(said, f"{end}.id") or ""))
            if place == "" or (end == "backendAddressPool" and said.get("enableFloatingIP")):
                continue
            other = seen.setdefault((end, place, protocol, said.get(port)), name)
            if other != name:
                raise bad_request(
                    code,
                    f"Load balancing rules {other} and {name} of load balancer "
                    f"{change.id.text} use the same {port}, protocol and {end}.",
                )


def show_frontend(sight: Sight) -> Document:
    return _with_users(
        sight,
        (
            ("loadBalancingRules", RULE),
            ("inboundNatRules", NAT_RULE),
            ("outboundRules", OUTBOUND_RULE),
        ),
    )


def show_pool(sight: Sight) -> Document:
    members = sight.cloud.referrers(sight.entry, CONFIGURATION)
    seen = _with_users(
        sight,
        (
            ("backendIPConfigurations", CONFIGURATION),
            ("loadBalancingRules", RULE),
            ("outboundRules", OUTBOUND_RULE),
        ),
    )
    rows = [
        {
            "name": f"{member.id.group}_{member.id.above.name}{member.name}",
            "properties": {"networkInterfaceIPConfiguration": {"id": member.id.text}},
        }
        for member in members
    ]
    own = at(sight.document, "properties.loadBalancerBackendAddresses") or []
    return changed(seen, "properties.loadBalancerBackendAddresses", [*own, *rows])


def show_probe(sight: Sight) -> Document:
    return _with_users(sight, (("loadBalancingRules", RULE),))


def show_nat_rule(sight: Sight) -> Document:
    members = sight.cloud.referrers(sight.entry, CONFIGURATION)
    if not members:
        return sight.document
    return changed(sight.document, "properties.backendIPConfiguration", {"id": members[0].id.text})


def _with_users(sight: Sight, names: tuple[tuple[str, str], ...]) -> Document:
    users = sight.cloud.referrers(sight.entry)
    seen = sight.document
    for name, type in names:
        if ids := [{"id": user.id.text} for user in users if user.type == type]:
            seen = changed(seen, f"properties.{name}", ids)
    return seen


def forget_members(cloud: Cloud, entry: Entry) -> None:
    """Interfaces that were in a pool, or behind a rule, that is gone are so no longer."""
    for name in ("loadBalancerBackendAddressPools", "loadBalancerInboundNatRules"):
        for member in cloud.referrers(entry, CONFIGURATION):
            rows = member.properties.get(name) or []
            left = [row for row in rows if key_of(str(row.get("id"))) != entry.key]
            document = changed(member.document, f"properties.{name}", left)
            references = tuple(key for key in member.references if key != entry.key)
            cloud.keep(replace(member, document=document, references=references))


def _own(name: str, type: str, in_list: bool = False) -> Reference:
    return Reference(f"properties.{name}{'[]' if in_list else ''}.id", type, same_region=False)


def _child(type: str, read_only: tuple[str, ...] = (), **more: Any) -> ResourceType:
    return ResourceType(
        name=type,
        located=False,
        etag_in_body=True,
        read_only=tuple(f"properties.{name}" for name in read_only),
        seconds={"PUT": 4, "DELETE": 4},
        **more,
    )


TYPES = (
    ResourceType(
        name=BALANCER,
        etag_in_body=True,
        complete=complete,
        embedded=(
            Embedded("properties.frontendIPConfigurations", FRONTEND),
            Embedded("properties.backendAddressPools", POOL),
            Embedded("properties.probes", PROBE),
            Embedded("properties.loadBalancingRules", RULE),
            Embedded("properties.inboundNatRules", NAT_RULE),
            Embedded("properties.outboundRules", OUTBOUND_RULE),
        ),
        seconds={"PUT": 6, "DELETE": 10},
    ),
    _child(
        FRONTEND,
        ("loadBalancingRules", "inboundNatRules", "inboundNatPools", "outboundRules"),
        complete=complete_frontend,
        show=show_frontend,
        references=(
            Reference("properties.subnet.id", SUBNET),
            Reference("properties.publicIPAddress.id", ADDRESS),
        ),
    ),
    _child(
        POOL,
        ("backendIPConfigurations", "loadBalancingRules", "outboundRules", "inboundNatRules"),
        complete=complete_pool,
        show=show_pool,
        after_delete=forget_members,
    ),
    _child(PROBE, ("loadBalancingRules",), complete=complete_probe, show=show_probe),
    _child(
        RULE,
        complete=complete_rule,
        references=(
            _own("frontendIPConfiguration", FRONTEND),
            _own("backendAddressPool", POOL),
            _own("backendAddressPools", POOL, in_list=True),
            _own("probe", PROBE),
        ),
    ),
    _child(
        NAT_RULE,
        ("backendIPConfiguration",),
        complete=complete_nat_rule,
        show=show_nat_rule,
        after_delete=forget_members,
        references=(
            _own("frontendIPConfiguration", FRONTEND),
            _own("backendAddressPool", POOL),
        ),
    ),
    _child(
        OUTBOUND_RULE,
        references=(
            _own("frontendIPConfigurations", FRONTEND, in_list=True),
            _own("backendAddressPool", POOL),
        ),
    ),
)
