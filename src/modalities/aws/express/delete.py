"""Deleting: what goes with what, what holds what, and in which order.

Nothing is taken along in silence: a resource that something else still uses is not deleted,
and what goes because its owner goes has a step of its own or is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from modalities.action import SdkCall
from modalities.aws.attributes import entries, texts
from modalities.aws.express import addresses, balancer, disks
from modalities.aws.express.board import GONE_WITHIN, Board
from modalities.aws.express.calls import ec2, elbv2, labelled, s3
from modalities.change import Delete
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Resource, World
from modalities.selecting import listed
from modalities.step import Effect, Expect, Irreversible, Probe, Reversal, Step, Undo

CONTENTS = re.compile(
    r"\b(everything|whatever|contents?|what is in it)\b|\ball (of it|that|in)\b"
    r"|\b(with|and) (all|its|their)\b",
    re.IGNORECASE,
)
"""Words that ask for what lies in a network to go with it."""

ORDER = (
    Kind.LISTENER,
    Kind.LOAD_BALANCER,
    Kind.TARGET_GROUP,
    Kind.VM,
    Kind.PUBLIC_IP,
    Kind.NIC,
    Kind.DISK,
    Kind.IMAGE,
    Kind.SNAPSHOT,
    Kind.GATEWAY,
    Kind.SECURITY_GROUP,
    Kind.SUBNET,
    Kind.ROUTE_TABLE,
    Kind.NETWORK,
    Kind.KEY_PAIR,
    Kind.BUCKET,
)
"""What stands on others first."""

NO_HINDRANCE = {
    (Kind.TARGET_GROUP, Kind.VM),
    (Kind.TARGET_GROUP, Kind.NETWORK),
    (Kind.ROUTE_TABLE, Kind.SUBNET),
    (Kind.ROUTE_TABLE, Kind.GATEWAY),
    (Kind.LOAD_BALANCER, Kind.LISTENER),
    (Kind.VM, Kind.KEY_PAIR),
}
"""Holder and held, where AWS deletes the held all the same."""

FABRIC = (Kind.SUBNET, Kind.GATEWAY, Kind.ROUTE_TABLE, Kind.SECURITY_GROUP)
"""What a network consists of."""

SERVICE_ATTACHMENT = "ela-attach-"
"""Begins the attachment of an interface that belongs to a service, such as a load balancer."""

Key = tuple[Kind, str]


def delete(board: Board, changes: Sequence[Delete]) -> None:
    """All deletions of one request, as one. Raises Unresolved, Unsupported."""
    doomed: dict[Key, Resource] = {}
    for change in changes:
        for resource in _meant(board, change):
            doomed[key(resource)] = resource
    world = board.world
    asked = tuple(doomed.values())
    for resource in asked:
        doomed |= {key(part): part for part in _parts(world, resource)}
    along = {key(r) for r in world if _goes_along(world, r, doomed)}
    doing = [r for kind in ORDER for k, r in doomed.items() if r.kind is kind and k not in along]
    _refuse(board, world, asked, doing, doomed, along)
    steps: dict[Key, str] = {}
    for resource in _in_turn(world, doing):
        _one(board, world, resource, doomed, steps)
    _tell(board, world, doomed, along)


def key(resource: Resource) -> Key:
    return resource.kind, resource.id


def _meant(board: Board, change: Delete) -> Iterator[Resource]:
    chosen = board.select(change.what)
    sweeping = change.what.every or bool(change.what.tags)
    for resource in chosen:
        if board.made_here(resource):
            raise Unsupported(f"{resource.ref} is made in this very plan")
        if sweeping and not change.what.names and _of_the_account(board.world, resource):
            board.note(f"{resource.kind.words} {resource.name} comes with the account and stays")
            continue
        yield resource
        if resource.kind is Kind.NETWORK and CONTENTS.search(change.explicit):
            yield from _inside(board.world, resource)


def _of_the_account(world: World, resource: Resource) -> bool:
    """The default network and what it consists of."""
    if resource.kind is Kind.NETWORK:
        return bool(resource.attributes.get("default"))
    if resource.kind not in FABRIC:
        return False
    if resource.kind is Kind.SECURITY_GROUP and not resource.attributes.get("default"):
        return False
    ids = [resource.attributes.get("network"), *texts(resource, "networks")]
    homes = (world.get(Kind.NETWORK, str(id)) for id in ids if id)
    return any(home is not None and home.attributes.get("default") for home in homes)


def _inside(world: World, network: Resource) -> Iterator[Resource]:
    """All that depends on the network, however far."""
    found: set[Key] = set()
    waiting = [network]
    while waiting:
        for resource in world.needed_by(waiting.pop()):
            if key(resource) not in found:
                found.add(key(resource))
                waiting.append(resource)
                yield resource


def _parts(world: World, resource: Resource) -> Iterator[Resource]:
    """What nobody thinks of as a thing of its own: a load balancer's target groups, a
    network's subnets, routes, gateway and groups."""
    if resource.kind is Kind.LOAD_BALANCER:
        for listener in world.needs(resource):
            if listener.kind is Kind.LISTENER:
                yield listener
                yield from (t for t in world.needs(listener) if _only_of(t, resource))
    if resource.kind is Kind.NETWORK:
        for part in world.needed_by(resource):
            unused = part.kind is Kind.TARGET_GROUP and not texts(part, "load_balancers")
            if part.kind in FABRIC or unused:
                yield part


