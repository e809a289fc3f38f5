"""Plans and reports as runs leave them, for the views."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cloudops.engine.report import Error, Report, Usage
from cloudops.request import Goal, Intent, Request
from fakes.plans import LOST, MADE, call, cost, plan, ref, step
from modalities.action import Output
from modalities.codec import sealed
from modalities.plan import Advisory, CostLine, Evidence, ModalityName, Plan, Ranked, Route
from modalities.receipt import Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind
from modalities.step import Effect, Fidelity, Reversal
from policies.finding import Finding, Severity, Verdict

ROUTE = Route(
    12.5,
    ("3 resources 8.2, 2 connections 3.3", "sdk 0.90 = success 0.91 x speed 0.99"),
    (
        Ranked(ModalityName.SDK, 0.9, "typed calls for every change"),
        Ranked(ModalityName.CLI, 0.75, "one command a step"),
    ),
)
REQUEST = Request(text="Create a VM named web-1", target="staging", actor="ana")


def creation(**more: Any) -> Plan:
    """A network and a machine in it, rehearsed."""
    facts: dict[str, Any] = {
        "route": ROUTE,
        "defaults": ("image: Amazon Linux 2023",),
        "advisories": (Advisory("info", "no public address was asked for"),),
        "cost": cost(
            CostLine("VM web-1, t3.small", 15.18), CostLine("disk of web-1, 8 GiB gp3", 0.64)
        ),
        "evidence": Evidence(
            "emulated aws", "heuristic", rehearsed=("create-network-lab", "create-vm-web-1")
        ),
    }
    made = plan(
        step(
            "create-network-lab",
            Effect.CREATE,
            call("CreateVpc", CidrBlock="10.0.0.0/16"),
            ref(Kind.NETWORK, "lab"),
            after={"name": "lab", "cidr": "10.0.0.0/16"},
            fidelity=Fidelity.HEURISTIC,
        ),
        step(
            "create-vm-web-1",
            Effect.CREATE,
            call("RunInstances", ImageId="ami-1"),
            ref(Kind.VM, "web-1"),
            needs=("create-network-lab",),
            after={
                "name": "web-1",
                "size": "t3.small",
                "public_ip": False,
                "network": Output("create-network-lab").as_json(),
            },
            fidelity=Fidelity.HEURISTIC,
        ),
        **{**facts, **more},
    )
    return sealed(replace(made, request=REQUEST.text))


def upheaval() -> Plan:
    """Something of every sort: replaced, deleted, updated, created, and of unknown cost."""
    machine, disk = ref(Kind.VM, "web-1"), ref(Kind.DISK, "scratch")
    back = Reversal(call("StartInstances"), Effect.UPDATE, "start web-2 again")
    return plan(
        step(
            "create-disk-data",
            Effect.CREATE,
            call("CreateVolume"),
            ref(Kind.DISK, "data"),
            after={"gib": 64, "type": "gp3"},
            fidelity=Fidelity.EXACT,
        ),
        step(
            "stop-web-2",
            Effect.UPDATE,
            call("StopInstances"),
            ref(Kind.VM, "web-2"),
            ref(Kind.VM, "i-2"),
            before={"state": "running"},
            after={"state": "stopped"},
            disrupts="web-2 is off",
            undo=(back,),
        ),
        step(
            "delete-disk-scratch",
            Effect.DELETE,
            call("DeleteVolume"),
            disk,
            before={"gib": 100, "state": "available"},
            undo=LOST,
        ),
        step(
            "replace-vm-web-1",
            Effect.REPLACE,
            call("RunInstances"),
            machine,
            before={"spot": False},
            after={"spot": True},
            disrupts="web-1 is ended and made again; connections are lost",
            undo=LOST,
        ),
        cost=cost(
            CostLine("VM web-1 on spot", None, at_most=15.18),
            CostLine("VM web-1, ends", -15.18),
        ),
        advisories=(
            Advisory("warning", "web-2 is off", "stop-web-2"),
            Advisory("danger", "web-1 is destroyed and made again", "replace-vm-web-1"),
        ),
        evidence=Evidence("none", "none", ("not rehearsed: the sandbox is down",)),
    )


def allowed(of: Plan) -> Verdict:
    return Verdict(of.digest, evaluated=("blast-radius", "required-tags"))


def denied(of: Plan) -> Verdict:
    findings = (
        Finding("required-tags", Severity.WARN, "no tag owner on VM web-1", "create-vm-web-1"),
        Finding(
            "blast-radius",
            Severity.DENY,
            "2 resources are deleted or replaced, 1 is allowed at once",
            remedy="ask for fewer at a time",
        ),
    )
    return Verdict(of.digest, findings, ("blast-radius", "required-tags"))


def receipt(
    of: str, outcome: Outcome = Outcome.DONE, seconds: float = 0.25, **more: Any
) -> Receipt:
    end = MADE + timedelta(seconds=seconds)
    return Receipt(step=of, outcome=outcome, started_at=MADE, finished_at=end, **more)


def done() -> Report:
    made = creation()
    return report(
        made,
        receipts=(
            receipt("create-network-lab", outputs={"id": "vpc-1"}),
            receipt("create-vm-web-1", seconds=1.5, outputs={"id": "i-1"}),
        ),
        usage=Usage(steps=5, seconds=2.5, seconds_before_question=0.5, seconds_executing=1.75),
    )


def partly() -> Report:
    """A run that failed, undid one step and could not undo the other."""
    return report(
        creation(),
        "partly_applied",
        7,
        receipts=(
            receipt("create-network-lab", outputs={"id": "vpc-1"}),
            receipt(
                "create-vm-web-1",
                Outcome.FAILED,
                error=Failure(Trouble.CAPACITY, "InsufficientInstanceCapacity", "no t3.small left"),
            ),
        ),
        left=("create-network-lab: undo failed: DependencyViolation",),
        error=Error(
            "failed, and not all that took effect could be undone",
            "step create-vm-web-1: InsufficientInstanceCapacity: no t3.small left",
            "see what is left; `cloudops resume` tries the undo again",
        ),
    )


def report(
    of: Plan | None = None, outcome: str = "done", exit_code: int = 0, **more: Any
) -> Report:
    facts: dict[str, Any] = {
        "intent": Intent(
            goal=Goal.PROVISION,
            summary="create VM web-1 in a new network",
            defaults=("image: Amazon Linux 2023",),
        ),
        "plan": of,
        "identity": of.identity if of else None,
        "verdict": allowed(of) if of else None,
    }
    return Report(
        run="1121-000000-abc123",
        request=REQUEST,
        outcome=outcome,
        exit_code=exit_code,
        **{**facts, **more},
    )
