from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.plans import resource, world
from modalities.change import Selection
from modalities.contract import Unresolved
from modalities.resource import Kind, Resource
from modalities.selecting import select

WORLD = world(
    resource(Kind.VM, "web-1", "i-1", tags={"env": "dev"}),
    resource(Kind.VM, "web-2", "i-2", tags={"env": "prod"}),
    resource(Kind.VM, "Web-2", "i-3"),
    resource(Kind.VM, "i-4", "i-4", tags={"Name": "twin"}),
    resource(Kind.VM, "i-5", "i-5", tags={"Name": "twin"}),
    resource(Kind.DISK, "data", "vol-1", tags={"env": "dev"}),
    resource(Kind.BUCKET, "data", "data"),
)


def ids(selection: Selection) -> list[str]:
    return [r.id for r in select(WORLD, selection)]


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (Selection(kind=Kind.VM, names=("web-1",)), ["i-1"]),
        (Selection(kind=Kind.VM, names=("WEB-1",)), ["i-1"]),
        (Selection(names=("web-1", "vol-1")), ["i-1", "vol-1"]),
        (Selection(names=("web-1", "i-1", "Web-1")), ["i-1"]),
        (Selection(kind=Kind.VM, names=("web-2",)), ["i-2"]),
        (Selection(kind=Kind.VM, names=("i-5",)), ["i-5"]),
        (Selection(kind=Kind.DISK, names=("data",)), ["vol-1"]),
        (Selection(kind=Kind.VM, tags=(("env", "dev"),)), ["i-1"]),
        (Selection(tags=(("env", "dev"),)), ["i-1", "vol-1"]),
        (Selection(kind=Kind.VM, names=("web-1",), tags=(("env", "dev"),)), ["i-1"]),
        (Selection(kind=Kind.BUCKET, every=True), ["data"]),
        (Selection(kind=Kind.NETWORK, every=True), []),
        (Selection(kind=Kind.VM), []),
    ],
)
def test_what_is_meant(selection: Selection, found: list[str]) -> None:
    assert ids(selection) == found


@pytest.mark.parametrize(
    ("selection", "words", "candidates"),
    [
        (Selection(kind=Kind.VM, names=("wbe-1",)), "no VM wbe-1", {"web-1"}),
        (Selection(kind=Kind.DISK, names=("zzz",)), "no disk zzz", {"data"}),
        (Selection(names=("zzz",)), "no resource zzz", set()),
        (Selection(kind=Kind.VM, names=("WEB-2",)), "WEB-2 is 2 things", {"i-2", "i-3"}),
        (Selection(kind=Kind.VM, names=("twin",)), "VM i-4, VM i-5", {"i-4", "i-5"}),
        (Selection(kind=Kind.VM, tags=(("env", "test"),)), "tag env=test", {"env=dev"}),
        (Selection(names=("web-1",), tags=(("env", "prod"),)), "no resource web-1", {"env=dev"}),
    ],
)
def test_what_is_not_there_or_too_much(
    selection: Selection, words: str, candidates: set[str]
) -> None:
    with pytest.raises(Unresolved, match=words) as caught:
        ids(selection)
    assert candidates <= set(caught.value.candidates)


def test_a_name_of_two_kinds_needs_its_kind() -> None:
    twice = world(resource(Kind.VM, "db", "i-9"), resource(Kind.DISK, "db", "vol-9"))
    with pytest.raises(Unresolved, match=r"VM db \(i-9\), disk db \(vol-9\)"):
        select(twice, Selection(names=("db",)))


NAMES = st.sampled_from(["a", "A", "b", "c-1"])


@given(st.lists(st.tuples(st.sampled_from([Kind.VM, Kind.DISK]), NAMES), max_size=6), NAMES)
def test_a_name_finds_one_resource_or_nothing(pairs: list[tuple[Kind, str]], name: str) -> None:
    there = [resource(kind, n, f"id-{i}") for i, (kind, n) in enumerate(pairs)]
    found: tuple[Resource, ...]
    try:
        found = select(world(*there), Selection(names=(name,)))
    except Unresolved:
        same = [r for r in there if r.name.casefold() == name.casefold()]
        exact = [r for r in same if r.name == name]
        assert len(exact or same) != 1
    else:
        assert [r.name.casefold() for r in found] == [name.casefold()]
