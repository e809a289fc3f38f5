"""What the pages of all resources have alike: lists, blades, tags, properties, deletion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.kinds import Sort
from sandbox.console.azure.visit import (
    NOTHING,
    Visit,
    at,
    group_link,
    group_of,
    link,
    path_to,
    short,
    tags_of,
    told,
)
from sandbox.console.form import Field, Form, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import (
    Action,
    Cell,
    Command,
    Details,
    Item,
    Link,
    Page,
    Part,
    Row,
    Table,
    View,
)

Pairs: TypeAlias = Sequence[tuple[str, Cell]]

SERVICE = "portal"
EDIT_TAGS = Item("Edit tags", "EditTags")


# -- lists ---------------------------------------------------------------------------------


def browse(
    visit: Visit,
    sort: Sort,
    columns: Sequence[str],
    rows: Sequence[tuple[Raw, Sequence[Cell]]],
    commands: Sequence[Command] = (),
    can: Callable[[Raw], frozenset[str]] | None = None,
) -> Table:
    """The list of a type: name, the columns of its own, then what all have."""
    return Table(
        title=sort.title,
        noun=sort.noun,
        columns=("Name", *columns, "Resource group", "Location", "Tags", "Resource ID"),
        rows=tuple(
            Row(
                each["id"],
                each["name"],
                (
                    link(visit, each["id"]),
                    *cells,
                    group_link(visit, each["id"]),
                    str(each.get("location", NOTHING)),
                    told(tags_of(each)),
                    each["id"],
                ),
                can(each) if can else None,
            )
            for each, cells in rows
        ),
        commands=tuple(commands),
        create=Link("Create", visit.href(sort.create)) if sort.create else None,
        empty=f"No {sort.title[:1].lower()}{sort.title[1:]} to display",
    )


# -- blades --------------------------------------------------------------------------------


def blade(
    visit: Visit,
    sort: Sort,
    document: Raw,
    name: str,
    *,
    summary: Pairs = (),
    parts: Sequence[Part] = (),
    commands: Sequence[Command] = (),
    can: frozenset[str] | None = None,
) -> Details:
    """A page of one resource; ``name`` is that of the blade in the address."""
    id = str(document["id"])
    labels = {inner: label for label, inner in sort.blades}
    title = str(document["name"])
    return Details(
        title=title if name == "overview" else f"{title} | {labels[name]}",
        id=id,
        kind=sort.kind,
        summary=tuple(summary),
        parts=tuple(parts),
        commands=tuple(commands),
        can=can,
        blades=tuple(Link(label, visit.href(path_to(id, inner))) for label, inner in sort.blades),
        blade=labels[name],
    )


def essentials(visit: Visit, document: Raw, *own: tuple[str, Cell]) -> Pairs:
    """What stands at the top of an overview."""
    id = str(document["id"])
    subscription = visit.cloud.subscription
    group: Pairs = (("Resource group", group_link(visit, id)),) if "/providers/" in id else ()
    return (
        *group,
        ("Location", str(document.get("location", NOTHING))),
        ("Subscription ID", short(subscription)),
        *own,
        ("Tags", told(tags_of(document))),
    )


def asked(visit: Visit) -> Raw:
    """The resource that the address names."""
    return visit.cloud.get(visit.asked("id"))


def tags_blade(sort: Sort) -> View[Cloud]:
    def build(visit: Visit) -> Page:
        document = asked(visit)
        table = Table(
            title="Tags",
            noun="tag",
            columns=("Name", "Value"),
            rows=tuple(Row(k, k, (k, v)) for k, v in sorted(tags_of(document).items())),
            empty="No tags",
        )
        parts = (Part("Tags", (), (table,)),)
        return blade(visit, sort, document, "tags", parts=parts, commands=(EDIT_TAGS,))

    return View(sort.view("tags"), SERVICE, build, parent=sort.list)


def properties_blade(sort: Sort) -> View[Cloud]:
    def build(visit: Visit) -> Page:
        document = asked(visit)
        id = str(document["id"])
        pairs: Pairs = (
            ("Name", str(document["name"])),
            ("Resource ID", id),
            ("Type", str(document.get("type", sort.type))),
            ("Location", str(document.get("location", NOTHING))),
            ("Resource group", group_of(id)),
            ("Subscription ID", short(visit.cloud.subscription)),
            ("Provisioning state", str(at(document, "properties.provisioningState", NOTHING))),
            *_plain(document),
        )
        return blade(visit, sort, document, "properties", parts=(Part("Properties", tuple(pairs)),))

    return View(sort.view("properties"), SERVICE, build, parent=sort.list)


def _plain(document: Raw) -> list[tuple[str, Cell]]:
    """What of its properties is a plain value, as ARM names it."""
    found: dict[str, Any] = document.get("properties") or {}
    return [
        (key, str(value))
        for key, value in sorted(found.items())
        if isinstance(value, (str, int, float)) and key != "provisioningState"
    ]


def usual(sort: Sort) -> tuple[View[Cloud], ...]:
    """The blades that every type has."""
    return (tags_blade(sort), properties_blade(sort))


# -- tags ----------------------------------------------------------------------------------


def tag_field(document: Raw | None = None) -> Field:
    pairs = tuple(sorted(tags_of(document).items())) if document else ()
    hint = "Tags are name/value pairs that enable you to categorize resources."
    return Field(name="tags", label="Tags", shape=Shape.TAGS, pairs=pairs, hint=hint)


def tag_tab() -> Tab:
    return Tab("Tags", (tag_field(),))


def ask_tags(visit: Visit, ids: Sequence[str]) -> Form:
    document = visit.cloud.get(ids[0])
    return Form(
        action="EditTags",
        title="Edit tags",
        submit="Save",
        ids=tuple(ids),
        about=(str(document["name"]),),
        tabs=(Tab("", (tag_field(document),)),),
    )


def edit_tags(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    """Tags become those of the form."""
    wanted = {"properties": {"tags": values.tags()}}
    for id in ids:
        cloud.put(f"{id}/providers/Microsoft.Resources/tags/default", wanted)
    return Done(f"Successfully updated the tags of {', '.join(map(short, ids))}")


# -- deletion ------------------------------------------------------------------------------


def deletion(name: str, sort: Sort, about: str = "") -> Action[Cloud]:
    """The action that deletes a resource of a type, after its name was typed."""

    def ask(_: Visit, ids: Sequence[str]) -> Form:
        return Form(
            action=name,
            title=f"Delete {sort.noun}",
            submit="Delete",
            ids=tuple(ids),
            word=short(ids[0]),
            about=(f"Are you sure you want to delete the {sort.noun} “{short(ids[0])}”?",),
            warning=about,
        )

    def run(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
        for id in ids:
            cloud.delete(id)
        return Done(f"Successfully deleted {sort.noun} {', '.join(map(short, ids))}")

    return Action(name, f"Delete {sort.noun}", run, ask)
