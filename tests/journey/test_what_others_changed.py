"""A way back leaves what other runs have changed since, whichever hand had done the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from journey.conftest import Product, Witness, missing
from kill.arm import Arm
from sandbox import control
from sandbox.azure.daemon import AzureSandbox, home_of
from sandbox.azure.names import SUBSCRIPTION

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/cloudops/providers"
NIC = f"{GROUP}/Microsoft.Network/networkInterfaces/web-1VMNic"
VM = f"{GROUP}/Microsoft.Compute/virtualMachines/web-1"
LAB = ("--target", "azure-sandbox", "--yes", "--max-risk", "high")


@dataclass(frozen=True, slots=True)
class Cloud:
    product: Product
    arm: Arm

    def run(self, words: str, hand: str = "sdk") -> str:
        done = self.product("run", words, "--modality", hand, *LAB)
        assert done.code == 0, done.out + done.err
        return str(done.report["run"])

    def interface(self) -> Any:
        return self.arm.get(NIC, "2024-05-01")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    pytest.importorskip("azure.mgmt.network", reason="Azure's SDK is not installed")
    product = Product(tmp_path_factory.mktemp("home"), "http://127.0.0.1:1")
    assert product("sandbox", "up", "--cloud", "azure").code == 0
    try:
        azure = AzureSandbox(home_of(Path(product.environment["CLOUDOPS_STATE_DIR"]) / "sandbox"))
        port = int(azure.endpoint().rpartition(":")[2].strip("/"))
        made = Cloud(product, Arm(port, azure.home / control.AUTHORITY))
        made.run("create a VM named web-1")
        yield made
    finally:
        product("sandbox", "down")


@pytest.mark.parametrize("hand", ["sdk", "cli", "iac"])
def test_what_another_run_has_put_beside_it_stays(cloud: Cloud, hand: str) -> None:
    """Azure's PUT writes the interface whole, its tags too."""
    if hand == "cli":
        from modalities.cli.azcli.tool import search

        if not search().tool:
            pytest.skip("no az command")
    run = cloud.run(f"create a public IP named {hand}-ip and attach it to web-1", hand)
    cloud.run(f"tag network interface web-1VMNic with {hand}=other")
    (first,) = cloud.interface()["properties"]["ipConfigurations"]
    assert f"{hand}-ip" in first["properties"]["publicIPAddress"]["id"]

    back = cloud.product("undo", run, *LAB)
    assert back.code == 0, back.out + back.err
    now = cloud.interface()
    assert now["tags"][hand] == "other"
    (first,) = now["properties"]["ipConfigurations"]
    assert "publicIPAddress" not in first["properties"]


@pytest.mark.parametrize("hand", ["sdk", "iac"])
def test_what_another_run_has_set_again_is_not_set_back(cloud: Cloud, hand: str) -> None:
    run = cloud.run(f"tag web-1 with {hand}=first", hand)
    cloud.run(f"tag web-1 with {hand}=second")
    back = cloud.product("undo", run, *LAB)
    assert back.code == 5, back.out + back.err
    assert back.report["error"]["detail"] == (
        f"vm/web-1: tag:{hand} is second now, that run had left first"
    )
    assert cloud.arm.get(VM, "2024-07-01")["tags"][hand] == "second"


def test_terraform_keeps_what_another_run_wrote_and_what_others_changed(
    product: Product, witness: Witness
) -> None:
    """Terraform writes a machine's tags whole, and its code is one for all runs."""
    if lacking := missing("iac"):
        pytest.skip(lacking)
    go = ("--target", "lab", "--yes", "--max-risk", "high")
    assert product("run", "create a VM named web-1", *go).code == 0
    tagged = product("run", "tag web-1 with env=prod", "--modality", "iac", *go)
    assert tagged.code == 0, tagged.out + tagged.err
    more = ("run", "create a bucket named labx12345", "--modality", "iac")
    assert product(*more, *go).code == 0
    machine = witness.vms()["web-1"]["InstanceId"]
    witness.ec2.create_tags(Resources=[machine], Tags=[{"Key": "owner", "Value": "ann"}])

    back = product("undo", tagged.report["run"], *go)
    assert back.code == 0, back.out + back.err
    tags = {tag["Key"]: tag["Value"] for tag in witness.vms()["web-1"]["Tags"]}
    assert "env" not in tags
    assert tags["owner"] == "ann"
    listed = product("run", "list buckets", "--target", "lab")
    assert "labx12345" in listed.out
