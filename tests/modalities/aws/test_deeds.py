"""An event of CloudTrail as a deed: who, what, from where, and what it may have changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modalities.aws.deeds import LONGEST, deed_of, names_in, shown
from modalities.trail import MADE, REMOVED, Deed

AT = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)
ANN = {"type": "IAMUser", "userName": "ann", "arn": "arn:aws:iam::1:user/ann"}


def event(name: str = "StopInstances", **document: Any) -> dict[str, Any]:
    body = {"userIdentity": ANN, "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli/2.1"}
    return {
        "EventId": "e-1",
        "EventName": name,
        "EventTime": AT,
        "Username": "ann",
        "Resources": [{"ResourceType": "AWS::EC2::Instance", "ResourceName": "i-1"}],
        "CloudTrailEvent": json.dumps(body | document),
    }


def read(name: str = "StopInstances", **document: Any) -> Deed:
    deed = deed_of(event(name, **document))
    assert deed is not None
    return deed


def test_who_did_what_from_where() -> None:
    assert read() == Deed(
        id="e-1",
        name="StopInstances",
        at=AT,
        actor="ann",
        origin="192.0.2.1",
        agent="aws-cli/2.1",
        concerns=("state", "public_ip"),
    )
    assert names_in(event()) == {"i-1"}


@pytest.mark.parametrize(
    ("identity", "actor"),
    [
        ({"type": "Root", "arn": "arn:aws:iam::1:root"}, "root"),
        (
            {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/admin/bob@example.com"},
            "role admin/bob@example.com",
        ),
        ({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}, "service autoscaling"),
        ({}, "ann"),
        (None, "ann"),
        ("nonsense", "ann"),
    ],
)
def test_who(identity: object, actor: str) -> None:
    assert read(userIdentity=identity).actor.startswith(actor)


def test_what_failed_did_nothing() -> None:
    assert deed_of(event(errorCode="Client.UnauthorizedOperation")) is None


@pytest.mark.parametrize(
    ("name", "parameters", "concerns"),
    [
        ("TerminateInstances", {}, (REMOVED,)),
        ("DeleteVolume", {}, (REMOVED,)),
        ("RunInstances", {}, (MADE,)),
        ("CreateVpc", {}, (MADE,)),
        ("CreateRoute", {}, ("routes",)),
        ("AuthorizeSecurityGroupIngress", {}, ("rules",)),
        ("RevokeSecurityGroupEgress", {}, ("rules",)),
        ("CreateTags", {"tagSet": {"items": [{"key": "a"}, {"key": "b"}]}}, ("tag:a", "tag:b")),
        ("AddTags", {"tags": [{"key": "a", "value": "x"}]}, ("tag:a",)),
        ("RemoveTags", {"tagKeys": ["a", 7]}, ("tag:a",)),
        ("PutBucketTagging", {"bucketName": "b"}, ("tag:*",)),
        ("ModifySomethingNew", {}, ()),
    ],
)
def test_what_it_may_have_changed(
    name: str, parameters: dict[str, Any], concerns: tuple[str, ...]
) -> None:
    assert read(name, requestParameters=parameters).concerns == concerns


def test_what_fits() -> None:
    assert read("PutBucketTagging").fits("tag:owner")
    assert not read("StopInstances").fits("size")
    assert read("ModifySomethingNew").fits("size")


def test_our_own_calls_are_told() -> None:
    assert read(userAgent="Botocore/1.4 md/x cloudops").agent == "cloudops"
    long = "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) aws-sdk-go-v2/1.3"
    assert read(userAgent=long).agent == "Terraform/1.11.4"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("AKIAIOSFODNN7EXAMPLE", "AKIA…"),
        ("wJalrXUtnFEMI7K7MDENG7bPxRfiCYEXAMPLEKEY", "(masked)"),
        ("x password=hunter2 y", "x (masked) y"),
        ("a\x1b[31mb\nc", "a [31mb c"),
    ],
)
def test_texts_are_cut_and_masked(text: str, seen: str) -> None:
    assert shown(text) == seen
    assert len(shown("ä" * 5000)) == LONGEST
    assert shown(None) == shown({"a": 1}) == ""


@given(
    st.dictionaries(
        st.sampled_from(["userIdentity", "requestParameters", "userAgent", "sourceIPAddress"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
    )
)
def test_whatever_an_event_says_is_data(document: dict[str, Any]) -> None:
    deed = deed_of(event("CreateTags", **document))
    assert deed is None or all(
        len(text) <= LONGEST and text.isprintable()
        for text in (deed.actor, deed.origin, deed.agent)
    )


def test_an_event_that_is_none() -> None:
    assert deed_of({}) is None
    assert deed_of({**event(), "CloudTrailEvent": "{"}) is not None
    assert deed_of({**event(), "CloudTrailEvent": "[1]"}) is not None
