from __future__ import annotations

from typing import Any

import pytest

from cloudops.planner.cost import cost_of, standing_cost
from fakes.azure_plans import arm, call, ref, resource, step, world
from modalities.action import SdkCall
from modalities.plan import Cost
from modalities.prices.table import Prices, load
from modalities.resource import Kind, World
from modalities.step import Effect, Step

REGION = "eastus"
B2S, B1S, P4, P10, IPV4 = 0.0416 * 730, 0.0104 * 730, 5.28, 19.71, 0.005 * 730
EMPTY = world()
UBUNTU = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server"}


@pytest.fixture(scope="module")
def prices() -> Prices:
    return load()


def vm_body(**properties: Any) -> dict[str, Any]:
    storage = {
        "imageReference": properties.pop("image", UBUNTU),
        "osDisk": properties.pop("osDisk", {"managedDisk": {"storageAccountType": "Premium_LRS"}}),
        "dataDisks": properties.pop("dataDisks", []),
    }
    usual = {"hardwareProfile": {"vmSize": "Standard_B2s"}, "storageProfile": storage}
    return {"location": REGION, "properties": {**usual, **properties}}


def put_vm(**properties: Any) -> Step:
    action = call(
        "virtual_machines.begin_create_or_update", vmName="web-1", body=vm_body(**properties)
    )
    return step("make", Effect.CREATE, action, ref(Kind.VM, "web-1"))


def act(operation: str, service: str = "compute", effect: Effect = Effect.UPDATE, **p: Any) -> Step:
    return step("act", effect, call(operation, service, **p), ref(Kind.VM, "web-1"))


HELD = world(
    resource(
        Kind.VM, "web-1", size="Standard_B2s", state="running", platform="linux",
        public_ip="20.0.0.1", monitoring=True,
    ),
    resource(
        Kind.DISK, "web-1-os", type="Premium_LRS", gib=30, boot=True,
        attached_to=arm(Kind.VM, "web-1"), delete_with_vm=True,
    ),
    resource(
        Kind.DISK, "data-1", type="StandardSSD_LRS", gib=128,
        attached_to=arm(Kind.VM, "web-1"), delete_with_vm=False,
    ),
    resource(Kind.PUBLIC_IP, "web-1-ip", address="20.0.0.1", type="Standard"),
    resource(Kind.NETWORK, "net"),
    resource(Kind.NIC, "web-1-nic", public_ip="20.0.0.1"),
    resource(Kind.BUCKET, "account1"),
)  # fmt: skip


def cost(prices: Prices, *steps: Step, holds: World = EMPTY, region: str = REGION) -> Cost:
    return cost_of(steps, holds, prices, region)


def test_a_machine_and_its_system_disk(prices: Prices) -> None:
    found = cost(prices, put_vm())
    assert [line.what for line in found.lines] == [
        "web-1: Premium_LRS disk, 30 GiB assumed",
        "web-1: Standard_B2s, 730 h",
    ]
    assert found.change == pytest.approx(B2S + P4, abs=0.02)


def test_what_stands(prices: Prices) -> None:
    found = standing_cost(HELD, prices, REGION)
    assert found.change == pytest.approx(B2S + P4 + 9.60 + IPV4, abs=0.02)
    assert len(found.lines) == 4, "an address is paid for once, diagnostics and networks never"


@pytest.mark.parametrize(
    ("gib", "type_", "month"),
    [
        (32, "Premium_LRS", 5.28),
        (33, "Premium_LRS", 10.21),
        (1024, "premium_lrs", 135.17),
        (8, "StandardSSD_LRS", 0.60),
        (100, "Standard_LRS", 5.89),
        (16, "Premium_LRS", None),
        (2048, "Premium_LRS", None),
        (64, "Premium_ZRS", None),
        (64, "UltraSSD_LRS", None),
    ],
)
def test_disks_are_sold_in_steps(prices: Prices, gib: int, type_: str, month: float | None) -> None:
    body = {"sku": {"name": type_}, "properties": {"diskSizeGB": gib}}
    make = step(
        "d", Effect.CREATE, call("disks.begin_create_or_update", diskName="d", body=body),
        ref(Kind.DISK, "d"),
    )  # fmt: skip
    assert cost(prices, make).change == month


def test_spot_has_a_bound_and_no_price(prices: Prices) -> None:
    found = cost(prices, put_vm(priority="Spot"))
    assert found.change is None
    assert found.lines[1].at_most == pytest.approx(B2S, abs=0.01)


