"""What was approved, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.iac.comparing import active, differences, others


def entry(address: str = "aws_vpc.lab", *actions: str, **more: Any) -> dict[str, Any]:
    return {"address": address, "type": "aws_vpc", "actions": [*actions], **more}


MADE = entry("aws_vpc.lab", "create", before={}, after={"cidr_block": "10.0.0.0/16", "n": 60})


@pytest.mark.parametrize(
    ("planned", "said"),
    [
        (MADE, ""),
        ({**MADE, "after": {"cidr_block": "10.0.0.0/16", "n": 60.0}}, ""),
        ({**MADE, "after": {"cidr_block": "10.1.0.0/16", "n": 60}}, "would become '10.1.0.0/16'"),
        ({**MADE, "after": {"cidr_block": "10.0.0.0/16"}}, "n would become None"),
        ({**MADE, "actions": ["delete", "create"]}, "would be replaced, not created"),
        ({**MADE, "importing": "vpc-1"}, "taken over from elsewhere"),
        ({**MADE, "actions": ["no-op"]}, "would not be created"),
        ({**MADE, "address": "aws_vpc.other"}, "aws_vpc.lab would not be created"),
    ],
)
def test_any_difference_is_told(planned: dict[str, Any], said: str) -> None:
    lines = differences((MADE,), (planned,))
    assert bool(lines) is bool(said)
    assert said in "; ".join(lines)


def test_part_of_it_may_be_done_already() -> None:
    two = (MADE, entry("aws_vpc.two", "create"))
    assert differences(two, (MADE,)) == ("aws_vpc.two would not be created",)
    assert differences(two, (MADE,), fewer=True) == ()
    assert differences(two, (entry("aws_vpc.lab", "update"),), fewer=True) == ()
    assert differences(two, (entry("aws_vpc.lab", "delete"),), fewer=True)
    assert differences((MADE,), two, fewer=True) == ("aws_vpc.two would be created too",)


def test_what_was_to_be_replaced_may_be_gone_or_half_taken_apart_by_then() -> None:
    before = {"id": "i-1", "disks": ["a", "b"]}
    new = {"size": "t3.micro"}
    wanted = entry("x.a", "delete", "create", importing="i-1", before=before, after=new)
    rest = entry("x.a", "create", before={}, after=new)
    assert differences((wanted,), (rest,), fewer=True) == ()
    assert differences((wanted,), (rest,)), "where nothing was begun it is another plan"
    other = {**rest, "after": {"size": "t3.large"}}
    assert differences((wanted,), (other,), fewer=True)
    noted = {**wanted, "importing": None, "before": {"id": "i-1", "disks": []}}
    assert differences((wanted,), (noted,), fewer=True) == ()
    assert differences((wanted,), (noted,))
    assert differences((wanted,), ({**noted, "before": {"id": "i-2"}},), fewer=True)
    stranger = {**wanted, "importing": "i-2"}
    assert differences((wanted,), (stranger,), fewer=True)


def test_what_was_to_be_taken_over_and_changed_may_be_changed_by_then() -> None:
    before, after = {"id": "i-1", "size": "t3.micro"}, {"id": "i-1", "size": "t3.large"}
    wanted = entry("x.a", "update", importing="i-1", before=before, after=after)
    rest = entry("x.a", "no-op", importing="i-1")
    assert differences((wanted,), (rest,), fewer=True) == ()
    assert differences((wanted,), (rest,)), "where nothing was begun it is another plan"
    assert differences((wanted,), ({**rest, "importing": "i-2"},), fewer=True)
    ended = entry("x.a", "delete", importing="i-1", before=before, after={})
    assert differences((ended,), (rest,), fewer=True)


@pytest.mark.parametrize(
    ("now", "fits"),
    [
        ({"cidr_block": "10.0.1.0/24", "vpc_id": "vpc-1", "rules": [{"port": 22}]}, True),
        ({"cidr_block": "10.0.1.0/24", "rules": [{"port": 22, "group": "sg-1"}, "sg-2"]}, True),
        ({"cidr_block": "10.0.2.0/24", "vpc_id": "vpc-1", "rules": [{"port": 22}]}, False),
        ({"cidr_block": "10.0.1.0/24", "rules": [{"port": 80, "group": "sg-1"}]}, False),
        ({"cidr_block": "10.0.1.0/24", "rules": []}, False),
    ],
)
def test_what_is_made_by_then_is_known_where_the_rest_names_it(
    now: dict[str, Any], fits: bool
) -> None:
    """A subnet that was approved before there was the network that it is to be in."""
    told = {"cidr_block": "10.0.1.0/24", "rules": [{"port": 22}]}
    wanted = entry("aws_subnet.a", "create", before={}, after=told)
    found = {**wanted, "after": now}
    assert (differences((wanted,), (found,), fewer=True) == ()) is fits
    assert differences((wanted,), (found,))


def test_a_copy_may_hold_other_values_but_nothing_else_may_happen() -> None:
    other = {**MADE, "after": {"cidr_block": "10.0.0.0/16", "extra": True}}
    assert differences((MADE,), (other,), loose=True) == ()
    assert differences((MADE,), ({**other, "actions": ["update"]},), loose=True)


def test_what_is_only_read_is_no_change_and_what_is_taken_over_is() -> None:
    entries = (entry("a", "no-op"), entry("b", "read"), entry("c", "no-op", importing="vpc-1"))
    assert [e["address"] for e in active(entries)] == ["c"]
    assert others((*entries, MADE), ("c",)) == ("aws_vpc.lab",)
