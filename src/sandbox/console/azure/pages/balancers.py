"""Load balancers: the list, the blades."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.console.azure.cloud import Raw
from sandbox.console.azure.kinds import BALANCER
from sandbox.console.azure.pages.blades import (
    EDIT_TAGS,
    SERVICE,
    asked,
    blade,
    browse,
    deletion,
    essentials,
    usual,
)
from sandbox.console.azure.pages.pools import member_name, members_of
from sandbox.console.azure.visit import NOTHING, Visit, at, link, short
from sandbox.console.page import Cell, Command, Item, Page, Part, Row, Table, View

COMMANDS = (Item("Delete", "DeleteLoadBalancer"), EDIT_TAGS)


def parts_of(balancer: Raw, name: str) -> list[Raw]:
    """``frontendIPConfigurations``, ``backendAddressPools``, ``probes``, ``loadBalancingRules``."""
    return list(at(balancer, f"properties.{name}", []))


def _names(balancer: Raw, name: str) -> str:
    return ", ".join(str(each["name"]) for each in parts_of(balancer, name)) or NOTHING


def listed(visit: Visit) -> Page:
    found = visit.cloud.all(BALANCER.listing)
    columns = ("Frontend IP", "Backend pools", "Health probes", "Rules", "SKU")
    rows = [
        (
            each,
            (
                ", ".join(_front(front) for front in parts_of(each, "frontendIPConfigurations")),
                _names(each, "backendAddressPools"),
                _names(each, "probes"),
                _names(each, "loadBalancingRules"),
                str(at(each, "sku.name", NOTHING)),
            ),
        )
        for each in found
    ]
    return browse(visit, BALANCER, columns, rows, COMMANDS)


def _front(front: Raw) -> str:
    """The name of its public address, or its private address."""
    public = str(at(front, "properties.publicIPAddress.id", ""))
    return short(public) or str(at(front, "properties.privateIPAddress", NOTHING))


def overview(visit: Visit) -> Page:
    balancer = asked(visit)
    return blade(
        visit,
        BALANCER,
        balancer,
        "overview",
        summary=essentials(
            visit,
            balancer,
            ("SKU", str(at(balancer, "sku.name", NOTHING))),
            ("Frontend IP", _names(balancer, "frontendIPConfigurations")),
            ("Backend pool", _names(balancer, "backendAddressPools")),
            ("Health probe", _names(balancer, "probes")),
            ("Load balancing rule", _names(balancer, "loadBalancingRules")),
        ),
        commands=COMMANDS,
    )


def frontends(visit: Visit) -> Page:
    def cells(each: Raw) -> Sequence[Cell]:
        public = str(at(each, "properties.publicIPAddress.id", ""))
        private = str(at(each, "properties.privateIPAddress", NOTHING))
        rules = at(each, "properties.loadBalancingRules", [])
        return link(visit, public) if public else private, str(len(rules))

    return _blade(
        visit,
        ("frontendIpPool", "frontendIPConfigurations", "Frontend IP configuration"),
        ("IP address", "Rules count"),
        cells,
    )


def pools(visit: Visit) -> Page:
    def cells(each: Raw) -> Sequence[Cell]:
        members = ", ".join(map(member_name, members_of(each)))
        return members or NOTHING, str(len(at(each, "properties.loadBalancingRules", [])))

    return _blade(
        visit,
        ("backendPool", "backendAddressPools", "Backend pools"),
        ("IP configurations", "Rules count"),
        cells,
        add="AddBackendPool",
        commands=(Item("Edit", "EditBackendPool"), Item("Delete", "DeleteBackendPool")),
    )


def probes(visit: Visit) -> Page:
    def cells(each: Raw) -> Sequence[Cell]:
        told = each["properties"]
        used = [short(str(rule["id"])) for rule in told.get("loadBalancingRules") or ()]
        return (
            str(told.get("protocol", NOTHING)),
            str(told.get("port", NOTHING)),
            str(told.get("requestPath") or NOTHING),
            str(told.get("intervalInSeconds", NOTHING)),
            ", ".join(used) or NOTHING,
        )

    return _blade(
        visit,
        ("probes", "probes", "Health probes"),
        ("Protocol", "Port", "Path", "Interval (seconds)", "Used by"),
        cells,
        add="AddHealthProbe",
        commands=(Item("Delete", "DeleteHealthProbe"),),
    )


def rules(visit: Visit) -> Page:
    def cells(each: Raw) -> Sequence[Cell]:
        told = each["properties"]
        return (
            str(told.get("protocol", NOTHING)),
            str(told.get("frontendPort", NOTHING)),
            str(told.get("backendPort", NOTHING)),
            short(str(at(told, "frontendIPConfiguration.id", ""))) or NOTHING,
            short(str(at(told, "backendAddressPool.id", ""))) or NOTHING,
            short(str(at(told, "probe.id", ""))) or NOTHING,
        )

    return _blade(
        visit,
        ("loadBalancingRules", "loadBalancingRules", "Load balancing rules"),
        ("Protocol", "Port", "Backend port", "Frontend IP", "Backend pool", "Health probe"),
        cells,
        add="AddLoadBalancingRule",
        commands=(Item("Delete", "DeleteLoadBalancingRule"),),
    )


def _blade(
    visit: Visit,
    names: tuple[str, str, str],
    columns: Sequence[str],
    cells: Callable[[Raw], Sequence[Cell]],
    add: str = "",
    commands: tuple[Command, ...] = (),
) -> Page:
    """``names``: of the blade, of the parts in ARM, of the table."""
    balancer = asked(visit)
    name, inner, title = names
    table = Table(
        title=title,
        noun=title.lower().removesuffix("s"),
        columns=("Name", *columns, "Resource ID"),
        rows=tuple(
            Row(
                str(each["id"]),
                str(each["name"]),
                (str(each["name"]), *cells(each), str(each["id"])),
            )
            for each in parts_of(balancer, inner)
        ),
        commands=commands,
        empty=f"No {title.lower()}",
    )
    return blade(
        visit,
        BALANCER,
        balancer,
        name,
        parts=(Part(title, (), (table,)),),
        commands=(Item("Add", add),) if add else (),
    )


VIEWS = (
    View(BALANCER.list, SERVICE, listed, stale=True),
    View(BALANCER.view("overview"), SERVICE, overview, parent=BALANCER.list),
    View(BALANCER.view("frontendIpPool"), SERVICE, frontends, parent=BALANCER.list),
    View(BALANCER.view("backendPool"), SERVICE, pools, parent=BALANCER.list),
    View(BALANCER.view("probes"), SERVICE, probes, parent=BALANCER.list),
    View(BALANCER.view("loadBalancingRules"), SERVICE, rules, parent=BALANCER.list),
    *usual(BALANCER),
)

ACTIONS = (deletion("DeleteLoadBalancer", BALANCER),)
