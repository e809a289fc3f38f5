"""Terraform at work on one directory: prepared, planned, applied, and what it said."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modalities.iac.diagnostics import Held, diagnostics, failure, held
from modalities.iac.home import parsed_state
from modalities.iac.provider import NEEDED
from modalities.iac.standing import Standing, binary_of
from modalities.iac.terraform import FLAG, Ended, Limits, Terraform
from modalities.iac.tool import Tool
from modalities.receipt import CloudError, Trouble
from modalities.running import CutShort, NotStarted, TooLong

NAMED = re.compile(r"^[* ] (\S+)$", re.MULTILINE)
"""A line of ``workspace list``."""

LEAST = 1.0
"""Seconds below which it is no use to begin."""


class Locked(CloudError):
    """Somebody holds Terraform's own lock on the state."""

    def __init__(self, lock: Held, remedy: str) -> None:
        doing = lock.operation.removeprefix("OperationType").lower()
        text = f"the Terraform state is locked by {lock.who} since {lock.created}"
        super().__init__(
            Trouble.CONFLICT,
            "StateLocked",
            text + (f" ({doing})" if doing else ""),
            sent=False,
            remedy=remedy,
        )
        self.lock = lock


@dataclass(frozen=True, slots=True)
class Planned:
    """A saved plan and what it says, as ``show -json`` has it."""

    path: Path
    json: Mapping[str, Any]


@dataclass(slots=True)
class Workspace:
    """``sandbox``: what is there may not be able to imitate all. ``give_up`` is when the time
    is over (time.monotonic). ``warned``
    gathers Terraform's warnings, ``notes`` what we did beyond what was asked."""

    tool: Tool
    directory: Path
    environment: Mapping[str, str]
    sandbox: bool
    give_up: float
    limits: Limits = field(default_factory=Limits)
    warned: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    destroys: bool = False
    """Whether plans are to destroy what the module describes."""
    standing: Standing | None = None
    """Providers for what only reads; None: each command starts its own."""

    @property
    def left(self) -> float:
        return self.give_up - time.monotonic()

    def plan(self, out: Path, targets: Sequence[str] = ()) -> Planned:
        """Raises CloudError."""
        options = {"target": list(targets) or None, "destroy": FLAG if self.destroys else None}
        ended = self._looked("plan", lambda terraform: terraform.planned(out, **options))
        self._well(ended)
        self.warned += [
            str(each) for each in diagnostics(ended[1], ended[2]) if each.severity == "warning"
        ]
        return Planned(out, self.show(out))

    def show(self, plan: Path | None = None) -> Mapping[str, Any]:
        """A plan or the state. Raises CloudError."""
        ended = self._looked("show", lambda terraform: terraform.shown(plan))
        self._well(ended)
        return _object(ended[1], "show")

    def state(self) -> Mapping[str, Any]:
        """The state, wherever it is kept. Raises CloudError."""
        ended = self._ran("state pull", lambda terraform: terraform.pulled())
        self._well(ended)
        return parsed_state(ended[1])

    def names(self) -> tuple[str, ...]:
        """Terraform's own workspaces that there are. Raises CloudError."""
        return tuple(NAMED.findall(self.run("workspace list")))

    def init(self, environment: Mapping[str, str] | None = None, **options: Any) -> None:
        """Raises CloudError."""
        ended = self._ran("init", lambda terraform: terraform.prepared(**options), environment)
        self._well(ended)

    def run(self, command: str, *args: str, **options: Any) -> str:
        """Another command, which went well: what it printed. Raises CloudError."""
        ended = self._ran(command, lambda terraform: terraform.cmd(command, *args, **options))
        self._well(ended)
        return ended[1]

    def apply(self, plan: Path) -> Ended:
        """As it ended, well or not. Raises CloudError where it did not end by itself."""
        return self._ran("apply", lambda terraform: terraform.applied(plan), sent=True)

    def done(self, plan: Path) -> None:
        """Applied, and well. Raises CloudError."""
        self._well(self.apply(plan))

    def refresh(self) -> None:
        """Raises CloudError."""
        ended = self._ran("refresh", lambda terraform: terraform.refreshed())
        self._well(ended)

    def unlock(self, id: str) -> None:
        """Raises CloudError."""
        ended = self._ran("force-unlock", lambda terraform: terraform.unlocked(id))
        self._well(ended)

    def push(self, state: Path) -> None:
        """Raises CloudError."""
        ended = self._ran("state push", lambda terraform: terraform.pushed(state))
        self._well(ended)

    def said(self, ended: Ended, *, sent: bool = False) -> CloudError:
        """Why a command did not go well."""
        error = failure(ended[1], ended[2], sandbox=self.sandbox, sent=sent)
        lock = held(ended[1], ended[2])
        if lock is None:
            return error
        return Locked(lock, error.remedy.replace(" ID", f" {lock.id}"))

    def _well(self, ended: Ended) -> None:
        if ended[0] != 0:
            raise self.said(ended)

    def warm(self) -> None:
        """Have a provider ready by the time it is needed."""
        if self.standing is not None:
            self.standing.begin(self._provider, self.environment)

    @property
    def _provider(self) -> Path | None:
        return binary_of(self.directory, f"{self.tool.host}/{NEEDED}")

    def _looked(self, command: str, run: Callable[[Terraform], Ended]) -> Ended:
        """A command that changes nothing, by a provider that stands by."""
        if self.standing is None:
            return self._ran(command, run)
        with self.standing.attached(self._provider, self.environment) as more:
            return self._ran(command, run, {**self.environment, **more})

    def _ran(
        self,
        command: str,
        run: Callable[[Terraform], Ended],
        environment: Mapping[str, str] | None = None,
        *,
        sent: bool = False,
    ) -> Ended:
        if self.left < LEAST:
            raise CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=False)
        self.limits.seconds = self.left
        self.limits.until = self.give_up if sent else None
        terraform = Terraform(
            self.tool, self.directory, environment or self.environment, self.limits
        )
        with _typed(command, sent):
            return run(terraform)


@contextmanager
def _typed(command: str, sent: bool) -> Iterator[None]:
    """What a process may do wrong, as a CloudError."""
    try:
        yield
    except NotStarted as error:
        raise CloudError(
            Trouble.UNAVAILABLE,
            "NoTerraform",
            str(error),
            sent=False,
            remedy="`cloudops doctor` says which Terraform can be used",
        ) from error
    except TooLong as error:
        raise CloudError(
            Trouble.TIMEOUT,
            "TooLong",
            f"`terraform {command}` was {error}, and was ended",
            sent=sent,
            remedy="try again, or give the target a longer `timeout`",
        ) from error
    except CutShort as error:
        raise CloudError(
            Trouble.UNAVAILABLE,
            "TooMuchOutput",
            f"`terraform {command}` {error}, and was ended",
            sent=sent,
            remedy="`cloudops doctor` says whether Terraform works",
        ) from error


def _object(text: str, command: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise CloudError(
            Trouble.UNAVAILABLE,
            "NotAnAnswer",
            f"`terraform {command}` printed no JSON object",
            sent=False,
            remedy="`cloudops doctor` says whether Terraform works",
        )
    return body
