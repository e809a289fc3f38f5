"""Questions answered from a world: the sentence, and the data behind it."""

from __future__ import annotations

import pytest

from cloudops.engine.answer import answer, kinds_for
from cloudops.request import (
    Details,
    DisksOf,
    Graph,
    Listing,
    PublicIpOf,
    Question,
    ServiceHealth,
    StatusOf,
)
from fakes.plans import resource, world
from fakes.tier import inside, made, tier
from modalities.change import Selection
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Link, World

VMS = Selection(kind=Kind.VM, every=True)


def vm(*names: str) -> Selection:
    return Selection(kind=Kind.VM, names=names)


def machines(**states: str) -> World:
    return world(*(resource(Kind.VM, n.replace("_", "-"), state=s) for n, s in states.items()))


TWO = machines(web_1="running", web_2="stopped")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (StatusOf(what=vm("web-1")), "web-1 is running."),
        (StatusOf(what=VMS), "web-1 is running. web-2 is stopped."),
        (StatusOf(what=VMS, state="stopped"), "Yes, 1 of 2 VMs is stopped: web-2."),
        (StatusOf(what=VMS, state="pending"), "No, none of 2 VMs is pending."),
        (StatusOf(what=vm("web-2"), state="running"), "No: web-2 is stopped."),
        (StatusOf(what=vm("web-1"), state="running"), "Yes: web-1 is running."),
        (
            StatusOf(what=vm("web-1", "web-2"), state="running"),
            "Not all, 1 of 2: web-1 is running and web-2 is stopped.",
        ),
    ],
)
def test_states_of_machines(question: StatusOf, text: str) -> None:
    assert answer(question, TWO).text == text


def test_status_has_a_row_and_an_entry_for_each_machine() -> None:
    found = answer(StatusOf(what=VMS), TWO)
    assert found.table is not None
    assert [row[:2] for row in found.table.rows] == [("web-1", "running"), ("web-2", "stopped")]
    assert [(v["name"], v["id"], v["state"]) for v in found.data["vms"]] == [
        ("web-1", "vm-web-1", "running"),
        ("web-2", "vm-web-2", "stopped"),
    ]


def test_many_machines_are_counted_by_state() -> None:
    many = machines(**{f"n{i}": "running" for i in range(5)}, odd="stopped")
    text = answer(StatusOf(what=VMS), many).text
    assert text == "Of 6 VMs 5 are running and 1 is stopped (odd)."
    alike = machines(**{f"n{i}": "running" for i in range(5)})
    assert answer(StatusOf(what=VMS), alike).text == "All 5 VMs are running."


def test_what_is_no_machine_has_a_state_too() -> None:
    whole = tier()
    balancer = StatusOf(what=Selection(kind=Kind.LOAD_BALANCER, every=True))
    assert answer(balancer, whole).text == "Load balancer web-lb is active."
    group = StatusOf(what=Selection(kind=Kind.TARGET_GROUP, every=True))
    assert answer(group, whole).text == "Target group web-targets has 3 of 3 targets healthy."


def test_none_at_all_is_an_answer_and_a_wrong_name_is_not() -> None:
    assert answer(StatusOf(what=VMS), world()).text == "There are no VMs."
    with pytest.raises(Unresolved) as error:
        answer(StatusOf(what=vm("web-9")), TWO)
    assert "web-1" in error.value.candidates


def test_public_ip() -> None:
    there = world(
        resource(Kind.VM, "web-1", "i-1", public_ip="3.4.5.6", private_ip="10.0.0.4"),
        resource(Kind.VM, "web-2", "i-2", public_ip=None, state="running"),
        resource(Kind.PUBLIC_IP, "eip", "eipalloc-1", address="3.4.5.6", attached_to="i-1"),
    )
    first = answer(PublicIpOf(what=vm("web-1")), there)
    assert first.text == "web-1 has the public IP 3.4.5.6, which stays when it is stopped."
    assert first.data["vms"] == [
        {
            "kind": "vm",
            "name": "web-1",
            "id": "i-1",
            "public_ip": "3.4.5.6",
            "private_ip": "10.0.0.4",
            "reserved": "eipalloc-1",
        }
    ]
    second = answer(PublicIpOf(what=vm("web-2")), there)
    assert second.text == (
        "web-2 has no public IP. "
        'To give web-2 one: cloudops run "create a public IP and attach it to web-2".'
    )
    assert second.data["vms"][0]["public_ip"] is None


def test_a_load_balancer_is_reached_by_name() -> None:
    text = answer(PublicIpOf(what=Selection(kind=Kind.LOAD_BALANCER, every=True)), tier()).text
    assert "web-lb-1.us-east-1.elb.amazonaws.com" in text


