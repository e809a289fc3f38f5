from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Attach, Create, Detach, Selection, SetPort
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.wanted import Nic, PublicIp, Rule, Vm

WEB = Selection(kind=Kind.VM, names=("web-1",))
DOOR = Selection(kind=Kind.PUBLIC_IP, names=("door",))


def holder(cloud: Any) -> str | None:
    (address,) = cloud.ec2.describe_addresses()["Addresses"]
    return address.get("InstanceId") or None


def test_an_address_comes_goes_and_comes_back(cloud: Any) -> None:
    id = cloud.outside("web-1")
    cloud.make(Create(wanted=(PublicIp(name="door"),)))
    cloud.make(Attach(what=DOOR, to=WEB))
    assert holder(cloud) == id
    assert cloud.draft(Attach(what=DOOR, to=WEB)).steps == ()
    cloud.done.clear()
    draft = cloud.make(Detach(what=DOOR, source=WEB))
    assert holder(cloud) is None
    assert "no longer reached" in draft.steps[0].disrupts
    cloud.undo()
    assert holder(cloud) == id


def test_undo_of_giving_an_address(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.make(Create(wanted=(PublicIp(name="door"),)))
    cloud.done.clear()
    cloud.make(Attach(what=DOOR, to=WEB))
    cloud.undo()
    assert holder(cloud) is None


def test_an_address_that_is_anothers_is_not_taken(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.make(Create(wanted=(Vm(name="web-2"), PublicIp(name="door", attach_to="web-2"))))
    with pytest.raises(Unsupported, match="belongs to web-2: detach it first"):
        cloud.draft(Attach(what=DOOR, to=WEB))
    with pytest.raises(Unresolved, match="not attached to web-1"):
        cloud.draft(Detach(what=DOOR, source=WEB))
    moved = cloud.make(Detach(what=DOOR), Attach(what=DOOR, to=WEB))
    assert len(moved.steps) == 2
    assert holder(cloud) == cloud.vm("web-1")["InstanceId"]


def test_an_address_needs_a_way_to_the_internet(cloud: Any) -> None:
    _, (subnet,) = cloud.network("net")
    cloud.outside("web-1", SubnetId=subnet)
    before = cloud.holdings()
    draft = cloud.make(Create(wanted=(PublicIp(attach_to="web-1"),)))
    assert [s.id for s in draft.steps if "gateway" in s.id]
    assert any("way to the internet" in a.text for a in draft.advisories)
    cloud.undo()
    assert cloud.holdings() == before


def test_a_private_subnet_is_left_private(cloud: Any) -> None:
    vpc, (subnet,) = cloud.network("net")
    cloud.outside("web-1", SubnetId=subnet)
    nat = cloud.outside("nat", SubnetId=subnet)
    (table,) = cloud.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])[
        "RouteTables"
    ]
    cloud.ec2.create_route(
        RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", InstanceId=nat
    )
    with pytest.raises(Unsupported, match="it is private; name a public subnet"):
        cloud.draft(Create(wanted=(PublicIp(attach_to="web-1"),)))


def test_an_interface_comes_and_goes(cloud: Any) -> None:
    id = cloud.outside("web-1")
    cloud.make(Create(wanted=(Nic(name="second"),)))
    cloud.done.clear()
    second = Selection(kind=Kind.NIC, names=("second",))
    cloud.make(Attach(what=second, to=WEB))
    assert len(cloud.vm("web-1")["NetworkInterfaces"]) == 2
    assert cloud.draft(Attach(what=second, to=WEB)).steps == ()
    cloud.make(Detach(what=second, source=WEB))
    assert len(cloud.vm("web-1")["NetworkInterfaces"]) == 1
    assert cloud.draft(Detach(what=second)).steps == ()
    first = cloud.vm("web-1")["NetworkInterfaces"][0]["NetworkInterfaceId"]
    with pytest.raises(Unsupported, match="first interface of web-1"):
        cloud.draft(Detach(what=Selection(kind=Kind.NIC, names=(first,))))
    assert cloud.vm("web-1")["InstanceId"] == id


def test_a_machine_made_and_opened_in_one_sentence(cloud: Any) -> None:
    http = Rule(first_port=80, last_port=80)
    cloud.make(Create(wanted=(Vm(name="web-1"),)), SetPort(what=WEB, rule=http, open=True))
    assert cloud.guards("web-1") == {"default", "web-1-access"}
