"""Load balancers that are there: rules and members come and go.

Azure writes a load balancer whole, but for its pools; what is changed is put on what it says of
it now. Members are the machines' interfaces, which say themselves in which pools they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.azure import ids
from modalities.azure.express import bodies, calls, groups, interfaces
from modalities.azure.express.board import Board, Document
from modalities.azure.express.bodies import at, items, put_at
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Json, Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step
from modalities.wanted import Rule

SETTLED_WITHIN = 60.0
RULES = "properties.loadBalancingRules"
PROBES = "properties.probes"
PROTOCOLS = {"tcp": "Tcp", "udp": "Udp"}
PROBE_EVERY, PROBE_FAILURES = 15, 2
"""Seconds, and times; Azure's own defaults."""


def rules_of(balancer: Resource) -> list[dict[str, Any]]:
    found = balancer.attributes.get("rules")
    return [dict(r) for r in found if isinstance(r, Mapping)] if isinstance(found, list) else []


def members(board: Board, balancer: Resource) -> tuple[Resource, ...]:
    """The machines that it sends traffic to."""
    found = balancer.attributes.get("backends")
    entries = [b for b in found if isinstance(b, Mapping)] if isinstance(found, list) else []
    ids_ = dict.fromkeys(str(b["vm"]) for b in entries if b.get("vm"))
    machines = (board.get(Kind.VM, id) for id in ids_)
    return tuple(vm for vm in machines if vm is not None)


def listen(board: Board, balancer: Resource, rule: Rule) -> None:
    """Let it forward the port to the same port of its members, and past what guards them; no
    step where it does. Raises Unsupported, CloudError."""
    protocol = _protocol(rule)
    if _listening(balancer, rule):
        board.note(f"load balancer {balancer.name} forwards {_said(rule)} already")
    else:
        document = board.document(balancer)
        now = _with_rule(document, rule, protocol)
        told: dict[str, Json] = {"protocol": protocol.casefold(), "port": rule.first_port}
        words = ("listen on", str(rule.first_port), "of", balancer.name)
        why = f"let load balancer {balancer.name} forward {_said(rule)}"
        _write(board, balancer, document, now, words, why, told, True)
    for vm in members(board, balancer):
        for group in groups.groups_of(board, vm):
            groups.open_ports(board, group, [rule])


def unlisten(board: Board, balancer: Resource, rule: Rule) -> None:
    """Let it no longer forward the port; no step where it does not. Raises Unsupported,
    CloudError."""
    protocol = _protocol(rule)
    found = _listening(balancer, rule)
    if found is None:
        board.note(f"load balancer {balancer.name} does not forward {_said(rule)}")
        return
    document = board.document(balancer)
    left = [r for r in items(document, RULES) if r.get("name") != found["name"]]
    used = {ids.key(str(at(r, "properties.probe.id", ""))) for r in left}
    probe = ids.key(str(found.get("probe") or ""))
    alone = {probe} - used
    kept = [
        one
        for one in items(document, PROBES)
        if ids.key(f"{balancer.id}/probes/{one.get('name')}") not in alone
    ]
    now = put_at(put_at(document, RULES, left), PROBES, kept)
    told: dict[str, Json] = {"protocol": protocol.casefold(), "port": rule.first_port}
    words = ("stop listening on", str(rule.first_port), "of", balancer.name)
    why = f"let load balancer {balancer.name} no longer forward {_said(rule)}"
    _write(board, balancer, document, now, words, why, told, False)


def _protocol(rule: Rule) -> str:
    found = PROTOCOLS.get(rule.protocol.casefold())
    if found is None or rule.first_port != rule.last_port:
        raise Unsupported("a load balancer of Azure forwards one TCP or UDP port by each rule")
    return found


def _listening(balancer: Resource, rule: Rule) -> dict[str, Any] | None:
    for has in rules_of(balancer):
        same = has.get("protocol") in (rule.protocol.casefold(), "all")
        if same and has.get("port") == rule.first_port:
            return has
    return None


def _said(rule: Rule) -> str:
    return f"{rule.protocol.upper()} {rule.first_port}"


def _with_rule(document: Document, rule: Rule, protocol: str) -> dict[str, Any]:
    """Like the rules that it has: the same frontend and pool, and a probe of the port."""
    id = str(document["id"])
    frontends = items(document, "properties.frontendIPConfigurations")
    pools = items(document, "properties.backendAddressPools")
    if not frontends or not pools:
        raise Unsupported(f"{ids.name_of(id)} has no frontend or no pool that a rule could join")
    port = rule.first_port
    probe = f"tcp-{port}"
    probes = items(document, PROBES)
    if not any(p.get("name") == probe for p in probes):
        probes = [*probes, {"name": probe, "properties": _probe(port)}]
    taken = {str(r.get("name")) for r in items(document, RULES)}
    name, number = f"{rule.protocol.casefold()}-{port}", 2
    while name in taken:
        name, number = f"{rule.protocol.casefold()}-{port}-{number}", number + 1
    front, pool = str(frontends[0]["name"]), str(pools[0]["name"])
    made = {
        "name": name,
        "properties": {
            "frontendIPConfiguration": {"id": f"{id}/frontendIPConfigurations/{front}"},
            "backendAddressPool": {"id": f"{id}/backendAddressPools/{pool}"},
            "probe": {"id": f"{id}/probes/{probe}"},
            "protocol": protocol,
            "frontendPort": port,
            "backendPort": port,
            "idleTimeoutInMinutes": 4,
        },
    }
    return put_at(put_at(document, PROBES, probes), RULES, [*items(document, RULES), made])


