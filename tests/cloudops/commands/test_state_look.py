"""`state refresh` and `state drift` on a real sandbox, part of which may not be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from fakes.terminal import Terminal
from sandbox.daemon import Sandbox

LISTS = {"call": "elasticloadbalancing:DescribeLoadBalancers", "code": "AccessDenied"}
TRAIL = {"call": "cloudtrail:LookupEvents", "code": "AccessDeniedException"}


@pytest.fixture
def sandbox(terminal: Terminal) -> Iterator[Sandbox]:
    running = Sandbox(terminal.state / "sandbox")
    running.up()
    yield running
    running.down()


def ec2(sandbox: Sandbox) -> Any:
    keys = sandbox.environment()
    return boto3.client(
        "ec2",
        endpoint_url=keys["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )


def test_refresh_and_drift(terminal: Terminal, sandbox: Sandbox) -> None:
    assert terminal("state", "refresh").code == 0
    known = terminal("state", "list", "-t", "sandbox", "-o", "json").document["resources"]
    assert known  # no run has been on it yet
    assert known == terminal("state", "list", "-o", "json").document["resources"]
    quiet = terminal("state", "drift", "--exit-code")
    assert (quiet.code, quiet.out) == (0, "no drift: everything is as the state has it\n")

    # something changes, and somebody else's trail tells who
    client = ec2(sandbox)
    network = client.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    told = terminal("state", "drift", "--exit-code", "-o", "json")
    assert told.code == 9
    drift = {one["id"]: one for one in told.document["drift"]}
    assert told.document["trail"] == "CloudTrail"
    assert drift[network]["deed"]["name"] == "CreateVpc"
    assert drift[network]["last_before"] < drift[network]["first_now"]
    assert {one["along_with"] for id, one in drift.items() if id != network} == {
        f"network/{network}"
    }

    # a part may not be read, nor the trail: exit 8, and what was read counts
    refusals = ({**LISTS, "status": 403}, {**TRAIL, "status": 400})
    sandbox.order_faults(*refusals)
    told = terminal("state", "drift", "-o", "json")
    assert told.code == 8
    (unread,) = told.document["unread"]
    assert unread["kinds"] == ["load_balancer", "listener"]
    assert all("cloudtrail:LookupEvents" in d["not_known"] for d in told.document["drift"])
    told = terminal("state", "drift")
    assert f"network/{network}: appeared" in told.out
    assert "not read: load balancer, listener" in told.err
    told = terminal("state", "refresh", "-o", "ndjson")
    assert told.code == 8
    *events, document = map(json.loads, told.out.splitlines())
    assert {e["what"] for e in events} == {"started", "reading", "finished"}
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert document["appeared"] == len(drift)

    # what is refused altogether is one refusal
    sandbox.order_faults(
        *({"call": f"{s}:*", "code": "AccessDenied", "status": 403} for s in ("ec2", "s3")),
        {**LISTS, "call": "elasticloadbalancing:*", "status": 403},
    )
    told = terminal("state", "refresh", "-o", "json")
    assert (told.code, told.document["outcome"]) == (8, "not_evaluated")
    sandbox.order_faults()
    assert terminal("state", "drift", "--exit-code").code == 0
