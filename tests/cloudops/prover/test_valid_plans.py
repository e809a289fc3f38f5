"""Valid plans of the AWS hand: all that can be proved is proved, and nothing is an alarm."""

from __future__ import annotations

import pytest

from fakes.drafts import empty_world, resource
from fakes.grounds import ground
from fakes.proofs import proof_of, standing, steps_of, violated
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Power,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.resource import Kind, World
from modalities.wanted import (
    Bucket,
    Disk,
    KeyPair,
    LoadBalancer,
    Network,
    Nic,
    PublicIp,
    Rule,
    SecurityGroup,
    Subnet,
    Vm,
)
from policies.finding import Standing

WEB = Selection(kind=Kind.VM, names=("web-1",))
BOTH = Selection(kind=Kind.VM, every=True)
HTTPS = Rule(first_port=443, last_port=443)
SSH = Rule(first_port=22, last_port=22, source="203.0.113.7/32")
NAMES = ("app-1", "app-2", "app-3")
APPS = tuple(Vm(name=name, network="lab") for name in NAMES)
PROVED = ("order", "claims", "presence", "types", "addresses", "exposure", "undo")

TASKS: dict[str, tuple[Change, ...]] = {
    "a vm": (Create(wanted=(Vm(name="build-1", vcpus=2, memory_gib=4),)),),
    "a vm in a network of its own": (
        Create(wanted=(Network(name="lab", cidr="10.20.0.0/16"), Vm(name="db-1", network="lab"))),
    ),
    "three vms": (Create(wanted=(Network(name="lab"), *APPS)),),
    "three vms behind a load balancer": (
        Create(
            wanted=(
                Network(name="lab"),
                *APPS,
                LoadBalancer(name="front", port=80, target_port=8080, targets=NAMES),
            )
        ),
    ),
    "a load balancer before a vm that is there": (
        Create(wanted=(LoadBalancer(name="front", port=80, targets=("web-1",)),)),
    ),
    "a public vm with ports": (
        Create(
            wanted=(
                Network(name="lab"),
                Vm(name="jump", network="lab", public_ip=True, open_ports=(SSH, HTTPS)),
            )
        ),
    ),
    "a vm with a key, a group, an address, a disk, an interface": (
        Create(
            wanted=(
                Network(name="lab"),
                KeyPair(name="ops"),
                SecurityGroup(name="lab-in", network="lab", rules=(HTTPS,)),
                Subnet(name="lab-pub", network="lab", public=True),
                Vm(
                    name="all",
                    network="lab",
                    subnet="lab-pub",
                    key_pair="ops",
                    security_groups=("lab-in",),
                ),
                PublicIp(name="all-ip", attach_to="all"),
                Disk(name="all-data", gib=64, attach_to="all"),
                Nic(name="all-nic", attach_to="all"),
                Bucket(name="all-7f3a2"),
            )
        ),
    ),
    "a disk": (Attach(what=Disk(gib=32), to=WEB),),
    "a disk that is there": (Attach(what=Selection(kind=Kind.DISK, names=("data-9",)), to=WEB),),
    "diagnostics": (SetDiagnostics(what=WEB, wording="boot diagnostics"),),
    "to spot": (SetPriority(what=WEB, spot=True),),
    "both to spot": (SetPriority(what=BOTH, spot=True),),
    "stopped": (SetPower(what=BOTH, power=Power.STOP),),
    "restarted": (SetPower(what=WEB, power=Power.RESTART),),
    "another size": (Resize(what=WEB, size="t3.large"),),
    "a port opened": (SetPort(what=WEB, rule=Rule(first_port=8443, last_port=8443), open=True),),
    "a port opened to few": (SetPort(what=BOTH, rule=SSH, open=True),),
    "tags": (SetTags(what=BOTH, add=(("owner", "ops"),), remove=()),),
    "a vm deleted": (Delete(what=WEB, explicit="delete VM web-1"),),
    "a network deleted": (
        Delete(
            what=Selection(kind=Kind.NETWORK, names=("apart",)),
            explicit="delete network apart with all its contents",
        ),
    ),
    "a group off a vm": (
        Detach(what=Selection(kind=Kind.SECURITY_GROUP, names=("web",)), source=WEB),
    ),
    "one made, one deleted": (
        Create(wanted=(Vm(name="new-1"),)),
        Delete(what=WEB, explicit="delete VM web-1"),
    ),
}


@pytest.mark.parametrize("changes", TASKS.values(), ids=TASKS.keys())
def test_a_valid_plan_is_proved(changes: tuple[Change, ...]) -> None:
    here = ground()
    steps = steps_of(here, *changes)
    assert steps
    proof = proof_of(steps, here)
    assert proof.broken == ()
    assert proof.findings == ()
    assert [id for id in PROVED if standing(proof, id) is not Standing.PROVED] == []


@pytest.mark.parametrize(
    "name", ["a vm in a network of its own", "three vms", "a public vm with ports"]
)
def test_in_an_empty_account_too(name: str) -> None:
    proof = proof_of(steps_of(empty_world(), *TASKS[name]), empty_world())
    assert (violated(proof), proof.findings) == ({}, ())


def test_without_a_look_what_needs_one_is_neither() -> None:
    from cloudops.prover.prove import premise_of, prove
    from fakes.proofs import plan_of

    here: World = ground()
    steps = steps_of(here, *TASKS["three vms behind a load balancer"])
    proof = prove(premise_of(plan_of(steps, here), [(s,) for s in steps], None))
    neither = {p.id for p in proof.properties if p.standing is Standing.NEITHER}
    assert {"addresses", "exposure", "types"} < neither
    assert "presence" not in neither, "the plan's basis tells, and apply compares it"


def test_a_plan_that_has_begun_is_not_held_against_what_it_made() -> None:
    from cloudops.prover.prove import premise_of, prove
    from fakes.proofs import plan_of

    here = ground()
    steps = steps_of(here, Create(wanted=(Subnet(name="s", network="apart", cidr="10.9.5.0/24"),)))
    made = resource(Kind.SUBNET, "s", "subnet-0000000f", cidr="10.9.5.0/24", network="vpc-0000000b")
    after = ground(made)
    fresh = prove(premise_of(plan_of(steps, here), [(s,) for s in steps], after))
    assert "overlap" in violated(fresh)["addresses"]
    begun = prove(premise_of(plan_of(steps, here), [(s,) for s in steps], after, begun=True))
    assert violated(begun) == {}