def _only_of(target_group: Resource, balancer: Resource) -> bool:
    users = texts(target_group, "load_balancers")
    return target_group.kind is Kind.TARGET_GROUP and set(users) <= {balancer.id}


def _goes_along(world: World, resource: Resource, doomed: dict[Key, Resource]) -> bool:
    """AWS removes it with its owner: no call is needed, nor possible."""
    a = resource.attributes
    match resource.kind:
        case Kind.LISTENER:
            return (Kind.LOAD_BALANCER, str(a.get("load_balancer"))) in doomed or any(
                key(owner) in doomed
                for owner in world.needed_by(resource)
                if owner.kind is Kind.LOAD_BALANCER
            )
        case Kind.NIC if str(a.get("attachment")).startswith(SERVICE_ATTACHMENT):
            return any(
                b.kind is Kind.LOAD_BALANCER and a.get("subnet") in texts(b, "subnets")
                for b in doomed.values()
            )
        case Kind.DISK | Kind.NIC:
            return bool(a.get("delete_with_vm")) and (Kind.VM, str(a.get("attached_to"))) in doomed
        case Kind.ROUTE_TABLE if a.get("main"):
            return (Kind.NETWORK, str(a.get("network"))) in doomed
        case Kind.SECURITY_GROUP if a.get("default"):
            return (Kind.NETWORK, str(a.get("network"))) in doomed
        case _:
            return False


def _refuse(
    board: Board,
    world: World,
    asked: Sequence[Resource],
    doing: Sequence[Resource],
    doomed: dict[Key, Resource],
    along: set[Key],
) -> None:
    """Raises Unsupported for what something else still uses, naming that."""
    for resource in doing:
        a = resource.attributes
        own = (Kind.VM, str(a.get("attached_to")))
        if resource.kind is Kind.NIC and a.get("primary") and own not in doomed:
            raise Unsupported(f"{resource.ref} is the first interface of a VM and goes with it")
        if resource.kind is Kind.ROUTE_TABLE and a.get("main"):
            raise Unsupported(f"{resource.ref} is the main one of its network and goes with it")
        if resource.kind is Kind.SECURITY_GROUP and a.get("default"):
            raise Unsupported(f"{resource.ref} is the default one of its network and goes with it")
        if resource.kind is Kind.NETWORK and a.get("default"):
            board.advise("danger", f"{resource.name} is the account's default network")
    holders = {
        key(h): h for r in doing for h in _holders(world, r) if key(h) not in {*doomed, *along}
    }
    owners = {(Kind.VM, str(h.attributes.get("attached_to"))) for h in holders.values()}
    named = [h for k, h in holders.items() if h.kind is not Kind.NIC or not owners & {*holders}]
    if named:
        raise Unsupported(
            f"{listed(asked)} is in use by {listed(named)}; delete or detach that first, or name "
            "it too"
        )


