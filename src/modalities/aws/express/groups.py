"""Security groups: made, chosen for a machine, and what they let in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from modalities import wanted
from modalities.aws.attributes import entries, texts
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2, labelled
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Json, Kind, Link, Resource
from modalities.selecting import one
from modalities.step import Effect, Expect, Reversal, Step
from modalities.wanted import Rule, Tags

EVERY_PORT = (0, 65535)
PROTOCOLS = {"all": "-1", "any": "-1", "-1": "-1"}


def neutral(rule: Rule, source: Any = None) -> dict[str, Json]:
    """The rule as docs/attributes.md writes it. ``source`` stands in for the rule's own."""
    every = PROTOCOLS.get(rule.protocol.casefold()) == "-1"
    first, last = EVERY_PORT if every else _span(rule)
    return {
        "direction": "in",
        "protocol": "all" if every else rule.protocol.casefold(),
        "first_port": first,
        "last_port": last,
        "source": canonical(rule.source) if source is None else source,
    }


def permission(rule: Rule, group: object = None, told: str = "") -> dict[str, Any]:
    """One entry of ``IpPermissions``; ``group`` is the id of the group that may come in,
    ``told`` its description."""
    protocol = PROTOCOLS.get(rule.protocol.casefold(), rule.protocol.casefold())
    entry: dict[str, Any] = {"IpProtocol": protocol}
    if protocol != "-1":
        entry["FromPort"], entry["ToPort"] = _span(rule)
    more = {"Description": told} if told else {}
    if group is not None:
        return {**entry, "UserIdGroupPairs": [{"GroupId": group, **more}]}
    origin = canonical(rule.source)
    if ":" in origin:
        return {**entry, "Ipv6Ranges": [{"CidrIpv6": origin, **more}]}
    return {**entry, "IpRanges": [{"CidrIp": origin, **more}]}


def canonical(source: str) -> str:
    """The range as AWS writes it: ``10.1.2.3`` is 10.1.2.3/32. Raises Unsupported."""
    try:
        return str(ip_network(source, strict=False))
    except ValueError:
        raise Unsupported(
            f"{source} is no address range; name one such as 203.0.113.7/32"
        ) from None


def _span(rule: Rule) -> tuple[int, int]:
    """Ports, first and last; of ICMP every type and code."""
    if rule.protocol.casefold().startswith("icmp"):
        return -1, -1
    return rule.first_port, rule.last_port


def said(rule: Rule) -> str:
    """The rule for people: ``TCP 8000-8080 from 10.0.0.0/8``."""
    ports = f" {rule.first_port}" if rule.first_port == rule.last_port else ""
    if rule.first_port != rule.last_port:
        ports = f" {rule.first_port}-{rule.last_port}"
    if rule.protocol.casefold() in PROTOCOLS:
        return f"all traffic from {rule.source}"
    return f"{rule.protocol.upper()}{ports} from {rule.source}"


def new_group(
    board: Board, network: Resource, wish: str, why: str, tags: Tags = (), exact: bool = False
) -> Resource:
    """An empty group in the network. Where the name is taken there, a number is added."""
    name = wish if exact else _free_name(board, network, wish)
    given = board.tags(name, tags)
    return board.create(
        Kind.SECURITY_GROUP,
        name,
        ec2(
            "CreateSecurityGroup",
            GroupName=name,
            Description=why,
            VpcId=board.value(network.id),
            TagSpecifications=labelled("security-group", given),
        ),
        "GroupId",
        lambda id: ec2("DeleteSecurityGroup", GroupId=id),
        f"make security group {name}: {why}",
        tags=given,
        links=(Link("in", Kind.NETWORK, network.id),),
        attributes={"network": network.id, "default": False, "rules": []},
        shown={"network": network.name},
        uses=(network,),
    )


def _free_name(board: Board, network: Resource, wish: str) -> str:
    taken = {g.name for g in in_network(board, network)}
    number, name = 2, wish
    while name in taken:
        number, name = number + 1, f"{wish}-{number}"
    return name


def ensure_group(board: Board, want: wanted.SecurityGroup, network: Resource) -> Resource:
    """The group wanted with at least its rules: the one of that name in the network, or new."""
    same = [g for g in in_network(board, network) if g.name == want.name]
    if same:
        board.note(f"security group {want.name} is there already and is used")
    group = (
        same[0]
        if same
        else new_group(board, network, want.name, "made by cloudops", want.tags, exact=True)
    )
    open_ports(board, group, want.rules)
    return board.get(Kind.SECURITY_GROUP, group.id) or group


def in_network(board: Board, network: Resource) -> tuple[Resource, ...]:
    groups = board.world.of(Kind.SECURITY_GROUP)
    return tuple(g for g in groups if g.attributes.get("network") == network.id)


def default_of(board: Board, network: Resource) -> tuple[Resource, ...]:
    """The group that guards what names none; not known of a network that is made here."""
    return tuple(g for g in in_network(board, network) if g.attributes.get("default"))


def named(board: Board, name: str, network: Resource) -> Resource:
    """The group of this name or id in the network. Raises Unresolved."""
    same = [g for g in in_network(board, network) if name in (g.name, g.id, g.tags.get("Name"))]
    if len(same) == 1:
        return same[0]
    other = one(board.world, Kind.SECURITY_GROUP, name)
    raise Unresolved(
        f"security group {other.name} is not in network {network.name}",
        tuple(g.name for g in in_network(board, network)),
    )


def groups_of(board: Board, resource: Resource) -> tuple[Resource, ...]:
    """The groups that guard a machine or interface. Where a machine's own list is empty, those
    of its interfaces count."""
    ids = texts(resource, "security_groups")
    if not ids:
        nics = [board.get(Kind.NIC, id) for id in texts(resource, "nics")]
        ids = [g for nic in nics for g in texts(nic, "security_groups")]
    found = (board.get(Kind.SECURITY_GROUP, id) for id in dict.fromkeys(ids))
    return tuple(g for g in found if g is not None)


