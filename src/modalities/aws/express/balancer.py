"""Load balancers: their ground, what may come in, targets and listener."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from modalities import wanted
from modalities.action import Output
from modalities.aws.attributes import entries
from modalities.aws.express import groups, network
from modalities.aws.express.board import Board
from modalities.aws.express.calls import elbv2, pairs
from modalities.aws.express.internet import ensure_internet, is_open, is_private, ways
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Link, Resource
from modalities.step import Effect, Expect, Reversal, Step
from modalities.wanted import Rule, Tags

LONGEST_NAME = 32
"""Of a load balancer and of a target group (elbv2 API reference, CreateLoadBalancer)."""

SETTLED_WITHIN = 60.0

APPLICATION_ZONES = 2
"""An application load balancer needs subnets in two zones (its user guide, "Subnets")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A wanted load balancer with nothing left open."""

    name: str
    port: int
    target_port: int
    protocol: str
    public: bool
    tags: Tags

    @property
    def type(self) -> str:
        return "network" if self.protocol == "TCP" else "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a load balancer stands: its subnets, what guards it and what guards its targets."""

    spec: Spec
    network: Resource
    subnets: Sequence[Resource]
    group: Resource
    target_group: Resource


def specified(board: Board, want: wanted.LoadBalancer) -> Spec:
    """Raises Unresolved where the name is taken, Unsupported for HTTPS."""
    board.refuse_existing(Kind.LOAD_BALANCER, want.name)
    port = want.port or 80
    protocol = (want.protocol or ("tcp" if port == 443 else "http")).casefold()
    if protocol == "https":
        raise Unsupported(
            "HTTPS needs a certificate, which cloudops cannot choose; TCP on port 443 passes the "
            "encrypted traffic on to the machines: say `a load balancer on TCP 443`"
        )
    if protocol not in ("http", "tcp"):
        raise Unsupported(f"a load balancer here speaks http or tcp, not {protocol}")
    public = want.public is not False
    if want.port is None:
        board.note(f"load balancer {want.name}: port {port}")
    if want.protocol is None:
        board.note(f"load balancer {want.name}: {protocol.upper()}")
    if want.public is None:
        board.note(f"load balancer {want.name}: public (say `internal` for a private one)")
    return Spec(
        name=want.name,
        port=port,
        target_port=want.target_port or port,
        protocol=protocol.upper(),
        public=public,
        tags=want.tags,
    )


def prepare(board: Board, spec: Spec, place: Resource, targets: Sequence[Resource]) -> Ground:
    """Subnets and security groups. ``targets`` are machines that are there already: the load
    balancer must stand in their zones."""
    subnets = _subnets(board, spec, place, targets)
    if spec.public:
        for subnet in subnets:
            ensure_internet(board, subnet, place, spec.tags)
    source = "0.0.0.0/0" if spec.public else str(place.attributes.get("cidr"))
    front = groups.new_group(
        board, place, f"{spec.name}-access", f"what reaches load balancer {spec.name}", spec.tags
    )
    groups.open_ports(
        board, front, [Rule(first_port=spec.port, last_port=spec.port, source=source)]
    )
    back = groups.new_group(
        board,
        place,
        f"{spec.name}-targets",
        f"what load balancer {spec.name} sends to its targets",
        spec.tags,
    )
    groups.open_ports(
        board, back, [Rule(first_port=spec.target_port, last_port=spec.target_port)], source=front
    )
    return Ground(spec=spec, network=place, subnets=subnets, group=front, target_group=back)


def _subnets(
    board: Board, spec: Spec, place: Resource, targets: Sequence[Resource]
) -> tuple[Resource, ...]:
    """One a zone: those of the targets first, then others until there are enough."""
    usable = [
        s
        for s in network.subnets_of(board, place)
        if not (spec.public and is_private(board, s, place))
    ]
    usable.sort(key=lambda s: spec.public and not is_open(board, s, place))
    own = {t.attributes.get("subnet") for t in targets}
    usable.sort(key=lambda s: s.id not in own)
    by_zone: dict[object, Resource] = {}
    for subnet in usable:
        by_zone.setdefault(subnet.attributes.get("zone"), subnet)
    served = {t.attributes.get("zone") for t in targets}
    chosen = [s for zone, s in by_zone.items() if zone in served]
    rest = [s for zone, s in by_zone.items() if zone not in served]
    enough = APPLICATION_ZONES if spec.type == "application" else 1
    chosen += rest[: max(0, enough - len(chosen))]
    while len(chosen) < enough:
        zone = network.fresh_zones(board, chosen)[0]
        made = network.new_subnet(board, place, zone=zone, tags=spec.tags)
        if not board.made_here(place):
            board.note(f"subnet {made.name} is added to {place.name}: two zones are needed")
        chosen.append(made)
    return tuple(chosen)


