from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudops.request import Goal
from cloudops.router.prior import prior
from modalities.plan import ModalityName

TASKS = Path(__file__).parents[4] / "shared" / "gym" / "paper_tasks.json"


def test_the_numbers_are_those_of_the_paper() -> None:
    if not TASKS.is_file():
        pytest.skip("the paper's tasks are not here")
    paper: dict[str, Any] = json.loads(TASKS.read_text())["table_1"]
    checked = 0
    for column, goal in enumerate((Goal.PROVISION, Goal.UPDATE, Goal.MONITOR)):
        for hand in ModalityName:
            found = prior(goal, hand)
            assert found.success_rate == paper["success_rate"][hand][column]
            assert found.steps == paper["steps"][hand][column]
            assert (found.trials, found.limit) == (8, 100)
            checked += 2
    assert checked == 24


def test_a_deletion_is_an_update_to_the_paper() -> None:
    for hand in ModalityName:
        assert prior(Goal.DELETE, hand) == prior(Goal.UPDATE, hand)


def test_in_words() -> None:
    assert str(prior(Goal.PROVISION, ModalityName.SDK)) == "paper 67% in 4.5 steps"
    assert str(prior(Goal.MONITOR, ModalityName.CLI)) == "paper 80% in 1 step"
