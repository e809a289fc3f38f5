"""Parameters from words."""

from __future__ import annotations

from typing import Any

import pytest

from cloudops.knowledge.contract import Operation, Parameter, Type
from cloudops.knowledge.filling import fill
from modalities.resource import Provider

TAG = Parameter(name="", type=Type.OBJECT, members=(Parameter(name="Key"), Parameter(name="Value")))
OPERATION = Operation(
    provider=Provider.AWS,
    command="aws boats rent-boat",
    parameters=(
        Parameter(name="BoatId", required=True, option="--boat-id"),
        Parameter(name="BoatName", option="--boat-name", most=8),
        Parameter(name="Hours", type=Type.WHOLE, least=1, most=24),
        Parameter(name="Kind", choices=("SailBoat", "RowBoat")),
        Parameter(name="WithOars", type=Type.FLAG),
        Parameter(name="CrewIds", type=Type.LIST, item=Parameter(name="")),
        Parameter(name="OwnerArn"),
        Parameter(name="Tags", type=Type.LIST, item=TAG),
        Parameter(
            name="Mooring",
            type=Type.OBJECT,
            members=(
                Parameter(name="Place", required=True),
                Parameter(name="Depth", type=Type.NUMBER),
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Rent it; boat id b-7; hours 3", {"BoatId": "b-7", "Hours": 3}),
        ("Rent it — boat name Anna; kind sail boat", {"BoatName": "Anna", "Kind": "SailBoat"}),
        ("Rent boat b-1 with hours=3 and --boat-name=Anna", {"Hours": 3, "BoatName": "Anna"}),
        ("Rent it; with oars", {"WithOars": True}),
        ("Rent it; with oars false", {"WithOars": False}),
        ("Rent it; crew ids a, b and c", {"CrewIds": ["a", "b", "c"]}),
        ("Rent it; crew ids a; crew ids b", {"CrewIds": ["a", "b"]}),
        (
            "Rent it; tags key a; tags value 1; tags key b; tags value 2",
            {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]},
        ),
        (
            "Rent it; mooring place east pier; mooring depth 2.5",
            {"Mooring": {"Place": "east pier", "Depth": 2.5}},
        ),
        ('Rent it; mooring {"Place": "x",  "Depth": 1}', {"Mooring": {"Place": "x", "Depth": 1}}),
        ("Rent the boat of arn:aws:boats:::x/1", {"OwnerArn": "arn:aws:boats:::x/1"}),
        ("Rent boat-0123456789 please", {"BoatId": "boat-0123456789"}),
        ("Rent the boat 'b 7'", {"BoatId": "b 7"}),
        ("Rent something nice", {}),
    ],
)
def test_what_is_said(said: str, wanted: dict[str, Any]) -> None:
    assert fill(OPERATION, said).parameters == wanted


def test_what_is_missing_is_asked() -> None:
    filled = fill(OPERATION, "Rent one; hours 3")
    assert [p.name for p in filled.missing] == ["BoatId"]
    assert not filled.whole


def test_what_the_schema_does_not_take_is_a_problem() -> None:
    filled = fill(
        OPERATION, "Rent; boat id x; hours 30; kind raft; mooring depth 2; boat name Wilhelmine"
    )
    assert filled.problems == (
        "BoatName must have 8 characters at most",
        "Hours must be at most 24",
        "Kind must be one of SailBoat, RowBoat",
        "Mooring.Place is missing",
    )


def test_what_nothing_is_made_of_is_told() -> None:
    filled = fill(OPERATION, "Rent; boat id x; colour green")
    assert filled.unread == ("colour green",)
    assert filled.whole
