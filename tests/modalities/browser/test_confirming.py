"""Success is what the cloud's API shows."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.browser.confirming import Confirmation, Several, like
from modalities.browser.workflow import OWN
from modalities.resource import Kind, Provider, Resource, ResourceRef, World

SCOPE = "1/us-east-1"


def made(kind: Kind, id: str, tags: dict[str, str] | None = None, **attributes: Any) -> Resource:
    return Resource(ResourceRef(Provider.AWS, SCOPE, kind, id), id, attributes, tags or {})


BALANCER = made(Kind.LOAD_BALANCER, "lb-1", {"Name": "front"}, dns_name="front.example")
LISTENER = made(Kind.LISTENER, "li-1", load_balancer="lb-1", port=80)
WORLD = World(Provider.AWS, SCOPE, (BALANCER, LISTENER, made(Kind.VM, "i-1", monitoring=True)))


def read(kind: Kind) -> World:
    return WORLD.with_resources(WORLD.of(kind))


def test_what_was_made_is_found_with_all_its_outputs() -> None:
    confirmation = Confirmation.of(
        {
            "verb": "confirm",
            "kind": "load_balancer",
            "where": {"tag:Name": "front"},
            "outputs": {
                "listener": {"kind": "listener", "where": {"load_balancer": OWN}, "take": "id"}
            },
        }
    )
    found = confirmation.holds(read)
    assert found == (BALANCER,)
    assert confirmation.values(["id", "dns_name", "listener", "nothing"], found, read) == {
        "id": "lb-1",
        "dns_name": "front.example",
        "listener": "li-1",
    }


def test_two_of_a_kind_are_neither() -> None:
    twin = World(Provider.AWS, SCOPE, (BALANCER, made(Kind.LOAD_BALANCER, "2", {"Name": "front"})))
    action = {"verb": "confirm", "kind": "load_balancer", "where": {"tag:Name": "front"}}
    with pytest.raises(Several, match="could be what was made: 2, lb-1"):
        Confirmation.of(action).holds(lambda _: twin)


def test_what_is_there_and_unfinished_was_made_and_does_not_hold() -> None:
    expect = {"kind": "load_balancer", "test": "is", "attribute": "state", "value": "active"}
    action = {"verb": "confirm", "kind": "load_balancer", "where": {"tag:Name": "front"}}
    unfinished = Confirmation.of({**action, "expects": [{**expect, "id": {OWN: "id"}}]})
    assert unfinished.made(read) == (BALANCER,)
    assert unfinished.holds(read) is None


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ({"test": "is", "attribute": "monitoring", "value": True}, True),
        ({"test": "is", "attribute": "monitoring", "value": False}, False),
        ({"test": "exists"}, True),
        ({"test": "absent"}, False),
        ({"test": "absent", "id": "i-2"}, True),
        ({"test": "lacks", "attribute": "disks", "value": "vol-1"}, True),
    ],
)
def test_postconditions(expect: dict[str, Any], holds: bool) -> None:
    action = {"verb": "confirm", "expects": [{"kind": "vm", "id": "i-1", **expect}]}
    assert (Confirmation.of(action).holds(read) is not None) is holds


def test_what_nothing_shows_tells_nothing() -> None:
    assert not Confirmation.of({"verb": "confirm", "evident": False}).tells


def test_a_list_must_hold_all_that_is_wanted_of_it() -> None:
    gateway = made(Kind.GATEWAY, "igw-1", networks=["vpc-1", "vpc-2"])
    assert like(gateway, {"networks": ["vpc-2"]})
    assert not like(gateway, {"networks": ["vpc-3"]})
    assert like(LISTENER, {"port": "80"})