def admit(board: Board, ground: Ground, vm: Resource) -> None:
    """Let the load balancer's traffic reach a machine that is there already."""
    port = ground.spec.target_port
    cidr = str(ground.network.attributes.get("cidr"))
    before = groups.groups_of(board, vm)
    rules = [Rule(first_port=port, last_port=port, source=s) for s in ("0.0.0.0/0", cidr)]
    if not any(groups.lets_in(before, rule) for rule in rules):
        groups.set_groups(
            board,
            vm,
            [*before, ground.target_group],
            f"let load balancer {ground.spec.name} reach {vm.name}",
        )


def build(board: Board, ground: Ground, targets: Sequence[Resource]) -> None:
    """The load balancer, its target group with the machines in it, and its listener."""
    pool = _target_group(board, ground)
    if targets:
        _register(board, ground, pool, targets)
    else:
        board.advise("warning", f"load balancer {ground.spec.name} has no targets yet")
    balancer = _load_balancer(board, ground)
    _listener(board, ground, balancer, pool)


def _target_group(board: Board, ground: Ground) -> Resource:
    spec = ground.spec
    name = _free_name(board, f"{spec.name}-targets")
    tags = board.tags(name, spec.tags)
    return board.create(
        Kind.TARGET_GROUP,
        name,
        elbv2(
            "CreateTargetGroup",
            Name=name,
            Protocol=spec.protocol,
            Port=spec.target_port,
            VpcId=board.value(ground.network.id),
            TargetType="instance",
            Tags=pairs(tags),
        ),
        "TargetGroups[0].TargetGroupArn",
        lambda id: elbv2("DeleteTargetGroup", TargetGroupArn=id),
        f"make target group {name} ({spec.protocol} {spec.target_port})",
        tags=tags,
        links=(Link("in", Kind.NETWORK, ground.network.id),),
        attributes={
            "port": spec.target_port,
            "protocol": spec.protocol,
            "network": ground.network.id,
            "targets": [],
        },
        shown={"port": spec.target_port, "protocol": spec.protocol},
        checks={"port": spec.target_port, "protocol": spec.protocol},
        uses=(ground.network,),
    )


def _free_name(board: Board, wish: str) -> str:
    """A valid name that no target group has."""
    taken = {g.name for g in board.world.of(Kind.TARGET_GROUP)}
    base = re.sub(r"[^A-Za-z0-9-]+", "-", wish)[:LONGEST_NAME].strip("-")
    name, number = base, 2
    while name in taken:
        ending = f"-{number}"
        name, number = base[: LONGEST_NAME - len(ending)] + ending, number + 1
    return name


def _register(board: Board, ground: Ground, pool: Resource, targets: Sequence[Resource]) -> None:
    port = ground.spec.target_port
    names = ", ".join(vm.name for vm in targets)
    why = f"let load balancer {ground.spec.name} send traffic to {names}"
    _set_members(board, pool, [(vm, port) for vm in targets], True, why)


def move_target(board: Board, pool: Resource, old: Resource, new: Resource) -> None:
    """Put ``new`` into the target group in the place of ``old``, where that is in it."""
    leave(board, pool, old, joins=new)


def leave(board: Board, pool: Resource, vm: Resource, joins: Resource | None = None) -> None:
    """Take the machine out of the target group, where it is in it; ``joins`` comes first."""
    ports = ports_of(pool, vm)
    if not ports:
        return
    if joins is not None:
        why = f"let target group {pool.name} send traffic to the new {joins.name}"
        _set_members(board, pool, [(joins, port) for port in ports], True, why)
        pool = board.get(Kind.TARGET_GROUP, pool.id) or pool
    why = f"take {vm.name} ({vm.id}) out of target group {pool.name}"
    _set_members(board, pool, [(vm, port) for port in ports], False, why)


def ports_of(pool: Resource, vm: Resource) -> tuple[int, ...]:
    """The ports on which the target group sends traffic to the machine."""
    mine = (t for t in entries(pool, "targets") if t.get("vm") == vm.id)
    return tuple(int(str(t["port"])) for t in mine)


