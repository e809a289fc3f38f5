"""The suite of commands: rows, what is asked of the index, and what is counted."""

from __future__ import annotations

import gzip
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from cloudops.errors import Misused
from cloudops.gym.command_score import score, scores
from cloudops.gym.commands import Examiner, Outcome, held_back, outcomes, rows, to_line
from cloudops.knowledge.contract import Source
from cloudops.knowledge.knowledge import Knowledge
from cloudops.knowledge.sources.botocore import source

ROW: dict[str, Any] = {
    "id": "a-1",
    "cloud": "aws",
    "service": "sqs",
    "operation": "create-queue",
    "title": "Create a queue",
    "command": "aws sqs create-queue --queue-name orders",
    "api": {"operation": "CreateQueue", "params": {"QueueName": "orders"}},
    "request_with_values": "Create a queue; queue name orders",
}
AZURE = {
    "id": "z-1",
    "cloud": "azure",
    "service": "boat",
    "operation": "boat rent",
    "title": "Rent a boat",
    "command": "az boat rent -n Anna --crew a b --oars=yes --dry",
}


def _file(tmp_path: Path, *told: dict[str, Any]) -> Path:
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(json.dumps(each) for each in told).encode()))
    return file


def test_rows_of_both_clouds(tmp_path: Path) -> None:
    one, other = rows(_file(tmp_path, ROW, AZURE))
    assert (one.key, one.wanted) == ("aws sqs create-queue", {"QueueName": "orders"})
    assert other.key == "az boat rent"
    assert other.wanted == {"-n": "Anna", "--crew": "a b", "--oars": "yes", "--dry": ""}


def test_a_command_under_another_name_is_not_judged(tmp_path: Path) -> None:
    told = {**ROW, "api": {"operation": "DeleteQueue", "params": {}}}
    (row,) = rows(_file(tmp_path, told))
    assert row.wanted is None


def test_what_is_no_file_of_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misused):
        list(rows(tmp_path / "none"))
    with pytest.raises(Misused):
        list(rows(_file(tmp_path, {"id": "x"})))


def test_the_part_held_back_is_a_fifth_and_by_operation() -> None:
    held = sum(held_back(f"operation-{n}") for n in range(2000))
    assert 340 < held < 460
    assert held_back("create-queue") == held_back("create-queue")


def test_a_row_is_asked_with_and_without_what_is_right(tmp_path: Path) -> None:
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    whole = source(Path(spec.origin).parent / "data", "1")
    one = Source("botocore", "1", tuple(p for p in whole.parts if p.name == "aws sqs"))
    (row,) = rows(_file(tmp_path, ROW))
    with Knowledge.open(tmp_path / "index", (one,), lambda *_: None) as knowledge:
        outcome = Examiner(knowledge, "others").ask(row)
    assert outcome.place == 1
    assert (outcome.filled, outcome.parts, outcome.of_parts) == (True, 1, 1)
    assert outcomes([to_line(outcome), '{"cut'])[0] == outcome


def _outcome(id: str, place: int | None, **more: Any) -> Outcome:
    told = {"cloud": "aws", "service": "sqs", "held": False, "confidence": 0.5}
    return Outcome(id=id, place=place, **{**told, "sure": False, "fooled": False, **more})


def test_wrong_and_refused_are_told_apart() -> None:
    found = [
        _outcome("a", 1, sure=True),
        _outcome("b", 3, sure=True, fooled=True),
        _outcome("c", 1),
        _outcome("d", None, held=True),
    ]
    whole = score(found, "all")
    rates = (whole.top1, whole.top5, whole.wrong, whole.refused, whole.proposed_right)
    assert [rate and rate.successes for rate in rates] == [2, 3, 1, 2, 1]
    assert whole.declined is not None
    assert whole.declined.successes == 3
    assert whole.filled is None, "nothing of it was judged"
    assert [(one.group, one.rows) for one in scores(found)] == [
        ("aws, fitted on", 3),
        ("aws, held back", 1),
    ]