def holding(group: Resource, rule: Mapping[str, Json]) -> tuple[dict[str, Any], ...]:
    """The group's own rules that are this one, whatever their descriptions say."""
    return tuple(has for has in entries(group, "rules") if rule.items() <= has.items())


def lets_in(groups: Iterable[Resource], rule: Rule, source: str | None = None) -> bool:
    """Whether one of the groups has this very rule, or one of the same source that covers it."""
    wish = neutral(rule, source)
    return any(_covers(has, wish) for group in groups for has in entries(group, "rules"))


def _covers(has: dict[str, Any], wish: dict[str, Any]) -> bool:
    if has.get("direction") != "in" or has.get("source") != wish["source"]:
        return False
    if has.get("protocol") == "all":
        return True
    first, last = has.get("first_port"), has.get("last_port")
    return has.get("protocol") == wish["protocol"] and (
        first == -1
        or (first is not None and first <= wish["first_port"] and wish["last_port"] <= last)
    )


def open_ports(
    board: Board, group: Resource, rules: Sequence[Rule], source: Resource | None = None
) -> bool:
    """Let the rules' traffic into the group, in one call, where it is not let in yet; from the
    group ``source`` where one is given. False where there was nothing to do."""
    origin = source.id if source else None
    missing = [r for r in dict.fromkeys(rules) if not lets_in([group], r, origin)]
    if not missing:
        return False
    names = [
        f"{said(r).partition(' from ')[0]} from {source.name}" if source else said(r)
        for r in missing
    ]
    _change_rules(board, group, missing, source, ", ".join(names), add=True)
    return True


def close_ports(board: Board, group: Resource, rules: Sequence[Rule]) -> None:
    """Take these very rules out of the group, in one call."""
    _change_rules(board, group, rules, None, ", ".join(map(said, rules)), add=False)


def _change_rules(
    board: Board,
    group: Resource,
    rules: Sequence[Rule],
    source: Resource | None,
    what: str,
    *,
    add: bool,
) -> None:
    me = board.value(group.id)
    origin = board.value(source.id) if source else None
    known = [neutral(r, source.id if source else None) for r in rules]
    told = ["".join(str(has.get("description", "")) for has in holding(group, k)) for k in known]
    body = {"GroupId": me, "IpPermissions": [permission(r, origin) for r in rules]}
    again = [permission(r, origin, text) for r, text in zip(rules, told, strict=True)]
    grant = ec2("AuthorizeSecurityGroupIngress", GroupId=me, IpPermissions=again)
    revoke = ec2("RevokeSecurityGroupIngress", **body)
    shown = [neutral(r, source.name if source else None) for r in rules]
    ports = "-".join(dict.fromkeys(str(r.first_port) for r in rules))

    def expects(added: bool, within: float = 0.0) -> tuple[Expect, ...]:
        return tuple(
            Expect(
                Kind.SECURITY_GROUP,
                me,
                "contains" if added else "lacks",
                "rules",
                neutral(r, origin),
                within,
            )
            for r in rules
        )

    board.add(
        Step(
            id=board.name_step("open" if add else "close", ports, "of", group.name),
            effect=Effect.UPDATE,
            action=grant if add else revoke,
            why=f"{'let' if add else 'no longer let'} {what} into security group {group.name}",
            changes=board.refs(group),
            uses=board.refs(source) if source else (),
            expects=expects(add),
            undo=(
                Reversal(
                    revoke if add else grant,
                    Effect.UPDATE,
                    f"put the rules of {group.name} back",
                    expects(not add, within=60),
                ),
            ),
            before={} if add else {"rules": [*shown]},
            after={"rules": [*shown]} if add else {},
            disrupts="" if add else f"{what} no longer gets to what {group.name} guards",
        )
    )
    has = entries(group, "rules")
    gone = [rule for k in known for rule in holding(group, k)]
    now = [*has, *known] if add else [r for r in has if r not in gone]
    board.revise(group, rules=[*now])


def set_groups(board: Board, vm: Resource, groups: Sequence[Resource], why: str) -> None:
    """Let exactly ``groups`` guard the machine's first interface."""
    me = board.value(vm.id)
    before = groups_of(board, vm)

    def call(ids: Sequence[Resource]) -> Any:
        return ec2(
            "ModifyInstanceAttribute", InstanceId=me, Groups=[board.value(g.id) for g in ids]
        )

    added = [g for g in groups if g.id not in {b.id for b in before}]
    gone = [g for g in before if g.id not in {b.id for b in groups}]
    back = f"put the security groups of {vm.name} back"
    put_back = tuple(
        Expect(Kind.VM, me, "lacks", "security_groups", board.value(g.id), within=60) for g in added
    )
    board.add(
        Step(
            id=board.name_step("guard", vm.name, "by", *(g.name for g in added or groups)),
            effect=Effect.UPDATE,
            action=call(groups),
            why=why,
            changes=board.refs(vm),
            uses=board.refs(*groups),
            expects=(
                *(
                    Expect(Kind.VM, me, "contains", "security_groups", board.value(g.id))
                    for g in added
                ),
                *(Expect(Kind.VM, me, "lacks", "security_groups", board.value(g.id)) for g in gone),
            ),
            undo=(Reversal(call(before), Effect.UPDATE, back, put_back),) if before else (),
            before={"security_groups": [g.name for g in before]},
            after={"security_groups": [g.name for g in groups]},
        )
    )
    board.revise(vm, security_groups=[g.id for g in groups])
