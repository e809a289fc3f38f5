"""python-terraform, with its rough edges in this file and nowhere else.

Of 0.10.1, against Terraform 1.11: ``destroy`` passes ``-force``, which is gone; ``apply``
passes ``-auto-approve=false`` and then cannot ask; every call writes an empty variables file;
an attribute misspelt becomes a command; the whole state, secrets and all, is read after each
success; there is no time limit, no streaming, no way to end it, and the environment is ours or
none. What is left of it is its way to say options and its vocabulary of commands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import Any, NoReturn, TypeAlias

import python_terraform

from modalities.iac.tool import Tool
from modalities.running import Ending, Finished, Heard, Started, finished

Ended: TypeAlias = tuple[int, str, str]
"""Exit status, output and errors, as python-terraform gives them."""

GENTLY: Ending = ((SIGINT, 20.0), (SIGINT, 5.0), (SIGTERM, 2.0))
"""Terraform heeds SIGINT by ending what is under way and saving its state; a second one is
taken for haste. It passes neither on to its providers, which ignore them."""

FLAG = python_terraform.IsFlagged

PRIVATE = 0o077

OUTPUT_LIMIT = 64 << 20
"""Bytes: a plan as JSON holds every attribute twice."""


@dataclass(slots=True)
class Limits:
    """``seconds`` that each command may take; ``heard`` gets what it says meanwhile;
    ``noted`` is entered with its process id while it runs, ``count`` called when it starts."""

    seconds: float = 600.0
    until: float | None = None
    """The moment of time.monotonic() that what changes a cloud may not outlast."""
    heard: Heard | None = None
    noted: Callable[[int], AbstractContextManager[None]] = lambda _: nullcontext()
    count: Callable[[], None] = lambda: None
    private: bool = True
    """Whether what it writes is for the owner's eyes only: a state holds secrets."""


class Terraform(python_terraform.Terraform):  # type: ignore[misc]  # it has no types
    """``tool`` in ``directory`` with exactly ``environment``. Every command raises NotStarted,
    TooLong or TooMuch (modalities.running)."""

    def __init__(
        self, tool: Tool, directory: Path, environment: Mapping[str, str], limits: Limits
    ) -> None:
        self.environment = dict(environment)
        self.limits = limits
        super().__init__(working_dir=str(directory), terraform_bin_path=str(tool.path))

    def __getattr__(self, item: str) -> NoReturn:
        raise AttributeError(item)

    def read_state_file(self, file_path: str | None = None) -> None:
        """Nothing: the state holds secrets, and is read where it is needed."""

    def _generate_default_options(self, input_options: Mapping[str, Any]) -> dict[str, Any]:
        dropped = ("force", "auto-approve", "detailed_exitcode", "reconfigure", "backend_config")
        given = {k: v for k, v in input_options.items() if k not in dropped}
        return {"no_color": FLAG, "input": False, **given}

    def cmd(self, cmd: str, *args: str, **options: Any) -> Ended:
        argv: list[str] = self.generate_cmd_string(cmd, *args, **options)
        ended = self._run(argv)
        return (
            ended.status,
            ended.stdout.decode("utf-8", "replace"),
            ended.stderr.decode("utf-8", "replace"),
        )

    def _run(self, argv: list[str]) -> Finished:
        umask = PRIVATE if self.limits.private else -1
        started = Started(
            argv, self.environment, Path(self.working_dir), umask, until=self.limits.until
        )
        self.limits.count()
        with self.limits.noted(started.pid):
            return finished(
                started,
                self.limits.seconds,
                OUTPUT_LIMIT,
                heard=self.limits.heard,
                ending=GENTLY,
            )

    # commands, by what they are for

    def prepared(self, **options: Any) -> Ended:
        ended: Ended = self.init(**options)
        return ended

    def planned(self, out: Path, **options: Any) -> Ended:
        ended: Ended = self.plan(out=str(out), json=FLAG, **options)
        return ended

    def shown(self, plan: Path | None = None) -> Ended:
        """A plan, or the state, as JSON."""
        return self.cmd("show", *([str(plan)] if plan else []), json=FLAG, no_color=FLAG)

    def applied(self, plan: Path) -> Ended:
        """Exactly the plan that was saved."""
        ended: Ended = self.apply(str(plan), json=FLAG)
        return ended

    def refreshed(self) -> Ended:
        """The state made to say what the cloud holds. Not by ``apply -refresh-only``: that fails
        (Terraform 1.11, hashicorp/terraform#35806) where an output is of what is not made yet."""
        return self.cmd("refresh", json=FLAG, input=False, no_color=FLAG)

    def pulled(self) -> Ended:
        """The state as it is kept, wherever that is."""
        return self.cmd("state pull")

    def pushed(self, state: Path) -> Ended:
        return self.cmd("state push", str(state))

    def unlocked(self, id: str) -> Ended:
        return self.cmd("force-unlock", id, force=FLAG)
