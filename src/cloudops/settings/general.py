"""The settings outside any table: what each is called, may hold and starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cloudops.settings import parse

RISKS = ("low", "medium", "high")
MODALITIES = ("auto", "sdk", "cli", "iac", "browser")
OUTPUTS = ("human", "json", "ndjson")


@dataclass(frozen=True, slots=True)
class Setting:
    """``strictest`` combines a project's value with the one it would replace; None where
    nothing about it is a permission. ``in_project`` False: a checkout may not set it.
    ``flagged`` False: no option of a command sets it."""

    name: str
    parse: parse.Parse
    default: Any
    about: str
    strictest: Callable[[Any, Any], Any] | None = None
    in_project: bool = True
    flagged: bool = True

    @property
    def variable(self) -> str:
        return f"CLOUDOPS_{self.name.upper()}"

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"


def _milder_risk(one: str, other: str) -> str:
    return min(one, other, key=RISKS.index)


def _less(one: float | None, other: float | None) -> float | None:
    return min((x for x in (one, other) if x is not None), default=None)


def _both(one: bool, other: bool) -> bool:
    return one and other


def _either(one: bool, other: bool) -> bool:
    return one or other


SETTINGS = (
    Setting("target", parse.text, "sandbox", "the target to work on"),
    Setting("cloud", parse.one_of("aws", "azure"), None, "the cloud a request is for"),
    Setting("modality", parse.one_of(*MODALITIES), "auto", "the hand to use"),
    Setting("headed", parse.yes_or_no, False, "show the browser while it is driven"),
    Setting("yes", parse.yes_or_no, False, "go on without asking, up to max_risk", _both),
    Setting("max_risk", parse.one_of(*RISKS), "low", "how far yes reaches", _milder_risk),
    Setting("read_only", parse.yes_or_no, False, "refuse whatever changes anything", _either),
    Setting("no_input", parse.yes_or_no, False, "never ask", _either),
    Setting("lock_timeout", parse.seconds, 0.0, "seconds to wait for a lock"),
    Setting("timeout", parse.seconds, None, "seconds for a whole run", _less),
    Setting("budget", parse.dollars, None, "USD a month the target may cost", _less),
    Setting("output", parse.one_of(*OUTPUTS), "human", "what stdout holds"),
    Setting("no_color", parse.yes_or_no, False, "no colours"),
    Setting("state_dir", parse.path, None, "where runs and the sandbox are kept", in_project=False),
    Setting(
        "state",
        parse.database,
        None,
        "where the state is kept: a PostgreSQL (postgresql://USER@HOST/DATABASE), or file",
        in_project=False,
        flagged=False,
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
