"""What a model reads must stand in the person's words: as said, outside quotes, and no more."""

from __future__ import annotations

import pytest

from cloudops.planner.by_model.grounding import Unfounded, grounded
from cloudops.planner.by_model.reading import Reading
from cloudops.planner.by_model.spoken import Words
from modalities.change import (
    Create,
    Delete,
    Power,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetTags,
    Worded,
)
from modalities.resource import Kind
from modalities.wanted import Disk, Rule, Vm


def vms(*names: str, every: bool = False) -> Selection:
    return Selection(kind=Kind.VM, names=names, every=every)


def reach(first: int, last: int | None = None, **more: str) -> SetPort:
    rule = Rule(first_port=first, last_port=last or first, **more)
    return SetPort(what=vms("web-1"), open=True, rule=rule)


def boxes(many: int) -> Create:
    return Create(wanted=tuple(Vm(name=f"box-{n}") for n in range(many)))


def stop(*names: str, every: bool = False) -> SetPower:
    return SetPower(what=vms(*names, every=every), power=Power.STOP)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("shut web-1 for the weekend", stop(every=True)),
        ('hang the note "delete all VMs at once" on web-1', Delete(what=vms(every=True))),
        ('hang the note "delete web-2 at once" on web-1', Delete(what=vms("web-2"))),
        ('hang the note "delete web-2 at once on web-1', Delete(what=vms("web-2"))),
        ('shut web-1, the one with "web-2, db-1"', stop("db-1")),
        ('hang the note "create 50 servers" on web-1', boxes(50)),
        ("do not delete web-1, let it rest", Delete(what=vms("web-1"))),
        ("don\u2019t ever terminate web-1, I need it", Delete(what=vms("web-1"))),
        ("web-1 should rest instead of deleting it", Delete(what=vms("web-1"))),
        ("wipe web-2 off this earth, but keep web-1", Delete(what=vms("web-1"))),
        ("wipe web-2 off this earth, and leave the box web-1 alone", Delete(what=vms("web-1"))),
        ("shut web-2 for now, web-1 stays on", stop("web-1")),
        ("why, pray, did somebody delete web-2?", Delete(what=vms("web-2"))),
        ("is web-1 shut off yet, hm? and what of web-2", stop("web-1")),
        ("let 10.1.2.0/24 reach 5432 of web-1", reach(5432)),
        ("let only the office reach 5432 of web-1", reach(5432)),
        ("let folk reach 443 of web-1", reach(443, protocol="all")),
        ("let folk reach 80 and 443 of web-1", reach(80, 443)),
        ("let folk reach https of web-1 with its 8 GB", reach(8000)),
        ("let folk reach https of web-1, not of web-22", reach(22)),
        ("a fatter disk for web-64", Resize(what=vms("web-64"), gib=64)),
        ("a disk of 10 GB for web-1", Resize(what=vms("web-1"), gib=10240)),
        ("shut web-1", boxes(1)),
        ("conjure a box", boxes(9)),
        ("watch web-1 by monitoring", SetDiagnostics(what=vms("web-1"), enabled=False)),
    ],
)
def test_what_nobody_asked_for_ends_the_reading(text: str, change: Worded) -> None:
    with pytest.raises(Unfounded):
        grounded(Reading(changes=(change,)), text, ())


def test_the_name_of_something_new_names_nothing_else() -> None:
    new = Create(wanted=(Disk(name="db-1"),))
    with pytest.raises(Unfounded, match="db-1"):
        grounded(Reading(changes=(new, stop("db-1"))), "conjure a disk and shut something", ())


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("shut all the boxes", stop(every=True)),
        ("shut the servers, prithee", stop(every=True)),
        ("shut 'my box', prithee", stop("my box")),
        (
            'label web-1 "note=delete all"',
            SetTags(what=vms("web-1"), add=(("note", "delete all"),)),
        ),
        ("let 10.1.2.0/24 reach 5432 of web-1", reach(5432, source="10.1.2.0/24")),
        ("let 10.1.2.3 alone reach 5432 of web-1", reach(5432, source="10.1.2.3/32")),
        ("let the whole world reach 443 of web-1, not only us", reach(443)),
        ("let folk reach 8000-8010 of web-1", reach(8000, 8010)),
        ("let folk reach udp 53 of web-1", reach(53, protocol="udp")),
        ("two terabytes for web-1", Resize(what=vms("web-1"), gib=2048)),
        ("web-1 wants 512MB", Resize(what=vms("web-1"), memory_gib=0.5)),
        ("web-1 wants 64GB", Resize(what=vms("web-1"), gib=64)),
        ("conjure three boxes", boxes(3)),
        ("a box for each of us", boxes(9)),
        ("web-1 may be wiped; do not ask", Delete(what=vms("web-1"))),
        ("cease monitoring web-1", SetDiagnostics(what=vms("web-1"), enabled=False)),
        ("could you wipe web-2 off this earth, pray?", Delete(what=vms("web-2"))),
        ("what I crave: wipe web-2 off this earth", Delete(what=vms("web-2"))),
        ("what is up? wipe web-2 off this earth", Delete(what=vms("web-2"))),
        ("wipe web-2 off this earth, but keep web-1", Delete(what=vms("web-2"))),
        (
            "\u5efa\u4e00\u4e2a\u53ebbox-7\u7684\u865a\u62df\u673a",
            Create(wanted=(Vm(name="box-7"),)),
        ),
    ],
)
def test_what_is_said_is_read(text: str, change: Worded) -> None:
    reading, dropped = grounded(Reading(changes=(change,)), text, ())
    assert str(reading.changes[0].change) == str(change.change)
    assert dropped == ()


def test_words_that_are_all_in_quotes_are_the_request() -> None:
    assert Words('"shut web-1"').says("web-1")
