"""The things that ARM has, from the operation table: what each is called, and what can be done
with it at its path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cloudops.knowledge.words import stem
from cloudops.planner.by_knowledge.arm.tables import Row, Tables

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
HOLE = re.compile(r"\{(\w+)\}")
IN_GROUP = re.compile(
    r"/subscriptions/\{subscriptionId\}/resourceGroups/\{resourceGroupName\}/providers/", re.I
)
IN_GROUP_FLAT = "subscriptions/{}/resourcegroups/{}/providers/"
ON_SCOPE = re.compile(r"/\{scope\}/providers/")
GROUP_ITSELF = re.compile(
    r"/subscriptions/\{subscriptionId\}/resourcegroups/\{resourceGroupName\}", re.I
)
RESOURCE_GROUP = "Microsoft.Resources/resourceGroups"
ON_OTHERS = "Microsoft.Authorization/"
"""What stands on other things, and is reached by their ids."""

ALSO: Mapping[str, tuple[str, ...]] = {
    "public ip address": ("public ip", "public address"),
    "user assigned identity": ("managed identity", "user assigned managed identity"),
    "bastion host": ("bastion",),
    "azure firewall": ("firewall",),
    "application security group": ("asg",),
    "virtual network peering": ("vnet peering", "peering of virtual network"),
    "virtual network": ("vnet",),
    "network security group": ("nsg",),
    "network interface": ("nic",),
    "virtual machine": ("vm",),
    "virtual machine scale set": ("vm scale set", "vmss", "scale set"),
    "load balancer": ("lb",),
    "ssh public key": ("ssh key",),
    "blob container": ("storage container",),
    "azure monitor workspace": ("monitor workspace",),
    "gallery": ("image gallery", "compute gallery", "shared image gallery"),
    "express route circuit": ("expressroute circuit",),
    "role assignment": ("role",),
}
"""What people call them besides."""

TOO_PLAIN = frozenset({"account", "application", "capability", "commit", "connection", "query"})
"""Types whose own word says something else to people."""


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A type of thing. ``own`` is the placeholder of its name, ``owners`` are those of what it is
    part of, by their nouns. ``on_scope``: it stands on any other thing. ``lists`` are all of them
    in the group, or in their owner."""

    type: str
    nouns: tuple[str, ...]
    own: str
    owners: tuple[tuple[str, str], ...] = ()
    on_scope: bool = False
    rows: Mapping[str, Row] = field(default_factory=dict)
    lists: Row | None = None
    about: frozenset[str] = frozenset()
    """Stems of what else can be asked of it: its keys, its usage."""

    @property
    def noun(self) -> str:
        return self.nouns[0]


def camel(noun: str) -> str:
    first, *rest = noun.split()
    return "".join((first, *(word.capitalize() for word in rest)))


def words(name: str) -> str:
    return " ".join(HUMP.split(re.sub(r"[-_]", " ", name))).lower()


@lru_cache(maxsize=10_000)
def one_of(noun: str) -> str:
    """Of a plural the singular."""
    if noun.endswith("ies") and len(noun) > len("ties"):
        return f"{noun[:-3]}y"
    if noun.endswith(("ches", "sses", "xes", "shes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


@lru_cache(maxsize=4)
def things(tables: Tables) -> tuple[Thing, ...]:
    """All of them; 20 ms the first time."""
    by_path: dict[str, dict[str, Row]] = {}
    for row in tables.rows():
        by_path.setdefault(_flat(row.template), {}).setdefault(row.method, row)
    found: dict[str, Thing] = {}
    for path, rows in by_path.items():
        listing = _flat(_list_of(next(iter(rows.values())).template))
        in_group = IN_GROUP_FLAT + listing.removeprefix("{}/providers/")
        thing = _thing(rows, by_path.get(listing) or by_path.get(in_group, {}))
        if thing is None:
            continue
        other = found.get(thing.type)
        if other is None or thing.on_scope is thing.type.startswith(ON_OTHERS):
            found[thing.type] = _with_more(thing, path, by_path)
    return tuple(found.values())


def _thing(rows: Mapping[str, Row], above: Mapping[str, Row]) -> Thing | None:
    row = rows.get("PUT") or rows.get("GET") or rows.get("DELETE")
    if row is None:
        return None
    if GROUP_ITSELF.fullmatch(row.template):
        return Thing(RESOURCE_GROUP, ("resource group",), "resourceGroupName", rows=rows)
    found = IN_GROUP.match(row.template) or ON_SCOPE.match(row.template)
    parts = row.template[found.end() :].split("/") if found else []
    types, names = parts[1::2], parts[2::2]
    if len(types) != len(names) or not types or any("{" in type for type in types):
        return None
    if not HOLE.fullmatch(names[-1]) or not all(HOLE.fullmatch(n) or n == "default" for n in names):
        return None
    owners = [
        (one_of(words(type)), name[1:-1])
        for type, name in zip(types[:-1], names[:-1], strict=True)
        if name != "default"
    ]
    nouns = _nouns(types[-1], row.group, {noun for noun, _ in owners})
    if not nouns:
        return None
    return Thing(
        type="/".join((parts[0], *types)),
        nouns=nouns,
        own=names[-1][1:-1],
        owners=tuple(owners),
        on_scope=ON_SCOPE.match(row.template) is not None,
        rows=rows,
        lists=above.get("GET"),
    )


def _with_more(thing: Thing, path: str, by_path: Mapping[str, Mapping[str, Row]]) -> Thing:
    """With the words of what else lies under it."""
    inner = (rows for other, rows in by_path.items() if other.startswith(f"{path}/"))
    names = (f"{row.group} {row.name}" for rows in inner for row in rows.values())
    about = frozenset(stem(word) for name in names for word in words(name).split())
    own = {stem(word) for noun in thing.nouns for word in noun.split()}
    return Thing(
        thing.type, thing.nouns, thing.own, thing.owners, thing.on_scope,
        thing.rows, thing.lists, about - own,
    )  # fmt: skip


def _nouns(type: str, group: str, owners: set[str]) -> tuple[str, ...]:
    """Of a part whose operations are in its owner's group, by its type alone."""
    names = dict.fromkeys((one_of(words(type)), one_of(words(group))))
    plain = [name for name in names if name not in TOO_PLAIN | owners]
    return tuple(dict.fromkeys((*plain, *(also for name in plain for also in ALSO.get(name, ())))))


def _list_of(template: str) -> str:
    return template.rpartition("/")[0]


def _flat(template: str) -> str:
    return HOLE.sub("{}", template).casefold().strip("/")


def by_phrase(every: Iterable[Thing]) -> Mapping[tuple[str, ...], tuple[Thing, ...]]:
    """By the stems of each of their nouns."""
    found: dict[tuple[str, ...], list[Thing]] = {}
    for thing in every:
        for noun in thing.nouns:
            found.setdefault(tuple(stem(word) for word in noun.split()), []).append(thing)
    return {phrase: tuple(ones) for phrase, ones in found.items()}
