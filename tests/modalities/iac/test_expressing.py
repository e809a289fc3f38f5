"""Of many calls one step: what must hold at the end, not what had to on the way."""

from __future__ import annotations

from dataclasses import replace

from fakes.plans import call
from fakes.plans import ref as named
from fakes.plans import step as planned
from modalities.action import IacChange, Output, SdkCall
from modalities.contract import Draft
from modalities.iac.expressing import _lasting
from modalities.iac.meanings import meant
from modalities.iac.reversing import _expects, turned
from modalities.resource import Kind
from modalities.step import Effect, Expect, Reversal, Step

WEB = named(Kind.VM, "web")
DATA = named(Kind.DISK, "data")


def step(id: str, operation: str, *expects: Expect) -> Step:
    return replace(
        planned(id, Effect.UPDATE, call(operation), WEB if "disk" not in id else DATA),
        expects=expects,
    )


def vm(value: str, within: float = 0.0) -> Expect:
    return Expect(Kind.VM, "i-1", "is", "state", value, within)


def test_a_machine_that_is_stopped_on_the_way_runs_at_the_end() -> None:
    steps = (
        step("stop", "StopInstances", vm("stopped", 60.0)),
        step("resize", "ModifyInstanceAttribute", Expect(Kind.VM, "i-1", "is", "size", "t3.large")),
        step("start", "StartInstances", vm("running")),
    )
    assert [(e.attribute, e.value) for e in _lasting(steps)] == [
        ("size", "t3.large"),
        ("state", "running"),
    ]


def test_a_disk_need_not_be_free_once_it_is_attached() -> None:
    made = Output("make-disk").as_json()
    free = Expect(Kind.DISK, made, "is", "state", "available", 60.0)
    size = Expect(Kind.DISK, made, "is", "gib", 20)
    on = Expect(Kind.DISK, made, "is", "attached_to", "i-1")
    attach = replace(step("attach-disk", "AttachVolume", on), changes=(DATA, WEB))
    assert _lasting((step("make-disk", "CreateVolume", free, size), attach)) == (size, on)


def test_what_is_gone_at_the_end_is_nothing_else() -> None:
    gone = Expect(Kind.VM, "i-1", "absent")
    assert _lasting((step("stop", "StopInstances", vm("stopped")), step("x", "T", gone))) == (gone,)


def test_what_an_undo_comes_to_is_what_holds_when_all_of_it_is_done() -> None:
    """Taken back newest first: stopped, made small again, started."""

    def back(operation: str, *expects: Expect) -> tuple[Reversal, ...]:
        return (Reversal(call(operation), Effect.UPDATE, "back", expects),)

    steps = (
        replace(step("stop", "StopInstances"), undo=back("StartInstances", vm("running", 300.0))),
        replace(
            step("resize", "ModifyInstanceAttribute"),
            undo=back("ModifyInstanceAttribute", Expect(Kind.VM, "i-1", "is", "size", "t3.micro")),
        ),
        replace(step("start", "StartInstances"), undo=back("StopInstances", vm("stopped", 300.0))),
    )
    found = {(e.attribute, e.value) for e in _expects(Draft(steps), "apply", {})}
    assert found == {("state", "running"), ("size", "t3.micro")}


def test_an_undo_says_what_it_is_about_as_far_as_that_is_known() -> None:
    entry = {"address": "aws_instance.web", "type": "aws_instance", "actions": ["update"]}
    was, is_ = (
        {"id": "i-1", "instance_type": "t3.micro"},
        {"id": "i-1", "instance_type": "m5.large"},
    )
    back = {**turned({**entry, "before": was, "after": is_}), "actions": ["update"]}
    assert "before" not in back  # what is applied is compared with nothing that may have moved
    action = IacChange({}, ("aws_instance.web",), (back,))
    calls = [s.action for s in meant(replace(step("undo", "X"), action=action))]
    sizes = [c.parameters.get("InstanceType") for c in calls if isinstance(c, SdkCall)]
    assert {"Value": "t3.micro"} in sizes
