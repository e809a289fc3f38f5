"""The wizard that makes a load balancer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.deploying import Piece, deployed
from sandbox.console.azure.kinds import ADDRESS, BALANCER
from sandbox.console.azure.pages.blades import SERVICE, tag_tab
from sandbox.console.azure.pages.creating_machines import address_field, subnet_field
from sandbox.console.azure.pages.making_machines import address_of
from sandbox.console.azure.pages.pools import members_field, set_members
from sandbox.console.azure.pages.wizards import (
    body,
    choice,
    group_made,
    inside,
    name_field,
    number,
    scope_fields,
)
from sandbox.console.azure.visit import Visit, at, options
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, View

KINDS = (Option("public", "Public"), Option("internal", "Internal"))
PROTOCOLS = (Option("Tcp", "TCP"), Option("Udp", "UDP"))
SNAT = (
    Option("rules", "(Recommended) Use outbound rules to provide backend pool members access"),
    Option("default", "Use default outbound access"),
)
PROBES = (Option("Tcp", "TCP"), Option("Http", "HTTP"), Option("Https", "HTTPS"))


def wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    return Form(
        action="CreateLoadBalancer",
        title="Create load balancer",
        submit="Create",
        cancel=visit.href(BALANCER.list),
        tabs=(_basics(visit), _frontend(visit), _backend(visit), _rules(), tag_tab()),
        check=_check,
    )


def _check(values: Values) -> Mapping[str, str]:
    """A public one has a public address, an internal one a subnet."""
    if values.text("kind") == "internal":
        return {} if values.text("subnet") else {"subnet": "Subnet is required"}
    none = values.text("address") in ("", "none")
    return {"address": "Public IP address is required"} if none else {}


def _basics(visit: Visit) -> Tab:
    kind = Field(name="kind", label="Type", shape=Shape.RADIO, options=KINDS, value="public")
    return Tab("Basics", (*scope_fields(visit, name_field("Name")), kind))


def _frontend(visit: Visit) -> Tab:
    free = [
        each
        for each in visit.cloud.all(ADDRESS.listing)
        if not at(each, "properties.ipConfiguration")
    ]
    return Tab(
        "Frontend IP configuration",
        (
            name_field("Frontend name", "frontend", "frontend"),
            address_field("Public IP address", options(free), "none"),
            subnet_field(visit, "Subnet", required=False),
        ),
    )


def _backend(visit: Visit) -> Tab:
    return Tab(
        "Backend pools",
        (name_field("Backend pool name", "pool", "backend"), members_field(visit)),
    )


def port(name: str, label: str, value: str = "80") -> Field:
    return number(name, label, value, least=1, most=65535, required=True)


def path_field(name: str, label: str) -> Field:
    return Field(name=name, label=label, value="/", hint="Of HTTP and HTTPS probes")


def _rules() -> Tab:
    return Tab(
        "Inbound rules",
        (
            name_field("Rule name", "rule", "rule"),
            choice("protocol", "Protocol", PROTOCOLS, "Tcp", required=True),
            port("port", "Port"),
            port("backend_port", "Backend port"),
            name_field("Health probe name", "probe", "probe"),
            choice("probe_protocol", "Probe protocol", PROBES, "Tcp", required=True),
            port("probe_port", "Probe port"),
            Field(
                name="probe_path", label="Probe path", value="/", hint="Of HTTP and HTTPS probes"
            ),
            number("probe_interval", "Interval (seconds)", "5", least=5, most=3600, required=True),
            number("idle", "Idle timeout (minutes)", "4", least=4, most=100, required=True),
            Field(name="reset", label="Enable TCP Reset", shape=Shape.CHECK),
            choice("snat", "Outbound source network address translation (SNAT)", SNAT, "rules"),
        ),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    group, name = group_made(cloud, values), values.text("name")
    id = inside(group, BALANCER.type, name)
    pieces: tuple[Piece, ...] = ()
    if values.text("kind") == "internal":
        front: dict[str, Any] = {"subnet": {"id": values.text("subnet")}}
    else:
        address, pieces = address_of(group, values)
        front = {"publicIPAddress": {"id": address}}
    made = body(values, _properties(id, values, front), sku={"name": "Standard"})
    done = deployed(cloud, group, f"CreateLoadBalancer-{name}", (*pieces, Piece(id, made)), None)
    if members := values.many("members"):
        set_members(cloud, f"{id}/backendAddressPools/{values.text('pool')}", members)
    return done


def _properties(id: str, values: Values, front: dict[str, Any]) -> dict[str, Any]:
    frontend, pool, probe = (values.text(name) for name in ("frontend", "pool", "probe"))
    rule = rule_of(
        values,
        f"{id}/frontendIPConfigurations/{frontend}",
        f"{id}/backendAddressPools/{pool}",
        f"{id}/probes/{probe}",
    )
    return {
        "frontendIPConfigurations": [{"name": frontend, "properties": front}],
        "backendAddressPools": [{"name": pool}],
        "probes": [{"name": probe, "properties": probe_of(values, "probe_")}],
        "loadBalancingRules": [{"name": values.text("rule"), "properties": rule}],
    }


def probe_of(values: Values, prefix: str = "") -> dict[str, Any]:
    protocol = values.text(f"{prefix}protocol")
    path = values.text(f"{prefix}path") or "/"
    return {
        "protocol": protocol,
        "port": values.number(f"{prefix}port"),
        "intervalInSeconds": values.number(f"{prefix}interval", 5),
        "numberOfProbes": 2,
        **({"requestPath": path} if protocol != "Tcp" else {}),
    }


def rule_of(values: Values, frontend: str, pool: str, probe: str) -> dict[str, Any]:
    """``frontend``, ``pool`` and ``probe`` are ids."""
    return {
        "protocol": values.text("protocol"),
        "frontendPort": values.number("port"),
        "backendPort": values.number("backend_port"),
        "frontendIPConfiguration": {"id": frontend},
        "backendAddressPool": {"id": pool},
        **({"probe": {"id": probe}} if probe else {}),
        "idleTimeoutInMinutes": values.number("idle", 4),
        **({"enableTcpReset": True} if values.flag("reset") else {}),
        **({} if values.text("snat") == "default" else {"disableOutboundSnat": True}),
    }


VIEWS = (View(BALANCER.create, SERVICE, wizard, parent=BALANCER.list),)

ACTIONS = (
    Action("CreateLoadBalancer", "Create load balancer", create, wizard, goes=BALANCER.list),
)
