"""What a target's resource group holds, read with as few calls as the asked kinds allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from modalities.azure.asking import Asker, Items, Raw, Wire
from modalities.azure.describe.balancing import buckets, groups, load_balancers
from modalities.azure.describe.compute import disks, images, key_pairs, snapshots, vms
from modalities.azure.describe.found import Spelling
from modalities.azure.describe.network import networks, nics, public_ips, security_groups, subnets
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Provider, Resource, World
from modalities.target import Identity, Target

SIDE_BY_SIDE = 8

NO_GROUP = "ResourceGroupNotFound"
"""A group that is not there holds nothing."""


def _listed(service: str, word: str) -> Callable[[Asker], Items]:
    def ask(asker: Asker) -> Items:
        try:
            return asker.every(service, word)
        except CloudError as error:
            if error.code == NO_GROUP:
                return ()
            raise

    return ask


def _machines(asker: Asker) -> Items:
    """With their instance view: lists do not tell what is running."""
    machines = _listed("compute", "virtual_machines.list")(asker)
    if len(machines) < 2:
        viewed = [_viewed(asker, raw) for raw in machines]
    else:
        with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(machines)), "views") as pool:
            viewed = list(pool.map(lambda raw: _viewed(asker, raw), machines))
    return [raw for raw in viewed if raw is not None]


def _viewed(asker: Asker, raw: Raw) -> Raw | None:
    """None where what was listed a moment ago is no longer there."""
    try:
        view = asker.one("compute", "virtual_machines.instance_view", vmName=raw["name"])
    except CloudError as error:
        if error.trouble is Trouble.NOT_FOUND:
            return None
        raise
    return {**raw, "properties": {**raw.get("properties", {}), "instanceView": view}}


def _group(asker: Asker) -> Items:
    try:
        return (asker.one("resource", "resource_groups.get"),)
    except CloudError as error:
        if error.trouble is Trouble.NOT_FOUND:
            return ()
        raise


SOURCES: dict[str, Callable[[Asker], Items]] = {
    "machines": _machines,
    "disks": _listed("compute", "disks.list_by_resource_group"),
    "interfaces": _listed("network", "network_interfaces.list"),
    "networks": _listed("network", "virtual_networks.list"),
    "addresses": _listed("network", "public_ip_addresses.list"),
    "guards": _listed("network", "network_security_groups.list"),
    "balancers": _listed("network", "load_balancers.list"),
    "snapshots": _listed("compute", "snapshots.list_by_resource_group"),
    "images": _listed("compute", "images.list_by_resource_group"),
    "keys": _listed("compute", "ssh_public_keys.list_by_resource_group"),
    "accounts": _listed("storage", "storage_accounts.list_by_resource_group"),
    "group": _group,
}
"""Each list; that which takes several calls comes first and begins first."""

Answers: TypeAlias = Mapping[str, Items]
Translate: TypeAlias = Callable[..., Iterable[Resource]]


def _nothing(_: Spelling) -> tuple[Resource, ...]:
    return ()


KINDS: dict[Kind, tuple[tuple[str, ...], Translate]] = {
    Kind.RESOURCE_GROUP: (("group",), groups),
    Kind.NETWORK: (("networks",), networks),
    Kind.SUBNET: (("networks",), subnets),
    Kind.GATEWAY: ((), _nothing),
    Kind.ROUTE_TABLE: ((), _nothing),
    Kind.SECURITY_GROUP: (("guards",), security_groups),
    Kind.VM: (("machines", "interfaces", "addresses", "networks"), vms),
    Kind.DISK: (("disks", "machines"), disks),
    Kind.NIC: (("interfaces", "addresses", "machines"), nics),
    Kind.PUBLIC_IP: (("addresses", "interfaces"), public_ips),
    Kind.LOAD_BALANCER: (("balancers", "interfaces", "addresses"), load_balancers),
    Kind.LISTENER: ((), _nothing),
    Kind.TARGET_GROUP: ((), _nothing),
    Kind.KEY_PAIR: (("keys",), key_pairs),
    Kind.BUCKET: (("accounts",), buckets),
    Kind.IMAGE: (("images",), images),
    Kind.SNAPSHOT: (("snapshots",), snapshots),
    Kind.OTHER: ((), lambda *_: ()),  # looked at one by one, by who knows which
}
"""The lists a kind is made from; none for those that Azure does not have. A kind is read whole
and the same whichever others are read with it: fingerprints must not depend on that."""


def read(target: Target, identity: Identity, kinds: Sequence[Kind] = ()) -> World:
    """The world of ``target``'s resource group; all kinds where none is named.

    Raises CloudError, also where only a part may not be read: what a reader does not see
    would count as gone.
    """
    return told(Wire(target), identity, kinds)


def told(ask: Asker, identity: Identity, kinds: Sequence[Kind] = ()) -> World:
    """The same by any hand's way to ask."""
    wanted = tuple(dict.fromkeys(kinds)) or tuple(Kind)
    answers = _answers(ask, lists_for(wanted))
    found = tuple(r for kind in wanted for r in described(kind, answers, identity.scope))
    return World(Provider.AZURE, identity.scope, found)


def lists_for(kinds: Iterable[Kind]) -> list[str]:
    needed = {name for kind in kinds for name in KINDS[kind][0]}
    return [name for name in SOURCES if name in needed]


def described(kind: Kind, answers: Answers, scope: str) -> Iterable[Resource]:
    needed, translate = KINDS[kind]
    lists = [answers[name] for name in needed]
    return translate(Spelling(scope, *lists), *lists)


def _answers(ask: Asker, names: Sequence[str]) -> Answers:
    if len(names) < 2:
        return {name: SOURCES[name](ask) for name in names}
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(names)), "lists") as pool:
        return dict(zip(names, pool.map(lambda name: SOURCES[name](ask), names), strict=True))
