from __future__ import annotations

from cloudops.gym.episode import episodes
from sandbox.gym.tasks import Task

TASKS = (Task("P1", "one", ("a", "b", "c")), Task("M2", "two", ("d",)))


def test_every_prompt_by_every_hand() -> None:
    found = list(episodes(TASKS, ("sdk", "auto"), repeat=2))
    assert len(found) == (3 + 1) * 2 * 2
    assert len({episode.key for episode in found}) == len(found)
    assert [e.key for e in found[:4]] == ["P1-1-sdk-1", "P1-1-sdk-2", "P1-1-auto-1", "P1-1-auto-2"]
    assert {e.category for e in found} == {"provisioning", "monitoring"}


def test_some_of_them() -> None:
    assert [e.prompt for e in episodes(TASKS, ("sdk",), prompts=2)] == ["a", "b", "d"]
    assert [e.prompt for e in episodes(TASKS, ("sdk",), only=[("P1", 3)])] == ["c"]
    only = [("P1", 1), ("M2", None)]
    assert [e.key for e in episodes(TASKS, ("cli",), only=only)] == ["P1-1-cli-1", "M2-1-cli-1"]
