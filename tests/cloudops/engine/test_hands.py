"""Plans of several hands: each step to its own, changes divided, drafts joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cloudops.engine.dividing import divided, joined
from cloudops.engine.execute import own_kinds
from cloudops.engine.following import lasts
from cloudops.engine.hands import Hands
from fakes.cloud import FakeCloud, FakeHand
from fakes.plans import call
from fakes.plans import step as planned
from modalities.action import CliCommand, IacChange, Output
from modalities.change import Attach, Change, Create, Power, Selection, SetPower
from modalities.contract import Draft, Support, Unsupported
from modalities.plan import ModalityName
from modalities.resource import Kind
from modalities.step import Effect, Expect, Step
from modalities.wanted import Disk, Vm

WEB = Selection(kind=Kind.VM, names=("web-1",))
MAKE = Create(wanted=(Vm(name="api"),))
STOP = SetPower(what=WEB, power=Power.STOP)


def step(id: str, needs: tuple[str, ...] = ()) -> Step:
    return replace(planned(id, Effect.CREATE, call("CreateVpc")), needs=needs)


class Picky(FakeHand):
    """A hand that can do some changes and not others."""

    def __init__(self, name: ModalityName, *able: type) -> None:
        super().__init__(FakeCloud(), lambda world: Draft(()))
        self.name = name
        self.able = able

    def supports(self, changes: Sequence[Change]) -> Support:
        good = all(isinstance(change, self.able) for change in changes)
        return Support(1.0 if good else 0.0, f"{self.name} says {'yes' if good else 'no'}")


SDK = Picky(ModalityName.SDK, Create, SetPower, Attach)
IAC = Picky(ModalityName.IAC, Create, Attach)
CLI = Picky(ModalityName.CLI, SetPower)


def test_a_step_goes_to_the_hand_it_is_for() -> None:
    hands = Hands((SDK, CLI), SDK)
    made = step("make")
    typed = replace(step("typed"), action=CliCommand(("aws", "sts", "get-caller-identity")))
    assert [hand.name for hand in hands.used_by((made, typed))] == ["sdk", "cli"]
    with pytest.raises(Unsupported, match="cli hand, which is not here"):
        Hands((SDK,), SDK).of(typed)


def test_one_hand_that_can_do_all_does_all() -> None:
    assert divided((MAKE, STOP), (SDK, IAC)) == {"sdk": (MAKE, STOP)}


def test_what_the_first_cannot_do_goes_to_the_next() -> None:
    assert divided((MAKE, STOP), (IAC, CLI)) == {"iac": (MAKE,), "cli": (STOP,)}


def test_hands_do_not_share_what_is_still_to_be_made() -> None:
    stop_new = SetPower(what=Selection(kind=Kind.VM, names=("api",)), power=Power.STOP)
    with pytest.raises(Unsupported, match="another makes: api"):
        divided((MAKE, stop_new), (IAC, CLI))


def test_what_the_first_refused_when_it_came_to_it_goes_to_the_next() -> None:
    attach = Attach(what=Disk(gib=1), to=WEB)
    assert divided((MAKE, attach), (IAC, SDK), (attach,)) == {"iac": (MAKE,), "sdk": (attach,)}
    with pytest.raises(Unsupported):
        divided((MAKE, attach), (IAC,), (attach,))


def test_the_order_is_that_of_the_request() -> None:
    assert list(divided((STOP, MAKE), (IAC, CLI))) == ["cli", "iac"]


def test_a_restart_leaves_nothing_to_follow() -> None:
    restarted = replace(planned("r", Effect.UPDATE, call("RebootInstances")), before={}, after={})
    assert not lasts(replace(restarted, undo=()))
    assert lasts(replace(restarted, undo=(), after={"size": "t3.small"}))
    assert lasts(planned("made", Effect.CREATE, call("CreateVpc")))


def test_what_nobody_can_do_says_why() -> None:
    with pytest.raises(Unsupported, match="cli says no"):
        divided((Attach(what=Disk(gib=1), to=WEB),), (CLI,))


def test_a_later_part_waits_for_the_earlier() -> None:
    first = Draft((step("a"), step("b", needs=("a",))), defaults=("said",))
    then = Draft((step("c"), step("d", needs=("c",))), defaults=("said", "more"))
    whole = joined((first, then))
    assert [(s.id, s.needs) for s in whole.steps] == [
        ("a", ()),
        ("b", ("a",)),
        ("c", ("b",)),
        ("d", ("c",)),
    ]
    assert whole.defaults == ("said", "more")
    with pytest.raises(Unsupported, match="one name: a"):
        joined((first, Draft((step("a"),))))


def test_what_a_step_makes_without_a_name_is_of_its_own_kinds() -> None:
    made = Expect(Kind.VM, Output("apply").as_json())
    other = Expect(Kind.LOAD_BALANCER, "arn:1")
    applied = replace(step("apply"), changes=(), expects=(made, other))
    assert own_kinds((applied,)) == {Kind.VM, Kind.DISK, Kind.NIC}


def test_what_comes_with_code_is_of_its_own_kinds() -> None:
    """A NAT gateway brings an interface along, which no name of ours tells."""
    entry = {"address": "aws_nat_gateway.a", "type": "aws_nat_gateway", "actions": ["create"]}
    gateway = IacChange(files={}, addresses=("aws_nat_gateway.a",), changes=(entry,))
    applied = replace(step("apply"), changes=(), action=gateway)
    assert own_kinds((applied,)) == {Kind.NIC, Kind.SECURITY_GROUP}