def _probe(port: int) -> dict[str, Any]:
    return {
        "protocol": "Tcp",
        "port": port,
        "intervalInSeconds": PROBE_EVERY,
        "numberOfProbes": PROBE_FAILURES,
    }


def _write(
    board: Board,
    balancer: Resource,
    was: Document,
    now: Document,
    words: tuple[str, ...],
    why: str,
    told: dict[str, Json],
    adds: bool,
) -> None:
    def call(document: Document) -> Any:
        return calls.put(balancer.id, bodies.as_sent(Kind.LOAD_BALANCER, document))

    def expects(there: bool, within: float = 0.0) -> tuple[Expect, ...]:
        test: Any = "contains" if there else "lacks"
        return (Expect(Kind.LOAD_BALANCER, balancer.id, test, "rules", told, within),)

    port = str(told["port"])
    board.add(
        Step(
            id=board.name_step(*words),
            effect=Effect.UPDATE,
            action=call(now),
            why=why,
            changes=board.refs(balancer, *_faces(board, balancer)),
            expects=expects(adds),
            undo=(
                Reversal(
                    call(was),
                    Effect.UPDATE,
                    f"put the rules of load balancer {balancer.name} back",
                    expects(not adds, SETTLED_WITHIN),
                ),
            ),
            before={} if adds else {"listens": [port]},
            after={"listens": [port]} if adds else {},
            disrupts="" if adds else f"port {port} of {balancer.name} answers no more",
        )
    )
    board.written(balancer, now)
    has = rules_of(balancer)
    rest = [r for r in has if any(r.get(k) != v for k, v in told.items())]
    board.revise(balancer, rules=[*has, told] if adds else [*rest])


def _faces(board: Board, balancer: Resource) -> list[Resource]:
    """Its public addresses, which whatever writes it names."""
    listed = balancer.attributes.get("public_ips")
    found = (board.get(Kind.PUBLIC_IP, id) for id in (listed if isinstance(listed, list) else ()))
    return [address for address in found if address is not None]


def leave(board: Board, balancer: Resource, vm: Resource) -> None:
    """Take the machine out of the balancer's pools; no step where it is in none. Raises
    Unresolved where it is a member by its address alone, CloudError."""
    inside = f"{ids.key(balancer.id)}/"
    found = False
    for nic in interfaces.of(board, vm):
        listed = nic.attributes.get("pools")
        had = [str(pool) for pool in listed] if isinstance(listed, list) else []
        gone = [pool for pool in had if ids.key(pool).startswith(inside)]
        if gone:
            found = True
            _leave(board, balancer, vm, nic, had, gone)
    if not found and vm in members(board, balancer):
        raise Unresolved(f"{vm.name} is behind {balancer.name} by an address, not an interface")
    if not found:
        board.note(f"{vm.name} is not behind load balancer {balancer.name}")


def _leave(
    board: Board, balancer: Resource, vm: Resource, nic: Resource, had: list[str], gone: list[str]
) -> None:
    keys = {ids.key(pool) for pool in gone}

    def edit(properties: dict[str, Any]) -> None:
        for one in properties["ipConfigurations"]:
            known = at(one, "properties.loadBalancerBackendAddressPools")
            if known:
                left = [pool for pool in known if ids.key(str(pool.get("id"))) not in keys]
                one["properties"]["loadBalancerBackendAddressPools"] = left

    rest: list[Json] = [pool for pool in had if pool not in gone]
    interfaces.rewrite(
        board,
        nic,
        edit,
        words=("take", vm.name, "from behind", balancer.name),
        why=f"let load balancer {balancer.name} send no more traffic to {vm.name}",
        back=f"put {vm.name} behind load balancer {balancer.name} again",
        expects=[Expect(Kind.NIC, nic.id, "lacks", "pools", pool, 60) for pool in gone],
        restored=[Expect(Kind.NIC, nic.id, "contains", "pools", pool, 60) for pool in gone],
        before={"pools": [*had]},
        after={"pools": rest},
        others=[balancer],
        disrupts=f"{balancer.name} sends no more traffic to {vm.name}",
        told={"pools": rest},
    )
    listed = balancer.attributes.get("backends")
    entries = [b for b in listed if isinstance(b, dict)] if isinstance(listed, list) else []
    board.revise(
        balancer,
        tuple(x for x in balancer.links if x.id != vm.id),
        backends=[b for b in entries if b.get("nic") != nic.id],
    )
