from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.gym.given import GIVEN
from sandbox.gym.judging import JUDGES
from sandbox.gym.tasks import KINDS, SHIPPED, NotTasks, load


def test_every_kind_is_shipped_and_has_a_beginning_and_a_judge() -> None:
    tasks = load(SHIPPED)
    assert tuple(task.id for task in tasks) == KINDS == tuple(GIVEN) == tuple(JUDGES)
    assert all(len(set(task.prompts)) == 4 for task in tasks)
    assert {t.id: t.category for t in tasks if t.id[1] == "1"} == {
        "P1": "provisioning",
        "U1": "updates",
        "M1": "monitoring",
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "is not JSON"),
        ([], "no list of tasks"),
        ({"tasks": []}, "no list of tasks"),
        ({"tasks": [{"id": "X1", "prompts": ["a"]}]}, "task 1 has no id of P1, P2"),
        ({"tasks": [{"id": "P1"}]}, "task 1 (P1) has no prompts"),
        ({"tasks": [{"id": "P1", "prompts": [" "]}]}, "a prompt that is no text"),
        ({"tasks": [{"id": "P1", "prompts": ["a"]}] * 2}, "two tasks of one id"),
    ],
)
def test_what_is_no_file_of_tasks(tmp_path: Path, data: Any, said: str) -> None:
    file = tmp_path / "tasks.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    with pytest.raises(NotTasks, match=r"tasks\.json") as caught:
        load(file)
    assert said in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotTasks, match="cannot be read"):
        load(tmp_path / "none.json")
