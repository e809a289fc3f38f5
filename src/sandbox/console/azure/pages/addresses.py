"""Public IP addresses: made, given to an interface, taken from it, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modalities.receipt import CloudError, Trouble
from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.fleet import configurations
from sandbox.console.azure.kinds import ADDRESS, INTERFACE
from sandbox.console.azure.pages.blades import (
    EDIT_TAGS,
    SERVICE,
    asked,
    blade,
    browse,
    deletion,
    essentials,
    tag_tab,
    usual,
)
from sandbox.console.azure.pages.wizards import (
    body,
    choice,
    group_made,
    inside,
    name_field,
    scope_fields,
    zone_field,
)
from sandbox.console.azure.visit import NOTHING, Visit, at, options, parent_of, same, short
from sandbox.console.form import Field, Form, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Item, Page, View

COMMANDS = (
    Item("Associate", "AssociatePublicIPAddress"),
    Item("Dissociate", "DissociatePublicIPAddress"),
    Item("Delete", "DeletePublicIPAddress"),
    EDIT_TAGS,
)


def holder_of(address: Raw) -> str:
    """The id of the IP configuration that has it; empty where none does."""
    return str(at(address, "properties.ipConfiguration.id", ""))


def can(address: Raw) -> frozenset[str]:
    free = {"AssociatePublicIPAddress", "DeletePublicIPAddress"}
    return frozenset({"EditTags"} | ({"DissociatePublicIPAddress"} if holder_of(address) else free))


def listed(visit: Visit) -> Page:
    found = visit.cloud.all(ADDRESS.listing)
    columns = ("IP address", "Associated to", "SKU", "Assignment", "DNS name", "Zone")
    rows = [
        (
            each,
            (
                str(at(each, "properties.ipAddress", NOTHING)),
                _held(each),
                str(at(each, "sku.name", NOTHING)),
                str(at(each, "properties.publicIPAllocationMethod", NOTHING)),
                str(at(each, "properties.dnsSettings.fqdn", NOTHING)),
                ", ".join(each.get("zones") or ()) or NOTHING,
            ),
        )
        for each in found
    ]
    return browse(visit, ADDRESS, columns, rows, COMMANDS, can)


def _held(address: Raw) -> str:
    """The name of the interface or load balancer."""
    holder = holder_of(address)
    return short(parent_of(holder)) if holder else NOTHING


def overview(visit: Visit) -> Page:
    address = asked(visit)
    return blade(
        visit,
        ADDRESS,
        address,
        "overview",
        summary=essentials(
            visit,
            address,
            ("IP address", str(at(address, "properties.ipAddress", NOTHING))),
            ("SKU", str(at(address, "sku.name", NOTHING))),
            ("DNS name", str(at(address, "properties.dnsSettings.fqdn", NOTHING))),
            ("Associated to", _held(address)),
        ),
        commands=COMMANDS,
        can=can(address),
    )


# -- changes -------------------------------------------------------------------------------


def wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    label = Field(
        name="label",
        label="DNS name label",
        pattern=r"[a-z][a-z0-9-]{1,61}[a-z0-9]",
        hint="Leave empty for none",
    )
    fields = (*scope_fields(visit, name_field("Name")), zone_field(), label)
    return Form(
        action="CreatePublicIPAddress",
        title="Create public IP address",
        submit="Create",
        cancel=visit.href(ADDRESS.list),
        tabs=(Tab("Basics", fields), tag_tab()),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    group, name = group_made(cloud, values), values.text("name")
    properties: dict[str, Any] = {"publicIPAllocationMethod": "Static"}
    if label := values.text("label"):
        properties["dnsSettings"] = {"domainNameLabel": label}
    sku = {"name": "Standard"}
    cloud.put(inside(group, ADDRESS.type, name), body(values, properties, sku=sku))
    return Done(f"Successfully created public IP address {name}")


def ask_associate(visit: Visit, ids: Sequence[str]) -> Form:
    free = [
        nic
        for nic in visit.cloud.all(INTERFACE.listing)
        if not any(at(c, "properties.publicIPAddress") for c in configurations(nic))
    ]
    field = choice("nic", "Network interface", options(free), required=True)
    return Form(
        action="AssociatePublicIPAddress",
        title="Associate public IP address",
        submit="OK",
        ids=tuple(ids),
        about=(short(ids[0]),),
        tabs=(Tab("", (field,)),),
    )


def associate(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    nic = values.text("nic")
    document = cloud.get(nic)
    first = configurations(document)[0]["name"]
    cloud.put(nic, _with(document, str(first), {"publicIPAddress": {"id": ids[0]}}))
    return Done(f"Successfully associated {short(ids[0])} with {short(nic)}")


def ask_dissociate(visit: Visit, ids: Sequence[str]) -> Form:
    held = _held(visit.cloud.get(ids[0]))
    return Form(
        action="DissociatePublicIPAddress",
        title="Dissociate public IP address",
        submit="Yes",
        ids=tuple(ids),
        about=(f"Dissociate public IP address “{short(ids[0])}” from “{held}”?",),
    )


def dissociate(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    config = holder_of(cloud.get(ids[0]))
    nic = parent_of(config)
    if f"/{INTERFACE.type}/".casefold() not in nic.casefold():
        message = f"{short(ids[0])} is not associated with a network interface."
        raise CloudError(Trouble.CONFLICT, "PublicIPAddressNotAssociated", message)
    cloud.put(nic, _with(cloud.get(nic), short(config), {"publicIPAddress": None}))
    return Done(f"Successfully dissociated {short(ids[0])} from {short(nic)}")


def _with(document: Raw, config: str, more: dict[str, Any]) -> dict[str, Any]:
    """The interface as it is, but for some of the properties of one configuration."""
    changed = [
        {**each, "properties": each["properties"] | more} if same(each["name"], config) else each
        for each in configurations(document)
    ]
    return {**document, "properties": {**document["properties"], "ipConfigurations": changed}}


VIEWS = (
    View(ADDRESS.list, SERVICE, listed, stale=True),
    View(ADDRESS.create, SERVICE, wizard, parent=ADDRESS.list),
    View(ADDRESS.view("overview"), SERVICE, overview, parent=ADDRESS.list),
    *usual(ADDRESS),
)

ACTIONS = (
    Action("CreatePublicIPAddress", "Create public IP address", create, wizard, goes=ADDRESS.list),
    Action("AssociatePublicIPAddress", "Associate public IP address", associate, ask_associate),
    Action("DissociatePublicIPAddress", "Dissociate public IP address", dissociate, ask_dissociate),
    deletion("DeletePublicIPAddress", ADDRESS),
)
