"""docs/rooms/azure-console.md says exactly what the pages are: others write against it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fakes.visitor import Visitor
from sandbox.console.azure.catalogue import ACTIONS, VIEWS
from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.kinds import SORTS
from sandbox.console.form import Form
from sandbox.console.visit import Visit

PAGE = Path(__file__).parents[4] / "docs" / "rooms" / "azure-console.md"
COMMAND = re.compile(r'<button[^>]*data-act="(\w+)"[^>]*>\s*<span[^>]*>([^<]+)<')


@pytest.fixture(scope="module")
def told() -> str:
    return PAGE.read_text(encoding="utf-8")


def ids(group: str) -> dict[str, str]:
    """Something for every action to be done to."""
    compute, network = (f"{group}/providers/Microsoft.{n}" for n in ("Compute", "Network"))
    guard, balancer = f"{network}/networkSecurityGroups/g", f"{network}/loadBalancers/lb"
    return {
        "VM": f"{compute}/virtualMachines/vm",
        "disk": f"{compute}/disks/vm_DataDisk_0",
        "NSG": guard,
        "rule": f"{guard}/securityRules/one",
        "network": f"{network}/virtualNetworks/net",
        "subnet": f"{network}/virtualNetworks/net/subnets/default",
        "address": f"{network}/publicIPAddresses/ip",
        "NIC": f"{network}/networkInterfaces/vm-nic",
        "balancer": balancer,
        "pool": f"{balancer}/backendAddressPools/backend",
        "probe": f"{balancer}/probes/probe",
        "group": group,
    }


@pytest.fixture
def furnished(arm: Cloud, group: str, visitor: Any) -> Visitor:
    console: Visitor = visitor()
    every = ids(group)
    guard = {"location": "eastus", "properties": {}}
    arm.put(every["NSG"], guard)
    for action, id, fields in (
        ("AddInboundRule", every["NSG"], {"name": "one", "ports": "22"}),
        ("CreatePublicIPAddress", "", {"name": "ip"}),
        (
            "CreateVirtualMachine",
            "",
            {"name": "vm", "subnet": "new:net", "subnet__name": "net", "data_size": "8"},
        ),
        (
            "CreateLoadBalancer",
            "",
            {"name": "lb", "address": "new:lb-ip", "address__name": "lb-ip"},
        ),
    ):
        page = console.ask(action, *([id] if id else []))
        answer = console.act(action, page, *([id] if id else []), **fields)
        assert answer.json()["operation"]["progress"] == "Succeeded", answer.text
    return console


def rows(told: str) -> dict[str, str]:
    """By action: its row, or what is said of it further down."""
    found: dict[str, str] = {}
    for line in told.splitlines():
        if line.startswith("| `"):
            for name in re.findall(r"`([A-Z]\w+)`", line.split("|")[1]):
                found[name] = line
    for name in ("CreateVirtualMachine", "CreateLoadBalancer"):
        part = told[told.index(f"**`{name}`**") :]
        found[name] = " ".join(part.split("\n**`", 1)[0].split())
    return found


def test_actions_and_their_fields(furnished: Visitor, told: str, group: str) -> None:
    every, documented = ids(group), rows(told)
    assert documented.keys() >= ACTIONS.keys()
    assert {name for name in documented if name in told} - ACTIONS.keys() == set()
    shared = ("group", "name", "location", "tags", "confirm")
    portal = furnished.portal
    session = portal.sessions.begin("somebody")
    visit: Visit[Cloud] = Visit(portal.cloud, portal.settings.hazards, session, portal, {})
    missing = []
    for name, action in ACTIONS.items():
        row = documented[name]
        cells = row.split("|")
        wanted = cells[3].strip() if len(cells) > 3 else ""
        given = [every.get(wanted, every["VM"])] if wanted not in ("", "below") else []
        if name == "DeleteLoadBalancingRule":
            given = [f"{every['balancer']}/loadBalancingRules/rule"]
        if action.ask is None:
            continue
        form: Form = action.ask(visit, given)
        for field in form.fields:
            if field.name in shared and field.name != "name":
                continue
            if f"`{field.name}` ({field.label}" not in row:
                missing.append((name, field.name, field.label))
        if bool(form.word) != ("typed" in row):
            missing.append((name, "typed", form.word))
    assert missing == []


def test_commands_are_where_they_are_said_to_be(
    furnished: Visitor, told: str, group: str, arm: Cloud
) -> None:
    documented = rows(told)
    seen = set()
    pages = [name for name in VIEWS if name.startswith("browse/")]
    found = {each["type"].casefold(): each["id"] for each in arm.all("/resources")}
    found["microsoft.resources/resourcegroups"] = group
    for sort in SORTS:
        if id := found.get(sort.type.casefold()):
            pages += [f"resource{id}/{blade}" for _, blade in sort.blades]
    for page in pages:
        for action, label in COMMAND.findall(furnished.look(page).html):
            assert documented[action].split("|")[2].strip().startswith(label), (page, action, label)
            seen.add(action)
    made = {name for name in ACTIONS if name.startswith("Create") and name != "CreateAndAttachDisk"}
    assert seen == ACTIONS.keys() - made


def test_addresses(told: str) -> None:
    for name in VIEWS:
        if name.startswith(("browse/", "create/", "home", "notifications", "view/")):
            last = name.rpartition("%2F")[2].rpartition("/")[2]
            assert last in told, name
    for sort in SORTS:
        for _, blade in sort.blades:
            assert f"`{blade}`" in told, blade
