"""Large accounts."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from cloudops.state.sql import open_store
from modalities.resource import Json, Kind, Link, Provider, Resource, ResourceRef

ATTRIBUTES: dict[str, Json] = {
    "state": "running",
    "image": "ami-1",
    "zone": "us-1a",
    "private_ip": "10.0.0.1",
    "public_ip": None,
    "security_groups": ["sg-1"],
    "spot": False,
    "disks": ["vol-1"],
    "devices": {"/dev/xvda": "vol-1"},
}


def machines(count: int, size: str) -> list[Resource]:
    return [
        Resource(
            ResourceRef(Provider.AWS, "1/us", Kind.VM, f"web-{n}"),
            f"i-{n:08d}",
            {**ATTRIBUTES, "size": size},
            {"Name": f"web-{n}", "owner": "ann"},
            (Link("in", Kind.SUBNET, "subnet-1"), Link("uses", Kind.DISK, f"vol-{n}")),
        )
        for n in range(count)
    ]


def test_ten_thousand_resources(place: str | Path) -> None:
    count = 10_000
    with closing(open_store(place)) as store:
        store.record(machines(count, "s"), run=None, modality="sdk", whole="1/us")
        store.record(machines(count, "m"), run="run-1", modality="sdk", whole="1/us")
        kept = store.resources("1/us")
        assert len(kept) == count
        last = {p.attribute: p.run for p in store.provenance(kept[-1].ref)}
        assert last["size"] == "run-1"
        assert last["zone"] is None
