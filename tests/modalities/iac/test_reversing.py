from __future__ import annotations

from dataclasses import replace
from typing import Any

from fakes.cloud import created
from modalities.action import IacChange, SdkCall
from modalities.aws.terraform.writing import Edition
from modalities.contract import Draft
from modalities.iac.parts import Part
from modalities.iac.proposing import _switched_back
from modalities.iac.reversing import _expects, changed_first, undo_of
from modalities.resource import Kind
from modalities.step import Effect, Expect, Reversal, Step

CALL = SdkCall("ec2", "ReleaseAddress", {"AllocationId": "eipalloc-1"})


def step(id: str, *expects: Expect) -> Step:
    return Step(
        id=id,
        why=id,
        effect=Effect.CREATE,
        action=CALL,
        changes=(),
        undo=(Reversal(CALL, Effect.DELETE, "back", expects),),
    )


def shown(*steps: Step) -> list[tuple[str, Any, str]]:
    found = _expects(Draft(steps), "apply", {})
    return [(e.test, e.id, e.attribute or "") for e in found]


def test_what_is_gone_in_the_end_shows_nothing_else() -> None:
    make = step("make", Expect(Kind.PUBLIC_IP, "eipalloc-1", "absent"))
    attach = step("attach", Expect(Kind.PUBLIC_IP, "eipalloc-1", "is", "attached_to", None))
    assert shown(make, attach) == [("absent", "eipalloc-1", "")]
    assert shown(attach) == [("is", "eipalloc-1", "attached_to")]


def test_what_holds_only_on_the_way_back_is_not_asked_for_at_its_end() -> None:
    """A disk that moves from one machine to another is free between the two."""
    disk = (created(Kind.DISK, "data-1").changes[0],)
    free = Expect(Kind.DISK, "vol-1", "is", "state", "available", within=120.0)
    back = Expect(Kind.DISK, "vol-1", "is", "attached_to", "i-1", within=120.0)
    detach, attach = (
        replace(step(id, expect), changes=disk) for id, expect in (("from", back), ("to", free))
    )
    assert shown(detach, attach) == [("is", "vol-1", "attached_to")]


STOPPED = """\
resource "aws_ec2_instance_state" "web" {
  instance_id = "i-1"
  state       = "stopped"
}
"""


def test_a_machine_that_was_stopped_is_started_before_its_state_is_let_go() -> None:
    """The provider's own resource does nothing when it is destroyed."""
    address = "aws_ec2_instance_state.web"
    after = {"instance_id": "i-1", "state": "stopped"}
    entry = {"address": address, "type": "aws_ec2_instance_state", "actions": ["create"]}
    files = {"compute.tf": STOPPED}
    middle = _switched_back(files, {address: "stopped"}, {})
    assert middle == {"compute.tf": STOPPED.replace('"stopped"', '"running"')}
    part = Part(
        edition=Edition(files=files, addresses=(address,), made={}),
        entries=({**entry, "after": after},),
        files={},
        basis="",
        after="",
        middle=middle,
    )
    undo = undo_of(Draft(()), part, "apply", {})
    assert isinstance(undo, tuple)
    first, last = (each.action for each in undo)
    assert isinstance(first, IacChange)
    assert isinstance(last, IacChange)
    assert first.files == middle
    assert [(c["actions"], c["has"]["state"]) for c in first.changes] == [(["update"], "running")]
    assert last.files == {"compute.tf": None}
    assert [c["actions"] for c in last.changes] == [["delete"]]


def test_what_was_not_made_yet_is_not_made_while_something_is_changed_back() -> None:
    """The code in the middle still has it."""
    group = {"address": "aws_security_group.web", "type": "aws_security_group"}
    machine = {"address": "aws_instance.web", "type": "aws_instance", "importing": "i-1"}
    code = 'resource "aws_security_group" "web" {}\nresource "aws_instance" "web" {}\n'
    part = Part(
        edition=Edition(
            files={"compute.tf": code}, addresses=(group["address"], machine["address"]), made={}
        ),
        entries=({**group, "actions": ["create"]}, {**machine, "actions": ["update"]}),
        files={},
        basis="",
        after="",
        middle={"compute.tf": code},
    )
    undo = undo_of(Draft(()), part, "apply", {})
    assert isinstance(undo, tuple)
    first, last = (each.action for each in undo)
    assert isinstance(first, IacChange)
    assert isinstance(last, IacChange)
    assert first.addresses == (machine["address"],)
    assert last.addresses == (group["address"], machine["address"])


def test_what_names_something_new_is_changed_back_before_that_is_destroyed() -> None:
    """Terraform destroys first, and AWS deletes no security group that a machine has."""
    group = {"address": "aws_security_group.web", "type": "aws_security_group"}
    rule = {
        "address": "aws_vpc_security_group_ingress_rule.web",
        "type": "aws_vpc_security_group_ingress_rule",
    }
    machine = {"address": "aws_instance.web", "type": "aws_instance", "actions": ["update"]}
    made = [{**each, "actions": ["create"]} for each in (group, rule)]
    assert changed_first([machine, *made], {}, {}) == [machine]
    assert changed_first([machine, made[1]], {}, {}) == [], (
        "nothing is destroyed that anything names"
    )
    assert changed_first([machine], {}, {}) == []
    assert changed_first(made, {}, {}) == []


def test_what_the_code_said_nothing_of_before_is_said_to_be_as_it_was_first() -> None:
    """Terraform leaves an argument as it is of which the code says nothing any more."""
    machine = {"address": "aws_instance.web", "type": "aws_instance", "actions": ["update"]}
    before = {"compute.tf": 'resource "aws_instance" "web" {\n  instance_type = "t3.micro"\n}\n'}
    resized = {"compute.tf": before["compute.tf"].replace("micro", "large")}
    watched = {"compute.tf": before["compute.tf"].replace("}", "  monitoring = true\n}")}
    assert changed_first([machine], before, watched) == [machine]
    assert changed_first([machine], before, resized) == []
    assert changed_first([machine], watched, before) == []
