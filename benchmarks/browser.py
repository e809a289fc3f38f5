"""The browser hand: decisions and primitive actions for each task of the paper's case study.

    python benchmarks/browser.py [P1 U1 M5 ...] [--without-workflows]

Each task on an account and a console of its own, all hazards on. The paper's browser agent took
46.0 steps for provisioning, 20.0 for updates and 2.75 for monitoring (its Table 1), where a step is
one decision or one action sent to the interface. A learned workflow is replayed without any
decision; a batch of actions is sent at once. ``--without-workflows`` leaves the shipped ones out:
what the built-in planner does by the labels of forms (P1 and the disk of U1).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import boto3

from modalities.acting import Call
from modalities.action import Output, bind
from modalities.browser.access import Access
from modalities.browser.aws import AwsBrowser
from modalities.change import Attach, Change, Create, Selection, SetDiagnostics, SetPriority
from modalities.receipt import Outcome
from modalities.resource import Kind
from modalities.target import Target
from modalities.wanted import Disk, LoadBalancer, Network, Vm
from sandbox.console.daemon import Console, down
from sandbox.daemon import Sandbox

ACCOUNTS = count(300000000101)
PAPER = {"P": 46.0, "U": 20.0, "M": 2.75}
NAMES = {"P": "provisioning", "U": "updates", "M": "monitoring"}

ONE = Selection(kind=Kind.VM, names=("web-1",))
THREE = tuple(Vm(name=f"web-{n}", network="lab") for n in (1, 2, 3))
LAB = Network(name="lab")

CHANGES: dict[str, Change] = {
    "P1": Create(wanted=(Vm(name="web-1"),)),
    "P2": Create(wanted=(LAB, *THREE)),
    "P3": Create(
        wanted=(LAB, *THREE, LoadBalancer(name="front", targets=("web-1", "web-2", "web-3")))
    ),
    "U1": Attach(what=Disk(gib=32), to=ONE),
    "U2": SetDiagnostics(what=ONE),
    "U3": SetPriority(what=ONE, spot=True),
}

QUESTIONS: dict[str, tuple[Kind, ...] | None] = {
    "M1": (Kind.VM,),
    "M2": (Kind.VM, Kind.PUBLIC_IP),
    "M3": (Kind.VM, Kind.DISK),
    "M4": (),
    "M5": None,
}


@dataclass(slots=True)
class Row:
    task: str
    reached: bool
    decisions: int
    batches: int
    actions: int
    seconds: float
    why: str = ""

    @property
    def steps(self) -> int:
        """As the paper counts: a decision, or an action sent to the interface. A batch is sent
        at once."""
        return self.decisions + self.batches


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", help="P1 to P3, U1 to U3, M1 to M5 [all]")
    parser.add_argument("--without-workflows", action="store_true")
    asked = parser.parse_args()
    bare = asked.without_workflows
    tasks = asked.tasks or (["P1"] if bare else [*CHANGES, *QUESTIONS])
    with tempfile.TemporaryDirectory(prefix="cloudops-browser-bench-") as folder:
        sandbox = Sandbox(Path(folder) / "sandbox")
        sandbox.up()
        try:
            rows = [played(sandbox, Path(folder), task, shipped=not bare) for task in tasks]
        finally:
            sandbox.down()
    show(rows)
    return 0 if all(row.reached for row in rows) else 1


def played(sandbox: Sandbox, folder: Path, task: str, *, shipped: bool) -> Row:
    account = str(next(ACCOUNTS))
    environment = {**sandbox.target().environment, "AWS_ACCESS_KEY_ID": account}
    target = replace(sandbox.target(), name=account, environment=environment, writable=True)
    home = folder / account
    status = Console(home, target).up()
    access = Access(status.url, status.user, status.password)
    hand = AwsBrowser(lambda _: access, evidence=home / "evidence", shipped=shipped)
    try:
        if not task.startswith("P"):
            given(target)
        work = _changed if task in CHANGES else _answered
        row = work(hand, target, task)
    finally:
        hand.close()
        down(home)
    print(f"{task}: {'reached' if row.reached else row.why}, {row.seconds:.0f} s", file=sys.stderr)
    return row


def given(target: Target) -> None:
    """A machine web-1 with a data disk, made by somebody else."""
    e = target.environment
    ec2: Any = boto3.client(
        "ec2",
        endpoint_url=e["AWS_ENDPOINT_URL"],
        region_name=target.region,
        aws_access_key_id=e["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=e["AWS_SECRET_ACCESS_KEY"],
    )
    images = ec2.describe_images(Owners=["amazon"])["Images"]
    image = next(i["ImageId"] for i in images if i["Name"].startswith("al2023"))
    tags = [{"Key": "Name", "Value": "web-1"}, {"Key": "owner", "Value": "team-a"}]
    made = ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )["Instances"][0]
    zone = made["Placement"]["AvailabilityZone"]
    disk = ec2.create_volume(AvailabilityZone=zone, Size=32, VolumeType="gp3")["VolumeId"]
    ec2.attach_volume(VolumeId=disk, InstanceId=made["InstanceId"], Device="/dev/sdf")


def _changed(hand: AwsBrowser, target: Target, task: str) -> Row:
    began = time.monotonic()
    outputs: dict[str, Any] = {}

    def known(output: Output) -> Any:
        return outputs[output.step][output.name]

    row = Row(task, True, 0, 0, 0, 0.0)
    draft = hand.express([CHANGES[task]], hand.read(target), target, f"bench-{task}")
    for step in draft.steps:
        bound = replace(step, action=bind(step.action, known, "bench"))
        receipt = hand.apply(bound, target, Call("bench", hand.takes(step) * 3))
        outputs[step.id] = receipt.outputs
        row.decisions += int(receipt.evidence.get("decisions", 0))
        row.batches += int(receipt.evidence.get("batches", 0))
        row.actions += int(receipt.evidence.get("actions", 0))
        if receipt.outcome not in (Outcome.DONE, Outcome.NO_OP):
            row.reached, row.why = False, f"{step.id}: {receipt.error}"
            break
    row.seconds = time.monotonic() - began
    return row


def _answered(hand: AwsBrowser, target: Target, task: str) -> Row:
    began = time.monotonic()
    kinds = QUESTIONS[task]
    with hand._visits.at(target) as visit:
        before = visit.web.count
    if kinds is None:
        reached = len(hand.health(target, target.region)) == 2
    else:
        seen, read = hand.observe(target, kinds), hand.read(target, kinds)
        reached = {(r.kind, r.id) for r in seen} == {(r.kind, r.id) for r in read}
    with hand._visits.at(target) as visit:
        after = visit.web.count
    batches, actions = after.decisions - before.decisions, after.actions - before.actions
    seconds = time.monotonic() - began
    return Row(task, reached, 0, batches, actions, seconds, "" if reached else "not as it is")


def show(rows: Sequence[Row]) -> None:
    print(f"{'task':6}{'reached':>9}{'decisions':>11}{'batches':>9}{'actions':>9}{'seconds':>9}")
    for row in rows:
        print(
            f"{row.task:6}{'yes' if row.reached else 'no':>9}{row.decisions:>11}"
            f"{row.batches:>9}{row.actions:>9}{row.seconds:>9.1f}"
        )
    print(f"\n{'':14}{'decisions':>11}{'batches':>9}{'actions':>9}{'paper':>9}")
    for letter, name in NAMES.items():
        mine = [row for row in rows if row.task.startswith(letter)]
        if mine:
            print(
                f"{name:14}{_mean(mine, lambda r: r.decisions):>11.2f}"
                f"{_mean(mine, lambda r: r.batches):>9.2f}"
                f"{_mean(mine, lambda r: r.actions):>9.2f}{PAPER[letter]:>9.2f}"
            )


def _mean(rows: Sequence[Row], of: Callable[[Row], int]) -> float:
    return statistics.mean(of(row) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
