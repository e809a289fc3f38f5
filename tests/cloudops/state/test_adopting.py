"""Accounts of emulators were once called by their number alone."""

from __future__ import annotations

from cloudops.state.contract import Store
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef

BARE = "123456789012/us-east-1"
HERE = "123456789012@localhost:5000/us-east-1"
THERE = "123456789012@localhost:5001/us-east-1"


def vm(scope: str, n: int, size: str = "s") -> Resource:
    ref = ResourceRef(Provider.AWS, scope, Kind.VM, f"vm-{n}")
    return Resource(ref, f"i-{n}", {"size": size}, {"n": str(n)}, (Link("in", Kind.SUBNET, "s"),))


def test_what_is_there_by_the_same_ids_takes_its_new_name(store: Store) -> None:
    store.record([vm(BARE, n) for n in range(3)], run="run-1", modality="sdk", whole=BARE)
    store.record([vm(HERE, 0), vm(HERE, 1, "m")], run=None, modality="outside", whole=HERE)
    assert {(r.name, r.attributes["size"]) for r in store.resources(HERE)} == {
        ("vm-0", "s"),
        ("vm-1", "m"),
    }
    assert [r.name for r in store.resources(BARE)] == ["vm-2"]
    kept = {p.attribute: p.run for p in store.provenance(vm(HERE, 0).ref)}
    assert kept["size"] == "run-1", "who wrote it is known as before"
    changed = {p.attribute: p.run for p in store.provenance(vm(HERE, 1).ref)}
    assert (changed["size"], changed["tag:n"]) == (None, "run-1")


def test_another_cloud_takes_nothing(store: Store) -> None:
    """Neither from a real account with the same number, nor from an emulator that is known."""
    store.record([vm(BARE, 0)], run="run-1", modality="sdk", whole=BARE)
    store.record([vm(HERE, 7)], run=None, modality="outside", whole=HERE)
    store.record([vm(HERE, 0)], run=None, modality="outside", whole=HERE)
    store.record([vm(THERE, 9)], run=None, modality="outside", whole=THERE)
    assert [r.id for r in store.resources(BARE)] == ["i-0"]
    assert [r.id for r in store.resources(THERE)] == ["i-9"]
