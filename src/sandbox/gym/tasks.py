"""What is asked of an agent: tasks, each in several wordings, and files that hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("tasks.json")
"""A suite in our own words, so that the gym runs out of the box."""

KINDS = ("P1", "P2", "P3", "U1", "U2", "U3", "M1", "M2", "M3", "M4", "M5")
"""The eleven tasks of the paper's section 2.3. What each starts from and how it is judged is
code: given.py and judging.py."""

CATEGORIES = ("provisioning", "updates", "monitoring")
LETTER = dict(zip("PUM", CATEGORIES, strict=True))


class NotTasks(Exception):
    """The file does not hold tasks; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Task:
    """``prompts`` all ask for the same kind of thing, in words of people."""

    id: str
    title: str
    prompts: tuple[str, ...]

    @property
    def category(self) -> str:
        return LETTER[self.id[0]]


def load(path: Path) -> tuple[Task, ...]:
    """The tasks of a file: ``{"tasks": [{"id", "title", "prompts": [...]}]}``; whatever else an
    entry has is for people. Raises NotTasks."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotTasks(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise NotTasks(f"{path} is not JSON: {error}") from error
    entries = data.get("tasks") if isinstance(data, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise NotTasks(f"{path} has no list of tasks")
    found = tuple(_task(entry, f"{path}: task {n}") for n, entry in enumerate(entries, 1))
    if len({task.id for task in found}) < len(found):
        raise NotTasks(f"{path} has two tasks of one id")
    return found


def _task(entry: Any, where: str) -> Task:
    if not isinstance(entry, Mapping) or entry.get("id") not in KINDS:
        raise NotTasks(f"{where} has no id of {', '.join(KINDS)}")
    prompts = entry.get("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise NotTasks(f"{where} ({entry['id']}) has no prompts")
    if not all(isinstance(prompt, str) and prompt.strip() for prompt in prompts):
        raise NotTasks(f"{where} ({entry['id']}) has a prompt that is no text")
    return Task(entry["id"], str(entry.get("title") or entry["id"]), tuple(prompts))
