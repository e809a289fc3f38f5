from __future__ import annotations

from typing import Any

import pytest

from fakes.azure_plans import arm, call, ref, resource, step, subject, world
from modalities.action import SdkCall
from modalities.resource import Kind, World
from modalities.step import Effect
from policies.finding import Severity
from policies.open_admin_ports import evaluate

GROUP = ref(Kind.SECURITY_GROUP, "web")


def rule(**properties: Any) -> dict[str, Any]:
    """SSH from everywhere, but for what is said."""
    usual = {
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "priority": 200,
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "22",
    }
    merged = {**usual, **properties}
    return {k: v for k, v in merged.items() if v is not None}


def whole(*rules: dict[str, Any]) -> SdkCall:
    """The group, written with these rules."""
    listed = [{"name": f"r{n}", "properties": each} for n, each in enumerate(rules)]
    return call(
        "network_security_groups.begin_create_or_update",
        "network",
        networkSecurityGroupName="web",
        body={"location": "westeurope", "properties": {"securityRules": listed}},
    )


def one(name: str, properties: dict[str, Any]) -> SdkCall:
    return call(
        "security_rules.begin_create_or_update",
        "network",
        networkSecurityGroupName="WEB",
        securityRuleName=name,
        body={"properties": properties},
    )


def dropped(name: str) -> SdkCall:
    return call(
        "security_rules.begin_delete",
        "network",
        networkSecurityGroupName="web",
        securityRuleName=name,
    )


def found(*actions: SdkCall, holds: World | None = None, **more: Any) -> list[str]:
    steps = [
        step(f"s{n}", Effect.UPDATE, action, GROUP, **more) for n, action in enumerate(actions)
    ]
    findings = list(evaluate(subject(*steps, holds=holds)))
    assert all(f.severity is Severity.DENY for f in findings)
    return [f.reason.partition(":")[0] for f in findings]


SSH_OPEN = ["port 22 is opened to *"]

BAD: dict[str, dict[str, Any]] = {
    "everywhere": {},
    "internet": {"sourceAddressPrefix": "Internet"},
    "any, in capitals": {"sourceAddressPrefix": "ANY"},
    "v4": {"sourceAddressPrefix": "0.0.0.0/0"},
    "v6": {"sourceAddressPrefix": "::/0"},
    "one of many": {
        "sourceAddressPrefix": None,
        "sourceAddressPrefixes": ["10.0.0.0/8", "0.0.0.0/0"],
    },
    "half the world": {"sourceAddressPrefix": "128.0.0.0/1"},
    "a list in one text": {"sourceAddressPrefix": "10.0.0.1,Internet"},
    "no source at all": {"sourceAddressPrefix": None},
    "a range of ports": {"destinationPortRange": "20-25"},
    "every port": {"destinationPortRange": "*"},
    "among the ports": {"destinationPortRange": None, "destinationPortRanges": ["80", "20-30"]},
    "a port as a number": {"destinationPortRange": 22},
    "every protocol": {"protocol": "*"},
    "udp": {"protocol": "Udp", "destinationPortRange": "3389"},
    "everybody's machines in Azure": {"sourceAddressPrefix": "AzureCloud"},
    "an expression of a template": {"sourceAddressPrefix": "[parameters('from')]"},
    "ports that nobody can tell": {"destinationPortRange": "[parameters('port')]"},
    "lower case": {"direction": "inbound", "access": "allow"},
    "to one machine": {"destinationAddressPrefix": "10.0.0.4"},
    "nothing said of access": {"access": None},
}

