"""A world answers by index."""

from __future__ import annotations

from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World

EMPTY = World(Provider.AWS, "a/r")


def vm(id: str, name: str, *links: Link, **tags: str) -> Resource:
    return Resource(ResourceRef(Provider.AWS, "a/r", Kind.VM, name), id, {}, tags, links)


def disk(id: str) -> Resource:
    return Resource(EMPTY.ref(Kind.DISK, id), id)


def test_thousands_of_machines_are_told_apart_by_index() -> None:
    """Walking over all for each one would take minutes here."""
    machines = [vm(f"i-{n}", f"vm-{n}", Link("uses", Kind.DISK, f"vol-{n}")) for n in range(6000)]
    world = EMPTY.with_resources([*machines, *(disk(f"vol-{n}") for n in range(6000))])
    for resource in world.of(Kind.DISK):
        (user,) = world.needed_by(resource)
        assert world.named(None, user.name) == (user,)
        assert world.needs(user) == (resource,)


def test_named_by_name_tag_or_id_in_any_case_and_in_order() -> None:
    one, two = vm("i-1", "i-1", Name="Web"), vm("i-2", "i-2", Name="web")
    world = EMPTY.with_resources([one, two, disk("web")])
    assert world.named(Kind.VM, "WEB") == (one, two)
    assert world.named(None, "web") == (one, two, world.of(Kind.DISK)[0])
    assert world.named(Kind.VM, "I-1") == (one,)
    assert world.named(Kind.NETWORK, "web") == ()


def test_what_is_linked_twice_is_needed_once() -> None:
    user = vm("i-1", "a", Link("uses", Kind.DISK, "vol-1"), Link("boots", Kind.DISK, "vol-1"))
    world = EMPTY.with_resources([user, disk("vol-1")])
    assert world.needed_by(world.of(Kind.DISK)[0]) == (user,)
    assert world.needed_by(user) == ()
