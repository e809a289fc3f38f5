"""Errors read by botocore's own parsers, one for each protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.model import StructureShape
from botocore.parsers import create_parser

from sandbox.aws.call import Call
from sandbox.aws.fault import fault

FORM = "application/x-www-form-urlencoded"
TEXT = "a <b> & \"c\" 'd' ü " + "x" * 300


NOTHING = StructureShape("Nothing", {"type": "structure", "members": {}})


class Start:
    def __call__(
        self, status: str, headers: list[tuple[str, str]], _: object = None, /
    ) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return lambda _: None


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
    start = Start()
    body = b"".join(fault(asked, start, "Code", TEXT))
    headers = {name.lower(): value for name, value in start.headers}
    response = {"status_code": 400, "headers": headers, "body": body, "context": {}}
    error = create_parser(protocol).parse(response, NOTHING)["Error"]
    assert (error["Code"], error["Message"]) == ("Code", TEXT)
    assert start.status == "400 Bad Request"
    assert headers["content-length"] == str(len(body))


def test_a_head_request_has_no_body() -> None:
    assert fault(call("s3", method="HEAD"), Start(), "Code", "text") == []
