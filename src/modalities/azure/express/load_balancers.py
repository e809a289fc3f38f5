"""Load balancers of layer 4: frontend, pool, probe and rule in one call; members join by their
interfaces.

Names are those that ``az network lb create`` gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modalities import wanted
from modalities.azure.express import addresses, groups, guarding, interfaces, names
from modalities.azure.express.board import Board
from modalities.azure.express.network import called
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Link, Resource
from modalities.step import Expect
from modalities.wanted import Rule, Tags

FRONTEND = "LoadBalancerFrontEnd"
JOINED_WITHIN = 60.0
PROBE_EVERY, PROBE_FAILURES, IDLE_MINUTES = 15, 2, 4
"""Seconds, times, and minutes that a quiet connection is kept; Azure's own defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A wanted load balancer with nothing left open. ``protocol`` is ``HTTP`` or ``TCP``: how
    it asks its members whether they are well."""

    name: str
    port: int
    target_port: int
    protocol: str
    public: bool
    tags: Tags

    @property
    def pool(self) -> str:
        return f"{self.name}bepool"

    @property
    def traffic(self) -> Rule:
        """What must reach the members. Azure's load balancers keep the sender's address."""
        return Rule(first_port=self.target_port, last_port=self.target_port)


def specified(board: Board, want: wanted.LoadBalancer) -> Spec:
    """Raises Unresolved where the name is taken, Unsupported for HTTPS."""
    board.refuse_existing(Kind.LOAD_BALANCER, want.name)
    names.check(Kind.LOAD_BALANCER, want.name)
    port = want.port or 80
    protocol = (want.protocol or ("tcp" if port == 443 else "http")).casefold()
    if protocol == "https":
        raise Unsupported(
            "HTTPS needs a certificate, which cloudops cannot choose; TCP on port 443 passes the "
            "encrypted traffic on to the machines: say `a load balancer on TCP 443`"
        )
    if protocol not in ("http", "tcp"):
        raise Unsupported(f"a load balancer here speaks http or tcp, not {protocol}")
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
        public=want.public is not False,
        tags=want.tags,
    )


def build(board: Board, spec: Spec, subnet: Resource) -> Resource:
    """The load balancer, without members; an internal one has an address of ``subnet``."""
    address = None
    if spec.public:
        wish = board.free_name(Kind.PUBLIC_IP, f"PublicIP{spec.name}")
        address = addresses.new_address(board, wish, spec.tags)
    id = board.id_of(Kind.LOAD_BALANCER, spec.name)
    rule = f"{spec.protocol.casefold()}-{spec.port}"
    probe = f"{spec.protocol.casefold()}-{spec.target_port}"
    pool = pool_id(id, spec)
    told: dict[str, Json] = {"port": spec.port, "backend_port": spec.target_port, "pool": pool}
    made = board.create(
        Kind.LOAD_BALANCER,
        spec.name,
        {
            "location": board.region,
            "sku": {"name": "Standard"},
            "properties": {
                "frontendIPConfigurations": [
                    {"name": FRONTEND, "properties": _frontend(address, subnet)}
                ],
                "backendAddressPools": [{"name": spec.pool}],
                "probes": [{"name": probe, "properties": _probe(spec)}],
                "loadBalancingRules": [
                    {"name": rule, "properties": _rule(id, spec, probe)},
                ],
            },
        },
        f"make {'public' if spec.public else 'internal'} load balancer {spec.name}: "
        f"{spec.protocol} {spec.port} to {spec.target_port}",
        tags=board.tags(spec.tags),
        links=(Link("uses", Kind.PUBLIC_IP, address.id),)
        if address
        else (Link("in", Kind.SUBNET, subnet.id),),
        attributes={
            "public": spec.public,
            "type": "Standard",
            "network": None if spec.public else subnet.attributes.get("network"),
            "subnets": [] if spec.public else [subnet.id],
            "rules": [{"name": rule, "protocol": "tcp", **told, "probe": f"{id}/probes/{probe}"}],
            "pools": [pool],
            "backends": [],
            "public_ips": [address.id] if address else [],
            "region": board.region,
        },
        shown={
            "public": spec.public,
            "type": "Standard",
            "listens": f"{spec.protocol} {spec.port}",
            "forwards_to": spec.target_port,
            **({} if spec.public else {"subnet": called(subnet)}),
        },
        checks={"public": spec.public, "type": "Standard"},
        expects=[
            Expect(Kind.LOAD_BALANCER, id, "contains", "rules", told),
            Expect(Kind.LOAD_BALANCER, id, "contains", "pools", pool),
        ],
        uses=(address or subnet,),
    )
    if address is not None:
        at = f"{id}/frontendIPConfigurations/{FRONTEND}"
        board.revise(address, load_balancer=id, association=at)
    return made


def pool_id(balancer: str, spec: Spec) -> str:
    return f"{balancer}/backendAddressPools/{spec.pool}"


def _frontend(address: Resource | None, subnet: Resource) -> dict[str, Any]:
    if address is not None:
        return {"publicIPAddress": {"id": address.id}}
    return {"subnet": {"id": subnet.id}, "privateIPAllocationMethod": "Dynamic"}


def _probe(spec: Spec) -> dict[str, Any]:
    path = {"requestPath": "/"} if spec.protocol == "HTTP" else {}
    return {
        "protocol": spec.protocol.capitalize(),
        "port": spec.target_port,
        "intervalInSeconds": PROBE_EVERY,
        "numberOfProbes": PROBE_FAILURES,
        **path,
    }


def _rule(id: str, spec: Spec, probe: str) -> dict[str, Any]:
    return {
        "frontendIPConfiguration": {"id": f"{id}/frontendIPConfigurations/{FRONTEND}"},
        "backendAddressPool": {"id": pool_id(id, spec)},
        "probe": {"id": f"{id}/probes/{probe}"},
        "protocol": "Tcp",
        "frontendPort": spec.port,
        "backendPort": spec.target_port,
        "idleTimeoutInMinutes": IDLE_MINUTES,
        "enableTcpReset": True,
    }


def admit(board: Board, spec: Spec, balancer: Resource, targets: Sequence[Resource]) -> None:
    """Put machines that are there already into the pool, and let its traffic reach them."""
    for vm in targets:
        _let_in(board, spec, vm)
        join(board, pool_id(balancer.id, spec), balancer, vm)


def _let_in(board: Board, spec: Spec, vm: Resource) -> None:
    """A standard load balancer reaches nobody whom no security group lets it reach."""
    guards = groups.groups_of(board, vm)
    for group in guards:
        groups.open_ports(board, group, [spec.traffic])
    if not guards:
        name = f"{spec.name}NSG"
        made = board.get(Kind.SECURITY_GROUP, board.id_of(Kind.SECURITY_GROUP, name))
        if made is None or not board.made_here(made):
            name = board.free_name(Kind.SECURITY_GROUP, name)
            why = f"what load balancer {spec.name} sends to its members"
            made = groups.new_group(board, name, [spec.traffic], why, spec.tags)
        guarding.guard(board, vm, made)
        board.advise(
            "warning",
            f"no security group guarded {vm.name}: from now on {name} turns away what comes from "
            f"outside its network, but for {groups.said(spec.traffic)}",
        )


def join(board: Board, pool: str, balancer: Resource, vm: Resource) -> None:
    """Put the machine's first interface into the pool; no step where it is. Raises CloudError."""
    nic = interfaces.primary(board, vm)
    listed = nic.attributes.get("pools")
    had = [str(id) for id in listed] if isinstance(listed, list) else []
    if pool in had:
        board.note(f"{vm.name} is a member of load balancer {balancer.name} already")
        return

    def edit(properties: dict[str, Any]) -> None:
        inner = interfaces.first_of(properties)
        known = inner.get("loadBalancerBackendAddressPools") or []
        inner["loadBalancerBackendAddressPools"] = [*known, {"id": pool}]

    interfaces.rewrite(
        board,
        nic,
        edit,
        words=("put", vm.name, "behind", balancer.name),
        why=f"let load balancer {balancer.name} send traffic to {vm.name}",
        back=f"take {vm.name} out of load balancer {balancer.name} again",
        expects=[Expect(Kind.NIC, nic.id, "contains", "pools", pool, JOINED_WITHIN)],
        restored=[Expect(Kind.NIC, nic.id, "lacks", "pools", pool, JOINED_WITHIN)],
        before={"pools": [*had]},
        after={"pools": [*had, pool]},
        others=[balancer],
        told={"pools": [*had, pool]},
    )
    note_member(board, balancer, pool, nic, vm)


def note_member(board: Board, balancer: Resource, pool: str, nic: Resource, vm: Resource) -> None:
    latest = board.get(Kind.LOAD_BALANCER, balancer.id) or balancer
    listed = latest.attributes.get("backends")
    member: dict[str, Json] = {"pool": pool, "nic": nic.id, "vm": vm.id}
    board.revise(
        latest,
        (*latest.links, Link("targets", Kind.VM, vm.id)),
        backends=[*(listed if isinstance(listed, list) else ()), member],
    )


def check_members(spec: Spec, network: Resource, targets: Sequence[Resource]) -> None:
    """All members are of one network. Raises Unsupported."""
    if any(vm.attributes.get("network") != network.id for vm in targets):
        raise Unsupported(
            f"load balancer {spec.name} and all of its targets must be in one network; "
            f"{network.name} is not the only one"
        )
