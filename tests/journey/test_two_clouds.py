"""One request over AWS and Azure, on both sandboxes, seen by boto3 and by plain GETs of ARM."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from journey.conftest import Product, Witness
from kill.arm import Arm
from sandbox import control
from sandbox.azure.daemon import AzureSandbox, home_of
from sandbox.azure.names import SUBSCRIPTION
from sandbox.daemon import Sandbox

pytest.importorskip("azure.mgmt.compute", reason="Azure's SDK is not installed")

ONE_EACH = "create one VM on AWS and one on Azure, both named web-1"
BY_SDK = ("--modality", "sdk")
GO = ("--yes", "--max-risk", "high")
VMS = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachines"
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"


@dataclass
class Both:
    """The product on its own two sandboxes, and what is really there."""

    product: Product
    azure: AzureSandbox
    aws: Witness
    arm: Arm

    def vms(self) -> tuple[set[str], set[str]]:
        named = {row["name"] for row in self.arm.rows(VMS, "2024-07-01")}
        return set(self.aws.vms()), named

    def groups(self) -> list[str]:
        return [row["name"] for row in self.arm.rows(GROUPS, "2022-09-01")]

    def order(self, **fault: Any) -> None:
        """A fault of Azure's; none: all orders are forgotten."""
        port = int(self.azure.endpoint().rpartition(":")[2].strip("/"))
        method = "POST" if fault else "DELETE"
        control.ask(self.azure.home, port, method, "faults", [fault] if fault else None)

    def until(self, there: Callable[[], bool], within: float = 60.0) -> None:
        give_up = time.monotonic() + within
        while not there():
            assert time.monotonic() < give_up
            time.sleep(0.02)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    home = tmp_path_factory.mktemp("two-clouds")
    product = Product(home, "http://127.0.0.1:1")
    for cloud in ("aws", "azure"):
        tries = (product("sandbox", "up", "--cloud", cloud) for _ in range(3))
        assert any(up.code == 0 for up in tries)
    place = Path(product.environment["CLOUDOPS_STATE_DIR"]) / "sandbox"
    azure, aws = AzureSandbox(home_of(place)), Sandbox(place)
    port = int(azure.endpoint().rpartition(":")[2].strip("/"))
    arm = Arm(port, azure.home / control.AUTHORITY)
    yield Both(product, azure, Witness(aws.endpoint()), arm)
    product("sandbox", "down")


NONE: tuple[set[str], set[str]] = (set(), set())
WEB: tuple[set[str], set[str]] = ({"web-1"}, {"web-1"})


def test_one_plan_is_saved_applied_asked_about_and_taken_back(both: Both, tmp_path: Path) -> None:
    product, file = both.product, tmp_path / "plan.json"
    planned = product("plan", ONE_EACH, *BY_SDK, "--out", str(file))
    assert planned.code == 0, planned.out + planned.err
    assert both.vms() == NONE
    plan = planned.report["plan"]
    assert [also["target"] for also in plan["also"]] == ["azure-sandbox"]
    assert {step["target"] for step in plan["steps"]} == {"", "azure-sandbox"}
    assert {line["what"].partition(":")[0] for line in plan["cost"]["lines"]} == {"AWS", "Azure"}
    assert set(plan["evidence"]["rehearsed"]) == {step["id"] for step in plan["steps"]}
    shown = product("show", str(file), json_out=False).out
    assert "on AWS (target sandbox):" in shown
    assert "on Azure (target azure-sandbox):" in shown

    done = product("apply", str(file), *GO)
    assert done.code == 0, done.out + done.err
    assert both.vms() == WEB
    listed = product("run", "which VMs are there on AWS and Azure?")
    assert [row[0] for row in listed.report["answer"]["table"]["rows"]] == ["AWS", "Azure"]

    back = product("undo", *GO)
    assert back.code == 0, back.out + back.err
    assert both.vms() == NONE
    assert both.groups() == []


def test_what_fails_on_azure_is_taken_back_on_aws(both: Both) -> None:
    both.order(operation="Microsoft.Compute/virtualMachines/write", kind="capacity", times=0)
    try:
        failed = both.product("run", ONE_EACH, *BY_SDK, *GO)
    finally:
        both.order()
    assert failed.code == 1, failed.out + failed.err
    assert "AllocationFailed" in failed.report["error"]["detail"]
    assert {r["step"] for r in failed.report["undone"]} >= {
        "undo-aws-create-vm-web-1",
        "undo-azure-create-resource-group-cloudops",
    }
    assert both.vms() == NONE
    assert both.groups() == []


@pytest.mark.parametrize("verb", ["resume", "undo"])
def test_killed_between_the_clouds(both: Both, verb: str) -> None:
    """AWS has its machine, Azure is at work on the network when the process is killed."""
    both.order(operation="Microsoft.Network/*/write", kind="slow", times=0, seconds=4)
    known = {run["id"] for run in both.product("runs").report["runs"]}
    with subprocess.Popen(
        [sys.executable, "-m", "cloudops", "run", ONE_EACH, *BY_SDK, *GO],
        env=both.product.environment,
        cwd=both.product.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        both.until(lambda: both.vms()[0] == {"web-1"} and bool(both.groups()))
        os.killpg(process.pid, signal.SIGKILL)
    both.order()
    assert both.vms() == ({"web-1"}, set())
    (run,) = [r["id"] for r in both.product("runs").report["runs"] if r["id"] not in known]
    if verb == "resume":
        resumed = both.product("resume", run, *GO)
        assert resumed.code == 0, resumed.out + resumed.err
        assert both.vms() == WEB
        assert len(both.aws.vms()) == 1
    undone = both.product("undo", run, *GO)
    assert undone.code == 0, undone.out + undone.err
    assert both.vms() == NONE
    assert both.groups() == []


MIXED = """
[targets.cloud]
provider = "azure"
realm = "production"
region = "westeurope"
resource_group = "web"
"""


def test_what_is_real_and_what_is_not_are_never_in_one_plan(both: Both) -> None:
    config = both.product.home / "cloudops.toml"
    config.write_text(config.read_text() + MIXED)
    mixed = both.product("plan", ONE_EACH, "--target", "sandbox,cloud")
    assert mixed.code == 64
    assert "sandbox is sandbox, and cloud is production" in mixed.report["error"]["summary"]
    alone = both.product("plan", "create a VM named a on both AWS and Azure", "--target", "lab")
    assert alone.code == 64
    assert "--target lab,cloud" in alone.report["error"]["remedy"]