def _in_turn(world: World, doing: Sequence[Resource]) -> tuple[Resource, ...]:
    """What uses another before that. Raises Unsupported for groups that name each other."""
    mine = {key(r): r for r in doing}
    uses = {k: {key(h) for h in _holders(world, r)} & {*mine} for k, r in mine.items()}
    try:
        return tuple(mine[k] for k in TopologicalSorter(uses).static_order())
    except CycleError as error:
        names = ", ".join(mine[k].name for k in dict.fromkeys(error.args[1]))
        raise Unsupported(f"{names} name each other in their rules: close those first") from None


def _holders(world: World, resource: Resource) -> Iterator[Resource]:
    """What AWS would refuse the deletion for, were it still there."""
    for holder in world.needed_by(resource):
        if (holder.kind, resource.kind) not in NO_HINDRANCE:
            yield holder
    if resource.kind is Kind.DISK and resource.attributes.get("attached_to"):
        vm = world.get(Kind.VM, str(resource.attributes["attached_to"]))
        yield from [vm] if vm else []
    if resource.kind is Kind.NIC and resource.attributes.get("attached_to"):
        vm = world.get(Kind.VM, str(resource.attributes["attached_to"]))
        yield from [vm] if vm else []
    if resource.kind is Kind.ROUTE_TABLE:
        yield from (s for s in world.needs(resource) if s.kind is Kind.SUBNET)
    if resource.kind is Kind.SECURITY_GROUP:
        yield from (g for g in world.of(Kind.SECURITY_GROUP) if _refers(g, resource))


def _refers(group: Resource, other: Resource) -> bool:
    if group.id == other.id:
        return False
    return any(r.get("source") == other.id for r in entries(group, "rules"))


def _one(
    board: Board,
    world: World,
    resource: Resource,
    doomed: dict[Key, Resource],
    steps: dict[Key, str],
) -> None:
    """The steps that delete one resource, after those that free it."""
    needs = [steps[key(h)] for h in _holders(world, resource) if key(h) in steps]
    match resource.kind:
        case Kind.VM:
            for pool in world.of(Kind.TARGET_GROUP):
                if key(pool) not in doomed:
                    balancer.leave(board, board.get(pool.kind, pool.id) or pool, resource)
                    needs += board.changed_by(pool)
        case Kind.PUBLIC_IP if resource.attributes.get("association"):
            holder = (Kind.VM, str(resource.attributes.get("attached_to")))
            if holder in steps:
                needs.append(steps[holder])
            else:
                addresses.take(board, resource, None)
        case Kind.GATEWAY:
            for network in texts(resource, "networks"):
                needs += [
                    steps[k] for k in steps if k[0] in (Kind.VM, Kind.LOAD_BALANCER, Kind.PUBLIC_IP)
                ]
                needs.append(_detach_gateway(board, resource, str(network), needs))
        case _:
            pass
    step = board.add(
        Step(
            id=board.name_step("delete", resource.kind, resource.name),
            effect=Effect.DELETE,
            action=_call(resource),
            why=f"delete {resource.kind.words} {resource.name}",
            changes=board.refs(resource),
            uses=board.refs(*_lost(world, resource)),
            needs=tuple(needs),
            expects=tuple(_expects(world, resource, doomed)),
            undo=_undo(world, resource),
            before=_shown(resource),
            disrupts=_disrupts(world, resource),
        )
    )
    steps[key(resource)] = step.id
    board.forget(resource)


def _call(resource: Resource) -> SdkCall:
    id = resource.id
    match resource.kind:
        case Kind.LISTENER:
            return elbv2("DeleteListener", ListenerArn=id)
        case Kind.LOAD_BALANCER:
            return elbv2("DeleteLoadBalancer", LoadBalancerArn=id)
        case Kind.TARGET_GROUP:
            return elbv2("DeleteTargetGroup", TargetGroupArn=id)
        case Kind.VM:
            return ec2("TerminateInstances", InstanceIds=[id])
        case Kind.KEY_PAIR:
            return ec2("DeleteKeyPair", KeyName=resource.name)
        case Kind.BUCKET:
            return s3("DeleteBucket", Bucket=resource.name)
        case _:
            operation, parameter = CALLS[resource.kind]
            return ec2(operation, **{parameter: id})


