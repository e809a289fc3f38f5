"""Valid plans of the AWS hand with one thing broken: caught, in words that name it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fakes.grounds import DEFAULT, OPEN, SHUT, VPC, WEB, ground, machine
from fakes.proofs import proof_of, says, steps_of, violated
from modalities.action import Output, SdkCall
from modalities.change import Attach, Create, Delete, Selection, SetPriority
from modalities.resource import Kind
from modalities.step import Effect, Irreversible, Reversal, Step
from modalities.wanted import Disk, LoadBalancer, Network, PublicIp, Vm
from policies.finding import Severity

NAMES = ("app-1", "app-2")
FRONT = Create(
    wanted=(
        Network(name="lab", cidr="10.20.0.0/16"),
        *(Vm(name=name, network="lab") for name in NAMES),
        LoadBalancer(name="front", port=80, target_port=8080, targets=NAMES),
    )
)
WEB_1 = Selection(kind=Kind.VM, names=("web-1",))
SPOT = SetPriority(what=WEB_1, spot=True)
DISK = Attach(what=Disk(name="data-1", gib=32), to=WEB_1)
GONE = Delete(what=WEB_1, explicit="delete VM web-1")

Steps = tuple[Step, ...]
Break = Callable[[Steps], Steps]


def on(id: str, change: Callable[[Step], Step]) -> Break:
    """The plan with one step changed."""

    def broken(steps: Steps) -> Steps:
        assert any(step.id == id for step in steps), [step.id for step in steps]
        return tuple(change(step) if step.id == id else step for step in steps)

    return broken


def needing(*needs: str) -> Callable[[Step], Step]:
    return lambda step: replace(step, needs=needs)


def calling(**parameters: Any) -> Callable[[Step], Step]:
    """With other parameters in its call."""

    def change(step: Step) -> Step:
        assert isinstance(step.action, SdkCall)
        given = {**step.action.parameters, **parameters}
        return replace(step, action=replace(step.action, parameters=given))

    return change


def without(id: str) -> Break:
    return lambda steps: tuple(step for step in steps if step.id != id)


def undoing(call: SdkCall) -> Callable[[Step], Step]:
    return lambda step: replace(step, undo=(Reversal(call, Effect.UPDATE, "back"),))


BROKEN: dict[str, tuple[Any, Break, str, str]] = {
    "a circle": (
        FRONT,
        on("create-network-lab", needing("create-listener-front-80")),
        "order",
        "steps wait for each other: ",
    ),
    "an output that no step gives": (
        FRONT,
        on("create-subnet-lab-a", calling(VpcId=Output("create-network-lab", "vpc").as_json())),
        "order",
        "create-subnet-lab-a uses create-network-lab.vpc, which no step gives",
    ),
    "a need forgotten": (
        FRONT,
        on("create-subnet-lab-a", needing()),
        "order",
        "create-subnet-lab-a uses create-network-lab.id and may run before create-network-lab "
        "has ended",
    ),
    "a step forgotten": (
        FRONT,
        without("create-network-lab"),
        "order",
        "waits for create-network-lab, which is no step",
    ),
    "two at once on one machine": (
        (DISK, Attach(what=Disk(name="data-2", gib=32), to=WEB_1)),
        on("attach-disk-data-2-to-web-1", needing("create-disk-data-2")),
        "claims",
        "attach-disk-data-1-to-web-1 and attach-disk-data-2-to-web-1 may run at the same time, "
        "and both change vm/web-1",
    ),
    "an id of nothing": (
        DISK,
        on("attach-disk-data-1-to-web-1", calling(InstanceId="i-00000bad")),
        "presence",
        "attach-disk-data-1-to-web-1 names i-00000bad, and the target holds no such VM",
    ),
    "what is used is not there": (
        FRONT,
        on(
            "create-vm-app-1",
            lambda s: replace(s, uses=(replace(s.uses[0], name="elsewhere"),)),
        ),
        "presence",
        "create-vm-app-1 uses network/elsewhere, which is not there and which no step makes",
    ),
    "a disk for a machine that may be gone": (
        (DISK, GONE),
        on("delete-vm-web-1", needing()),
        "presence",
        f"attach-disk-data-1-to-web-1 uses vm/web-1 ({WEB}) and may run after delete-vm-web-1 "
        "has deleted it",
    ),
    "a machine used after its end": (
        (DISK, GONE),
        lambda steps: tuple(
            replace(s, needs=("create-disk-data-1", "delete-vm-web-1"))
            if s.id.startswith("attach")
            else replace(s, needs=())
            if s.id.startswith("delete")
            else s
            for s in steps
        ),
        "presence",
        f"attach-disk-data-1-to-web-1 uses vm/web-1 ({WEB}) after delete-vm-web-1 has deleted it",
    ),
    "subnets that overlap": (
        FRONT,
        on("create-subnet-lab-b", calling(CidrBlock="10.20.0.128/25")),
        "addresses",
        "subnet lab-a (10.20.0.0/24) and subnet lab-b (10.20.0.128/25) overlap in network lab",
    ),
    "a subnet outside its network": (
        FRONT,
        on("create-subnet-lab-b", calling(CidrBlock="10.21.0.0/24")),
        "addresses",
        "subnet lab-b (10.21.0.0/24) does not lie in network lab (10.20.0.0/16)",
    ),
    "a network too large for AWS": (
        FRONT,
        on("create-network-lab", calling(CidrBlock="10.0.0.0/8")),
        "addresses",
        "network lab has the range 10.0.0.0/8; AWS takes /16 to /28",
    ),
    "more machines than addresses": (
        FRONT,
        lambda steps: on("create-subnet-lab-a", calling(CidrBlock="10.20.0.0/28"))(
            on("create-vm-app-1", calling(MinCount=1, MaxCount=12))(steps)
        ),
        "addresses",
        "12 addresses are needed in subnet lab-a, 10.20.0.0/28 has 11",
    ),
    "a load balancer that leads to a shell": (
        FRONT,
        lambda steps: on(
            "register-with-front-targets",
            calling(Targets=[{"Id": Output("create-vm-app-1").as_json(), "Port": 22}]),
        )(on(_opens(steps, "front-targets"), lambda s: _with_port(s, 22))(steps)),
        "exposure",
        "the internet -> load balancer front port 80 -> target group front-targets -> port 22 of "
        "VM app-1",
    ),
    "a way back that was taken out": (
        DISK,
        on("create-disk-data-1", lambda s: replace(s, undo=())),
        "undo",
        "create-disk-data-1 makes disk/data-1, and no way back takes it away again",
    ),
    "a way back that takes nothing away": (
        DISK,
        on("create-disk-data-1", undoing(SdkCall("ec2", "CreateTags", {}))),
        "undo",
        "create-disk-data-1 makes disk/data-1, and no way back takes it away again",
    ),
    "no way back": (
        DISK,
        on("attach-disk-data-1-to-web-1", lambda s: replace(s, undo=())),
        "undo",
        "attach-disk-data-1-to-web-1 changes vm/web-1 and neither has a way back nor says why not",
    ),
    "no way back of what disrupts and lasts": (
        DISK,
        on(
            "attach-disk-data-1-to-web-1",
            lambda s: replace(s, undo=(), disrupts="web-1 restarts", after={"holder": "web-1"}),
        ),
        "undo",
        "attach-disk-data-1-to-web-1 changes vm/web-1 and neither has a way back nor says why not",
    ),
    "a way back by what no step gives": (
        DISK,
        on(
            "attach-disk-data-1-to-web-1",
            undoing(
                SdkCall("ec2", "DetachVolume", {"VolumeId": Output("create-disk", "id").as_json()})
            ),
        ),
        "undo",
        "the way back of attach-disk-data-1-to-web-1 needs create-disk.id, which no step gives",
    ),
}


def _opens(steps: Steps, group: str) -> str:
    return next(
        s.id
        for s in steps
        if isinstance(s.action, SdkCall)
        and s.action.operation == "AuthorizeSecurityGroupIngress"
        and s.changes[0].name == group
    )


def _with_port(step: Step, port: int) -> Step:
    assert isinstance(step.action, SdkCall)
    rules = [
        {**p, "FromPort": port, "ToPort": port} for p in step.action.parameters["IpPermissions"]
    ]
    return calling(IpPermissions=rules)(step)


@pytest.mark.parametrize(("change", "damage", "id", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_one_thing_broken_is_caught(change: Any, damage: Break, id: str, words: str) -> None:
    changes = change if isinstance(change, tuple) else (change,)
    here = ground()
    steps = steps_of(here, *changes)
    assert violated(proof_of(steps, here)) == {}
    proof = proof_of(damage(steps), here)
    assert words in violated(proof)[id]
    denials = [f for f in proof.findings if f.severity is Severity.DENY]
    assert f"proof:{id}" in {f.policy for f in denials}


def test_every_need_that_carries_a_value_is_missed_when_it_is_left_out() -> None:
    """Each direct need of each step, one by one: an output, a claim or a thing is missed."""
    here = ground()
    for changes in ((FRONT,), (SPOT,), (DISK, GONE)):
        steps = steps_of(here, *changes)
        for step in steps:
            for need in step.needs:
                kept = tuple(n for n in step.needs if n != need)
                damaged = on(step.id, needing(*kept))(steps)
                caught = violated(proof_of(damaged, here))
                assert caught or _for_order_alone(step, need), (step.id, need)


def _for_order_alone(step: Step, need: str) -> bool:
    """Needs for the sake of what people see: the route before the public machine, all that is
    made before the old machine goes, and what is tidied after it."""
    late = ("replace-", "drop-", "create-load_balancer-", "attach-disk")
    return step.id.startswith(late) or need.startswith("route-")


def test_a_way_from_the_internet_by_an_address_that_is_given() -> None:
    """No step opens a port; the policy of open ports sees nothing. The path is new all the same."""
    shell = _open_group()
    here = ground(shell, *machine("i-0000000e", "inner", shell.id))
    give = PublicIp(name="ip-1", attach_to="inner")
    proof = proof_of(steps_of(here, Create(wanted=(give,))), here)
    assert violated(proof)["exposure"] == (
        "the internet -> gateway default-gw (igw-0000000a) -> security group shell (sg-0000000e) "
        "lets 0.0.0.0/0 in -> port 22 of VM inner (i-0000000e)"
    )


def test_a_way_that_stood_before_is_not_the_plans() -> None:
    shell = _open_group()
    here = ground(shell, *machine("i-0000000e", "inner", shell.id, public=True))
    proof = proof_of(steps_of(here, DISK), here)
    assert violated(proof) == {}
    assert "1 that stood before stay" in says(proof, "exposure")


def test_a_machine_made_again_in_the_place_of_one_that_was_reached() -> None:
    shell = _open_group()
    here = ground(shell, *machine("i-0000000e", "inner", shell.id, public=True))
    inner = Selection(kind=Kind.VM, names=("inner",))
    assert violated(proof_of(steps_of(here, SetPriority(what=inner, spot=True)), here)) == {}


def test_networks_that_overlap_are_a_warning() -> None:
    here = ground()
    wanted = (Network(name="twin", cidr="10.9.0.0/16"),)
    proof = proof_of(steps_of(here, Create(wanted=wanted)), here)
    (finding,) = proof.findings
    assert finding.severity is Severity.WARN
    assert "network twin (10.9.0.0/16) overlap: they can never be joined" in finding.reason
    assert violated(proof) == {}


def test_what_cannot_be_followed_is_no_yes() -> None:
    steps = steps_of(ground(), DISK)
    call = SdkCall("ec2", "AuthorizeSecurityGroupIngress", {"GroupId": OPEN, "IpPermissions": [7]})
    odd = replace(steps[0], id="odd", action=call, undo=Irreversible("odd"))
    proof = proof_of((*steps, odd), ground())
    assert proof.broken == ("proof:calls",)
    assert "could not be followed: AttributeError" in says(proof, "exposure")


def _open_group() -> Any:
    from fakes.grounds import group, rule

    return group("sg-0000000e", "shell", rule(22, "0.0.0.0/0"))


def test_the_ground_is_what_the_tests_take_it_for() -> None:
    here = ground()
    assert here.get(Kind.NETWORK, VPC) is not None
    assert {g.id for g in here.of(Kind.SECURITY_GROUP)} == {OPEN, SHUT, DEFAULT}


@pytest.mark.parametrize(
    ("change", "damage", "id"),
    [
        (FRONT, on("create-subnet-lab-a", needing()), "order"),
        (FRONT, without("create-network-lab"), "order"),
        (
            (DISK, Attach(what=Disk(name="data-2", gib=32), to=WEB_1)),
            on("attach-disk-data-2-to-web-1", needing("create-disk-data-2")),
            "claims",
        ),
    ],
    ids=["a need forgotten", "a step forgotten", "two at once"],
)
def test_what_takes_a_run_back_must_be_sound_itself(change: Any, damage: Break, id: str) -> None:
    changes = change if isinstance(change, tuple) else (change,)
    here = ground()
    steps = damage(steps_of(here, *changes))
    assert id in violated(proof_of(steps, here, reversal=True))


@pytest.mark.parametrize("id", ["exposure", "addresses"])
def test_it_may_bring_back_what_was_never_right(id: str) -> None:
    cases = [case for case in BROKEN.values() if case[2] == id]
    assert cases
    for change, damage, _, _ in cases:
        changes = change if isinstance(change, tuple) else (change,)
        here = ground()
        proof = proof_of(damage(steps_of(here, *changes)), here, reversal=True)
        assert id not in violated(proof)
        assert any(f.policy == f"proof:{id}" for f in proof.findings)


def test_what_is_gone_meanwhile_stops_no_taking_back() -> None:
    here = ground()
    attach = on("attach-disk-data-1-to-web-1", calling(InstanceId="i-00000bad"))
    steps = attach(steps_of(here, DISK))
    assert "presence" in violated(proof_of(steps, here))
    proof = proof_of(steps, here, reversal=True)
    assert "presence" not in violated(proof)
    assert any("i-00000bad" in f.reason for f in proof.findings)
