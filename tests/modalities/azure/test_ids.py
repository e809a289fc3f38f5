"""Ids of Azure in one spelling."""

from __future__ import annotations

import pytest

from modalities.azure import ids
from modalities.resource import Kind

SCOPE = "5a4db0c5-0000-4000-8000-c10dd0950001@localhost:1/Group"
SUBSCRIPTION = "5a4db0c5-0000-4000-8000-c10dd0950001"


@pytest.mark.parametrize("kind", ids.TYPES)
def test_every_kind_both_ways_whatever_the_casing(kind: Kind) -> None:
    names = {Kind.SUBNET: ("net", "Inner"), Kind.RESOURCE_GROUP: ()}.get(kind, ("Web-1",))
    id = ids.arm_id(SCOPE, kind, *names)
    assert id.startswith(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Group")
    assert ids.kind_of(id) is kind
    assert ids.kind_of(id.upper()) is kind
    assert ids.same(id, id.upper())
    spoilt = id.replace("resourceGroups", "resourcegroups").replace("Group", "GROUP", 1)
    assert ids.canonical(spoilt.replace("Microsoft.", "microsoft."), SCOPE) == id


def test_names_and_parts() -> None:
    rule = (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network"
        "/networkSecurityGroups/guard/securityRules/ssh"
    )
    parsed = ids.parse(rule)
    assert parsed is not None
    assert parsed.kind is None
    assert parsed.owner is not None
    assert parsed.owner.kind is Kind.SECURITY_GROUP
    assert ids.name_of(rule) == "ssh"
    assert str(parsed) == rule


def test_double_slashes_and_a_group_that_is_not_the_targets() -> None:
    id = f"/subscriptions/{SUBSCRIPTION}//resourceGroups/Other/providers/Microsoft.Compute/disks/d"
    assert ids.canonical(id, SCOPE) == id.replace("//r", "/r")


@pytest.mark.parametrize(
    "text",
    ["", "web-1", "/subscriptions", "/subscriptions/s", "/providers/x", "https://x/y", "/a/b/c/d"],
)
def test_what_is_no_id_stays_as_it_is(text: str) -> None:
    assert ids.parse(text) is None
    assert ids.canonical(text, SCOPE) == text
    assert ids.kind_of(text) is None


def test_kinds_that_azure_does_not_have() -> None:
    with pytest.raises(KeyError):
        ids.arm_id(SCOPE, Kind.LISTENER, "front")
