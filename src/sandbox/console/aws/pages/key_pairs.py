"""Key pairs."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.tagging import deletion, tag_field
from sandbox.console.aws.visit import Visit, specified
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Item, Link, Menu, Page, Row, Table, View

NAME = Field(
    name="name",
    label="Key pair name",
    required=True,
    pattern=r"[\x20-\x7e]{1,255}",
    fault="The name can include up to 255 ASCII characters",
)


def key_pairs(visit: Visit) -> Page:
    found = visit.cloud.all("ec2", "describe_key_pairs", "KeyPairs")
    return Table(
        title="Key pairs",
        noun="key pair",
        columns=("Name", "Type", "Created", "Fingerprint", "ID"),
        rows=tuple(
            Row(
                k["KeyName"],
                k["KeyName"],
                (
                    k["KeyName"],
                    k.get("KeyType", "rsa"),
                    f"{k['CreateTime']:%Y/%m/%d %H:%M GMT+0}" if "CreateTime" in k else "–",
                    k.get("KeyFingerprint", "–"),
                    k.get("KeyPairId", "–"),
                ),
            )
            for k in found
        ),
        commands=(Menu("Actions", (("", (Item("Delete", "DeleteKeyPair"),)),)),),
        create=Link("Create key pair", visit.href("CreateKeyPair")),
        empty="No key pairs to display",
    )


def ask_create(visit: Visit, _: Sequence[str] = ()) -> Form:
    kinds = (Option("rsa", "RSA"), Option("ed25519", "ED25519"))
    kind = Field(name="type", label="Key pair type", shape=Shape.RADIO, options=kinds, value="rsa")
    return Form(
        action="CreateKeyPair",
        title="Create key pair",
        submit="Create key pair",
        cancel=visit.href("KeyPairs"),
        tabs=(Tab("Key pair", (NAME, kind, tag_field())),),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    name = values.text("name")
    made = cloud.call(
        "ec2",
        "create_key_pair",
        KeyName=name,
        KeyType=values.text("type") or "rsa",
        TagSpecifications=specified("key-pair", values.tags()),
    )
    return Done(f"Successfully created key pair {name}", (f"{name}.pem", str(made["KeyMaterial"])))


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "delete_key_pair", KeyName=ids[0])
    return Done(f"Successfully deleted key pair {ids[0]}")


VIEWS = (
    View("KeyPairs", "ec2", key_pairs, stale=True),
    View("CreateKeyPair", "ec2", ask_create, parent="KeyPairs"),
)

ACTIONS = (
    Action("CreateKeyPair", "Create key pair", create, ask_create, goes="KeyPairs"),
    deletion(
        "DeleteKeyPair",
        "Delete key pair",
        delete,
        "Deleting a key pair cannot be undone.",
        lambda _, id: id,
    ),
)