def _set_members(
    board: Board, pool: Resource, targets: Sequence[tuple[Resource, int]], join: bool, why: str
) -> None:
    me = board.value(pool.id)
    members = [{"Id": board.value(vm.id), "Port": port} for vm, port in targets]
    calls = [
        elbv2(operation, TargetGroupArn=me, Targets=members)
        for operation in ("RegisterTargets", "DeregisterTargets")
    ]

    def expects(there: bool, within: float = 0.0) -> tuple[Expect, ...]:
        return tuple(
            Expect(
                Kind.TARGET_GROUP,
                me,
                "contains" if there else "lacks",
                "targets",
                {"vm": board.value(vm.id), "port": port},
                within,
            )
            for vm, port in targets
        )

    shown = [f"{vm.name}:{port}" for vm, port in targets]
    board.add(
        Step(
            id=board.name_step("register with" if join else "take from", pool.name),
            effect=Effect.UPDATE,
            action=calls[not join],
            why=why,
            changes=board.refs(pool),
            uses=board.refs(*(vm for vm, _ in targets)),
            expects=expects(join, SETTLED_WITHIN),
            undo=(
                Reversal(
                    calls[join],
                    Effect.UPDATE,
                    f"take back: {why}",
                    expects(not join, SETTLED_WITHIN),
                ),
            ),
            before={} if join else {"targets": [*shown]},
            after={"targets": [*shown]} if join else {},
        )
    )
    moved: list[dict[str, Json]] = [{"vm": vm.id, "port": port} for vm, port in targets]
    has = entries(pool, "targets")
    now = [*has, *moved] if join else [t for t in has if t not in moved]
    links = [x for x in pool.links if x.kind is not Kind.VM]
    links += [Link("targets", Kind.VM, id) for id in sorted({str(t.get("vm")) for t in now})]
    board.revise(pool, tuple(links), targets=[*now])


def _load_balancer(board: Board, ground: Ground) -> Resource:
    spec = ground.spec
    tags = board.tags(spec.name, spec.tags)
    return board.create(
        Kind.LOAD_BALANCER,
        spec.name,
        elbv2(
            "CreateLoadBalancer",
            Name=spec.name,
            Type=spec.type,
            Scheme="internet-facing" if spec.public else "internal",
            Subnets=[board.value(s.id) for s in ground.subnets],
            SecurityGroups=[board.value(ground.group.id)],
            Tags=pairs(tags),
        ),
        "LoadBalancers[0].LoadBalancerArn",
        lambda id: elbv2("DeleteLoadBalancer", LoadBalancerArn=id),
        f"make {'public' if spec.public else 'internal'} {spec.type} load balancer {spec.name}",
        tags=tags,
        links=(
            *(Link("in", Kind.SUBNET, s.id) for s in ground.subnets),
            Link("guarded_by", Kind.SECURITY_GROUP, ground.group.id),
        ),
        attributes={"network": ground.network.id, "public": spec.public, "type": spec.type},
        shown={
            "type": spec.type,
            "public": spec.public,
            "subnets": [s.name for s in ground.subnets],
        },
        checks={"public": spec.public, "type": spec.type},
        uses=(ground.network, *ground.subnets, ground.group),
        needs=ways(board, ground.network) if spec.public else (),
        outputs={"dns_name": "LoadBalancers[0].DNSName"},
    )


def _listener(board: Board, ground: Ground, balancer: Resource, pool: Resource) -> None:
    spec = ground.spec
    name = f"{spec.name}:{spec.port}"  # what it is read as: a claim on it has one name
    tags = board.tags(f"{spec.name}-{spec.port}", spec.tags)
    id = board.name_step("create", Kind.LISTENER, name)
    listener = board.create(
        Kind.LISTENER,
        name,
        elbv2(
            "CreateListener",
            LoadBalancerArn=board.value(balancer.id),
            Protocol=spec.protocol,
            Port=spec.port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": board.value(pool.id)}],
            Tags=pairs(tags),
        ),
        "Listeners[0].ListenerArn",
        lambda id: elbv2("DeleteListener", ListenerArn=id),
        f"listen on {spec.protocol} {spec.port} and forward to {pool.name}",
        tags=tags,
        links=(Link("forwards_to", Kind.TARGET_GROUP, pool.id),),
        attributes={"port": spec.port, "protocol": spec.protocol, "target_group": pool.id},
        shown={"port": spec.port, "protocol": spec.protocol, "target_group": pool.name},
        checks={"port": spec.port, "protocol": spec.protocol},
        expects=[
            Expect(Kind.LISTENER, Output(id).as_json(), "is", "target_group", board.value(pool.id))
        ],
        uses=(balancer, pool),
    )
    links = (*balancer.links, Link("has", Kind.LISTENER, listener.id))
    board.revise(balancer, links)
