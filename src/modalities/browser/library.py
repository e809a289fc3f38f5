"""The workflows there are: those that a person recorded or that were healed, then the shipped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from modalities.browser.workflow import Workflow, parsed
from modalities.codec import Malformed, encode

NO_WORD = re.compile(r"[^a-z0-9]+")


class Library:
    """``own`` is a person's directory; None: there are only the shipped ones, those for
    ``console``. ``shipped`` False leaves those out."""

    def __init__(
        self, own: Path | None = None, *, shipped: bool = True, console: str = "aws"
    ) -> None:
        self._own = own
        self._console = console if shipped else ""
        self.faults: list[str] = []
        """Files of the person's that could not be used, and why."""
        self._tried: dict[str, Workflow] = {}

    @cached_property
    def workflows(self) -> tuple[Workflow, ...]:
        """Each name once: what is tried out, then a person's own, then the shipped ones."""
        found: dict[str, Workflow] = {}
        for workflow in (*self._tried.values(), *self._owned(), *_shipped(self._console)):
            found.setdefault(workflow.name, workflow)
        return tuple(found.values())

    def named(self, name: str) -> Workflow | None:
        return next((w for w in self.workflows if w.name == name), None)

    @property
    def own(self) -> tuple[Workflow, ...]:
        """The person's own, those that are tried out included."""
        return (*self._tried.values(), *self._owned())

    def try_out(self, workflow: Workflow) -> str:
        """Use it from now on, and keep it nowhere; under another name where its own is taken."""
        taken, name, number = {w.name for w in self.workflows}, workflow.name, 2
        while name in taken:
            name, number = f"{workflow.name} {number}", number + 1
        self._tried[name] = replace(workflow, name=name)
        self.__dict__.pop("workflows", None)
        return name

    def settle(self, name: str, *, good: bool) -> Path | None:
        """Keep what was tried out, or forget it. The file, where one was written."""
        workflow = self._tried.pop(name, None)
        self.__dict__.pop("workflows", None)
        return self.keep(workflow) if good and workflow is not None else None

    def keep(self, workflow: Workflow) -> Path | None:
        """Write it into the person's directory; None where there is none."""
        if self._own is None:
            return None
        self._own.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._own / file_of(workflow.name)
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(_plain(workflow), indent=1, ensure_ascii=False) + "\n")
        draft.replace(path)
        self.__dict__.pop("workflows", None)
        return path

    def _owned(self) -> Iterator[Workflow]:
        if self._own is None or not self._own.is_dir():
            return
        for path in sorted(self._own.glob("*.json")):
            try:
                yield parsed(path.read_text(encoding="utf-8"), path.name)
            except (OSError, Malformed) as error:
                self.faults.append(f"{path.name}: {error}")


def file_of(name: str) -> str:
    """The name of its file. Raises ValueError where nothing of the name is left."""
    stem = NO_WORD.sub("_", name.casefold()).strip("_")
    if not stem:
        raise ValueError(f"{name!r} is no name for a workflow")
    return f"{stem}.json"


def _shipped(console: str) -> Iterator[Workflow]:
    if not console:
        return
    folder = files("modalities.browser") / "workflows" / console
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".json"):
            yield parsed(entry.read_text(encoding="utf-8"), entry.name)


def _plain(workflow: Workflow) -> dict[str, object]:
    """As JSON, without what is as it is anyway."""
    whole = encode(workflow)
    return {key: value for key, value in whole.items() if value not in ([], {}, "", None)}
