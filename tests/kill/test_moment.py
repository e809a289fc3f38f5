"""Which moments there are, and what the harness would call wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kill.bench import HUNG
from kill.ground import Ground
from kill.holdings import Holdings, changes, differences
from kill.judging import Sight, came_to
from kill.moment import Moment, moments, parsed
from kill.process import Ended
from kill.specimen import Specimen
from kill.verdict import Verdict

PLACES = [
    ("store", "INSERT runs", 1),
    ("store", "UPDATE counters", 1),
    ("store", "INSERT journal", 5),
    ("cloud", "ec2:DescribeInstances", 1),
    ("cloud", "ec2:RunInstances", 1),
]


def test_moments_are_those_that_leave_different_things_behind() -> None:
    found = Counter(m.when for m in moments(PLACES, children=False))
    assert found == {"after": 2, "full": 1, "late": 1, "lost": 1, "cut": 1, "unsent": 1}


def test_every_moment_is_far_more() -> None:
    found = list(moments(PLACES, children=False, every=True))
    assert len(found) == 9 + 1 + 1 + 6
    assert Moment("cloud", "ec2:DescribeInstances", 1, "before") in found


def test_a_hand_with_programs_of_its_own_also_leaves_them_alone() -> None:
    alone = [m for m in moments(PLACES, children=True) if m.alone]
    assert {m.when for m in alone} == {"late", "lost"}


@pytest.mark.parametrize("moment", list(moments(PLACES, children=True, every=True)), ids=str)
def test_a_moment_is_named(moment: Moment) -> None:
    assert parsed(str(moment)) == moment


def disk(id: str, **more: object) -> tuple[tuple[str, str], dict[str, object]]:
    return ("disk", id), {"VolumeId": id, "CreateTime": id, "Size": 8, **more}


def test_another_id_is_no_difference_to_the_goal_but_one_to_the_start() -> None:
    goal, found = Holdings(dict([disk("vol-00000001")])), Holdings(dict([disk("vol-00000002")]))
    assert differences(found, goal) == []
    assert changes(found, goal) == ["+ disk vol-00000002", "- disk vol-00000001"]


def test_one_too_many_and_another_value_are_differences() -> None:
    goal = Holdings(dict([disk("vol-00000001")]))
    twice = Holdings(dict([disk("vol-00000001"), disk("vol-00000002")]))
    assert len(differences(twice, goal)) == 1
    larger = Holdings(dict([disk("vol-00000001", Size=9)]))
    assert len(differences(larger, goal)) == 2
    assert changes(larger, goal) == ["~ disk vol-00000001: Size"]


def test_a_server_crashes_where_a_disk_would_be_full() -> None:
    found = Counter(m.when for m in moments(PLACES, children=False, local=False))
    assert (found["gone"], found["away"], found["full"]) == (1, 1, 0)


def test_what_was_not_waited_for_is_neither_wrong_nor_good() -> None:
    nothing = Holdings({})
    ground = Ground(Specimen("x", "x"), 0, Path(), (), nothing, nothing, (), {}, {}, 0.0)
    word = came_to(ground, "undo", True, Ended(HUNG, "", ""), Sight([], ["+ disk"], [], []))
    assert word == "out of time"
    assert not Verdict("sdk", "x", "", "undo", word, HUNG, 0.0).good
