"""Machines and what they stand on, made on the sandbox, read back and undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modalities import wanted
from modalities.change import Create
from modalities.contract import Unresolved, Unsupported
from modalities.receipt import Outcome
from modalities.resource import Kind
from modalities.step import Effect
from modalities.wanted import Rule

RUN = {"cloudops:run": "run-test"}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGsQe5V9PzYC8nRzZ4v5ZzBzGk5y5lX0n8b3m3pQ2r7s me@here"


def ids(draft: Any) -> list[str]:
    return [step.id for step in draft.steps]


def wish(*things: Any) -> Create:
    return Create(wanted=things)


def name_of(id: str) -> str:
    return id.rpartition("/")[2]


def test_a_vm_where_there_is_nothing_stands_on_its_own_and_leaves_nothing(nothing: Any) -> None:
    draft = nothing.make(wish(wanted.Vm(name="web-1")))
    assert ids(draft) == [
        "create-resource-group-cloudops",
        "create-network-web-1VNET",
        "create-subnet-web-1Subnet",
        "create-security-group-web-1NSG",
        "create-nic-web-1VMNic",
        "create-vm-web-1",
    ]
    assert {step.effect for step in draft.steps} == {Effect.CREATE}
    vm = nothing.get(Kind.VM, "web-1")
    assert vm["tags"] == RUN
    assert vm["location"] == nothing.target.region
    told = vm["properties"]
    assert told["hardwareProfile"]["vmSize"] == "Standard_B1s"
    assert told["storageProfile"]["imageReference"]["offer"] == "0001-com-ubuntu-server-jammy"
    assert told["osProfile"]["linuxConfiguration"]["disablePasswordAuthentication"] is True
    assert told["storageProfile"]["osDisk"]["deleteOption"] == "Delete"
    nic = nothing.get(Kind.NIC, "web-1VMNic")["properties"]
    assert name_of(nic["networkSecurityGroup"]["id"]) == "web-1NSG"
    assert "publicIPAddress" not in nic["ipConfigurations"][0]["properties"]
    assert nothing.get(Kind.SECURITY_GROUP, "web-1NSG")["properties"]["securityRules"] == []
    nothing.undo()
    assert nothing.holdings() == {}


def test_what_was_taken_for_granted_is_said(cloud: Any) -> None:
    draft = cloud.draft(wish(wanted.Vm(name="web-1")))
    assert draft.defaults == (
        "network: web-1VNET, as there is none yet",
        "range of network web-1VNET: 10.0.0.0/16",
        "security group web-1NSG lets in nothing from outside the network",
        "size: Standard_B1s",
        "image: Ubuntu 22.04 LTS",
        "no public address",
        "login: nobody has the key of these machines; name a key pair for one of yours, or let "
        "`az vm user update --username azureuser` put yours in",
    )
    assert draft.advisories == ()


def test_steps_wait_for_what_they_stand_on_and_for_nothing_else(nothing: Any) -> None:
    draft = nothing.draft(wish(wanted.Vm(name="a-1", public_ip=True), wanted.Vm(name="a-2")))
    needs = {step.id: set(step.needs) for step in draft.steps}
    assert needs["create-resource-group-cloudops"] == set()
    assert needs["create-network-aVNET"] == {"create-resource-group-cloudops"}
    assert needs["create-public-ip-a-1PublicIP"] == {"create-resource-group-cloudops"}
    assert needs["create-nic-a-1VMNic"] == {
        "create-subnet-aSubnet",
        "create-security-group-aNSG",
        "create-public-ip-a-1PublicIP",
    }
    assert needs["create-nic-a-2VMNic"] == {"create-subnet-aSubnet", "create-security-group-aNSG"}
    assert needs["create-vm-a-2"] == {"create-nic-a-2VMNic"}


def test_everything_goes_with_the_machine(cloud: Any) -> None:
    before = cloud.holdings()
    cloud.make(wish(wanted.Vm(name="web-1", public_ip=True)))
    vm = cloud.world(Kind.VM).of(Kind.VM)[0]
    assert vm.attributes["public_ip"]
    cloud.ask("DELETE", vm.id)
    left = {r.name for r in cloud.world() if r.kind is not Kind.RESOURCE_GROUP}
    assert left == {"web-1VNET", "web-1Subnet", "web-1NSG"}
    cloud.undo()  # what is gone already is no error
    assert cloud.holdings() == before


def test_a_machine_that_never_came_up_is_taken_back(cloud: Any, azure_daemon: Any) -> None:
    before = cloud.holdings()
    draft = cloud.draft(wish(wanted.Vm(name="web-1", public_ip=True)))
    cloud.do_some(draft, len(draft.steps) - 1)
    order = {"operation": "Microsoft.Compute/virtualMachines/write", "kind": "capacity", "times": 1}
    azure_daemon.ask("POST", "faults", [order])
    receipt = cloud.receipt(draft.steps[-1])
    assert receipt.partial
    assert cloud.get(Kind.VM, "web-1")["properties"]["provisioningState"] == "Failed"
    cloud.done.append(draft.steps[-1])
    cloud.undo()
    assert cloud.holdings() == before


def test_an_answer_that_was_lost_is_no_second_machine(cloud: Any, azure_daemon: Any) -> None:
    draft = cloud.draft(wish(wanted.Vm(name="web-1")))
    cloud.do_some(draft, len(draft.steps) - 1)
    order = {"operation": "Microsoft.Compute/virtualMachines/write", "kind": "lost", "times": 1}
    azure_daemon.ask("POST", "faults", [order])
    assert cloud.receipt(draft.steps[-1]).outcome in (Outcome.DONE, Outcome.UNKNOWN)
    (vm,) = cloud.world().of(Kind.VM)
    assert vm.attributes["state"] == "running"


def test_ports_are_opened_in_a_group_that_all_share(cloud: Any) -> None:
    ports = (
        Rule(first_port=22, last_port=22, source="203.0.113.7"),
        Rule(first_port=80, last_port=90),
    )
    vms = [wanted.Vm(name=f"web-{n}", open_ports=ports, tags=(("owner", "ada"),)) for n in (1, 2)]
    before = cloud.holdings()
    draft = cloud.make(wish(*vms))
    assert "create-security-group-webNSG" in ids(draft)
    rules = cloud.get(Kind.SECURITY_GROUP, "webNSG")["properties"]["securityRules"]
    seen = [
        (
            r["name"],
            r["properties"]["priority"],
            r["properties"]["sourceAddressPrefix"],
            r["properties"]["destinationPortRange"],
        )
        for r in rules
    ]
    assert seen == [
        ("allow-tcp-22", 1000, "203.0.113.7/32", "22"),
        ("allow-tcp-80-90", 1010, "*", "80-90"),
    ]
    group = cloud.world(Kind.SECURITY_GROUP).of(Kind.SECURITY_GROUP)[0]
    assert group.tags == {"owner": "ada", **RUN}
    assert len(group.attributes["nics"]) == 2
    cloud.undo()
    assert cloud.holdings() == before


def test_three_machines_in_a_named_network(cloud: Any) -> None:
    before = cloud.holdings()
    net = wanted.Network(name="lab-net", cidr="10.30.0.0/16")
    cloud.make(wish(net, *(wanted.Vm(name=f"node-{n}") for n in (1, 2, 3))))
    world = cloud.world()
    assert {vm.attributes["state"] for vm in world.of(Kind.VM)} == {"running"}
    assert {vm.attributes["subnet"] for vm in world.of(Kind.VM)} == {
        s.id for s in world.of(Kind.SUBNET)
    }
    assert [n.attributes["cidr"] for n in world.of(Kind.NETWORK)] == ["10.30.0.0/16"]
    assert [s.attributes["cidr"] for s in world.of(Kind.SUBNET)] == ["10.30.0.0/24"]
    cloud.undo()
    assert cloud.holdings() == before


def test_the_only_network_is_used_and_it_is_said(cloud: Any) -> None:
    cloud.network("net", "10.7.0.0/16", "front", "back")
    before = cloud.holdings()
    draft = cloud.make(wish(wanted.Vm(name="web-1", subnet="back")))
    assert ids(draft) == [
        "create-security-group-web-1NSG",
        "create-nic-web-1VMNic",
        "create-vm-web-1",
    ]
    draft = cloud.make(wish(wanted.Vm(name="web-2")))
    assert "network: net, the only one" in draft.defaults
    assert "subnet: back of network net" in draft.defaults
    subnets = {vm.name: name_of(vm.attributes["subnet"]) for vm in cloud.world().of(Kind.VM)}
    assert subnets == {"web-1": "back", "web-2": "back"}
    cloud.undo()
    assert cloud.holdings() == before


def test_of_several_networks_one_must_be_named(cloud: Any) -> None:
    cloud.network("one", "10.1.0.0/16")
    cloud.network("two", "10.2.0.0/16")
    with pytest.raises(Unresolved, match="which of the networks") as asked:
        cloud.draft(wish(wanted.Vm(name="web-1")))
    assert asked.value.candidates == ("one", "two")
    cloud.make(wish(wanted.Vm(name="web-1", network="two")))
    assert name_of(cloud.world().of(Kind.VM)[0].attributes["network"]) == "two"


def test_subnets_of_one_name_are_told_apart(cloud: Any) -> None:
    cloud.network("one", "10.1.0.0/16", "default")
    before = cloud.holdings()
    net = wanted.Network(name="two", cidr="10.2.0.0/16")
    cloud.make(wish(net, wanted.Subnet(name="default", network="two", cidr="10.2.4.0/24")))
    assert {s.name for s in cloud.world().of(Kind.SUBNET)} == {"one/default", "two/default"}
    cloud.make(wish(wanted.Vm(name="web-1", network="two", subnet="default")))
    assert "/two/" in cloud.world().of(Kind.VM)[0].attributes["subnet"]
    cloud.undo()
    assert cloud.holdings() == before


def test_a_free_range_is_found_beside_others(cloud: Any) -> None:
    cloud.network("net", "10.0.0.0/16", "a", "b")
    cloud.make(wish(wanted.Subnet(name="c", network="net"), wanted.Network(name="other")))
    ranges = {r.name: r.attributes["cidr"] for r in cloud.world(Kind.NETWORK, Kind.SUBNET)}
    assert ranges["c"] == "10.0.2.0/24"
    assert ranges["other"] == "10.1.0.0/16"


def test_spot_monitored_with_disk_and_zone(cloud: Any) -> None:
    before = cloud.holdings()
    vm = wanted.Vm(
        name="batch-1",
        size="d2s_v3",
        spot=True,
        monitoring=True,
        disk_gib=64,
        disk_type="premium",
        zone="eastus-2",
        image="debian",
    )
    cloud.make(wish(vm, wanted.Disk(name="data", gib=100, attach_to="batch-1")))
    document = cloud.get(Kind.VM, "batch-1")
    told = document["properties"]
    assert document["zones"] == ["2"]
    assert (told["priority"], told["evictionPolicy"]) == ("Spot", "Deallocate")
    assert told["billingProfile"]["maxPrice"] == -1
    assert told["diagnosticsProfile"]["bootDiagnostics"]["enabled"] is True
    assert told["storageProfile"]["osDisk"]["diskSizeGB"] == 64
    assert told["storageProfile"]["osDisk"]["managedDisk"]["storageAccountType"] == "Premium_LRS"
    assert told["hardwareProfile"]["vmSize"] == "Standard_D2s_v3"
    (data,) = told["storageProfile"]["dataDisks"]
    assert (data["lun"], data["diskSizeGB"]) == (0, 100)
    assert cloud.get(Kind.DISK, "data")["zones"] == ["2"]
    cloud.undo()
    assert cloud.holdings() == before


def test_sizes_by_need_and_by_another_clouds_name(cloud: Any) -> None:
    draft = cloud.draft(wish(wanted.Vm(name="a", vcpus=2, memory_gib=4)))
    assert draft.steps[-1].after["size"] == "Standard_B2ls_v2" or (
        draft.steps[-1].after["size"] == "Standard_B2s"
    )
    draft = cloud.draft(wish(wanted.Vm(name="a", size="t3.medium")))
    assert any("t3.medium is a size of AWS" in text for text in draft.defaults)
    with pytest.raises(Unsupported, match="did you mean"):
        cloud.draft(wish(wanted.Vm(name="a", size="Standard_B2z")))
    with pytest.raises(Unsupported, match="no Standard_B2s as spot"):
        cloud.draft(wish(wanted.Vm(name="a", size="B2s", spot=True)))
    cloud.make(wish(wanted.Vm(name="a", spot=True)))
    assert cloud.get(Kind.VM, "a")["properties"]["priority"] == "Spot"


def test_a_key_of_ones_own(cloud: Any) -> None:
    before = cloud.holdings()
    key = wanted.KeyPair(name="mine", public_key=KEY)
    cloud.make(wish(key, wanted.Vm(name="web-1", key_pair="mine")))
    profile = cloud.get(Kind.VM, "web-1")["properties"]["osProfile"]
    (entry,) = profile["linuxConfiguration"]["ssh"]["publicKeys"]
    assert entry["keyData"] == KEY
    cloud.undo()
    assert cloud.holdings() == before


def test_a_key_that_azure_generates_is_kept_by_its_owner_alone(cloud: Any, tmp_path: Path) -> None:
    cloud.secrets = tmp_path
    before = cloud.holdings()
    draft = cloud.make(wish(wanted.KeyPair(name="ops"), wanted.Vm(name="web-1", key_pair="ops")))
    assert ids(draft)[:2] == ["create-key-pair-ops", "generate-key-pair-ops"]
    assert "PRIVATE" not in str(draft)
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE KEY" in kept.read_text()
    assert "PRIVATE" not in str(cloud.outputs)
    profile = cloud.get(Kind.VM, "web-1")["properties"]["osProfile"]
    (entry,) = profile["linuxConfiguration"]["ssh"]["publicKeys"]
    assert entry["keyData"] == cloud.get(Kind.KEY_PAIR, "ops")["properties"]["publicKey"]
    cloud.undo()
    assert cloud.holdings() == before


def test_a_key_that_is_there(cloud: Any) -> None:
    cloud.put(Kind.KEY_PAIR, "old", {"properties": {"publicKey": KEY}})
    draft = cloud.draft(wish(wanted.Vm(name="web-1", key_pair="old")))
    assert KEY in str(draft.steps[-1].action.parameters)
    with pytest.raises(Unresolved):
        cloud.draft(wish(wanted.Vm(name="web-1", key_pair="none")))


def test_a_group_that_is_named_guards_and_is_opened(cloud: Any) -> None:
    deny = {
        "protocol": "*",
        "access": "Deny",
        "direction": "Inbound",
        "priority": 1000,
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "8000-9000",
    }
    rules = [{"name": "no", "properties": deny}]
    cloud.put(Kind.SECURITY_GROUP, "door", {"properties": {"securityRules": rules}})
    before = cloud.holdings()
    ports = (Rule(first_port=8080, last_port=8080), Rule(first_port=80, last_port=80))
    vm = wanted.Vm(name="web-1", security_groups=("door",), open_ports=ports)
    draft = cloud.make(wish(vm))
    assert ids(draft)[:2] == ["create-network-web-1VNET", "create-subnet-web-1Subnet"]
    seen = {
        r["name"]: r["properties"]["priority"]
        for r in cloud.get(Kind.SECURITY_GROUP, "door")["properties"]["securityRules"]
    }
    assert seen == {"no": 1000, "allow-tcp-8080": 999, "allow-tcp-80": 1010}
    again = cloud.draft(wish(wanted.SecurityGroup(name="door", rules=ports)))
    assert again.steps == ()
    cloud.undo()
    assert cloud.holdings() == before
    with pytest.raises(Unsupported, match="one security group"):
        cloud.draft(wish(wanted.Vm(name="web-1", security_groups=("door", "two"))))


def test_a_subnet_that_is_guarded_keeps_ports_shut_and_it_is_said(cloud: Any) -> None:
    cloud.network("net", "10.7.0.0/16", "default")
    guard = cloud.put(Kind.SECURITY_GROUP, "wall", {})
    subnet = cloud.get(Kind.SUBNET, "net", "default")
    told = {"addressPrefix": "10.7.0.0/24", "networkSecurityGroup": {"id": guard}}
    cloud.ask("PUT", subnet["id"], {"properties": told})
    http = Rule(first_port=80, last_port=80)
    draft = cloud.draft(wish(wanted.Vm(name="web-1", open_ports=(http,))))
    (said,) = draft.advisories
    assert said.text.startswith("security group wall guards the whole subnet of web-1")
    assert cloud.draft(wish(wanted.Vm(name="web-1"))).advisories == ()


def test_storage_accounts(cloud: Any) -> None:
    before = cloud.holdings()
    cloud.make(wish(wanted.Bucket(name="logs4711", tags=(("owner", "ada"),))))
    account = cloud.get(Kind.BUCKET, "logs4711")
    assert account["tags"] == {"owner": "ada", **RUN}
    assert account["properties"]["minimumTlsVersion"] == "TLS1_2"
    assert account["properties"]["allowBlobPublicAccess"] is False
    cloud.undo()
    assert cloud.holdings() == before
    with pytest.raises(Unsupported, match="mylogs would do"):
        cloud.draft(wish(wanted.Bucket(name="My-Logs")))


def test_addresses_and_interfaces_by_themselves(cloud: Any) -> None:
    before = cloud.holdings()
    cloud.make(
        wish(wanted.PublicIp(name="front"), wanted.Nic(name="extra"), wanted.Disk(name="spare"))
    )
    address = cloud.get(Kind.PUBLIC_IP, "front")
    assert address["sku"]["name"] == "Standard"
    assert address["properties"]["publicIPAllocationMethod"] == "Static"
    assert cloud.get(Kind.DISK, "spare")["properties"]["diskSizeGB"] == 32
    assert {n.name for n in cloud.world(Kind.NETWORK)} >= {"extraVNET"}
    cloud.undo()
    assert cloud.holdings() == before


def test_an_address_that_was_asked_for_stays_without_its_machine(cloud: Any) -> None:
    cloud.make(wish(wanted.Vm(name="web-1"), wanted.PublicIp(name="front", attach_to="web-1")))
    vm = cloud.world(Kind.VM).of(Kind.VM)[0]
    assert vm.attributes["public_ip"]
    cloud.ask("DELETE", vm.id)
    assert [a.name for a in cloud.world(Kind.PUBLIC_IP).of(Kind.PUBLIC_IP)] == ["front"]


def test_what_is_taken_is_not_overwritten(cloud: Any) -> None:
    cloud.outside("web-1")
    with pytest.raises(Unresolved, match="there is a VM web-1 already"):
        cloud.draft(wish(wanted.Vm(name="web-1")))
    cloud.put(Kind.SECURITY_GROUP, "web-2NSG", {})
    draft = cloud.make(wish(wanted.Vm(name="web-2")))
    assert "create-security-group-web-2NSG-2" in ids(draft)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (wanted.Vm(name="web 1"), "web-1 would do"),
        (wanted.Vm(name="w", image="windows"), "password"),
        (wanted.Vm(name="w", disk_gib=8), "30 GiB at least"),
        (wanted.Vm(name="w", zone="9"), "zones of Azure"),
        (wanted.Vm(name="w", size="Standard_A1_v2", disk_type="premium"), "takes no Premium_LRS"),
        (wanted.Disk(name="d", type="tape"), "no disk type tape"),
        (wanted.LoadBalancer(name="l", protocol="https"), "certificate"),
        (wanted.Bucket(name="abc", versioning=True), "versions"),
    ],
)
def test_what_there_is_not_is_said(cloud: Any, thing: Any, words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        cloud.draft(wish(thing))
