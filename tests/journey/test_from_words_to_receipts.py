"""The journey against a cloud the product did not start, read by another client."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from typing import Any

import pytest

from journey.conftest import Product, Result, Witness

TIER = "Create three VMs in one network behind a load balancer"
GO = ("--target", "lab", "--yes", "--max-risk", "high")


def test_three_vms_behind_a_load_balancer_and_back(product: Product, witness: Witness) -> None:
    before = witness.count()
    made = product("run", TIER, *GO)
    assert made.code == 0, made.out + made.err
    after = witness.count()
    assert after["vms"] == 3
    assert after["networks"] == before["networks"] + 1
    assert after["balancers"] == 1
    (balancer,) = witness.elb.describe_load_balancers()["LoadBalancers"]
    (listener,) = witness.elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])[
        "Listeners"
    ]
    assert listener["Port"] == 80
    (group,) = witness.elb.describe_target_groups()["TargetGroups"]
    health = witness.elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
    targets = {t["Target"]["Id"] for t in health["TargetHealthDescriptions"]}
    vms = witness.vms()
    assert targets == {vm["InstanceId"] for vm in vms.values()}
    assert len({vm["VpcId"] for vm in vms.values()}) == 1
    assert {vm["State"]["Name"] for vm in vms.values()} == {"running"}
    undone = product("undo", made.report["run"], *GO)
    assert undone.code == 0, undone.out + undone.err
    assert witness.count() == before


def test_a_second_undo_finds_nothing_to_do(product: Product, witness: Witness) -> None:
    made = product("run", "Create a VM named web-1", *GO)
    assert product("undo", made.report["run"], *GO).code == 0
    assert product("undo", made.report["run"], *GO).code == 64
    assert witness.count()["vms"] == 0


def test_the_time_limit_holds_before_anything_is_sent(product: Product, witness: Witness) -> None:
    late = product("run", "Create a VM named web-1", "--timeout", "0.001", *GO)
    assert late.code == 124, late.out + late.err
    assert witness.vms() == {}
    assert product("resume", late.report["run"], *GO).code == 0
    assert set(witness.vms()) == {"web-1"}


def test_another_cloud_is_not_taken_for_this_one(product: Product, witness: Witness) -> None:
    run = product("run", "Create a VM named web-1", "--cloud", "azure", *GO)
    assert run.code == 64
    assert "target lab is aws" in run.report["error"]["summary"]
    assert witness.vms() == {}


def test_without_leave_a_run_is_parked_and_resumed(product: Product, witness: Witness) -> None:
    parked = product("run", "Create a VM named web-1", "--target", "lab")
    assert parked.code == 3
    assert "--max-risk" in parked.report["error"]["remedy"]
    assert witness.vms() == {}
    resumed = product("resume", parked.report["run"], *GO)
    assert resumed.code == 0, resumed.out + resumed.err
    assert set(witness.vms()) == {"web-1"}


def test_a_big_plan_is_parked_and_applied_as_it_was(product: Product, witness: Witness) -> None:
    words = "Create two VMs in one network behind a load balancer"
    parked = product("run", words, "--target", "lab")
    assert parked.code == 3
    assert product("resume", parked.report["run"], *GO).code == 0
    assert witness.count()["vms"] == 2


def test_what_is_not_named_is_on_the_target_it_was_on(product: Product, witness: Witness) -> None:
    yes = ("--yes", "--max-risk", "high")
    assert product("run", "Create a VM named web-1", "--target", "lab", "--timeout", "0.001").code
    resumed = product("resume", *yes)
    assert resumed.code == 0, resumed.out + resumed.err
    assert set(witness.vms()) == {"web-1"}
    other = product("undo", resumed.report["run"], "--target", "sandbox", *yes)
    assert other.code == 64
    assert "--target lab" in other.report["error"]["remedy"]
    assert product("undo", *yes).code == 0
    assert witness.vms() == {}


def test_yes_alone_covers_creating_and_nothing_more(product: Product, witness: Witness) -> None:
    assert product("run", "Create a VM named web-1", "--target", "lab", "--yes").code == 0
    assert product("run", "stop web-1", "--target", "lab", "--yes").code == 3
    risky = product("run", "delete web-1", "--target", "lab", "--yes", "--max-risk", "medium")
    assert risky.code == 3
    assert witness.vms()["web-1"]["State"]["Name"] == "running"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda plan: plan["steps"].pop(), "edited"),
        (lambda plan: plan.update(schema_version=99), "newer"),
    ],
)
def test_a_plan_that_was_touched_is_refused(
    product: Product, witness: Witness, change: Callable[[dict[str, Any]], None], why: str
) -> None:
    file = product.home / "plan.json"
    assert (
        product("plan", "Create a VM named web-1", "--target", "lab", "--out", str(file)).code == 0
    )
    plan = json.loads(file.read_text())
    change(plan)
    file.write_text(json.dumps(plan))
    refused = product("apply", str(file), *GO)
    assert refused.code == 64
    assert why in refused.out
    assert witness.vms() == {}


def test_a_stale_plan_is_refused(product: Product, witness: Witness) -> None:
    product("run", "Create a VM named web-1", *GO)
    file = product.home / "plan.json"
    planned = product("plan", "stop web-1", "--target", "lab", "--out", str(file))
    assert planned.code == 0, planned.out + planned.err
    id = witness.vms()["web-1"]["InstanceId"]
    witness.ec2.create_tags(Resources=[id], Tags=[{"Key": "owner", "Value": "somebody"}])
    stale = product("apply", str(file), *GO)
    assert stale.code == 5
    assert "web-1" in stale.report["error"]["detail"]
    assert witness.vms()["web-1"]["State"]["Name"] == "running"


def test_reads_change_nothing_and_say_so(product: Product, witness: Witness) -> None:
    product("run", "Create a VM named web-1", *GO)
    before = witness.count()
    status = product("run", "What is the status of web-1?", "--target", "lab")
    assert status.code == 0
    assert "running" in status.report["answer"]["text"]
    assert witness.count() == before


def test_two_runs_on_one_vm_never_interleave(product: Product, witness: Witness) -> None:
    product("run", "Create a VM named web-1", *GO)
    results: list[Result] = []

    def attach(gib: int) -> None:
        results.append(product("run", f"attach a {gib} GB disk to web-1", *GO))

    threads = [threading.Thread(target=attach, args=(n,)) for n in (10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = [result.code for result in results]
    assert len(codes) == 2
    assert set(codes) <= {0, 5}, results
    assert 0 in codes, results
    data = [
        m
        for m in witness.vms()["web-1"]["BlockDeviceMappings"]
        if m["DeviceName"] != witness.vms()["web-1"]["RootDeviceName"]
    ]
    assert len(data) == codes.count(0)
    assert witness.count()["volumes"] == 1 + codes.count(0)


def test_who_waits_for_locks_gets_through(product: Product, witness: Witness) -> None:
    """Each plan is made before the others have ended: their ground moves under all but one."""
    product("run", "Create a VM named web-1", *GO)
    names = [f"data-{number}" for number in range(4)]
    codes: dict[str, int] = {}

    def attach(name: str) -> None:
        words = f"attach a 20 GB disk named {name} to web-1"
        codes[name] = product("run", words, "--lock-timeout", "120s", *GO).code

    threads = [threading.Thread(target=attach, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == dict.fromkeys(names, 0)
    devices = [m["DeviceName"] for m in witness.vms()["web-1"]["BlockDeviceMappings"]]
    assert len(set(devices)) == 1 + len(names)
    assert witness.count()["volumes"] == 1 + len(names)
    assert product("locks").report["locks"] == []


@pytest.mark.parametrize("seconds", [0.5, 0.8, 1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 1.9])
def test_killed_and_resumed_nothing_is_made_twice(
    product: Product, witness: Witness, seconds: float
) -> None:
    before = witness.count()
    product("sandbox", "up")
    known = {run["id"] for run in product("runs").report["runs"]}
    product.killed_after(seconds, "run", TIER, *GO)
    begun = [run for run in product("runs").report["runs"] if run["id"] not in known]
    if not begun:
        assert witness.count() == before, "killed before it had begun"
        return
    (run,) = begun
    if run["status"] == "running":
        resumed = product("resume", run["id"], *GO)
        assert resumed.code == 0, resumed.out + resumed.err
    after = witness.count()
    assert after["vms"] == 3
    assert after["balancers"] == after["target groups"] == 1
    assert after["networks"] == before["networks"] + 1
    assert product("undo", run["id"], *GO).code == 0
    assert witness.count() == before


def test_nothing_of_a_rehearsal_shows_in_the_cloud(product: Product, witness: Witness) -> None:
    before = witness.count()
    planned = product("plan", TIER, "--target", "lab")
    assert planned.code == 0, planned.out + planned.err
    assert witness.count() == before
    assert planned.report["plan"]["evidence"]["fidelity"] == "heuristic"


def test_the_command_line_is_a_process_without_a_shell(product: Product) -> None:
    hostile = product("run", "Create a VM named $(touch pwned)", *GO)
    assert hostile.code == 10
    assert not (product.home / "pwned").exists()
    assert subprocess.run(["ls", product.home], capture_output=True, check=True)
