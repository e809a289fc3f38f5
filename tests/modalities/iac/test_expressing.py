"""Of many calls one step: what must hold at the end, not what had to on the way."""

from __future__ import annotations

from dataclasses import replace

from fakes.plans import call
from fakes.plans import ref as named
from fakes.plans import step as planned
from modalities.action import Output
from modalities.iac.expressing import _lasting
from modalities.resource import Kind
from modalities.step import Effect, Expect, Step

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