def test_disks_of_a_machine() -> None:
    there = world(
        resource(Kind.VM, "web-1", "i-1"),
        resource(
            Kind.DISK,
            "data",
            "vol-2",
            gib=100,
            type="gp3",
            device="/dev/sdf",
            state="in-use",
            attached_to="i-1",
        ),
        resource(
            Kind.DISK,
            "vol-1",
            gib=8,
            type="gp2",
            device="/dev/xvda",
            state="in-use",
            boot=True,
            attached_to="i-1",
        ),
        resource(Kind.DISK, "loose", gib=1, type="gp3", state="available", attached_to=None),
    )
    found = answer(DisksOf(what=vm("web-1")), there)
    assert found.text == (
        "web-1 has 2 disks, 108 GiB: vol-1 (8 GiB, gp2, /dev/xvda, boot disk, in-use) "
        "and data (100 GiB, gp3, /dev/sdf, data disk, in-use)."
    )
    assert found.data["total_gib"] == 108
    assert [d["id"] for d in found.data["vms"][0]["disks"]] == ["disk-vol-1", "vol-2"]
    every = answer(DisksOf(what=Selection(kind=Kind.DISK, every=True)), there)
    assert every.text.startswith("3 disks, 109 GiB: ")
    assert "loose (1 GiB, gp3, not attached, available)" in every.text


def test_a_size_that_is_not_known_is_not_zero() -> None:
    there = world(
        resource(Kind.VM, "a", "i-1"),
        resource(Kind.DISK, "d", gib=8, attached_to="i-1"),
        resource(Kind.DISK, "e", attached_to="i-1"),
    )
    found = answer(DisksOf(what=vm("a")), there)
    assert found.data["total_gib"] is None
    assert "of unknown size" in found.text


def test_listing() -> None:
    whole = tier()
    assert answer(Listing(what=Selection(kind=Kind.VM)), whole).text == (
        "3 VMs: web-1, web-2, web-3."
    )
    tagged = Listing(what=Selection(kind=Kind.VM, tags=(("owner", "team-b"),)))
    assert answer(tagged, whole).text == "There are no VMs with tag owner=team-b."
    everything = answer(Listing(what=Selection()), whole)
    assert len(everything.data["resources"]) == len(whole.resources)


def test_numbers_in_names_count_by_their_value() -> None:
    there = machines(n10="running", n9="running", n1="running")
    assert answer(Listing(what=VMS), there).text == "3 VMs: n1, n9, n10."


def test_details_name_what_is_linked() -> None:
    found = answer(Details(what=Selection(names=("web-1",))), tier())
    assert found.text == "VM web-1 (i-web-1): running, t3.small 10.0.0.11."
    assert found.table is not None
    rows = {row[0]: row[1] for row in found.table.rows}
    assert rows["size"] == "t3.small"
    assert rows["tag owner"] == "team-a"
    assert rows["guarded by"] == "security group web-vm"
    assert rows["needed by"] == "target group web-targets"


def test_the_whole_graph_without_clutter() -> None:
    found = answer(Graph(), tier())
    assert found.graph is not None
    kinds = {node["kind"] for node in found.graph.nodes}
    assert {"network", "subnet", "nic", "vm", "disk", "load_balancer", "listener"} <= kinds
    assert len(found.graph.nodes) == 19
    assert "Left out: 7 defaults of the cloud that nothing uses." in found.text
    assert {"from": "i-web-1", "to": "vol-web-1", "role": "uses"} in found.graph.edges
    assert found.data["graph"]["nodes"] == list(found.graph.nodes)
    assert found.data["left_out"] == 7


def test_defaults_that_are_used_or_asked_about_are_shown() -> None:
    whole = tier()
    user = made(
        Kind.VM,
        "lone",
        "i-lone",
        Link("in", Kind.SUBNET, "subnet-default-a"),
        Link("guarded_by", Kind.SECURITY_GROUP, "sg-default"),
        state="running",
    )
    used = answer(Graph(), whole.with_resources((*whole, user)))
    assert used.graph is not None
    ids = {node["id"] for node in used.graph.nodes}
    assert {"subnet-default-a", "sg-default", "vpc-default"} <= ids
    assert "subnet-default-b" not in ids
    asked = Graph(focus=Selection(kind=Kind.NETWORK, names=("vpc-default",)))
    about = answer(asked, whole)
    assert about.graph is not None
    assert len(about.graph.nodes) == 7


def test_the_main_route_table_of_a_made_network_is_clutter_unless_somebody_changed_it() -> None:
    network = made(Kind.NETWORK, "net", "vpc-1", default=False)
    gateway = made(Kind.GATEWAY, "gate", "igw-1", inside("vpc-1"), networks=["vpc-1"])
    table = made(Kind.ROUTE_TABLE, "rtb-1", "rtb-1", inside("vpc-1"), main=True, network="vpc-1")
    assert answer(Graph(), world(network, gateway, table)).data["left_out"] == 1
    led = made(
        Kind.ROUTE_TABLE,
        "rtb-1",
        "rtb-1",
        *table.links,
        Link("routes_to", Kind.GATEWAY, "igw-1"),
        main=True,
        network="vpc-1",
    )
    assert answer(Graph(), world(network, gateway, led)).data["left_out"] == 0


