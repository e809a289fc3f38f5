"""A sample of the rounds: another one with every ROUNDS_SEED (docs/many-processes.md)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fakes.postgres import programs
from kill.holdings import Holdings
from rounds.judging import doubled, misplaced, unheld
from rounds.match import match
from rounds.place import Place
from rounds.watched import Write

SEED = int(os.environ.get("ROUNDS_SEED", "0"))
START = Holdings({("machine", "i-1"): {}, ("interface", "e-1"): {}, ("disk", "v-1"): {}})
TASKS = {"make r-1": "machine r-1", "tag it": "tag k-2 of web-1", "a disk": "disk d-3 at web-1"}


@pytest.mark.skipif(
    programs() is None, reason="no PostgreSQL: neither on PATH nor in /usr/lib/postgresql"
)
def test_a_team_of_which_some_are_killed_and_some_stopped(tmp_path: Path) -> None:
    with Place(tmp_path) as place:
        outcome = match(place, processes=4, lease=15.0, hands=("sdk",), seed=SEED)
    assert outcome.faults == []
    assert outcome.writes > 0
    assert outcome.grants >= outcome.waited


def named(kind: str, id: str, **tags: str) -> tuple[tuple[str, str], dict[str, object]]:
    return (kind, id), {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def with_more(*things: tuple[tuple[str, str], dict[str, object]], disks: int = 0) -> Holdings:
    """So many ``disks`` are said to be at web-1."""
    web = dict([named("machine", "i-1", Name="web-1")])
    at = [{"Ebs": {"VolumeId": "v-3"}}] * disks
    web["machine", "i-1"]["BlockDeviceMappings"] = at
    return Holdings({**START.things, **web, **dict(things)})


DISK = named("disk", "v-3", Name="d-3")


def test_what_is_there_by_a_run_that_is_done_is_right() -> None:
    statuses = {"a disk": "done", "make r-1": "undone"}
    assert misplaced(TASKS, statuses, START, with_more(DISK, disks=1)) == []


@pytest.mark.parametrize(
    ("status", "now", "fault"),
    [
        ("done", START, "disk d-3 at web-1: 0 times"),
        ("done", with_more(DISK), "disk d-3 at web-1: 0 times"),
        ("undone", with_more(DISK), "disk: 2, where 1"),
        ("undone", with_more(DISK, disks=1), "disk d-3 at web-1: 1 times"),
        ("done", with_more(DISK, disks=2), "disk d-3 at web-1: 2 times"),
        ("done", with_more(DISK, named("disk", "v-4"), disks=1), "disk: 3, where 2"),
        ("done", with_more(DISK, named("security group", "sg-1"), disks=1), "security group: 1"),
        ("done", with_more(named("machine", "i-2", **{"k-2": "v", "Name": "web-1"})), "k-2"),
    ],
)
def test_what_is_not_is_told(status: str, now: Holdings, fault: str) -> None:
    assert fault in "\n".join(misplaced(TASKS, {"a disk": status}, START, now))


def test_what_was_made_too_often_is_told_though_it_is_gone() -> None:
    assert doubled(TASKS, {"CreateVolume": {"v-3"}}) == []
    assert doubled(TASKS, {"CreateVolume": {"v-3", "v-4"}}) == ["CreateVolume made 2 of 1"]


@pytest.mark.parametrize(
    ("at", "member", "good"),
    [(1006, 7, True), (1006, 8, False), (999, 7, False), (1011, 7, False), (1025, 9, False)],
)
def test_a_write_without_a_lease_is_told(at: float, member: int, *, good: bool) -> None:
    seen = [
        ("granted", "r@m:7:1.00", 1, 1000.0, 1005.0),
        ("renewed", "r@m:7:1.00", 1, 1003.0, 1010.0),
        ("granted", "r@m:9:1.00", 2, 1020.0, 1030.0),
        ("ended", "r@m:9:1.00", 2, 1024.0, 1030.0),
    ]
    assert (unheld(seen, [Write(at, member, "ec2:CreateTags")]) == []) is good
