"""What a plan's steps would make, as blocks of azurerm."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.azure_plans import GROUP_ID, SCOPE, arm, ref
from modalities.action import CliCommand, IacChange, SdkCall
from modalities.azure.express import calls
from modalities.azure.templates.parts import Part
from modalities.azure.templates.writing import read, written
from modalities.azure.terraform.wishes import wanted
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Effect, Step

NET = arm(Kind.NETWORK, "net")
SUBNET = arm(Kind.SUBNET, "net/inner")
SPACE = {"location": "eastus", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
INNER = {"properties": {"addressPrefix": "10.0.1.0/24"}}


def step(action: Any, effect: Effect = Effect.CREATE, name: str = "net") -> Step:
    mine = (ref(Kind.NETWORK, name),)
    return Step(id=name, effect=effect, action=action, why=f"make {name}", changes=mine)


def test_calls_with_the_group_that_they_make() -> None:
    group = SdkCall(
        "resource",
        "resource_groups.create_or_update",
        {"resourceGroupName": "rg", "body": {"location": "eastus"}},
    )
    made = wanted(
        (
            step(group, name="rg"),
            step(calls.put(NET, SPACE)),
            step(calls.put(SUBNET, INNER), name="inner"),
        ),
        SCOPE,
    )
    types = ["azurerm_resource_group", "azurerm_virtual_network", "azurerm_subnet"]
    assert [block.type for block in made] == types
    assert [block.id for block in made] == [GROUP_ID, NET, SUBNET]


def test_a_template_is_what_it_comes_to() -> None:
    text = written((Part(NET, "2024-05-01", SPACE),), SCOPE)
    (told,) = read(text, SCOPE)
    entry = {"address": told.address, "actions": ["create"], "after": {}}
    action = IacChange(files={"t.json": text}, addresses=(told.address,), changes=(entry,))
    (block,) = wanted((step(action),), SCOPE)
    assert (block.type, block.id) == ("azurerm_virtual_network", NET)


@pytest.mark.parametrize(
    "one",
    [
        step(calls.put(NET, SPACE), Effect.UPDATE),
        step(calls.delete(NET), Effect.DELETE),
        step(CliCommand(("az", "network", "vnet", "create"))),
    ],
)
def test_what_makes_nothing_new_or_cannot_be_read_is_refused(one: Step) -> None:
    with pytest.raises(Unsupported, match="make net: "):
        wanted((one,), SCOPE)