GOOD: dict[str, dict[str, Any]] = {
    "http": {"destinationPortRange": "80"},
    "denied": {"access": "Deny"},
    "outgoing": {"direction": "Outbound"},
    "the network itself": {"sourceAddressPrefix": "VirtualNetwork"},
    "probes": {"sourceAddressPrefix": "AzureLoadBalancer"},
    "one address": {"sourceAddressPrefix": "203.0.113.7"},
    "a private range": {"sourceAddressPrefix": "10.0.0.0/8"},
    "an application security group": {
        "sourceAddressPrefix": None,
        "sourceApplicationSecurityGroups": [{"id": "/x"}],
    },
    "ping": {"protocol": "Icmp", "destinationPortRange": "*"},
    "high ports": {"destinationPortRange": "28000-29000"},
    "an address that a step tells": {"sourceAddressPrefix": {"$output": "ip.address"}},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_must_fire(changes: dict[str, Any]) -> None:
    assert len(found(whole(rule(**changes)))) == 1
    assert len(found(one("ssh", rule(**changes)))) == 1


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_must_not_fire(changes: dict[str, Any]) -> None:
    assert found(whole(rule(**changes))) == []
    assert found(one("ssh", rule(**changes))) == []


DENY_ALL = {"access": "Deny", "priority": 100, "protocol": "*", "destinationPortRange": "*"}


def test_a_denial_before_it_shields() -> None:
    assert found(whole(rule(), rule(**DENY_ALL))) == []
    internet = {**DENY_ALL, "sourceAddressPrefix": "Internet"}
    assert found(whole(rule(), rule(**internet))) == []


@pytest.mark.parametrize(
    "denial",
    [
        {"priority": 300},
        {"sourceAddressPrefix": "10.0.0.0/8"},
        {"sourceAddressPrefix": "0.0.0.0/0"},
        {"protocol": "Udp"},
        {"destinationPortRange": "23"},
        {"destinationPortRange": "[parameters('x')]"},
        {"destinationAddressPrefix": "10.0.0.4"},
        {"sourcePortRange": "1024"},
        {"direction": "Outbound"},
        {"priority": "[parameters('first')]"},
        {"destinationApplicationSecurityGroups": [{"id": "/x"}]},
    ],
    ids=str,
)
def test_a_denial_that_does_not_cover_it_shields_nothing(denial: dict[str, Any]) -> None:
    assert found(whole(rule(), rule(**{**DENY_ALL, **denial}))) == SSH_OPEN


def test_a_denial_of_a_wider_range_shields_a_narrower() -> None:
    denial = {**DENY_ALL, "sourceAddressPrefix": "0.0.0.0/0"}
    assert found(whole(rule(sourceAddressPrefix="0.0.0.0/1"), rule(**denial))) == []


STANDING: dict[str, Any] = {
    "direction": "in",
    "protocol": "tcp",
    "first_port": 22,
    "last_port": 22,
    "source": "Internet",
    "priority": 200,
    "access": "allow",
    "name": "ssh",
}
SHIELD = {**STANDING, "access": "deny", "priority": 100, "name": "shield", "source": "*"}


def guarded(*rules: dict[str, Any]) -> World:
    return world(resource(Kind.SECURITY_GROUP, "web", rules=list(rules)))


def test_taking_a_denial_away_opens() -> None:
    holds = guarded(STANDING, SHIELD)
    assert found(dropped("Shield"), holds=holds) == ["port 22 is opened to Internet"]
    assert found(dropped("ssh"), holds=holds) == []
    assert found(whole(), holds=holds) == []


def test_moving_a_denial_behind_opens() -> None:
    later = rule(access="Deny", priority=4000)
    assert found(one("shield", later), holds=guarded(STANDING, SHIELD)) == [
        "port 22 is opened to Internet"
    ]


def test_what_was_open_before_is_not_opened() -> None:
    assert found(one("http", rule(destinationPortRange="80")), holds=guarded(STANDING)) == []


def test_a_group_is_followed_through_the_plan() -> None:
    shield = one("shield", rule(**DENY_ALL))
    assert found(shield, one("ssh", rule())) == []
    assert found(shield, one("ssh", rule()), dropped("shield")) == SSH_OPEN


def test_rules_in_a_template_and_in_any_resource() -> None:
    entry = {
        "type": "Microsoft.Network/networkSecurityGroups",
        "apiVersion": "2023-01-01",
        "name": "web",
        "properties": {"securityRules": [{"name": "ssh", "properties": rule()}]},
    }
    alone = {
        "type": "Microsoft.Network/networkSecurityGroups/securityRules",
        "apiVersion": "2023-01-01",
        "name": "web/ssh",
        "properties": rule(),
    }
    for resources in ([entry], [alone]):
        deployment = call(
            "deployments.begin_create_or_update",
            "resource-deployments",
            deploymentName="d",
            body={"properties": {"mode": "Incremental", "template": {"resources": resources}}},
        )
        assert found(deployment) == SSH_OPEN
    by_id = SdkCall(
        "resource",
        "resources.begin_create_or_update_by_id",
        {"resourceId": arm(Kind.SECURITY_GROUP, "web"), "body": entry},
    )
    assert found(by_id) == SSH_OPEN


def test_a_template_that_is_elsewhere_cannot_be_judged() -> None:
    deployment = call(
        "deployments.begin_create_or_update",
        "resource-deployments",
        deploymentName="d",
        body={"properties": {"mode": "Incremental", "templateLink": {"uri": "https://x/t.json"}}},
    )
    assert found(deployment) == ["what the template at https"]


def test_what_the_step_says_counts_where_the_call_is_about_something_else() -> None:
    action = call("network_interfaces.update_tags", "network", networkInterfaceName="n")
    assert found(action, after={"rules": [STANDING]}) == ["port 22 is opened to Internet"]
    assert found(action, after={"rules": [STANDING, SHIELD]}) == []
    assert found(action, before={"rules": [STANDING]}, after={"rules": [STANDING]}) == []
