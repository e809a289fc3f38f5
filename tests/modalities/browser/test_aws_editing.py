"""Lists that a dialog sends back whole."""

from __future__ import annotations

from modalities.action import SdkCall
from modalities.browser.aws_editing import done, edited

GROUP = {
    "id": "sg-1",
    "attributes": {
        "rules": [
            {
                "direction": "in",
                "protocol": "tcp",
                "first_port": port,
                "last_port": port,
                "source": "0.0.0.0/0",
            }
            for port in (22, 8080)
        ]
        + [
            {
                "direction": "out",
                "protocol": "all",
                "first_port": 0,
                "last_port": 65535,
                "source": "0.0.0.0/0",
            }
        ]
    },
}

TAGGED = {
    "tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}]
}


def _permission(port: int, source: str = "0.0.0.0/0") -> dict[str, object]:
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": source}],
    }


def test_a_new_rule_comes_after_those_that_are_there() -> None:
    call = SdkCall(
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"GroupId": "sg-1", "IpPermissions": [_permission(443, "10.0.0.0/8")]},
    )
    rows = edited(GROUP, call)["rows_with"]
    assert [(r["id"], r["type"], r["ports"], r["source"]) for r in rows] == [
        ("tcp 22 0.0.0.0/0", "SSH", "22", "0.0.0.0/0"),
        ("tcp 8080 0.0.0.0/0", "Custom TCP", "8080", "0.0.0.0/0"),
        ("", "Custom TCP", "443-443", "10.0.0.0/8"),
    ]


def test_a_rule_is_taken_out_by_what_it_says() -> None:
    call = SdkCall(
        "ec2",
        "RevokeSecurityGroupIngress",
        {"GroupId": "sg-1", "IpPermissions": [_permission(22)]},
    )
    known = edited(GROUP, call)
    assert [row["id"] for row in known["rows_gone"]] == ["tcp 22 0.0.0.0/0"]
    assert [row["ports"] for row in known["rows_without"]] == ["8080"]


def test_what_a_rule_is_said_to_be_for_is_sent_back_as_it_is() -> None:
    permission = {**_permission(443), "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "vpn"}]}
    body = {"GroupId": "sg-1", "IpPermissions": [permission]}
    authorize = SdkCall("ec2", "AuthorizeSecurityGroupIngress", body)
    assert edited(GROUP, authorize)["rows_with"][-1]["description"] == "vpn"
    opened = done(GROUP, authorize)
    assert opened["attributes"]["rules"][-1]["description"] == "vpn"
    other = SdkCall("ec2", "RevokeSecurityGroupIngress", {"IpPermissions": [_permission(22)]})
    assert edited(opened, other)["rows_without"][-1]["description"] == "vpn"


def test_who_closes_an_opened_port_again_finds_its_rule() -> None:
    body = {"GroupId": "sg-1", "IpPermissions": [_permission(443)]}
    opened = done(GROUP, SdkCall("ec2", "AuthorizeSecurityGroupIngress", body))
    revoke = SdkCall("ec2", "RevokeSecurityGroupIngress", body)
    known = edited(opened, revoke)
    assert [row["id"] for row in known["rows_gone"]] == ["tcp 443 0.0.0.0/0"]
    assert known["rows_without"] == edited(GROUP, revoke)["rows_without"]
    assert done(opened, revoke)["attributes"] == GROUP["attributes"]


def test_who_puts_groups_back_sees_the_added_one() -> None:
    machine = {"id": "i-1", "attributes": {"security_groups": ["sg-1"], "state": "running"}}
    made = {"$output": "create.id"}

    def call(*groups: object) -> SdkCall:
        body = {"InstanceId": "i-1", "Groups": [*groups]}
        return SdkCall("ec2", "ModifyInstanceAttribute", body)

    known = done(machine, call("sg-1", made))
    assert edited(known, call("sg-1"))["gone_groups"] == [made]
    assert known["attributes"]["state"] == "running"


def test_tags_are_changed_and_added_in_their_places() -> None:
    tags = [{"Key": "b", "Value": "9"}, {"Key": "z", "Value": "0"}]
    known = edited(TAGGED, SdkCall("ec2", "CreateTags", {"Resources": ["i-1"], "Tags": tags}))
    assert known["tagging"] == {
        "changed": [{"number": 2, "Value": "9"}],
        "gone": [],
        "added": [{"number": 4, "Key": "z", "Value": "0"}],
        "keys": ["a", "b", "c", "z"],
        "values": ["1", "9", "3", "0"],
    }


def test_who_takes_tags_back_sees_them() -> None:
    put = SdkCall("ec2", "CreateTags", {"Resources": ["i-1"], "Tags": [{"Key": "z", "Value": "0"}]})
    back = SdkCall("ec2", "DeleteTags", {"Resources": ["i-1"], "Tags": [{"Key": "z"}]})
    known = edited(done(TAGGED, put), back)
    assert known["tagging"]["gone"] == [{"number": 4}]
    assert known["tagging"]["keys"] == ["a", "b", "c"]
    assert done(TAGGED, SdkCall("ec2", "StopInstances", {})) == TAGGED


def test_tags_go_from_below_so_that_places_hold() -> None:
    tags = [{"Key": "a"}, {"Key": "c"}]
    known = edited(TAGGED, SdkCall("ec2", "DeleteTags", {"Resources": ["i-1"], "Tags": tags}))
    assert known["tagging"]["gone"] == [{"number": 3}, {"number": 1}]
    assert (known["tagging"]["keys"], known["tagging"]["values"]) == (["b"], ["2"])
