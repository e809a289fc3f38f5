"""What plans mean: for approval, for policies, for costs, for locks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cloudops.planner import billed_calls
from cloudops.planner.ledger import Ledger
from fakes.drafts import SCOPE, resource, world
from modalities.aws.model import problems
from modalities.aws.terraform import meaning
from modalities.contract import Unsupported
from modalities.resource import Kind, Provider, ResourceRef
from modalities.step import Effect, Step
from policies.open_admin_ports import openings


def plan(*changes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"resource_changes": list(changes), **more}


def change(
    address: str,
    actions: list[str],
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    **more: Any,
) -> dict[str, Any]:
    body = {"actions": actions, "before": before, "after": after, **more}
    return {"address": address, "type": address.split(".")[0], "mode": "managed", "change": body}


def only(*changes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    (found,) = meaning.changes(plan(*changes, **more))
    return dict(found)


MACHINE = {
    "ami": "ami-1",
    "instance_type": "t3.large",
    "subnet_id": "subnet-1",
    "vpc_security_group_ids": ["sg-1"],
    "associate_public_ip_address": True,
    "monitoring": None,
    "root_block_device": [{"volume_size": 50, "volume_type": "gp3", "iops": None}],
    "instance_market_options": [{"market_type": "spot"}],
    "tags": {"Name": "web-1", "owner": "ana"},
    "tags_all": {"Name": "web-1", "owner": "ana"},
    "user_data": "#!/bin/sh\nexport PASSWORD=hunter2",
}
CREATED = change("aws_instance.web", ["create"], None, MACHINE)


def test_what_stays_is_left_out_and_data_is_only_read() -> None:
    same = change("aws_vpc.a", ["no-op"], {"id": "vpc-1"}, {"id": "vpc-1"})
    read = {**change("data.aws_ami.x", ["read"], None, {}), "mode": "data"}
    assert meaning.changes(plan(same, read)) == ()


def test_what_is_made_is_told_without_nulls_and_secrets() -> None:
    db = change(
        "aws_db_instance.x",
        ["create"],
        None,
        {"identifier": "x", "password": "hunter2", "nested": [{"token": "t", "port": 1}]},
        after_sensitive={"password": True, "nested": [{"token": True}]},
    )
    assert only(db)["after"] == {"identifier": "x", "nested": [{"port": 1}]}
    told = only(CREATED)
    assert "hunter2" not in str(told)
    assert told["after"]["user_data"].startswith("sha256:")
    assert "monitoring" not in told["after"]
    assert "tags_all" not in told["after"]


def test_of_an_update_what_moves_is_told_and_whom_it_is_about() -> None:
    had = {"id": "i-1", "arn": "arn:x", "instance_type": "t3.small", "ami": "ami-1"}
    told = only(change("aws_instance.web", ["update"], had, {**had, "instance_type": "t3.large"}))
    assert told["before"] == {"id": "i-1", "instance_type": "t3.small"}
    assert told["after"] == {"id": "i-1", "instance_type": "t3.large"}


def test_defaults_noted_while_taking_over_are_no_change() -> None:
    had = {"id": "b", "bucket": "b", "force_destroy": None, "acl": None}
    has = {"id": "b", "bucket": "b", "force_destroy": False, "acl": "private"}
    took = change("aws_s3_bucket.b", ["update"], had, has, importing={"id": "b"})
    code = {
        "root_module": {
            "resources": [{"address": "aws_s3_bucket.b", "expressions": {"bucket": {}}}]
        }
    }
    assert only(took, configuration=code)["actions"] == ["no-op"]
    code["root_module"]["resources"][0]["expressions"] = {"bucket": {}, "acl": {}}
    told = only(took, configuration=code)
    assert told["actions"] == ["update"]
    assert told["after"]["acl"] == "private"
    assert told["importing"] == "b"


def test_two_plans_that_come_to_the_same_are_told_the_same() -> None:
    other = change("aws_vpc.a", ["create"], None, {"cidr_block": "10.0.0.0/16"})
    assert meaning.changes(plan(CREATED, other)) == meaning.changes(
        plan(other, CREATED, timestamp="later", prior_state={})
    )


def test_effects() -> None:
    assert meaning.effect(only(CREATED)) is Effect.CREATE
    gone = only(change("aws_instance.web", ["delete"], {"id": "i-1"}, None))
    assert meaning.effect(gone) is Effect.DELETE
    again = only(change("aws_instance.web", ["delete", "create"], {"id": "i-1"}, MACHINE))
    assert meaning.effect(again) is Effect.REPLACE
    held = {"volume_id": "vol-1", "instance_id": "i-1", "device_name": "/dev/sdf"}
    off = only(change("aws_volume_attachment.x", ["delete"], held, None))
    assert meaning.effect(off) is Effect.UPDATE


def said(entry: Mapping[str, Any]) -> list[str]:
    return [call.operation for call in meaning.meant(entry)]


def test_a_machine_made_again_is_ended_and_run() -> None:
    again = only(
        change(
            "aws_instance.web",
            ["delete", "create"],
            {"id": "i-1", "tags": {"Name": "web-1"}},
            MACHINE,
            replace_paths=[["instance_market_options", 0, "market_type"]],
        )
    )
    assert said(again) == ["TerminateInstances", "RunInstances"]
    assert again["replace_paths"] == ["instance_market_options.0.market_type"]
    end, run = meaning.meant(again)
    assert end.parameters == {"InstanceIds": ["i-1"]}
    assert run.parameters["InstanceMarketOptions"] == {"MarketType": "spot"}
    assert problems(run, "x") == ()  # the vendor's own model takes it


def test_what_is_taken_over_asks_for_nothing() -> None:
    took = change(
        "aws_vpc.a", ["no-op"], {"id": "vpc-1"}, {"id": "vpc-1"}, importing={"id": "vpc-1"}
    )
    assert said(only(took)) == []
    assert meaning.effect(only(took)) is Effect.READ


RULE = {
    "security_group_id": "sg-1",
    "ip_protocol": "tcp",
    "from_port": 22,
    "to_port": 22,
    "cidr_ipv4": "0.0.0.0/0",
}
INLINE = [
    {"protocol": "tcp", "from_port": 3389, "to_port": 3389, "cidr_blocks": ["0.0.0.0/0"]},
]


@pytest.mark.parametrize(
    ("entry", "port"),
    [
        (change("aws_vpc_security_group_ingress_rule.x", ["create"], None, RULE), 22),
        (change("aws_security_group.x", ["create"], None, {"name": "x", "ingress": INLINE}), 3389),
        (
            change(
                "aws_security_group.x",
                ["update"],
                {"id": "sg-1", "ingress": []},
                {"id": "sg-1", "ingress": INLINE},
            ),
            3389,
        ),
        (
            change(
                "aws_security_group_rule.x",
                ["create"],
                None,
                {**INLINE[0], "type": "ingress", "security_group_id": "sg-1"},
            ),
            3389,
        ),
        (change("aws_default_security_group.x", ["create"], None, {"ingress": INLINE}), 3389),
        (
            change(
                "aws_vpc_security_group_ingress_rule.x",
                ["update"],
                {**RULE, "cidr_ipv4": "10.0.0.0/8"},
                RULE,
            ),
            22,
        ),
    ],
)
def test_the_policy_sees_every_port_that_is_opened(entry: dict[str, Any], port: int) -> None:
    calls = meaning.meant(only(entry))
    steps = [Step(id="x", effect=Effect.UPDATE, action=c, why="", changes=()) for c in calls]
    found = {(o.first, o.source) for step in steps for o in openings(step)}
    assert (port, "0.0.0.0/0") in found


def test_what_is_closed_opens_nothing() -> None:
    had = {"id": "sg-1", "ingress": INLINE}
    assert said(only(change("aws_security_group.x", ["update"], had, {"id": "sg-1"}))) == [
        "RevokeSecurityGroupIngress"
    ]


def test_costs_are_read_from_what_is_meant() -> None:
    ref = ResourceRef(Provider.AWS, SCOPE, Kind.VM, "web-1")
    (run,) = meaning.meant(only(CREATED))
    ledger = Ledger(world(), {})
    billed_calls.enter(
        ledger, Step(id="x", effect=Effect.CREATE, action=run, why="", changes=(ref,))
    )
    told = " ".join(str(v) for v in ledger.held.values())
    assert "t3.large" in told
    assert "50" in told


def test_a_type_that_nobody_knows_is_not_judged() -> None:
    with pytest.raises(Unsupported, match="null_resource"):
        meaning.meant(only(change("null_resource.x", ["create"], None, {"id": "1"})))
    assert said(only(change("random_pet.x", ["create"], None, {"length": 2}))) == []
    queue = only(change("aws_sqs_queue.jobs", ["delete"], {"id": "q", "name": "jobs"}, None))
    (call,) = meaning.meant(queue)
    assert (call.service, call.operation) == ("sqs", "DeleteQueue")
    assert dict(call.parameters) == {"id": "q", "name": "jobs"}


def test_what_is_touched_has_every_name_it_goes_by() -> None:
    vm = resource(Kind.VM, "web-1", "i-1")
    disk = resource(Kind.DISK, "data", "vol-1")
    held = {"volume_id": "vol-1", "instance_id": "i-1", "device_name": "/dev/sdf"}
    on = only(change("aws_volume_attachment.x", ["create"], None, held))
    names = {str(r) for r in meaning.touched(on, world(vm, disk))}
    assert names == {"vm/web-1", "vm/i-1", "disk/data", "disk/vol-1"}
    assert meaning.touched(only(CREATED), world(vm)) == ()
    took = change(
        "aws_instance.x", ["no-op"], {"id": "i-1"}, {"id": "i-1"}, importing={"id": "i-1"}
    )
    assert {str(r) for r in meaning.touched(only(took), world(vm))} == {"vm/web-1", "vm/i-1"}


def test_ids_are_found_in_modules_and_by_what_they_connect() -> None:
    state = {
        "values": {
            "root_module": {
                "resources": [
                    {
                        "address": "aws_volume_attachment.x",
                        "type": "aws_volume_attachment",
                        "mode": "managed",
                        "values": {"id": "vai-1", "volume_id": "vol-1", "instance_id": "i-1"},
                    },
                    {
                        "address": "data.aws_ami.x",
                        "type": "aws_ami",
                        "mode": "data",
                        "values": {"id": "ami-1"},
                    },
                ],
                "child_modules": [
                    {
                        "resources": [
                            {
                                "address": "module.a.aws_vpc.net[0]",
                                "type": "aws_vpc",
                                "mode": "managed",
                                "values": {"id": "vpc-1"},
                            }
                        ]
                    }
                ],
            }
        }
    }
    assert meaning.ids(state) == {
        "attachment/vol-1/i-1": "aws_volume_attachment.x",
        "vpc-1": "module.a.aws_vpc.net[0]",
    }
    assert meaning.ids({}) == {}


@pytest.mark.parametrize("order", [1, -1])
def test_an_id_is_that_of_the_thing_and_not_of_its_settings(order: int) -> None:
    types = ("aws_s3_bucket", "aws_s3_bucket_public_access_block")
    resources = [{"address": f"{t}.x", "type": t, "values": {"id": "b"}} for t in types]
    state = {"values": {"root_module": {"resources": resources[::order]}}}
    assert meaning.ids(state) == {"b": "aws_s3_bucket.x"}


def test_what_strangers_moved_is_told_from_what_the_code_wants() -> None:
    """Terraform says both in one plan: what it finds otherwise, and what it would do."""
    queue = change("aws_sqs_queue.q", ["update"], {"delay": 0, "tags": None}, {"delay": 9})
    gone = change("aws_sqs_queue.gone", ["delete"], {"name": "gone"}, None)
    moved = meaning.moved_outside({"resource_drift": [queue, gone]})
    assert moved == {"aws_sqs_queue.q": {"delay": 0}, "aws_sqs_queue.gone": None}
    assert meaning.moved_outside({}) == {}


def test_what_another_provider_looks_after_may_be_in_another_region() -> None:
    near = {"address": "aws_vpc.near", "provider_config_key": "aws"}
    far = {"address": "aws_vpc.far", "provider_config_key": "aws.far"}
    inner = {"address": "aws_vpc.x", "provider_config_key": "module.m:aws.far"}
    root = {"resources": [near, far], "module_calls": {"m": {"module": {"resources": [inner]}}}}
    found = meaning.abroad({"configuration": {"root_module": root}})
    assert found == {"aws_vpc.far", "module.m.aws_vpc.x"}
