"""What the words say and a reading leaves out."""

from __future__ import annotations

import pytest

from cloudops.planner.by_model.coverage import unread
from cloudops.planner.by_model.reading import Reading
from modalities.change import Create, Power, Selection, SetPort, SetPower
from modalities.resource import Kind
from modalities.wanted import Rule, Vm

STOP = SetPower(what=Selection(kind=Kind.VM, names=("web-1",)), power=Power.STOP)


@pytest.mark.parametrize(
    ("text", "change", "missing"),
    [
        ("shut web-1", STOP, ()),
        ("shut web-1 and web-2", STOP, ("web-2",)),
        ("shut web-1 post-haste", STOP, ()),
        ("shut 'my box' and web-1", STOP, ("my box",)),
        ("three boxes", Create(wanted=tuple(Vm(name=f"box-{n}") for n in "abc")), ()),
        ("a box with 8 brains", Create(wanted=(Vm(name="box"),)), ("8",)),
        (
            "let 10.0.0.0/8 reach 22 of web-1",
            SetPort(
                what=Selection(names=("web-1",)),
                open=True,
                rule=Rule(first_port=22, last_port=22),
            ),
            ("10.0.0.0/8",),
        ),
    ],
)
def test_names_addresses_and_numbers_are_looked_for(
    text: str, change: Create | SetPower | SetPort, missing: tuple[str, ...]
) -> None:
    assert unread(Reading(changes=(change,)), text) == missing
