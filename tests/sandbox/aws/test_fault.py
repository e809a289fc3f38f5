"""Errors read by botocore's own parsers, one for each protocol."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.parsers import create_parser

from sandbox.aws.call import Call
from sandbox.aws.fault import fault

FORM = "application/x-www-form-urlencoded"
TEXT = "a <b> & \"c\" 'd' ü " + "x" * 300


def call(service: str, **more: Any) -> Call:
    facts = {"action": "", "content_type": "", "method": "POST"} | more
    return Call(service=service, region="us-east-1", key="k", **facts)


@pytest.mark.parametrize(
    ("protocol", "asked"),
    [
        ("ec2", call("ec2", action="RunInstances", content_type=FORM)),
        ("query", call("sts", action="GetCallerIdentity", content_type=FORM)),
        ("json", call("ssm", action="X", targeted=True, content_type="application/x-amz-json-1.1")),
        ("rest-json", call("lambda", method="GET")),
        ("rest-xml", call("s3", method="PUT")),
        ("rest-xml", call("route53", method="GET")),
        ("smithy-rpc-v2-cbor", call("monitoring", smithy="rpc-v2-cbor")),
    ],
)
def test_clients_understand(protocol: str, asked: Call) -> None:
    seen: list[Any] = []
    body = b"".join(
        fault(asked, lambda status, headers: seen.extend((status, headers)), "Code", TEXT)
    )
    headers = {name.lower(): value for name, value in seen[1]}
    response = {"status_code": 400, "headers": headers, "body": body, "context": {}}
    error = create_parser(protocol).parse(response, None)["Error"]
    assert (error["Code"], error["Message"]) == ("Code", TEXT)
    assert seen[0] == "400 Bad Request"
    assert headers["content-length"] == str(len(body))


def test_a_head_request_has_no_body() -> None:
    assert fault(call("s3", method="HEAD"), lambda *_: None, "Code", "text") == []
