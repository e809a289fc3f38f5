"""What a load balancer gets and loses: pools, probes, rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.pages.balancers import parts_of
from sandbox.console.azure.pages.creating_balancers import (
    PROBES,
    PROTOCOLS,
    path_field,
    port,
    probe_of,
    rule_of,
)
from sandbox.console.azure.pages.pools import members_field, set_members
from sandbox.console.azure.pages.wizards import choice, name_field, number
from sandbox.console.azure.visit import Visit, options, parent_of, same, short
from sandbox.console.form import Field, Form, Option, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action

NO_PROBE = Option("none", "None")


def _form(action: str, title: str, ids: Sequence[str], *fields: Field, submit: str) -> Form:
    return Form(
        action=action,
        title=title,
        submit=submit,
        ids=tuple(ids),
        about=(short(ids[0]),),
        tabs=(Tab("", fields),),
    )


# -- pools ---------------------------------------------------------------------------------


def ask_pool(visit: Visit, ids: Sequence[str]) -> Form:
    fields = (name_field("Name"), members_field(visit))
    return _form("AddBackendPool", "Add backend pool", ids, *fields, submit="Save")


def add_pool(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    name = values.text("name")
    pool = f"{ids[0]}/backendAddressPools/{name}"
    cloud.put(pool, {"properties": {}})
    set_members(cloud, pool, values.many("members"))
    return Done(f"Successfully added backend pool {name} to {short(ids[0])}")


def ask_members(visit: Visit, ids: Sequence[str]) -> Form:
    field = members_field(visit, ids[0])
    return _form("EditBackendPool", "Edit backend pool", ids, field, submit="Save")


def edit_pool(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    set_members(cloud, ids[0], values.many("members"))
    return Done(f"Successfully saved backend pool {short(ids[0])}")


def delete_pool(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.delete(ids[0])
    return Done(f"Successfully deleted backend pool {short(ids[0])}")


# -- probes --------------------------------------------------------------------------------


def ask_probe(_: Visit, ids: Sequence[str]) -> Form:
    fields = (
        name_field("Name"),
        choice("protocol", "Protocol", PROBES, "Tcp", required=True),
        port("port", "Port"),
        path_field("path", "Path"),
        number("interval", "Interval (seconds)", "5", least=5, most=3600, required=True),
    )
    return _form("AddHealthProbe", "Add health probe", ids, *fields, submit="Save")


def add_probe(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    probe = {"name": values.text("name"), "properties": probe_of(values)}
    _added(cloud, ids[0], "probes", probe)
    return Done(f"Successfully added health probe {values.text('name')} to {short(ids[0])}")


# -- rules ---------------------------------------------------------------------------------


def ask_rule(visit: Visit, ids: Sequence[str]) -> Form:
    balancer = visit.cloud.get(ids[0])
    fronts = options(parts_of(balancer, "frontendIPConfigurations"), "")
    pools = options(parts_of(balancer, "backendAddressPools"), "")
    probes = options(parts_of(balancer, "probes"), "")
    fields = (
        name_field("Name"),
        choice("frontend", "Frontend IP address", fronts, _only(fronts), required=True),
        choice("pool", "Backend pool", pools, _only(pools), required=True),
        choice("protocol", "Protocol", PROTOCOLS, "Tcp", required=True),
        port("port", "Port"),
        port("backend_port", "Backend port"),
        choice("probe", "Health probe", (NO_PROBE, *probes), "none", required=True),
    )
    return _form("AddLoadBalancingRule", "Add load balancing rule", ids, *fields, submit="Save")


def _only(choices: Sequence[Option]) -> str:
    return choices[0].value if len(choices) == 1 else ""


def add_rule(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    probe = values.text("probe")
    properties = rule_of(
        values, values.text("frontend"), values.text("pool"), "" if probe == "none" else probe
    )
    rule = {"name": values.text("name"), "properties": properties}
    _added(cloud, ids[0], "loadBalancingRules", rule)
    return Done(f"Successfully added load balancing rule {rule['name']} to {short(ids[0])}")


# -- both ----------------------------------------------------------------------------------


def _added(cloud: Cloud, id: str, name: str, part: dict[str, Any]) -> None:
    """Probes and rules have no address of their own to be written to."""
    balancer = cloud.get(id)
    _put(cloud, balancer, name, [*parts_of(balancer, name), part])


def _put(cloud: Cloud, balancer: Raw, name: str, parts: Sequence[Raw]) -> None:
    properties = {**balancer["properties"], name: list(parts)}
    cloud.put(str(balancer["id"]), {**balancer, "properties": properties})


def _taking(name: str, what: str) -> Callable[[Cloud, Sequence[str], Values], Done]:
    def run(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
        balancer = cloud.get(parent_of(ids[0]))
        kept = [e for e in parts_of(balancer, name) if not same(str(e["id"]), ids[0])]
        _put(cloud, balancer, name, kept)
        return Done(f"Successfully deleted {what} {short(ids[0])}")

    return run


def _sure(action: str, what: str) -> Callable[[Visit, Sequence[str]], Form]:
    def ask(_: Visit, ids: Sequence[str]) -> Form:
        return Form(
            action=action,
            title=f"Delete {what}",
            submit="Yes",
            ids=tuple(ids),
            about=(f"Do you want to delete the {what} “{short(ids[0])}”?",),
        )

    return ask


def _deletion(
    action: str, what: str, run: Callable[[Cloud, Sequence[str], Values], Done]
) -> Action[Cloud]:
    return Action(action, f"Delete {what}", run, _sure(action, what))


ACTIONS = (
    Action("AddBackendPool", "Add backend pool", add_pool, ask_pool),
    Action("EditBackendPool", "Save backend pool", edit_pool, ask_members),
    _deletion("DeleteBackendPool", "backend pool", delete_pool),
    Action("AddHealthProbe", "Add health probe", add_probe, ask_probe),
    _deletion("DeleteHealthProbe", "health probe", _taking("probes", "health probe")),
    Action("AddLoadBalancingRule", "Add load balancing rule", add_rule, ask_rule),
    _deletion(
        "DeleteLoadBalancingRule",
        "load balancing rule",
        _taking("loadBalancingRules", "load balancing rule"),
    ),
)
