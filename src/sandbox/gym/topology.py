"""Judge of M4: the dependency graph, as data and as a picture, beside the cloud's own links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from sandbox.gym.answers import answered
from sandbox.gym.case import Case, Judgement
from sandbox.gym.inventory import Inventory, name_of

Pair = tuple[str, str]

NAMED = ("instance", "load_balancer", "target_group")

IMPACT = re.compile(
    r"\b(?:breaks?|affected|impact|lose|goes? down|depends? on the network)\b", re.I
)


def graph(case: Case) -> Judgement:
    """All that hangs together is in it, each edge is one the cloud has, and a picture shows it."""
    true = links(case.after)
    vms = case.after.of("instance").values()
    rooms = {
        "subnet": {vm["SubnetId"] for vm in vms},
        "network": {vm["VpcId"] for vm in vms},
    }
    missed = [
        *compared(case, core(case.after), true, _id),
        *focus_told(case, true, rooms, NAMED),
        *picture(case),
    ]
    return answered(case, missed)


def links(cloud: Inventory) -> set[Pair]:
    """What needs what, by ids, as the vendor's answers say."""
    return {
        *_rooms(cloud),
        *_machines(cloud),
        *_balancers(cloud),
    }


def core(cloud: Inventory) -> set[Pair]:
    """The edges that a graph must have, either way round: those between a machine and its
    parts, its subnet, the network, and along the way of a request through the balancer."""
    kinds = {id: kind for kind, id in cloud.things}
    wanted = {
        ("subnet", "network"),
        ("instance", "volume"),
        ("instance", "interface"),
        ("interface", "subnet"),
        ("load_balancer", "subnet"),
        ("load_balancer", "listener"),
        ("listener", "target_group"),
        ("target_group", "instance"),
    }
    in_use = {i["SubnetId"] for i in cloud.of("instance").values()}
    return {
        (one, other)
        for one, other in links(cloud)
        if (kinds.get(one), kinds.get(other)) in wanted
        and (kinds[one] != "subnet" or one in in_use)
        and (kinds[one] != "interface" or cloud.of("interface")[one].get("Attachment"))
    }


def _rooms(cloud: Inventory) -> Iterator[Pair]:
    for kind in ("subnet", "security_group", "route_table", "network_acl"):
        for id, item in cloud.of(kind).items():
            yield id, item["VpcId"]
    for id, gateway in cloud.of("gateway").items():
        yield from ((id, a["VpcId"]) for a in gateway.get("Attachments", ()))
    for id, table in cloud.of("route_table").items():
        yield from ((id, a["SubnetId"]) for a in table["Associations"] if a.get("SubnetId"))
        yield from ((a["SubnetId"], id) for a in table["Associations"] if a.get("SubnetId"))
        yield from ((id, r["GatewayId"]) for r in table["Routes"] if r.get("GatewayId"))
    for id, group in cloud.of("security_group").items():
        for rule in (*group["IpPermissions"], *group["IpPermissionsEgress"]):
            yield from ((id, other["GroupId"]) for other in rule.get("UserIdGroupPairs", ()))


def _machines(cloud: Inventory) -> Iterator[Pair]:
    for id, vm in cloud.of("instance").items():
        yield id, vm["SubnetId"]
        yield id, vm["VpcId"]
        yield from ((id, m["Ebs"]["VolumeId"]) for m in vm.get("BlockDeviceMappings", ()))
        yield from ((id, g["GroupId"]) for g in vm.get("SecurityGroups", ()))
        yield from ((id, n["NetworkInterfaceId"]) for n in vm.get("NetworkInterfaces", ()))
        if vm.get("ImageId"):
            yield id, vm["ImageId"]
        if vm.get("KeyName"):
            yield id, vm["KeyName"]
    for id, interface in cloud.of("interface").items():
        yield id, interface["SubnetId"]
        yield id, interface["VpcId"]
        user = (interface.get("Attachment") or {}).get("InstanceId")
        for group in interface.get("Groups", ()):
            yield from ((each, group["GroupId"]) for each in (id, user) if each)
    for id, address in cloud.of("address").items():
        for member in ("InstanceId", "NetworkInterfaceId"):
            if address.get(member):
                yield id, address[member]


