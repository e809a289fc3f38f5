"""One trial: a task, one of its prompts, a hand, and which attempt at it this is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sandbox.gym.tasks import Task

HANDS = ("sdk", "cli", "iac", "browser", "auto")
"""The four hands, each forced, and the router's own choice."""


@dataclass(frozen=True, slots=True)
class Episode:
    """``number`` is the prompt's place in its task and ``attempt`` which of the repetitions,
    both from 1."""

    task: str
    category: str
    number: int
    prompt: str
    hand: str
    attempt: int = 1

    @property
    def key(self) -> str:
        """Its name among all episodes, fit for a file's name."""
        return f"{self.task}-{self.number}-{self.hand}-{self.attempt}"


def episodes(
    tasks: Iterable[Task],
    hands: Sequence[str],
    *,
    prompts: int | None = None,
    only: Sequence[tuple[str, int | None]] = (),
    repeat: int = 1,
) -> Iterator[Episode]:
    """Every episode, task by task; the hands of one prompt after one another.

    ``prompts`` takes the first so many of each task; ``only`` names tasks, or one prompt of a
    task by its number.
    """
    for task in tasks:
        for number, prompt in enumerate(task.prompts[:prompts], 1):
            if only and not any(t == task.id and n in (None, number) for t, n in only):
                continue
            for hand in hands:
                for attempt in range(1, repeat + 1):
                    yield Episode(task.id, task.category, number, prompt, hand, attempt)