def test_what_breaks_directly_and_in_turn() -> None:
    question = Graph(
        focus=Selection(kind=Kind.SUBNET, names=("web-net-1",)), direction="needed_by", impact=True
    )
    found = answer(question, tier())
    assert found.text == (
        "If subnet web-net-1 goes, 6 things break: directly route table web-net-public, "
        "VM web-2, network interface eni-web-2 and load balancer web-lb; "
        "in turn listener web-lb:80 and target group web-targets."
    )
    assert found.graph is not None
    assert len(found.graph.nodes) == 19, "the picture stays whole"
    assert found.graph.focus == ("subnet-web-0",)
    assert set(found.graph.marked) == {entry["id"] for entry in found.data["needed_by"]}
    assert [e["name"] for e in found.data["needed_by"] if e["direct"]] == [
        "web-net-public",
        "web-2",
        "eni-web-2",
        "web-lb",
    ]
    assert "needs" not in found.data


def test_what_lies_in_a_resource_group_goes_with_it() -> None:
    there = world(resource(Kind.RESOURCE_GROUP, "lab"), resource(Kind.VM, "web"))
    focus = Selection(kind=Kind.RESOURCE_GROUP, names=("lab",))
    found = answer(Graph(focus=focus, direction="needed_by", impact=True), there)
    assert found.text == "If resource group lab goes, 1 thing breaks: VM web."
    found = answer(Graph(focus=vm("web"), direction="needed_by", impact=True), there)
    assert found.text == "If VM web goes, nothing else breaks."


def test_what_goes_along_with_a_machine() -> None:
    question = Graph(focus=vm("web-1"), direction="needed_by", impact=True)
    text = answer(question, tier()).text
    assert text.endswith("Deleted with it: disk vol-web-1 and network interface eni-web-1.")


def test_needs_of_all_load_balancers() -> None:
    question = Graph(focus=Selection(kind=Kind.LOAD_BALANCER, every=True), direction="needs")
    found = answer(question, tier(vms=1, subnets=1))
    assert found.text == (
        "Load balancer web-lb needs subnet web-net-1, security group web-lb and "
        "listener web-lb:80; and through them network web-net, security group web-vm, VM web-1, "
        "disk vol-web-1, network interface eni-web-1 and target group web-targets."
    )


def test_nothing_depends_on_a_top() -> None:
    question = Graph(
        focus=Selection(kind=Kind.ROUTE_TABLE, names=("web-net-public",)), direction="needed_by"
    )
    assert answer(question, tier()).text == "Nothing depends on route table web-net-public."


def test_cycles_end() -> None:
    a = made(Kind.VM, "a", "i-a", Link("uses", Kind.VM, "i-b"))
    b = made(Kind.VM, "b", "i-b", Link("uses", Kind.VM, "i-a"))
    found = answer(Graph(focus=vm("a")), world(a, b))
    assert found.graph is not None
    assert found.graph.marked == ("i-b",)


def test_ids_that_two_kinds_share_are_told_apart() -> None:
    there = world(resource(Kind.BUCKET, "x", "x"), resource(Kind.KEY_PAIR, "x", "x"))
    found = answer(Graph(), there)
    assert found.graph is not None
    assert {node["id"] for node in found.graph.nodes} == {"bucket/x", "key_pair/x"}


def test_an_empty_cloud() -> None:
    assert answer(Graph(), world()).text == "There is nothing to draw."
    assert answer(Listing(what=Selection()), world()).text == "There are no resources."


def test_service_health_reads_nothing_and_says_where_to_look() -> None:
    with pytest.raises(Unsupported, match="web console"):
        kinds_for(ServiceHealth())
    with pytest.raises(Unsupported, match="web console"):
        answer(ServiceHealth(), world())


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        (StatusOf(what=VMS), (Kind.VM,)),
        (StatusOf(what=Selection(names=("x",))), ()),
        (PublicIpOf(what=VMS), (Kind.VM, Kind.PUBLIC_IP)),
        (DisksOf(what=VMS), (Kind.VM, Kind.DISK)),
        (DisksOf(what=Selection(kind=Kind.DISK, every=True)), (Kind.DISK, Kind.VM)),
        (Graph(focus=VMS), tuple(Kind)),
        (Listing(what=Selection()), tuple(Kind)),
    ],
)
def test_only_what_is_needed_is_read(question: Question, kinds: tuple[Kind, ...]) -> None:
    assert kinds_for(question) == kinds