CALLS: dict[Kind, tuple[str, str]] = {
    Kind.PUBLIC_IP: ("ReleaseAddress", "AllocationId"),
    Kind.NIC: ("DeleteNetworkInterface", "NetworkInterfaceId"),
    Kind.DISK: ("DeleteVolume", "VolumeId"),
    Kind.IMAGE: ("DeregisterImage", "ImageId"),
    Kind.SNAPSHOT: ("DeleteSnapshot", "SnapshotId"),
    Kind.GATEWAY: ("DeleteInternetGateway", "InternetGatewayId"),
    Kind.SECURITY_GROUP: ("DeleteSecurityGroup", "GroupId"),
    Kind.SUBNET: ("DeleteSubnet", "SubnetId"),
    Kind.ROUTE_TABLE: ("DeleteRouteTable", "RouteTableId"),
    Kind.NETWORK: ("DeleteVpc", "VpcId"),
}


def _detach_gateway(board: Board, gateway: Resource, network: str, needs: Sequence[str]) -> str:
    both = {"InternetGatewayId": gateway.id, "VpcId": network}
    step = board.add(
        Step(
            id=board.name_step("detach gateway", gateway.name),
            effect=Effect.DELETE,
            action=ec2("DetachInternetGateway", **both),
            why=f"take gateway {gateway.name} off its network",
            changes=board.refs(gateway),
            needs=tuple(needs),
            expects=(Expect(Kind.GATEWAY, gateway.id, "lacks", "networks", network, 60),),
            undo=(
                Reversal(
                    ec2("AttachInternetGateway", **both),
                    Effect.UPDATE,
                    f"attach gateway {gateway.name} again",
                    (Expect(Kind.GATEWAY, gateway.id, "contains", "networks", network, 60),),
                ),
            ),
            before={"networks": [network]},
            after={"networks": []},
            disrupts="what is in its network is no longer reached from the internet",
        )
    )
    return step.id


def _expects(world: World, resource: Resource, doomed: dict[Key, Resource]) -> Iterator[Expect]:
    yield Expect(resource.kind, resource.id, "absent", within=GONE_WITHIN)
    if resource.kind is Kind.VM:
        for disk in _disks(world, resource):
            if key(disk) in doomed and not disk.attributes.get("delete_with_vm"):
                yield disks.free(disk.id, within=GONE_WITHIN)


def _disks(world: World, vm: Resource) -> tuple[Resource, ...]:
    return tuple(d for d in world.needs(vm) if d.kind is Kind.DISK)


def _lost(world: World, resource: Resource) -> tuple[Resource, ...]:
    """Disks whose contents go with a machine."""
    if resource.kind is not Kind.VM:
        return ()
    return tuple(d for d in _disks(world, resource) if d.attributes.get("delete_with_vm"))


ONLY_ONE = {Kind.SUBNET: "cidr", Kind.SECURITY_GROUP: "name"}
"""What no two in a network have in common."""


def _undo(world: World, resource: Resource) -> Undo:
    again = _again(world, resource)
    if again is not None:
        why = f"make {resource.kind.words} {resource.name} again; its id is a new one"
        if resource.kind is Kind.SUBNET:
            why += ", and a network ACL of its own is not set again"
        by = ONLY_ONE[resource.kind]
        known = {"name": resource.name, **resource.attributes}
        probe = Probe(resource.kind, {"network": known.get("network"), by: known.get(by)})
        return (Reversal(again, Effect.CREATE, why, probe=probe),)
    return Irreversible(_loss(world, resource))


def _again(world: World, resource: Resource) -> SdkCall | None:
    """The call that makes the like of it again, where one call can."""
    a = resource.attributes
    tags = {k: v for k, v in resource.tags.items() if not k.startswith("aws:")}
    if resource.kind is Kind.SUBNET and not (
        a.get("public") or a.get("ipv6") or _routed(world, resource)
    ):
        return ec2(
            "CreateSubnet",
            VpcId=a.get("network"),
            CidrBlock=a.get("cidr"),
            AvailabilityZone=a.get("zone"),
            TagSpecifications=labelled("subnet", tags),
        )
    if resource.kind is Kind.SECURITY_GROUP and _plain(resource):
        return ec2(
            "CreateSecurityGroup",
            GroupName=resource.name,
            Description=a.get("description") or resource.name,
            VpcId=a.get("network"),
            TagSpecifications=labelled("security-group", tags),
        )
    return None