def _balancers(cloud: Inventory) -> Iterator[Pair]:
    for arn, balancer in cloud.of("load_balancer").items():
        yield arn, balancer["VpcId"]
        yield from ((arn, zone["SubnetId"]) for zone in balancer["AvailabilityZones"])
        yield from ((arn, group) for group in balancer.get("SecurityGroups", ()))
    for arn, listener in cloud.of("listener").items():
        yield listener["LoadBalancerArn"], arn
        for action in listener["DefaultActions"]:
            if action.get("TargetGroupArn"):
                yield arn, action["TargetGroupArn"]
                yield listener["LoadBalancerArn"], action["TargetGroupArn"]
    for arn, group in cloud.of("target_group").items():
        yield arn, group["VpcId"]
        yield from ((arn, target["Target"]["Id"]) for target in group["Targets"])


def compared(
    case: Case, wanted: set[Pair], true: set[Pair], read: Callable[[str], str]
) -> Iterator[str]:
    """What is wrong with the graph's data: edges that are ``wanted`` and not there, and such as
    are not ``true``. ``read`` makes an id of the cloud out of one that is shown."""
    shown: Any = case.told.graph
    ids = {read(node["id"]) for node in shown.get("nodes", ())}
    edges = {(read(edge["from"]), read(edge["to"])) for edge in shown.get("edges", ())}
    if not ids:
        yield "there is no graph in the answer's data"
        return
    either = edges | {(b, a) for a, b in edges}
    if lacking := sorted({id for pair in wanted for id in pair} - ids):
        yield f"{len(lacking)} resources are not in the graph: {', '.join(lacking[:3])}"
    elif absent := sorted(wanted - either):
        yield f"{len(absent)} edges are missing: {' - '.join(absent[0])}"
    if wrong := sorted(e for e in edges if e not in true and (e[1], e[0]) not in true):
        yield f"{len(wrong)} edges are not so in the cloud: {' - '.join(wrong[0])}"


def _id(shown: str) -> str:
    """An agent may put the kind before an id, so that no two nodes share one."""
    kind, _, id = shown.partition("/")
    return id if id and ":" not in kind else shown


def focus_told(
    case: Case, true: set[Pair], rooms: Mapping[str, set[str]], kinds: Sequence[str]
) -> Iterator[str]:
    """What a question about one thing asks for is named: all that needs it, or that it needs.
    ``rooms`` are the machines' networks and subnets, ``kinds`` what has to be named."""
    prompt = case.prompt.lower()
    needs = re.search(r"depends? on (?:the )?(?:network|vpc|subnet)", prompt)
    if needs or IMPACT.search(prompt) or "delete" in prompt:
        start = rooms["subnet" if "subnet" in prompt else "network"]
        yield from _named(case, kinds, _closure({(b, a) for a, b in true}, start), "needs it")
    elif re.search(r"balancer\b.*\bdepends? on", prompt):
        start = set(case.after.of("load_balancer"))
        yield from _named(case, kinds, _closure(true, start), "is needed")


def _closure(pairs: set[Pair], start: set[str]) -> set[str]:
    found, fresh = set(start), set(start)
    while fresh:
        fresh = {b for a, b in pairs if a in fresh} - found
        found |= fresh
    return found - start


def _named(case: Case, kinds: Sequence[str], wanted: set[str], why: str) -> Iterator[str]:
    """Machines and the parts of balancing, by name or id, in the words of the answer."""
    text = " ".join(case.told.lines)
    for kind in kinds:
        for id, item in case.after.of(kind).items():
            if id in wanted and name_of(item) not in text and id not in text:
                yield f"{kind} {name_of(item)} {why}, and was not named"


def picture(case: Case) -> Iterator[str]:
    """An SVG file that is well formed and has every machine's and the balancer's name in it."""
    drawn = [Path(file) for file in case.told.files if file.endswith(".svg")]
    if not drawn or not drawn[0].is_file():
        yield "there is no picture"
        return
    try:
        root = ElementTree.fromstring(drawn[0].read_bytes())  # noqa: S314 - made on this machine
    except ElementTree.ParseError as error:
        yield f"the picture is not well formed: {error}"
        return
    text = " ".join(root.itertext())
    things = [*case.after.of("instance").values(), *case.after.of("load_balancer").values()]
    if lacking := [name_of(item) for item in things if name_of(item) not in text]:
        yield f"the picture does not show {', '.join(lacking)}"
