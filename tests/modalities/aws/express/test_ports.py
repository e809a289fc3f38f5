from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Attach, Create, Detach, Selection, SetPort
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.wanted import Rule, SecurityGroup

WEB = Selection(kind=Kind.VM, names=("web-1",))
HTTP = Rule(first_port=80, last_port=80)


def group(cloud: Any, name: str = "web", *rules: Rule) -> str:
    cloud.make(Create(wanted=(SecurityGroup(name=name, rules=rules),)))
    cloud.done.clear()
    return str(cloud.groups()[name]["GroupId"])


def test_a_machine_in_the_default_group_gets_one_of_its_own(cloud: Any) -> None:
    cloud.outside("web-1")
    before = cloud.holdings()
    cloud.make(SetPort(what=WEB, rule=HTTP, open=True))
    assert cloud.guards("web-1") == {"default", "web-1-access"}
    assert not [r for r in cloud.groups()["default"]["IpPermissions"] if r.get("FromPort") == 80]
    assert cloud.draft(SetPort(what=WEB, rule=HTTP, open=True)).steps == ()
    cloud.undo()
    assert cloud.holdings() == before
    assert cloud.guards("web-1") == {"default"}


def test_a_group_of_ones_own_gets_the_rule(cloud: Any) -> None:
    cloud.outside("web-1", SecurityGroupIds=[group(cloud)])
    draft = cloud.make(SetPort(what=WEB, rule=HTTP, open=True))
    assert [s.id for s in draft.steps] == ["open-80-of-web"]
    assert [r["FromPort"] for r in cloud.groups()["web"]["IpPermissions"]] == [80]
    cloud.undo()
    assert cloud.groups()["web"]["IpPermissions"] == []


def test_others_that_a_shared_group_guards_are_named(cloud: Any) -> None:
    shared = group(cloud)
    for name in ("web-1", "web-2"):
        cloud.outside(name, SecurityGroupIds=[shared])
    draft = cloud.draft(SetPort(what=WEB, rule=HTTP, open=True))
    assert ["web-2" in a.text for a in draft.advisories] == [True]
    both = Selection(kind=Kind.VM, names=("web-1", "web-2"))
    draft = cloud.draft(SetPort(what=both, rule=HTTP, open=True))
    assert (len(draft.steps), draft.advisories) == (1, ())


def test_close_what_is_open(cloud: Any) -> None:
    cloud.outside("web-1", SecurityGroupIds=[group(cloud, "web", HTTP)])
    draft = cloud.make(SetPort(what=WEB, rule=HTTP, open=False))
    assert draft.steps[0].disrupts
    assert cloud.groups()["web"]["IpPermissions"] == []
    assert cloud.draft(SetPort(what=WEB, rule=HTTP, open=False)).steps == ()
    cloud.undo()
    assert [r["FromPort"] for r in cloud.groups()["web"]["IpPermissions"]] == [80]


def test_a_rule_is_closed_and_comes_back_with_its_description(cloud: Any) -> None:
    id = group(cloud, "web")
    told = {"CidrIp": "0.0.0.0/0", "Description": "the shop"}
    web = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [told]}
    cloud.ec2.authorize_security_group_ingress(GroupId=id, IpPermissions=[web])
    cloud.outside("web-1", SecurityGroupIds=[id])
    cloud.make(SetPort(what=WEB, rule=HTTP, open=False))
    assert cloud.groups()["web"]["IpPermissions"] == []
    cloud.undo()
    (back,) = cloud.groups()["web"]["IpPermissions"]
    assert back["IpRanges"] == [told]


def test_what_a_wider_rule_lets_in_is_not_closed_by_accident(cloud: Any) -> None:
    cloud.outside("web-1", SecurityGroupIds=[group(cloud, "web", Rule(first_port=1, last_port=99))])
    with pytest.raises(Unsupported, match="wider rule"):
        cloud.draft(SetPort(what=WEB, rule=HTTP, open=False))
    assert cloud.draft(SetPort(what=WEB, rule=HTTP, open=True)).steps == ()


@pytest.mark.parametrize(
    "rule",
    [
        Rule(first_port=53, last_port=53, protocol="udp", source="10.0.0.0/8"),
        Rule(first_port=8000, last_port=8080, source="203.0.113.7"),
        Rule(first_port=0, last_port=0, protocol="icmp"),
        Rule(first_port=0, last_port=65535, protocol="all", source="10.1.2.3/8"),
        Rule(first_port=443, last_port=443, source="2001:db8::/32"),
    ],
)
def test_rules_of_all_kinds(cloud: Any, rule: Rule) -> None:
    group(cloud)
    web = Selection(kind=Kind.SECURITY_GROUP, names=("web",))
    cloud.make(SetPort(what=web, rule=rule, open=True))
    assert len(cloud.groups()["web"]["IpPermissions"]) == 1
    assert cloud.draft(SetPort(what=web, rule=rule, open=True)).steps == ()
    cloud.make(SetPort(what=web, rule=rule, open=False))
    assert cloud.groups()["web"]["IpPermissions"] == []


def test_two_rules_of_one_group_are_not_changed_at_once(cloud: Any) -> None:
    group(cloud)
    web = Selection(kind=Kind.SECURITY_GROUP, names=("web",))
    https = Rule(first_port=443, last_port=443)
    draft = cloud.make(
        SetPort(what=web, rule=HTTP, open=True), SetPort(what=web, rule=https, open=True)
    )
    assert draft.steps[1].needs == (draft.steps[0].id,)


def test_a_group_put_on_a_machine_and_taken_off(cloud: Any) -> None:
    group(cloud)
    cloud.outside("web-1")
    web = Selection(kind=Kind.SECURITY_GROUP, names=("web",))
    cloud.make(Attach(what=web, to=WEB))
    assert cloud.guards("web-1") == {"default", "web"}
    cloud.make(Detach(what=web, source=WEB))
    assert cloud.guards("web-1") == {"default"}
    default = Selection(kind=Kind.SECURITY_GROUP, names=("default",))
    with pytest.raises(Unresolved, match="needs another"):
        cloud.draft(Detach(what=default, source=WEB))


def test_only_what_has_ports(cloud: Any) -> None:
    cloud.volume("data")
    with pytest.raises(Unsupported, match="has no ports"):
        cloud.draft(SetPort(what=Selection(names=("data",)), rule=HTTP, open=True))