def _routed(world: World, subnet: Resource) -> tuple[Resource, ...]:
    """The route tables that are its own: made again, it follows its network's main one."""
    return tuple(t for t in world.of(Kind.ROUTE_TABLE) if subnet.id in texts(t, "subnets"))


def _plain(group: Resource) -> bool:
    """Only the rule that AWS gives every group: out to anywhere. Made again, one that let less
    out would let out everything."""
    rules = entries(group, "rules")
    return [(r.get("direction"), r.get("protocol"), r.get("source")) for r in rules] == [
        ("out", "all", "0.0.0.0/0")
    ]


def _loss(world: World, resource: Resource) -> str:
    match resource.kind:
        case Kind.VM:
            lost = ", ".join(d.name for d in _lost(world, resource))
            contents = f", and the contents of disk {lost}" if lost else ""
            return f"the machine {resource.id} is lost{contents}"
        case Kind.DISK:
            return f"the contents of disk {resource.name} are lost"
        case Kind.PUBLIC_IP:
            return f"the address {resource.attributes.get('address')} goes back to AWS"
        case Kind.LOAD_BALANCER:
            return f"its name {resource.attributes.get('dns_name')} is lost"
        case Kind.KEY_PAIR:
            return "the public key is lost; machines that have it keep it"
        case Kind.BUCKET:
            return "its settings are lost, and its name is free for others to take"
        case Kind.IMAGE | Kind.SNAPSHOT:
            return f"the copy of a disk in {resource.name} is lost"
        case Kind.SUBNET if tables := _routed(world, resource):
            names = ", ".join(table.name for table in tables)
            return f"the subnet {resource.id} and its place on route table {names} are lost"
        case Kind.SECURITY_GROUP:
            return f"the security group {resource.id} with its rules is lost"
        case _:
            return f"the {resource.kind.words} {resource.id} with its settings is lost"


SHOWN = ("cidr", "zone", "size", "state", "gib", "type", "address", "dns_name", "port", "protocol")


def _shown(resource: Resource) -> dict[str, Json]:
    known = {k: resource.attributes[k] for k in SHOWN if resource.attributes.get(k) is not None}
    return {"name": resource.name, "id": resource.id, **known}


def _disrupts(world: World, resource: Resource) -> str:
    match resource.kind:
        case Kind.VM:
            return f"{resource.name} and all that runs on it is gone"
        case Kind.LOAD_BALANCER:
            return f"{resource.attributes.get('dns_name') or resource.name} answers no more"
        case Kind.LISTENER:
            return f"port {resource.attributes.get('port')} answers no more"
        case Kind.DISK | Kind.BUCKET | Kind.SNAPSHOT | Kind.IMAGE:
            return _loss(world, resource)
        case _:
            return ""


def _tell(board: Board, world: World, doomed: dict[Key, Resource], along: Iterable[Key]) -> None:
    """What stays, and may be thought to go."""
    gone = {*doomed, *along}
    for vm in (r for r in doomed.values() if r.kind is Kind.VM):
        for disk in _disks(world, vm):
            if key(disk) not in gone:
                size = disk.attributes.get("gib")
                board.advise("info", f"disk {disk.name} ({size} GiB) of {vm.name} stays, and costs")
        for nic in (n for n in world.needs(vm) if n.kind is Kind.NIC):
            if key(nic) not in gone and not nic.attributes.get("delete_with_vm"):
                board.advise("info", f"network interface {nic.name} of {vm.name} stays")
        for address in world.of(Kind.PUBLIC_IP):
            if address.attributes.get("attached_to") == vm.id and key(address) not in gone:
                board.advise("info", f"public IP {address.name} of {vm.name} stays, and costs")
    for balanced in (r for r in doomed.values() if r.kind is Kind.LOAD_BALANCER):
        for group in world.needs(balanced):
            if group.kind is not Kind.SECURITY_GROUP or key(group) in gone:
                continue
            guarded = [h for h in world.needed_by(group) if key(h) not in gone]
            if not guarded and not group.attributes.get("default"):
                board.advise("info", f"security group {group.name} of {balanced.name} stays")
