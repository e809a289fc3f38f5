"""Words of people and names of vendors come to the same stems."""

from __future__ import annotations

import pytest

from cloudops.knowledge.features import heard
from cloudops.knowledge.words import asked, does, stems


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("policies", "Policy"),
        ("load balancers", "LoadBalancer"),
        ("virtual machines", "vm"),
        ("security groups", "SecurityGroup"),
        ("addresses", "Address"),
        ("deleting databases", "DeleteDb"),
        ("scale sets", "ScaleSet"),
        ("attached", "Attach"),
    ],
)
def test_said_and_named(said: str, name: str) -> None:
    assert stems(said) == stems(name)


def test_ids_and_addresses_are_no_words() -> None:
    assert asked("Stop the instance i-0123456789abcdef0 in 10.0.0.0/16") == stems("stop instance")
    assert asked("Tag arn:aws:s3:::some-bucket please") == stems("tag")


def test_a_verb_and_what_it_is_done_to() -> None:
    request = heard("Delete the subnets of a network")
    assert does(request.verb) == {"delete"}
    assert request.object == stems("subnets")
    assert request.rest == stems("subnet network")


def test_a_request_without_a_verb_has_none() -> None:
    assert heard("snapshots").verb == ""
