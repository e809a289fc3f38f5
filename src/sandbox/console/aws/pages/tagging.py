"""Tags, the same for every kind of resource."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.visit import Raw, Visit, tag_list, tags_of
from sandbox.console.form import Field, Form, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Row, Table

Changing: TypeAlias = Callable[[Cloud, Sequence[str], Values], Done]


def tag_field(item: Raw | None = None) -> Field:
    found = tags_of(item) if item else {}
    pairs = tuple(pair for pair in sorted(found.items()) if not pair[0].startswith("aws:"))
    hint = "A tag is a label that you assign to a resource: a key and an optional value."
    return Field(name="tags", label="Tags", shape=Shape.TAGS, pairs=pairs, hint=hint)


def tags_table(item: Raw) -> Table:
    return Table(
        title="Tags",
        noun="tag",
        columns=("Key", "Value"),
        rows=tuple(Row(key, key, (key, value)) for key, value in sorted(tags_of(item).items())),
        empty="No tags associated with the resource",
    )


def retag(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    """Tags become those of the form; those that were taken out are removed."""
    wanted = values.tags()
    found = cloud.all(
        "ec2",
        "describe_tags",
        "Tags",
        Filters=[{"Name": "resource-id", "Values": list(ids)}],
    )
    gone = {tag["Key"] for tag in found} - wanted.keys()
    gone = {key for key in gone if not key.startswith("aws:")}
    if gone:
        cloud.call(
            "ec2", "delete_tags", Resources=list(ids), Tags=[{"Key": key} for key in sorted(gone)]
        )
    if wanted:
        cloud.call("ec2", "create_tags", Resources=list(ids), Tags=tag_list(wanted))
    return Done(f"Successfully updated the tags of {', '.join(ids)}")


def tagging(name: str, operation: str, key: str, parameter: str) -> Action[Cloud]:
    """The action that edits the tags of what ``operation`` lists under ``key``."""

    def ask(visit: Visit, ids: Sequence[str]) -> Form:
        found = visit.cloud.one("ec2", operation, key, **{parameter: list(ids)})
        return Form(
            action=name,
            title="Manage tags",
            submit="Save",
            ids=tuple(ids),
            tabs=(Tab("", (tag_field(found),)),),
        )

    return Action(name, "Manage tags", retag, ask)


def deletion(
    name: str,
    title: str,
    run: Changing,
    about: str,
    name_of: Callable[[Cloud, str], str],
    *,
    asked: str = "",
    submit: str = "Delete",
) -> Action[Cloud]:
    """The action that does ``run``; before it comes a question that asks to type the name of
    what goes. ``asked`` is the question's title, where it is another than the action's."""

    def ask(visit: Visit, ids: Sequence[str]) -> Form:
        called = name_of(visit.cloud, ids[0])
        return Form(
            action=name,
            title=asked or title,
            submit=submit,
            ids=tuple(ids),
            word=called,
            about=(about, called if called == ids[0] else f"{ids[0]} ({called})"),
        )

    return Action(name, title, run, ask)
