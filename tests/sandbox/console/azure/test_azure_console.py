"""Everything that Azure's console can do, seen by ARM itself. No hazard is on."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.visitor import Visitor
from sandbox.console.azure.catalogue import ACTIONS, VIEWS
from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.kinds import SORTS
from sandbox.console.azure.visit import at

MACHINE = "Microsoft.Compute/virtualMachines"
NETWORK = "Microsoft.Network"


@pytest.fixture
def console(visitor: Any) -> Visitor:
    made: Visitor = visitor()
    return made


def done(console: Visitor, action: str, *ids: str, **fields: Any) -> Any:
    """The form of the action, filled and sent; the operation it came to."""
    page = console.ask(action, *ids)
    answer = console.act(action, page, *ids, **fields)
    assert answer.status_code == 200, answer.text[:3000]
    last = console.last()
    assert last.progress.value == "Succeeded", last
    return last


@pytest.fixture
def net(arm: Cloud, group: str) -> str:
    id = f"{group}/providers/{NETWORK}/virtualNetworks/net"
    subnet = {"name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}
    properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
    arm.put(id, {"location": "eastus", "properties": properties})
    return id


@pytest.fixture
def web(console: Visitor, net: str, group: str) -> str:
    """A machine made by the wizard."""
    done(
        console,
        "CreateVirtualMachine",
        name="web",
        size="Standard_B2s",
        subnet=f"{net}/subnets/default",
        address="new:web-ip",
        address__name="web-ip",
        ports=["22", "80"],
        data_size="32",
        tags__key=["owner"],
        tags__value=["[me]"],
    )
    return f"{group}/providers/{MACHINE}/web"


def test_a_machine_from_the_wizard(console: Visitor, arm: Cloud, web: str, group: str) -> None:
    last = console.last()
    assert last.detail.endswith("to resource group 'cloudops' was successful.")
    assert last.download.endswith("/web_key.pem")
    assert console.client.get(f"/download/{last.download}").text.startswith("-----BEGIN OPENSSH")
    machine = arm.get(web)
    assert machine["tags"] == {"owner": "[me]"}
    assert at(machine, "properties.diagnosticsProfile.bootDiagnostics.enabled") is True
    (data,) = at(machine, "properties.storageProfile.dataDisks")
    assert (data["lun"], data["diskSizeGB"]) == (0, 32)
    nic = arm.get(f"{group}/providers/{NETWORK}/networkInterfaces/web-nic")
    config = at(nic, "properties.ipConfigurations")[0]["properties"]
    assert config["publicIPAddress"]["id"].endswith("/web-ip")
    guard = arm.get(f"{group}/providers/{NETWORK}/networkSecurityGroups/web-nsg")
    rules = at(guard, "properties.securityRules")
    assert {rule["properties"]["destinationPortRange"] for rule in rules} == {"22", "80"}
    page = console.look("browse/Microsoft.Compute%2FVirtualMachines")
    assert page.rows == ["web"]
    assert "Running" in page.html
    assert "[    0.000000] sandbox" in console.look(f"resource{web}/bootDiagnostics").html


def test_spot_and_a_new_network(console: Visitor, arm: Cloud, group: str) -> None:
    done(
        console,
        "CreateVirtualMachine",
        group="new:other",
        group__name="other",
        name="cheap",
        size="Standard_D2s_v3",
        spot="on",
        eviction="Delete",
        guard="none",
        subnet="new:fresh",
        subnet__name="fresh",
        diagnostics="off",
    )
    machine = arm.get(f"{arm.subscription}/resourceGroups/other/providers/{MACHINE}/cheap")
    assert at(machine, "properties.priority") == "Spot"
    assert at(machine, "properties.evictionPolicy") == "Delete"
    assert at(machine, "properties.diagnosticsProfile.bootDiagnostics.enabled") is not True


def test_what_one_choice_demands_of_another(console: Visitor) -> None:
    page = console.ask("CreateVirtualMachine")
    answer = console.act("CreateVirtualMachine/check", page, key_source="own", guard="advanced")
    for label in ("SSH public key", "Configure network security group", "Virtual machine name"):
        assert f"{label} is required" in answer.text


def power(arm: Cloud, id: str) -> str:
    return str(arm.get(f"{id}/instanceView")["statuses"][-1]["code"])


def test_power_size_and_tags(console: Visitor, arm: Cloud, web: str) -> None:
    done(console, "StopVirtualMachine", web)
    assert power(arm, web) == "PowerState/deallocated"
    assert "Stopped (deallocated)" in console.look(f"resource{web}/overview").html
    done(console, "ResizeVirtualMachine", web, size="Standard_B1ms")
    assert at(arm.get(web), "properties.hardwareProfile.vmSize") == "Standard_B1ms"
    assert console.post("/action/StartVirtualMachine", [("id", web)]).status_code == 200
    assert power(arm, web) == "PowerState/running"
    done(console, "RestartVirtualMachine", web)
    done(console, "EditTags", web, tags__key=["a", "b"], tags__value=["1", "2"])
    assert arm.get(web)["tags"] == {"a": "1", "b": "2"}
    done(console, "BootDiagnostics", web, status="off")
    assert "Not enabled" in console.look(f"resource{web}/bootDiagnostics").html
    options = console.client.get("/options/vm-sizes", params={"q": "b2"}).json()["options"]
    assert "Standard_B2s" in {option["value"] for option in options}


def test_disks(console: Visitor, arm: Cloud, web: str, group: str) -> None:
    done(console, "CreateDisk", name="data", size="16", type="Standard_LRS")
    disk = f"{group}/providers/Microsoft.Compute/disks/data"
    assert console.ask("AttachDisk", web).options("disk") == [disk]
    done(console, "AttachDisk", web, disk=disk)
    assert arm.get(disk)["managedBy"] == web
    assert "data" in console.look(f"resource{web}/disks").rows
    done(console, "DetachDisk", disk)
    done(console, "ResizeDisk", disk, size="32")
    found = arm.get(disk)
    assert (at(found, "properties.diskState"), at(found, "properties.diskSizeGB")) == (
        "Unattached",
        32,
    )
    done(console, "DeleteDisk", disk)
    assert disk not in {each["id"] for each in arm.all("/providers/Microsoft.Compute/disks")}
    done(console, "CreateAndAttachDisk", web, name="more", size="8")
    assert len(at(arm.get(web), "properties.storageProfile.dataDisks")) == 2


def test_a_machine_goes_with_what_was_chosen(console: Visitor, arm: Cloud, web: str) -> None:
    done(console, "DeleteVirtualMachine", web, nics="on", addresses="on", data_disks="on")
    left = {each["type"].rpartition("/")[2] for each in arm.all("/resources")}
    assert left == {"virtualNetworks", "networkSecurityGroups", "sshPublicKeys"}


def test_security_rules(console: Visitor, arm: Cloud, group: str) -> None:
    done(console, "CreateNetworkSecurityGroup", name="web")
    guard = f"{group}/providers/{NETWORK}/networkSecurityGroups/web"
    fields = {"name": "https", "ports": "443, 8443", "protocol": "Tcp", "source": "10.0.0.0/8"}
    done(console, "AddInboundRule", guard, **fields)
    rule = f"{guard}/securityRules/https"
    told = arm.get(rule)["properties"]
    assert told["destinationPortRanges"] == ["443", "8443"]
    assert (told["priority"], told["direction"]) == (100, "Inbound")
    assert dict(console.ask("AddInboundRule", guard).fields)["priority"] == "110"
    page = console.ask("EditRule", rule)
    assert dict(page.fields)["ports"] == "443,8443"
    done(console, "EditRule", rule, ports="443", priority="200")
    told = arm.get(rule)["properties"]
    assert (told["destinationPortRange"], told["priority"]) == ("443", 200)
    done(console, "AddOutboundRule", guard, name="none", ports="*", access="Deny")
    assert "none" in console.look(f"resource{guard}/outboundSecurityRules").rows
    done(console, "DeleteRule", rule)
    assert "https" not in console.look(f"resource{guard}/inboundSecurityRules").rows
    done(console, "DeleteNetworkSecurityGroup", guard)


def test_networks_interfaces_and_addresses(console: Visitor, arm: Cloud, group: str) -> None:
    done(console, "CreateVirtualNetwork", name="net", space="10.1.0.0/16", prefix="10.1.0.0/24")
    done(console, "CreateNetworkSecurityGroup", name="web")
    done(console, "CreatePublicIPAddress", name="out", label="cloudops-out")
    inner = f"{group}/providers/{NETWORK}"
    net, guard, address = (
        f"{inner}/{part}"
        for part in ("virtualNetworks/net", "networkSecurityGroups/web", "publicIPAddresses/out")
    )
    done(console, "AddSubnet", net, name="back", prefix="10.1.1.0/24", nsg=guard)
    subnet = f"{net}/subnets/back"
    assert at(arm.get(subnet), "properties.networkSecurityGroup.id") == guard
    done(console, "EditSubnet", subnet, nsg="none")
    assert at(arm.get(subnet), "properties.networkSecurityGroup") is None
    done(console, "CreateNetworkInterface", name="nic", subnet=subnet, private="10.1.1.9")
    nic = f"{inner}/networkInterfaces/nic"
    done(console, "ChangeNetworkSecurityGroup", nic, nsg=guard)
    assert at(arm.get(nic), "properties.networkSecurityGroup.id") == guard
    done(console, "AssociatePublicIPAddress", address, nic=nic)
    assert "nic" in console.look("browse/microsoft.network/publicipaddresses").html
    done(console, "DissociatePublicIPAddress", address)
    assert at(arm.get(address), "properties.ipConfiguration") is None
    assert at(arm.get(nic), "properties.networkSecurityGroup.id") == guard
    refused = console.act("DeleteSubnet", console.ask("DeleteSubnet", subnet), subnet)
    assert refused.status_code == 422
    assert "InUseSubnetCannotBeDeleted" in refused.text
    for action, id in (
        ("DeleteNetworkInterface", nic),
        ("DeleteSubnet", subnet),
        ("DeletePublicIPAddress", address),
        ("DeleteVirtualNetwork", net),
    ):
        done(console, action, id)


def test_load_balancers(console: Visitor, arm: Cloud, web: str, group: str) -> None:
    member = f"{group}/providers/{NETWORK}/networkInterfaces/web-nic/ipConfigurations/ipconfig1"
    done(
        console,
        "CreateLoadBalancer",
        name="lb",
        address="new:lb-ip",
        address__name="lb-ip",
        members=[member],
        probe_protocol="Http",
    )
    balancer = f"{group}/providers/{NETWORK}/loadBalancers/lb"
    found = arm.get(balancer)
    (pool,) = at(found, "properties.backendAddressPools")
    assert [each["id"] for each in at(pool, "properties.backendIPConfigurations")] == [member]
    assert at(found, "properties.probes")[0]["properties"]["requestPath"] == "/"
    done(console, "AddBackendPool", balancer, name="spare", members=[member])
    done(console, "AddHealthProbe", balancer, name="tcp", port="8080")
    done(
        console,
        "AddLoadBalancingRule",
        balancer,
        name="more",
        port="8080",
        backend_port="8080",
        pool=f"{balancer}/backendAddressPools/spare",
        probe=f"{balancer}/probes/tcp",
    )
    assert console.look(f"resource{balancer}/loadBalancingRules").rows == ["rule", "more"]
    done(console, "DeleteLoadBalancingRule", f"{balancer}/loadBalancingRules/more")
    done(console, "DeleteHealthProbe", f"{balancer}/probes/tcp")
    done(console, "EditBackendPool", f"{balancer}/backendAddressPools/spare", members=[])
    done(console, "DeleteBackendPool", f"{balancer}/backendAddressPools/spare")
    assert console.look(f"resource{balancer}/backendPool").rows == ["backend"]
    done(console, "DeleteLoadBalancer", balancer)


def test_resource_groups(console: Visitor, arm: Cloud) -> None:
    done(console, "CreateResourceGroup", name="new", location="westeurope")
    id = f"{arm.subscription}/resourceGroups/new"
    assert arm.get(id)["location"] == "westeurope"
    done(console, "EditTags", id, tags__key=["a"], tags__value=["b"])
    assert "a : b" in console.look("browse/resourcegroups").html
    done(console, "DeleteResourceGroup", id)
    assert console.look("browse/resourcegroups").rows == ["cloudops"]


def test_every_page_opens(console: Visitor, arm: Cloud, web: str, group: str) -> None:
    pages = ("browse/", "create/", "home", "notifications", "view/")
    for name in VIEWS:
        if name.startswith(pages) and not name.endswith("/event"):
            console.look(name)
    found = {each["type"].casefold(): each["id"] for each in arm.all("/resources")}
    found["microsoft.resources/resourcegroups"] = group
    opened = 0
    for sort in SORTS:
        for _, blade in sort.blades:
            assert sort.view(blade) in VIEWS, sort.view(blade)
            if id := found.get(sort.type.casefold()):
                page = console.look(f"resource{id}/{blade}")
                opened += bool(page.html)
    assert opened > 30
    log = console.look("view/Microsoft_Azure_Monitoring/AzureMonitoringBrowseBlade/~/activityLog")
    assert "Microsoft.Resources/deployments/write" in log.html
    assert "Create virtual machine" in console.look("notifications").html


def test_service_health(console: Visitor, azure: Any) -> None:
    event = {
        "id": "VT60-RC0",
        "type": "ServiceIssue",
        "status": "Active",
        "title": "Virtual machines: restarts in East US",
        "summary": "We are aware of it.",
        "service": "Virtual Machines",
        "regions": ["East US"],
        "begins": "2026-01-02T03:04:00+00:00",
    }
    azure.ask("POST", "events", [event])
    blade = "view/Microsoft_Azure_Health/AzureHealthBrowseBlade/~"
    assert console.look(f"{blade}/serviceIssues").rows == [event["title"]]
    assert console.look(f"{blade}/plannedMaintenance").rows == []
    assert console.look(f"{blade}/healthHistory").rows == [event["title"]]
    assert "We are aware of it." in console.look(f"{blade}/event/VT60-RC0").html


def test_every_action_has_a_form_or_is_direct() -> None:
    assert {a.name for a in ACTIONS.values() if a.ask is None} == {"StartVirtualMachine"}
