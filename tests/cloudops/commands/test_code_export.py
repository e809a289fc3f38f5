"""cloudops code export: a saved plan as code, with no cloud asked; what it will not do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cloudops import planfile
from fakes import saved_plan
from fakes.azure_plans import GROUP_ID, SCOPE, arm, ref
from fakes.terminal import Terminal
from modalities.azure.express import calls
from modalities.codec import sealed
from modalities.plan import Plan
from modalities.resource import Kind, Provider
from modalities.step import Effect, Step
from modalities.target import Identity

SUBSCRIPTION, GROUP = GROUP_ID.split("/")[2::2]
NETWORK = {
    "location": "eastus",
    "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
}


def azure_plan(effect: Effect = Effect.CREATE, **body: Any) -> Plan:
    step = Step(
        id="net",
        effect=effect,
        action=calls.put(arm(Kind.NETWORK, "net"), {**NETWORK, **body}),
        why="make network net",
        changes=(ref(Kind.NETWORK, "net"),),
    )
    identity = Identity(Provider.AZURE, SUBSCRIPTION, "eastus", "somebody", resource_group=GROUP)
    assert identity.scope == SCOPE
    plan = saved_plan.plan(request="Create a network", target="azure-sandbox")
    return sealed(replace(plan, identity=identity, steps=(step,)))


def export(terminal: Terminal, plan: Plan, *words: str) -> Any:
    planfile.save(plan, terminal.folder / "plan.json")
    return terminal("code", "export", "--plan", "plan.json", "--dir", "infra", *words)


def test_a_plan_as_code(terminal: Terminal) -> None:
    said = export(terminal, azure_plan(), "-o", "json")
    assert said.code == 0, said.err
    assert said.document["files"] == ["network.tf", "versions.tf"]
    assert (said.document["imports"], said.document["left_out"]) == ({}, {})
    text = (terminal.folder / "infra" / "network.tf").read_text("utf-8")
    assert text.startswith('resource "azurerm_virtual_network" "net" {')
    assert f'resource_group_name = "{GROUP}"' in text


def test_what_cannot_be_said_writes_nothing(terminal: Terminal) -> None:
    said = export(terminal, azure_plan(extendedLocation={"name": "edge"}))
    assert said.code == 64
    assert "extendedLocation.name" in said.err
    assert not (terminal.folder / "infra").exists()
    assert export(terminal, azure_plan(Effect.UPDATE)).code == 64


def test_code_that_is_there_is_not_written_over(terminal: Terminal) -> None:
    mine = terminal.folder / "infra" / "mine.tf"
    mine.parent.mkdir()
    mine.write_text("# mine\n", "utf-8")
    said = export(terminal, azure_plan())
    assert (said.code, mine.read_text("utf-8")) == (64, "# mine\n")
    assert "there is code in infra already" in said.err
    assert [path.name for path in mine.parent.iterdir()] == ["mine.tf"]


def test_a_plan_for_aws_is_refused(terminal: Terminal) -> None:
    assert "is not for Azure alone" in export(terminal, saved_plan.plan()).err


def test_what_is_on_aws_or_on_two_clouds_is_refused_and_nothing_is_started(
    terminal: Terminal,
) -> None:
    for target in ("sandbox", "azure-sandbox,sandbox"):
        said = terminal("code", "export", "--dir", "infra", "-t", target)
        assert said.code == 64
        assert "only what one target on Azure holds" in said.err
    assert not (terminal.folder / "infra").exists()
