"""Pages as worlds."""

from __future__ import annotations

import pytest

from fakes.console import FakeWeb, stops
from modalities.browser import addresses, pages
from modalities.browser.access import Access
from modalities.browser.driver.contract import Table, Why
from modalities.browser.observing import health, in_region, observed
from modalities.browser.reading_cells import read_cell
from modalities.browser.visits import Visit
from modalities.receipt import CloudError
from modalities.resource import Kind, Link, Provider
from modalities.target import Identity

IDENTITY = Identity(Provider.AWS, "1", "us-east-1", "me")

VMS = Table(
    name="Instances",
    columns=("Name", "Instance ID"),
    rows=(
        {
            "Name": "web-1",
            "Instance ID": "i-1",
            "Instance state": "Running",
            "Instance type": "t3.micro",
            "Public IPv4 address": "–",
            "Monitoring": "disabled",
            "Instance lifecycle": "spot",
        },
        {"Name": "", "Instance ID": "i-2", "Instance state": "Terminated"},
        {"Name": "twin", "Instance ID": "i-3", "Instance state": "Stopped"},
        {"Name": "twin", "Instance ID": "i-4", "Instance state": "Stopped"},
    ),
)
DISKS = Table(
    name="Volumes",
    columns=("Volume ID",),
    rows=(
        {
            "Name": "",
            "Volume ID": "vol-1",
            "Size": "8 GiB",
            "Type": "gp3",
            "Volume state": "In-use",
            "Attached resources": "i-1: /dev/xvda (attached)",
            "Encryption": "Not encrypted",
        },
    ),
)
EVERYTHING = Table(
    name="Resources",
    columns=("Name",),
    rows=(
        {"Name": "a, b", "Type": "network", "Identifier": "vpc-1", "Depends on": "–"},
        {"Name": "in", "Type": "subnet", "Identifier": "subnet-1", "Depends on": "network a, b"},
        {
            "Name": "web-1",
            "Type": "VM",
            "Identifier": "i-1",
            "Depends on": "subnet in, disk vol-1, security group gone",
        },
        {"Name": "vol-1", "Type": "disk", "Identifier": "vol-1", "Depends on": "–"},
        {"Name": "x", "Type": "spaceship", "Identifier": "s-1", "Depends on": "–"},
    ),
)


def visit(*tables: Table, answers: list = ()) -> Visit:  # type: ignore[type-arg, assignment]
    web = FakeWeb(tables=tables, answers=list(answers))
    return Visit(web, Access("http://127.0.0.1:1/", "me", "secret"))


def see(console: Visit, *kinds: Kind):  # type: ignore[no-untyped-def]
    return observed(console, addresses.load(), pages.load(), IDENTITY, kinds)


def test_a_list_becomes_resources_with_neutral_names() -> None:
    world = see(visit(VMS, DISKS), Kind.VM, Kind.DISK)
    assert [(r.name, r.id) for r in world.of(Kind.VM)] == [
        ("web-1", "i-1"),
        ("i-3", "i-3"),
        ("i-4", "i-4"),
    ]
    (web, *_), (disk,) = world.of(Kind.VM), world.of(Kind.DISK)
    assert (web.attributes["state"], web.attributes["public_ip"]) == ("running", None)
    assert (web.attributes["monitoring"], web.attributes["spot"]) == (False, True)
    assert (disk.attributes["gib"], disk.attributes["attached_to"]) == (8, "i-1")
    assert (disk.attributes["device"], disk.attributes["boot"]) == ("/dev/xvda", True)
    assert world.scope == "1/us-east-1"


def test_all_pages_are_one_batch_and_lists_are_refreshed_only_where_they_may_be_stale() -> None:
    console = visit(VMS, DISKS)
    see(console, Kind.VM, Kind.DISK)
    assert [[v.verb for v in batch] for batch in console.web.batches] == [
        ["goto", "read_table"] * 2
    ]
    console.stale = True
    see(console, Kind.VM, Kind.DISK)
    assert [v.verb for v in console.web.batches[1]] == ["goto", "click", "read_table"] * 2


def test_dependencies_are_links_with_their_roles() -> None:
    lists = tuple(
        {Kind.VM: VMS, Kind.DISK: DISKS}.get(page.kind, Table(name="", columns=(), rows=()))
        for page in pages.load().lists
    )
    world = see(visit(*lists, EVERYTHING))
    assert {r.id for r in world} == {"vpc-1", "subnet-1", "i-1", "vol-1"}
    web, subnet = world.get(Kind.VM, "i-1"), world.get(Kind.SUBNET, "subnet-1")
    assert web is not None
    assert subnet is not None
    assert web.links == (Link("in", Kind.SUBNET, "subnet-1"), Link("uses", Kind.DISK, "vol-1"))
    assert web.attributes["size"] == "t3.micro"
    assert subnet.links == (Link("in", Kind.NETWORK, "vpc-1"),)


def test_a_page_that_does_not_show_it_is_an_error_with_a_remedy() -> None:
    console = visit(answers=[stops(Why.NOT_FOUND, 1, "there is no table")] * 2)
    with pytest.raises(CloudError, match="there is no table") as caught:
        see(console, Kind.VM)
    assert caught.value.remedy


def test_health_is_told_as_the_portal_words_it() -> None:
    row = {
        "Event": "Increased errors",
        "Service": "EC2",
        "Status": "Open",
        "Severity": "Degraded performance",
        "Region / Availability Zone": "us-east-1",
        "Start time": "today",
        "End time": "–",
    }
    planned = {**row, "Event": "Maintenance", "Region / Availability Zone": "eu-west-1"}
    tables = [Table(name="", columns=(), rows=(each,)) for each in (row, planned)]
    events = health(visit(*tables), addresses.load(), pages.load(), "us-east-1", None)
    assert [(e.category, e.title, e.region) for e in events] == [
        ("incident", "Increased errors", "us-east-1"),
        ("maintenance", "Maintenance", "eu-west-1"),
    ]
    assert (events[0].status, events[0].ends) == ("Open - Degraded performance", "")
    here = health(visit(*tables), addresses.load(), pages.load(), "us-east-1", "us-east-1")
    assert [e.title for e in here] == ["Increased errors"]


def test_cells_are_data() -> None:
    assert read_cell("<script>", "text") == "<script>"
    assert read_cell("–", "number") is None
    assert read_cell("1.5 TiB", "number") == 1.5
    assert read_cell("nonsense", "device") is None


@pytest.mark.parametrize(
    ("where", "region", "here"),
    [
        ("East US", "eastus", True),
        ("West US, East US", "eastus", True),
        ("East US 2", "eastus", False),
        ("us-east-1a", "us-east-1", True),
        ("us-east-1", "us-east-2", False),
        ("Global", "eastus", True),
        ("-", "eastus", True),
        ("", "eastus", True),
    ],
)
def test_a_region_is_known_by_either_of_its_names(where: str, region: str, here: bool) -> None:
    assert in_region(where, region) is here
