"""cloudops doctor: what is there, what is missing, what that costs and what gets it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate, Stop

if TYPE_CHECKING:
    from cloudops.commands.checks import Check
    from cloudops.config import Config

LEAST = 20
"""Columns that a text is given, however narrow the terminal is."""

EXAMPLES = ("cloudops doctor", "cloudops doctor --online", "cloudops doctor -o json")


def doctor(
    common: Common,
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Also ask each target who we are there, and each model for a sign of life.",
        ),
    ] = False,
) -> int:
    """Look at everything cloudops needs, and say what each missing thing costs.

    Exit 0 unless something is missing that even the sandbox needs (exit 8).
    """
    from cloudops.commands import checks

    config = configured(common)
    voice = Voice(config)
    found = list(checks.everything(config, os.environ))
    if online:
        found = [_asked(check, config, voice) for check in found]
        told = {check.name: check for check in checks.models(config, os.environ, online=True)}
        found = [told.get(check.name, check) for check in found]
    keys = ("name", "found", "needed", "what", "passed", "costs", "remedy")
    rows = [dict(zip(keys, (getattr(c, k) for k in keys), strict=True)) for c in found]
    healthy = all(check.found for check in found if check.needed)
    end = "all that the sandbox needs is there" if healthy else "not ready"
    lines = [line for check in found for line in _lines(check, voice.console.width)]
    voice.say({"healthy": healthy, "checks": rows}, *lines, "", end)
    return 0 if healthy else CannotEvaluate.exit_code


def _lines(check: Check, width: int) -> Iterator[str]:
    mark = "ok" if check.found else "NO" if check.needed else "-"
    yield from _row(f"{mark:2}  {check.name:20}", check.what, width)
    for passed in check.passed:
        yield from _row(f"    {'passed over':>20}", passed, width)
    if not check.found:
        yield from _row(f"    {'costs you':>20}", check.costs, width)
        yield f"    {'get it':>20} {check.remedy}"  # one line, to be copied


def _row(head: str, text: str, width: int) -> Iterator[str]:
    """``text`` beside ``head``, as far as there is room; a path is never broken."""
    room = max(width - len(head) - 1, LEAST)
    lines = wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    for number, line in enumerate(lines):
        yield f"{head if number == 0 else ' ' * len(head)} {line}"


def _asked(check: Check, config: Config, voice: Voice) -> Check:
    """A target's check with what its cloud says."""
    kind, _, name = check.name.partition(" ")
    if kind != "target" or name not in config.targets:
        return check
    try:
        with opened(config, voice, name) as app:
            identity = app.identify()
    except Stop as stop:
        return replace(check, found=False, what=stop.summary, remedy=stop.remedy or check.remedy)
    return replace(check, found=True, what=f"{identity.principal} in {identity.account}")
