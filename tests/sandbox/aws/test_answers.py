"""What the sandbox answers where moto alone would mislead a client, or let a stranger in."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import control, record
from sandbox.daemon import ACCOUNT, Sandbox

Clients = Callable[..., Any]


def raw(sandbox: Sandbox, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
    status = sandbox.status()
    assert status is not None
    connection = http.client.HTTPConnection("127.0.0.1", status.port, timeout=5)
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    return connection.getresponse()


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "named"),
    [
        ("ec2", "describe_instance_topology", {}, "ec2:DescribeInstanceTopology"),
        ("elbv2", "describe_trust_store_revocations", {"TrustStoreArn": "a"}, ""),
        ("iam", "simulate_custom_policy", {"PolicyInputList": ["{}"], "ActionNames": ["a:B"]}, ""),
        ("ssm", "describe_automation_executions", {}, "ssm:DescribeAutomationExecutions"),
        ("service-quotas", "list_services", {}, "servicequotas:ListServices"),
        ("lambda", "list_capacity_providers", {}, ""),
        ("route53", "list_traffic_policies", {}, "route53:ListTrafficPolicies"),
        ("health", "describe_events", {}, "health:DescribeEvents"),
        ("pricing", "describe_services", {}, "pricing:DescribeServices"),
        ("cloudwatch", "list_managed_insight_rules", {"ResourceARN": "arn:aws:a:b:c:d:e"}, ""),
    ],
)
def test_what_it_cannot_imitate_is_said_once_and_clearly(
    connect: Clients, service: str, operation: str, parameters: dict[str, Any], named: str
) -> None:
    """One protocol each: ec2, query, json, rest-json, rest-xml, and services moto has not."""
    connect("s3").create_bucket(Bucket="things")
    with pytest.raises(ClientError) as refused:
        getattr(connect(service), operation)(**parameters)
    answer: Any = refused.value.response
    assert answer["Error"]["Code"] == "NotEmulated"
    assert answer["Error"]["Message"].startswith("the sandbox cannot imitate ")
    assert named in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_dry_run_is_refused_and_does_nothing(ec2: Any) -> None:
    """moto alone creates the network."""
    with pytest.raises(ClientError) as refused:
        ec2.create_vpc(CidrBlock="10.0.0.0/16", DryRun=True)
    assert refused.value.response["Error"]["Code"] == "DryRunNotEmulated"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert len(ec2.describe_vpcs()["Vpcs"]) == 1
    assert ec2.describe_vpcs(DryRun=False)


def test_a_dry_run_in_json_is_refused(connect: Clients) -> None:
    with pytest.raises(ClientError, match="dry run of kms:CreateGrant"):
        connect("kms").create_grant(
            KeyId="k", GranteePrincipal="p", Operations=["Decrypt"], DryRun=True
        )


def test_accounts_are_kept_apart(connect: Clients) -> None:
    one, other = connect("ec2"), connect("ec2", "111122223333")
    one.create_key_pair(KeyName="ops")
    assert other.describe_key_pairs()["KeyPairs"] == []
    assert connect("sts", "111122223333").get_caller_identity()["Account"] == "111122223333"
    assert one.describe_vpcs()["Vpcs"][0]["OwnerId"] == ACCOUNT
    assert other.describe_vpcs()["Vpcs"][0]["OwnerId"] == "111122223333"


def test_buckets_are_their_accounts_own(connect: Clients) -> None:
    connect("s3").create_bucket(Bucket="things")
    with pytest.raises(ClientError, match=r"AccessDenied|Forbidden|403"):
        connect("s3", "111122223333").list_objects_v2(Bucket="things")


def test_any_other_key_is_in_the_sandbox_account(connect: Clients) -> None:
    assert connect("sts", "test").get_caller_identity()["Account"] == ACCOUNT


def test_nobody_chooses_an_account_by_header(sandbox: Sandbox, connect: Clients) -> None:
    connect("s3", "111122223333").create_bucket(Bucket="theirs")
    key = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/s3/aws4_request, Signature=x"
    answer = raw(sandbox, "GET", "/", Authorization=key, x_moto_account_id="111122223333")
    assert b"theirs" not in answer.read()


def test_metadata_keeps_its_underscores(connect: Clients) -> None:
    s3 = connect("s3")
    s3.create_bucket(Bucket="things")
    s3.put_object(Bucket="things", Key="a//b c", Body=b"x", Metadata={"my_key": "1", "plain": "2"})
    assert s3.head_object(Bucket="things", Key="a//b c")["Metadata"] == {
        "my_key": "1",
        "plain": "2",
    }


def test_large_objects_pass(connect: Clients) -> None:
    s3 = connect("s3")
    s3.create_bucket(Bucket="things")
    body = bytes(range(256)) * 12_000
    s3.put_object(Bucket="things", Key="k", Body=body)
    assert s3.get_object(Bucket="things", Key="k")["Body"].read() == body


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example.com"},
        {"Host": "127.0.0.1.evil.example.com:80"},
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
    ],
)
def test_a_web_page_is_kept_out(sandbox: Sandbox, headers: dict[str, str]) -> None:
    assert raw(sandbox, "POST", "/", **headers).status == 403


def test_our_own_pages_are_let_in(sandbox: Sandbox) -> None:
    assert raw(sandbox, "GET", "/", Origin="http://localhost:8080").status != 403


@pytest.mark.parametrize("path", ["/moto-api/reset", "/moto-api/", "/moto-api/data.json"])
def test_motos_own_controls_are_closed(sandbox: Sandbox, path: str) -> None:
    assert raw(sandbox, "POST", path).status == 404


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "Bearer ü"])
def test_controls_want_the_token(sandbox: Sandbox, token: str) -> None:
    encoded = token.encode().decode("latin-1")
    assert raw(sandbox, "POST", "/_cloudops/reset", Authorization=encoded).status == 401


def test_an_unknown_control_is_none(sandbox: Sandbox) -> None:
    token = f"Bearer {record.read_token(sandbox.home)}"
    assert raw(sandbox, "GET", "/_cloudops/nothing", Authorization=token).status == 404


@pytest.mark.parametrize("body", [{"world": {"scope": 1}}, {"world": {"provider": "x"}}])
def test_a_world_that_is_none_is_refused(sandbox: Sandbox, body: Any) -> None:
    status = sandbox.status()
    assert status is not None
    with pytest.raises(control.Unreachable):
        control.ask(sandbox.home, status.port, "POST", "copies", body)
    assert control.ask(sandbox.home, status.port, "GET", "status")["copies"] == []


def test_the_log_says_what_was_called_and_nothing_of_what_with(
    sandbox: Sandbox, connect: Clients
) -> None:
    connect("ssm").put_parameter(Name="/db/password", Value="hunter2", Type="SecureString")
    connect("s3").create_bucket(Bucket="bucket-of-secrets")
    raw(sandbox, "GET", "/?Action=%0Afaked%20line&password=hunter2")
    text = (sandbox.home / "requests.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    calls = [line["call"] for line in lines]
    assert "ssm:PutParameter" in calls
    assert "s3:CreateBucket" in calls
    assert set(lines[-1]) == {"at", "account", "call", "status", "ms"}
    assert not re.search("hunter2|/db/password|bucket-of-secrets|Signature|faked line", text)
