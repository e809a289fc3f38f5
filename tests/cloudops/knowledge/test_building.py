"""The index is built once for what is installed, and a build that was killed is gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudops.knowledge.building import build, edition, place
from cloudops.knowledge.contract import Operation, Part, Source
from cloudops.knowledge.index import Index
from modalities.resource import Provider


class Killed(BaseException):
    pass


class Tool:
    """Two parts; reading the second dies the first time."""

    def __init__(self, *, dies: bool = False) -> None:
        self.dies = dies
        self.read: list[str] = []

    def source(self, version: str = "1") -> Source:
        parts = (Part(name="boats", read=self._boats), Part(name="docks", read=self._docks))
        return Source("tool", version, parts)

    def _boats(self) -> tuple[Operation, ...]:
        self.read.append("boats")
        return (_operation("rent-boat", "rent a boat"), _operation("rent-boat", "get a boat"))

    def _docks(self) -> tuple[Operation, ...]:
        self.read.append("docks")
        if self.dies:
            self.dies = False
            raise Killed
        return (_operation("close-dock"),)


def _operation(name: str, *examples: str) -> Operation:
    command = f"aws boats {name}"
    return Operation(provider=Provider.AWS, command=command, about=name, examples=examples)


def _quiet(done: int, total: int, part: str) -> None: ...


def test_what_was_read_before_a_kill_is_not_read_again(tmp_path: Path) -> None:
    tool = Tool(dies=True)
    with pytest.raises(Killed):
        build(tmp_path, (tool.source(),), _quiet)
    assert not place(tmp_path, (tool.source(),)).exists(), "no half of an index is ever used"
    file = build(tmp_path, (tool.source(),), _quiet)
    assert tool.read == ["boats", "docks", "docks"]
    index = Index(file)
    assert index.counts == {"aws": 2}
    boat = index.operation("aws boats rent-boat")
    assert boat is not None
    assert boat.examples == ("rent a boat", "get a boat"), "one command, said in two places"
    index.close()


def test_what_is_there_is_used(tmp_path: Path) -> None:
    tool = Tool()
    first = build(tmp_path, (tool.source(),), _quiet)
    assert build(tmp_path, (tool.source(),), _quiet) == first
    assert tool.read == ["boats", "docks"]


def test_another_version_of_a_tool_is_read_anew(tmp_path: Path) -> None:
    tool = Tool()
    first = build(tmp_path, (tool.source("1"),), _quiet)
    second = build(tmp_path, (tool.source("2"),), _quiet)
    assert second != first
    assert not first.exists()
    assert edition((tool.source("1"),)) != edition((tool.source("2"),))


def test_progress_counts_every_part(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    build(tmp_path, (Tool().source(),), lambda *each: told.append(each))
    assert told == [(0, 2, "boats"), (1, 2, "docks"), (2, 2, "")]
