"""What a round came to: by the cloud, by the database's own witness, by the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fakes import claims_reader
from kill.holdings import Holdings, name_of
from rounds.watched import Write

SLACK = 0.2
"""Seconds between a request's arrival and the time that is noted for it."""

OURS = {
    "virtualMachines": "machine",
    "disks": "disk",
    "networkInterfaces": "interface",
    "networkSecurityGroups": "firewall",
}
NAMED = ("machine", "disk", "interface", "firewall")
"""Kinds of which a round makes more, and Azure's words for them; of all others there are as many as
at the start. On Azure each machine that is made gets a firewall of its own."""

SEEN = """
    SELECT what, holder, fence, extract(epoch FROM at), extract(epoch FROM until::timestamptz)
    FROM seen WHERE key IS NULL ORDER BY n"""

Leases: TypeAlias = list[tuple[str, str, int, float, float]]
"""What (granted, renewed, ended), the holder, its fence, when, until when; times in seconds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a round. ``through`` of those (``waited``) to whom nothing happened came to their end.
    ``faults`` in words; none is good."""

    processes: int
    killed: int
    stopped: int
    grants: int
    writes: int
    unknown: int
    through: int
    waited: int
    faults: list[str] = field(default_factory=list)


def shown(holdings: Holdings) -> Counter[str]:
    """What there is, in the words of Task.shows. A disk is where its machine says that it is."""
    found: Counter[str] = Counter()
    names = {id: name_of(item) for (_, id), item in holdings.things.items()}
    for (kind, _), item in holdings.things.items():
        name, kind = name_of(item), OURS.get(kind, kind)
        found.update(f"tag {key} of {name}" for key in _tags(item) if key.startswith("k-"))
        if kind == "machine":
            found[f"machine {name}"] += 1
            found.update(f"disk {disk} at {name}" for disk in _disks(item, names))
    return found


def _disks(machine: Any, names: Mapping[str, str]) -> list[str]:
    if "id" in machine:
        return [disk["name"] for disk in machine["properties"]["storageProfile"]["dataDisks"]]
    attached = [each["Ebs"]["VolumeId"] for each in machine.get("BlockDeviceMappings") or ()]
    return [names.get(id, id) for id in attached]


def _tags(item: Any) -> Mapping[str, str]:
    tags = item.get("tags") or {}
    return tags or {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}


def counted(holdings: Holdings) -> Counter[str]:
    return Counter(OURS.get(kind, kind) for kind, _ in holdings.things)


def misplaced(
    tasks: Mapping[str, str], statuses: Mapping[str, str], start: Holdings, now: Holdings
) -> list[str]:
    """What is there and should not be, or the other way round. ``tasks``: what each request shows;
    ``statuses``: how the run of each stands."""
    there, faults = shown(now), []
    for request, shows in tasks.items():
        status = statuses.get(request, "no run")
        wanted = int(status == "done")
        if there[shows] != wanted:
            faults.append(f"{shows}: {there[shows]} times, by a run that is {status}")
    before, after = counted(start), counted(now)
    faults += [
        f"{kind}: {after[kind]}, at the start {before[kind]}"
        for kind in sorted(before.keys() | after.keys())
        if kind not in NAMED and before[kind] != after[kind]
    ]
    done = [shows.split()[0] for r, shows in tasks.items() if statuses.get(r) == "done"]
    machines, disks = done.count("machine"), done.count("disk")
    more = {"machine": machines, "interface": machines, "disk": machines + disks}
    if before["firewall"]:
        more["firewall"] = machines
    for kind, by in more.items():
        wanted = before[kind] + by
        if after[kind] != wanted:
            faults.append(f"{kind}: {after[kind]}, where {wanted} are accounted for")
    return faults


def doubled(tasks: Mapping[str, str], made: Mapping[str, set[str]]) -> list[str]:
    """Calls that made more than was asked for, also where that was removed again. Of AWS's: Azure
    has one thing by one name, however often it is put."""
    asked = Counter(shows.split()[0] for shows in tasks.values())
    return [
        f"{call} made {len(made[call])} of {asked[kind]}"
        for call, kind in (("RunInstances", "machine"), ("CreateVolume", "disk"))
        if len(made.get(call, ())) > asked[kind]
    ]


def leases(url: str) -> Leases:
    """All that was granted, renewed and ended, in its order."""
    with claims_reader.asked(url) as (_, client):
        return [
            (str(w), str(h), int(f), float(a), float(u)) for w, h, f, a, u in client.execute(SEEN)
        ]


def unheld(seen: Leases, writes: Sequence[Write]) -> list[str]:
    """Writes that reached the cloud when their sender held no lease, as the database saw it."""
    return [
        f"{write.label} at {write.at:.2f} by {write.member}, without a lease"
        for write in writes
        if write.member and not _held(seen, write)
    ]


def _held(seen: Leases, write: Write) -> bool:
    ends: dict[tuple[str, int], float] = {}
    for what, holder, fence, at, until in seen:
        if f":{write.member}:" in holder and at <= write.at + SLACK:
            ends[holder, fence] = at if what == "ended" else until
    return any(end >= write.at - SLACK for end in ends.values())
