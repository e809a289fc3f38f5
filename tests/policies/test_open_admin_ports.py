from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes.specimens import call, ref, step, subject
from modalities.action import Action, CliCommand
from modalities.resource import Kind
from modalities.step import Effect, Step
from modalities.target import Realm
from policies.finding import Finding, Severity
from policies.open_admin_ports import evaluate

GROUP = ref(Kind.SECURITY_GROUP, "web")


def opening(action: Action, **more: Any) -> Step:
    return step("open", Effect.UPDATE, action, GROUP, **more)


def found(*steps: Step, **settings: Any) -> tuple[Finding, ...]:
    return tuple(evaluate(subject(*steps, **settings)))


def permission(first: Any, last: Any, protocol: str = "tcp", **sources: Any) -> dict[str, Any]:
    entry = {"IpProtocol": protocol, "FromPort": first, "ToPort": last, **sources}
    return {k: v for k, v in entry.items() if v is not None}


V4: dict[str, Any] = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
V6: dict[str, Any] = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}

BAD = {
    "ssh to the world": permission(22, 22, **V4),
    "rdp over v6": permission(3389, 3389, **V6),
    "a range that holds 22": permission(20, 25, **V4),
    "every port": permission(0, 65535, **V4),
    "every protocol": permission(None, None, "-1", **V4),
    "every protocol with ports that do not count": permission(80, 80, "-1", **V4),
    "udp": permission(3389, 3389, "udp", **V4),
    "tcp by number": permission(22, 22, "6", **V4),
    "half the world": permission(22, 22, IpRanges=[{"CidrIp": "128.0.0.0/1"}]),
    "the public part of v6": permission(22, 22, Ipv6Ranges=[{"CidrIpv6": "2000::/3"}]),
    "host bits set": permission(22, 22, IpRanges=[{"CidrIp": "1.2.3.4/0"}]),
    "the second range": permission(
        22, 22, IpRanges=[{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0"}]
    ),
    "not an address range": permission(22, 22, IpRanges=[{"CidrIp": "my-office"}]),
    "a database": permission(5432, 5432, **V4),
}

GOOD = {
    "http": permission(80, 80, **V4),
    "https over both": permission(443, 443, **V4, **V6),
    "high ports": permission(28000, 29000, **V4),
    "ssh from one address": permission(22, 22, IpRanges=[{"CidrIp": "203.0.113.7/32"}]),
    "ssh from the private net": permission(22, 22, IpRanges=[{"CidrIp": "10.0.0.0/8"}]),
    "ssh from another group": permission(22, 22, UserIdGroupPairs=[{"GroupId": "sg-1"}]),
    "everything from another group": permission(
        None, None, "-1", UserIdGroupPairs=[{"GroupId": "sg-1"}]
    ),
    "ping": permission(-1, -1, "icmp", **V4),
    "an address that a step of the plan makes": permission(
        22, 22, IpRanges=[{"CidrIp": {"$output": "address.cidr"}}]
    ),
}


@pytest.mark.parametrize("entry", BAD.values(), ids=BAD)
def test_must_fire(entry: dict[str, Any]) -> None:
    action = call("AuthorizeSecurityGroupIngress", GroupId="sg-1", IpPermissions=[entry])
    (finding,) = found(opening(action))
    assert (finding.severity, finding.step) == (Severity.DENY, "open")


@pytest.mark.parametrize("entry", GOOD.values(), ids=GOOD)
def test_must_not_fire(entry: dict[str, Any]) -> None:
    action = call("AuthorizeSecurityGroupIngress", GroupId="sg-1", IpPermissions=[entry])
    assert found(opening(action)) == ()


def test_the_flat_form_and_a_rule_that_is_modified() -> None:
    flat = call(
        "AuthorizeSecurityGroupIngress",
        GroupId="sg-1",
        IpProtocol="tcp",
        FromPort=22,
        ToPort=22,
        CidrIp="0.0.0.0/0",
    )
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "::/0"}
    modified = call(
        "ModifySecurityGroupRules",
        GroupId="sg-1",
        SecurityGroupRules=[{"SecurityGroupRuleId": "sgr-1", "SecurityGroupRule": rule}],
    )
    assert len(found(opening(flat))) == 1
    assert len(found(opening(modified))) == 1


def test_closing_and_letting_out_are_fine() -> None:
    entry = [permission(22, 22, **V4)]
    for operation in ("RevokeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"):
        assert found(opening(call(operation, GroupId="sg-1", IpPermissions=entry))) == ()


def test_the_effect_that_a_step_claims_does_not_matter() -> None:
    action = call("AuthorizeSecurityGroupIngress", IpPermissions=[BAD["ssh to the world"]])
    assert found(step("look", Effect.READ, action, GROUP))


RULE = {"direction": "in", "protocol": "tcp", "first_port": 22, "last_port": 22}


@pytest.mark.parametrize("source", ["0.0.0.0/0", "::/0", "*", "Internet", "Any"])
def test_the_neutral_rules_of_any_hand(source: str) -> None:
    action = CliCommand(("az", "network", "nsg", "rule", "create"))
    opened = {"rules": [{**RULE, "source": source}]}
    (finding,) = found(opening(action, after=opened))
    assert source in finding.reason
    assert found(opening(action, before=opened, after=opened)) == (), "it was open before"
    outward = {"rules": [{**RULE, "direction": "out", "source": source}]}
    assert found(opening(action, after=outward)) == ()


def test_which_ports_is_a_setting() -> None:
    action = call("AuthorizeSecurityGroupIngress", IpPermissions=[permission(8022, 8022, **V4)])
    assert found(opening(action)) == ()
    assert found(opening(action), admin_ports=(8022,))


def test_the_finding_says_what_where_and_what_to_do() -> None:
    action = call("AuthorizeSecurityGroupIngress", IpPermissions=[BAD["ssh to the world"]])
    assert found(opening(action)) == (
        Finding(
            "open-admin-ports",
            Severity.DENY,
            "port 22 is opened to 0.0.0.0/0: that is the world, or a good part of it",
            "open",
            "name the addresses that need it, such as 203.0.113.7/32",
        ),
    )


def test_one_finding_for_one_opening_however_often_it_is_said() -> None:
    action = call("AuthorizeSecurityGroupIngress", IpPermissions=[BAD["ssh to the world"]])
    said = {"rules": [{**RULE, "source": "0.0.0.0/0"}]}
    assert len(found(opening(action, after=said))) == 1


@pytest.mark.parametrize(
    ("realm", "severity"), [(Realm.SANDBOX, Severity.WARN), (Realm.PRODUCTION, Severity.DENY)]
)
def test_code_that_is_there_is_tried_out_where_nothing_is_real(
    realm: Realm, severity: Severity
) -> None:
    action = call("AuthorizeSecurityGroupIngress", IpPermissions=[permission(22, 22, **V4)])
    asked = replace(subject(opening(action), realm=realm), as_it_stands=True)
    assert [finding.severity for finding in evaluate(asked)] == [severity]
