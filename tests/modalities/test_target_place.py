"""Two clouds may have one account's number; what tells them apart."""

from __future__ import annotations

import pytest

from modalities.aws.arns import arn_of, ref_from_arn
from modalities.resource import Kind, Provider, ResourceRef
from modalities.target import (
    Identity,
    Realm,
    Target,
    account_of,
    place_at,
    place_in,
    place_of,
)


@pytest.mark.parametrize(
    ("endpoint", "place"),
    [
        (None, ""),
        ("https://ec2.eu-west-1.amazonaws.com", ""),
        ("https://vpce-1.sts.us-east-1.vpce.amazonaws.com", ""),
        ("https://ec2.cn-north-1.amazonaws.com.cn", ""),
        ("https://ec2.us-east-1.api.aws", ""),
        ("https://management.azure.com/", ""),
        ("https://notamazonaws.com", "notamazonaws.com:443"),
        ("https://amazonaws.com.example.com", "amazonaws.com.example.com:443"),
        ("http://127.0.0.1:5000", "localhost:5000"),
        ("http://localhost:5000/", "localhost:5000"),
        ("http://LOCALHOST.:5000", "localhost:5000"),
        ("http://0.0.0.0:5000", "localhost:5000"),
        ("http://[::1]:5000", "localhost:5000"),
        ("http://[2001:db8::1]", "[2001:db8::1]:80"),
        ("http://10.0.0.7:4566", "10.0.0.7:4566"),
        ("https://cloud.example.com", "cloud.example.com:443"),
    ],
)
def test_the_place_of_an_endpoint(endpoint: str | None, place: str) -> None:
    assert place_of(endpoint) == place


def identity(place: str) -> Identity:
    return Identity(Provider.AWS, "123456789012", "us-east-1", "me", place=place)


def test_real_accounts_are_called_as_ever() -> None:
    assert identity("").scope == "123456789012/us-east-1"


def test_two_emulators_are_two_accounts() -> None:
    one, two = (identity(f"localhost:{port}").scope for port in (5000, 5001))
    assert one != two
    for scope in (one, two):
        assert account_of(scope) == "123456789012"
        ref = ResourceRef(Provider.AWS, scope, Kind.VM, "i-1")
        assert len(ref.ancestors()) == 2
        arn = arn_of(ref, "i-1")
        assert arn == "arn:aws:ec2:us-east-1:123456789012:instance/i-1"
        assert ref_from_arn(arn, scope) == ref
    assert place_in(one) == "localhost:5000"


def test_a_target_that_was_given_a_place_keeps_it() -> None:
    """The embedded sandbox has another address each time, a copy is in place of its target."""
    target = Target(name="t", provider=Provider.AWS, realm=Realm.SANDBOX, region="us-east-1")
    assert place_at("http://127.0.0.1:5000", target) == ""
