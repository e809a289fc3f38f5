"""What the journey needs from outside itself."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from cloudops.request import Context, Intent, OpenQuestion, Request
from modalities.plan import Plan
from modalities.resource import World
from modalities.target import Target
from policies.finding import Verdict


class Interpreter(Protocol):
    def interpret(self, request: Request, context: Context) -> Intent:
        """Raises errors.NotUnderstood; never guesses."""
        ...


class Copies(Protocol):
    """Disposable, isolated copies of a target, in which nothing is real."""

    def copy(self, target: Target, world: World) -> AbstractContextManager[Target]:
        """A writable sandbox target that holds what ``world`` holds, with the same ids; gone
        when the context ends. Raises CloudError where it cannot be had."""
        ...


class Observer(Protocol):
    """Sees every event as it is journalled: live progress, ndjson."""

    def event(self, seq: int, stage: str, what: str, body: Mapping[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer to a plan. ``means`` says how it was given."""

    yes: bool
    means: str


class Asker(Protocol):
    """The person at the terminal, or nobody."""

    @property
    def present(self) -> bool: ...

    def ask(self, question: OpenQuestion) -> str | None:
        """The answer, or None where nobody is there or wants to answer."""
        ...

    def show(self, plan: Plan, verdict: Verdict) -> None:
        """Show a plan that goes on without a question, before it does."""
        ...

    def approve(self, plan: Plan, verdict: Verdict, *, typed_name: str | None) -> Decision:
        """Show the plan and ask. ``typed_name`` must be typed for a plan that destroys."""
        ...
