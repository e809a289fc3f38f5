from __future__ import annotations

import pytest

from cloudops.memory.structure import structure_of, title
from fakes.ground import named
from modalities.action import CliCommand, SdkCall
from modalities.change import Attach, Change, Create, Delete, Operate, Power, SetPower, SetTags
from modalities.resource import Kind, Provider
from modalities.wanted import Disk, Network, Subnet, Vm


def same(one: Change, other: Change) -> bool:
    return structure_of((one,)).digest == structure_of((other,)).digest


def test_values_and_wording_are_no_part_of_it() -> None:
    assert same(Create(wanted=(Vm(name="a"),)), Create(wanted=(Vm(name="b"),)))
    assert same(Delete(what=named("a"), explicit="kill"), Delete(what=named("b"), explicit="drop"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Create(wanted=(Vm(name="a"),)), Create(wanted=(Disk(name="a"),))),
        (Create(wanted=(Vm(name="a"),)), Create(wanted=(Vm(name="a"), Vm(name="b")))),
        (Create(wanted=(Vm(name="a"),)), Create(wanted=(Vm(name="a", size="t3.small"),))),
        (Create(wanted=(Vm(name="a", spot=True),)), Create(wanted=(Vm(name="a", spot=False),))),
        (SetPower(what=named("a"), power=Power.STOP), SetPower(what=named("a"), power=Power.START)),
        (SetTags(what=named("a"), add=(("k", "v"),)), SetTags(what=named("a"), add=(("l", "v"),))),
        (Attach(what=Disk(gib=50), to=named("a")), Attach(what=Disk(name="d"), to=named("a"))),
    ],
)
def test_what_is_asked_for_is(one: Change, other: Change) -> None:
    assert not same(one, other)


def test_which_values_are_the_same_is() -> None:
    inside = Create(wanted=(Network(name="n"), Subnet(name="s", network="n")))
    elsewhere = Create(wanted=(Network(name="n"), Subnet(name="s", network="m")))
    assert not same(inside, elsewhere)
    assert len(structure_of((inside,)).values) == 2
    assert len(structure_of((elsewhere,)).values) == 3


def test_a_title_names_kinds_and_what_is_given() -> None:
    changes = (Create(wanted=(Vm(name="a", size="t3.small"),)),)
    assert title(changes) == "create vm (name, size)"
    assert title((SetPower(what=named("a"), power=Power.STOP),)) == "set power stop vm (names)"
    assert Kind.VM in structure_of(changes).shape[0]["wanted"][0].values()


def test_a_title_names_the_operations_of_a_vendors_own_and_no_value() -> None:
    calls = (
        SdkCall("sns", "CreateTopic", {"Name": "alerts"}),
        CliCommand(("aws", "s3", "cp", "a", "b")),
    )
    change = Operate(provider=Provider.AWS, calls=calls, words="create topic alerts")
    assert title((change,)) == "sns CreateTopic, aws s3 cp"
