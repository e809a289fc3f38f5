"""Results of episodes that nobody played."""

from __future__ import annotations

from typing import Any

from cloudops.gym.result import Result, Status
from sandbox.gym.tasks import LETTER


def result(
    task: str = "P1", number: int = 1, hand: str = "sdk", attempt: int = 1, **more: Any
) -> Result:
    """One that passed in two steps, where nothing else is said."""
    given: dict[str, Any] = {
        "key": f"{task}-{number}-{hand}-{attempt}",
        "category": LETTER[task[0]],
        "prompt": f"Do {task} the {number}. way",
        "status": Status.PASSED,
        "steps": 2,
        "actions": 5,
        "seconds": 4.0,
        "rehearsal_seconds": 1.5,
        "exit_code": 0,
        "outcome": "done",
        "used": hand,
    }
    return Result(task=task, number=number, hand=hand, attempt=attempt, **(given | more))


def failed(task: str = "P1", number: int = 1, hand: str = "sdk", **more: Any) -> Result:
    given: dict[str, Any] = {"status": Status.FAILED, "reasons": ("no VM was made",)}
    return result(task, number, hand, **(given | more))
