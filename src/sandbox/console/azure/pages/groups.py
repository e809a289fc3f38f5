"""Resource groups: what is in them, what was deployed to them; made and deleted."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.kinds import GROUP
from sandbox.console.azure.pages.blades import (
    EDIT_TAGS,
    SERVICE,
    asked,
    blade,
    essentials,
    tag_tab,
    usual,
)
from sandbox.console.azure.pages.wizards import location_field
from sandbox.console.azure.visit import NOTHING, Visit, at, link, short, tags_of, told
from sandbox.console.form import Field, Form, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Badge, Item, Link, Page, Part, Row, Table, View

COMMANDS = (Item("Delete resource group", "DeleteResourceGroup"), EDIT_TAGS)
NAME = r"[\w().-]{0,89}[\w()-]"
TONES = {"Succeeded": "good", "Failed": "bad", "Canceled": "off"}


def listed(visit: Visit) -> Page:
    found = visit.cloud.all("/resourcegroups")
    return Table(
        title=GROUP.title,
        noun=GROUP.noun,
        columns=("Name", "Subscription ID", "Location", "Tags", "Resource ID"),
        rows=tuple(
            Row(
                str(each["id"]),
                str(each["name"]),
                (
                    link(visit, str(each["id"])),
                    short(visit.cloud.subscription),
                    str(each.get("location", NOTHING)),
                    told(tags_of(each)),
                    str(each["id"]),
                ),
            )
            for each in found
        ),
        commands=COMMANDS,
        create=Link("Create", visit.href(GROUP.create)),
        empty="No resource groups to display",
    )


def overview(visit: Visit) -> Page:
    group = asked(visit)
    found = visit.cloud.all(f"{group['id']}/resources")
    inner = Table(
        title="Resources",
        noun="resource",
        columns=("Name", "Type", "Location"),
        rows=tuple(
            Row(r["id"], r["name"], (link(visit, r["id"]), r["type"], r.get("location", NOTHING)))
            for r in found
        ),
        empty="No resources to display",
    )
    return blade(
        visit,
        GROUP,
        group,
        "overview",
        summary=essentials(visit, group),
        parts=(Part("Resources", (), (inner,)),),
        commands=COMMANDS,
    )


def deployments(visit: Visit) -> Page:
    group = asked(visit)
    found = visit.cloud.all(f"{group['id']}/providers/Microsoft.Resources/deployments")
    inner = Table(
        title="Deployments",
        noun="deployment",
        columns=("Deployment name", "Status", "Last modified", "Duration", "Error"),
        rows=tuple(_deployment(each) for each in found),
        empty="No deployments",
    )
    parts = (Part("Deployments", (), (inner,)),)
    return blade(visit, GROUP, group, "deployments", parts=parts)


def _deployment(each: Raw) -> Row:
    state = str(at(each, "properties.provisioningState", NOTHING))
    error = at(each, "properties.error", {})
    cells = (
        str(each["name"]),
        Badge(state, TONES.get(state, "busy")),
        str(at(each, "properties.timestamp", NOTHING))[:19],
        str(at(each, "properties.duration", NOTHING)),
        f"{error['code']}: {error.get('message', '')}" if error.get("code") else NOTHING,
    )
    return Row(str(each["id"]), str(each["name"]), cells)


# -- changes -------------------------------------------------------------------------------


def wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    name = Field(
        name="name",
        label="Resource group",
        required=True,
        pattern=NAME,
        fault="Resource group names only allow alphanumeric characters, periods, underscores, "
        "hyphens and parenthesis, and cannot end in a period.",
    )
    return Form(
        action="CreateResourceGroup",
        title="Create a resource group",
        submit="Create",
        cancel=visit.href(GROUP.list),
        tabs=(Tab("Basics", (name, location_field(visit))), tag_tab()),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    name, tags = values.text("name"), values.tags()
    made = {"location": values.text("location"), **({"tags": tags} if tags else {})}
    cloud.put(f"{cloud.subscription}/resourceGroups/{name}", made)
    return Done(f"Successfully created resource group {name}")


def ask_delete(visit: Visit, ids: Sequence[str]) -> Form:
    inside = visit.cloud.all(f"{ids[0]}/resources")
    names = tuple(f"{each['name']} ({each['type']})" for each in inside)
    return Form(
        action="DeleteResourceGroup",
        title="Delete a resource group",
        submit="Delete",
        ids=tuple(ids),
        word=short(ids[0]),
        warning="Deleting this resource group and its dependent resources is permanent and cannot "
        "be undone.",
        about=("The following will be deleted:", short(ids[0]), *names),
    )


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.delete(ids[0])
    return Done(f"Successfully deleted resource group {short(ids[0])}")


VIEWS = (
    View(GROUP.list, SERVICE, listed, stale=True),
    View(GROUP.create, SERVICE, wizard, parent=GROUP.list),
    View(GROUP.view("overview"), SERVICE, overview, parent=GROUP.list),
    View(GROUP.view("deployments"), SERVICE, deployments, parent=GROUP.list),
    *usual(GROUP),
)

ACTIONS = (
    Action("CreateResourceGroup", "Create resource group", create, wizard, goes=GROUP.list),
    Action("DeleteResourceGroup", "Delete resource group", delete, ask_delete),
)