@pytest.mark.parametrize(
    "properties",
    [
        {"osProfile": {"windowsConfiguration": {}}},
        {"image": {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer"}},
        {"image": {"publisher": "RedHat", "offer": "RHEL"}},
        {"hardwareProfile": {"vmSize": "Standard_M416ms_v2"}},
        {"hardwareProfile": {}},
    ],
    ids=str,
)
def test_what_the_linux_table_does_not_hold_is_unknown(
    prices: Prices, properties: dict[str, Any]
) -> None:
    found = cost(prices, put_vm(**properties))
    assert found.change is None
    assert found.lines[1].monthly is None


def test_a_system_disk_whose_type_nobody_said_is_unknown(prices: Prices) -> None:
    assert cost(prices, put_vm(osDisk={})).change is None


def test_another_region_is_unknown_and_not_free(prices: Prices) -> None:
    assert cost(prices, put_vm(), region="brazilsouth").change is None
    assert cost(prices, put_vm(), region="westeurope").lines[1].monthly == round(0.048 * 730, 2)


def test_stopping_saves_nothing_and_deallocating_the_hours(prices: Prices) -> None:
    assert (
        cost(prices, act("virtual_machines.begin_power_off", vmName="web-1"), holds=HELD).change
        == 0
    )
    stopped = cost(prices, act("virtual_machines.begin_deallocate", vmName="WEB-1"), holds=HELD)
    assert stopped.change == pytest.approx(-B2S, abs=0.01)
    off = world(resource(Kind.VM, "web-1", size="Standard_B2s", state="stopped", deallocated=True))
    started = cost(prices, act("virtual_machines.begin_start", vmName="web-1"), holds=off)
    assert started.change == pytest.approx(B2S, abs=0.01)
    paused = world(
        resource(Kind.VM, "web-1", size="Standard_B2s", state="stopped", deallocated=False)
    )
    assert standing_cost(paused, prices, REGION).change == pytest.approx(B2S, abs=0.01)


def test_a_machine_takes_along_the_disks_that_go_with_it(prices: Prices) -> None:
    gone = act("virtual_machines.begin_delete", effect=Effect.DELETE, vmName="web-1")
    assert cost(prices, gone, holds=HELD).change == pytest.approx(-B2S - P4, abs=0.02)
    kept = {"storageProfile": {"osDisk": {
        "managedDisk": {"id": arm(Kind.DISK, "web-1-os")}, "deleteOption": "Detach"}}}  # fmt: skip
    keep = act("virtual_machines.begin_update", vmName="web-1", body={"properties": kept})
    assert cost(prices, keep, gone, holds=HELD).change == pytest.approx(-B2S, abs=0.02)


def test_a_resize_and_a_new_data_disk(prices: Prices) -> None:
    smaller = {"properties": {"hardwareProfile": {"vmSize": "Standard_B1s"}}}
    resized = act("virtual_machines.begin_update", vmName="web-1", body=smaller)
    assert cost(prices, resized, holds=HELD).change == pytest.approx(B1S - B2S, abs=0.02)
    data = {
        "lun": 1, "name": "data-2", "createOption": "Empty", "diskSizeGB": 128,
        "managedDisk": {"storageAccountType": "Premium_LRS"},
    }  # fmt: skip
    body = {"properties": {"storageProfile": {"dataDisks": [data]}}}
    written = act("virtual_machines.begin_create_or_update", vmName="web-1", body=body)
    assert cost(prices, written, holds=HELD).change == pytest.approx(P10, abs=0.01)
    gone = act("disks.begin_delete", effect=Effect.DELETE, diskName="data-2")
    assert cost(prices, written, gone, holds=HELD).change == pytest.approx(0)


def test_a_snapshot_costs_what_its_disk_can_hold(prices: Prices) -> None:
    source = {
        "creationData": {"createOption": "Copy", "sourceResourceId": arm(Kind.DISK, "DATA-1")}
    }
    made = act(
        "snapshots.begin_create_or_update", snapshotName="s", body={"properties": source},
        effect=Effect.CREATE,
    )  # fmt: skip
    assert cost(prices, made, holds=HELD).change == pytest.approx(128 * 0.05)
    fast = act(
        "snapshots.begin_create_or_update", snapshotName="s", effect=Effect.CREATE,
        body={"sku": {"name": "Premium_LRS"}, "properties": source},
    )  # fmt: skip
    assert cost(prices, fast, holds=HELD).change is None


def balancer(rules: int, sku: str | None = "Standard") -> Step:
    body: dict[str, Any] = {
        "properties": {"loadBalancingRules": [{"name": str(n)} for n in range(rules)]}
    }
    if sku:
        body["sku"] = {"name": sku}
    action = call(
        "load_balancers.begin_create_or_update", "network", loadBalancerName="lb", body=body
    )
    return step("lb", Effect.CREATE, action, ref(Kind.LOAD_BALANCER, "lb"))


@pytest.mark.parametrize(
    ("rules", "sku", "month"),
    [(0, "Standard", 0.0), (1, "Standard", 18.25), (5, "Standard", 18.25), (7, "Standard", 32.85),
     (1, "Gateway", None), (1, None, None)],
)  # fmt: skip
def test_a_load_balancer(prices: Prices, rules: int, sku: str | None, month: float | None) -> None:
    assert cost(prices, balancer(rules, sku)).change == month


@pytest.mark.parametrize(
    ("body", "month"),
    [
        ({"sku": {"name": "Standard"}}, 3.65),
        ({}, None),
        ({"sku": {"name": "Basic"}}, None),
        ({"sku": {"name": "Standard"}, "properties": {"publicIPAddressVersion": "IPv6"}}, None),
    ],
)
def test_an_address(prices: Prices, body: dict[str, Any], month: float | None) -> None:
    made = act(
        "public_ip_addresses.begin_create_or_update", "network", Effect.CREATE,
        publicIpAddressName="p", body=body,
    )  # fmt: skip
    assert cost(prices, made).change == month


FREE = {
    "network": call("virtual_networks.begin_create_or_update", "network", virtualNetworkName="n"),
    "subnet": call(
        "subnets.begin_create_or_update", "network", virtualNetworkName="n", subnetName="s"
    ),
    "group": call("resource_groups.create_or_update", "resource"),
    "interface": call(
        "network_interfaces.begin_create_or_update", "network", networkInterfaceName="n"
    ),
    "key": call("ssh_public_keys.create", sshPublicKeyName="k"),
    "a key made": call("ssh_public_keys.generate_key_pair", sshPublicKeyName="k"),
    "account": call("storage_accounts.begin_create", "storage", accountName="a"),
    "tags": call("disks.begin_update", diskName="d", body={"tags": {"a": "b"}}),
}


@pytest.mark.parametrize("action", FREE.values(), ids=FREE)
def test_what_costs_nothing_to_be_there(prices: Prices, action: SdkCall) -> None:
    found = cost(prices, step("free", Effect.CREATE, action))
    assert (found.change, found.lines) == (0, ())


UNKNOWN = {
    "image": call("images.begin_create_or_update", imageName="i", body={}),
    "gateway": call("nat_gateways.begin_create_or_update", "network", natGatewayName="g"),
    "scale set": call("virtual_machine_scale_sets.begin_create_or_update", vmScaleSetName="s"),
    "deployment": call(
        "deployments.begin_create_or_update", "resource-deployments", deploymentName="d"
    ),
    "never heard of": call("clusters.begin_create_or_update", "kusto"),
    "posted": call("virtual_machines.begin_run_command", vmName="web-1"),
}


@pytest.mark.parametrize("action", UNKNOWN.values(), ids=UNKNOWN)
def test_what_no_price_speaks_of_is_unknown(prices: Prices, action: SdkCall) -> None:
    found = cost(prices, step("what", Effect.CREATE, action))
    assert found.change is None
    assert [line.at_most for line in found.lines] == [None]


def test_a_group_that_goes_ends_all_in_it(prices: Prices) -> None:
    gone = act("resource_groups.begin_delete", "resource", Effect.DELETE)
    whole = standing_cost(HELD, prices, REGION).change
    assert whole is not None
    assert cost(prices, gone, holds=HELD).change == pytest.approx(-whole, abs=0.01)


def test_a_resource_named_by_its_type_is_the_same(prices: Prices) -> None:
    by_id = SdkCall(
        "resource", "resources.begin_delete_by_id", {"resourceId": arm(Kind.PUBLIC_IP, "web-1-ip")}
    )
    gone = step("gone", Effect.DELETE, by_id, ref(Kind.PUBLIC_IP, "web-1-ip"))
    assert cost(prices, gone, holds=HELD).change == pytest.approx(-IPV4, abs=0.01)
