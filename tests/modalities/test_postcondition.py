"""The engine and the browser's confirmation ask the same question of what was read."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.postcondition import true_of
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Expect

ROUTE = {"destination": "0.0.0.0/0", "target": "igw-1"}
TABLE = Resource(
    ResourceRef(Provider.AWS, "1/r", Kind.ROUTE_TABLE, "rtb-1"),
    "rtb-1",
    {"routes": [{**ROUTE, "state": "active"}], "main": True, "devices": {"/dev/sda": "vol-1"}},
    {"owner": "team-a"},
)
WORLD = World(Provider.AWS, "1/r", (TABLE,))


@pytest.mark.parametrize(
    ("test", "attribute", "value", "there", "gone"),
    [
        ("exists", "", None, True, False),
        ("absent", "", None, False, True),
        ("is", "main", True, True, False),
        ("is", "tag:owner", "team-a", True, False),
        ("is", "name", "rtb-2", False, False),
        ("contains", "routes", ROUTE, True, False),
        ("contains", "devices", "/dev/sda", True, False),
        ("contains", "devices", ROUTE, False, False),
        ("lacks", "routes", ROUTE, False, True),
        ("lacks", "routes", {**ROUTE, "target": "igw-2"}, True, True),
        ("lacks", "nothing-of-the-kind", "x", True, True),
    ],
)
def test_of_what_is_there_and_of_what_is_gone(
    test: Any, attribute: str, value: Any, there: bool, gone: bool
) -> None:
    expect = Expect(Kind.ROUTE_TABLE, "rtb-1", test, attribute, value)
    assert true_of(expect, WORLD) is there
    assert true_of(expect, WORLD.with_resources(())) is gone
