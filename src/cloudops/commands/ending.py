"""Every way a command ends: its exit code, and the lines or the document that say why."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import typer

from cloudops.errors import Interrupted, Misused, NotUnderstood, Stop

DOCUMENT = (
    *("schema_version", "run", "request", "outcome", "exit_code", "identity", "intent", "route"),
    *("candidates", "plan", "hold", "verdict", "receipts", "undone", "left", "answer"),
    *("questions", "nearest", "usage", "error"),
)
"""What the document of a run has; a command that ends before a run leaves the rest null."""


class Fault(Stop):
    """A fault of ours (70 is EX_SOFTWARE of sysexits.h, as 64 is its EX_USAGE)."""

    exit_code = 70
    outcome = "fault"


def guarded(app: typer.Typer, arguments: list[str]) -> int:
    """Run the command and return its exit code; no exception comes out."""
    complete_streams()
    # Whoever ends us politely gets what Ctrl-C gets: the step under way is finished first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return int(app(arguments, standalone_mode=False, prog_name="cloudops") or 0)
    except Stop as stop:
        return ended(stop, arguments)
    except typer.TyperException as error:
        return ended(usage(error, arguments), arguments)
    except typer.Abort:
        return ended(Interrupted("interrupted"), arguments)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a fault of ours
        return ended(fault(error, arguments), arguments)


def ended(stop: Stop, arguments: Sequence[str]) -> int:
    """Say on stderr, or with ``-o json`` in a document on stdout, what stopped the command."""
    if wanted_output(arguments) == "human":
        print(told(stop), file=sys.stderr)
    else:
        emit(document(stop), indent=wanted_output(arguments) == "json")
    return stop.exit_code


def told(stop: Stop) -> str:
    """What, where and why, and what to do: a line each."""
    lines = [f"cloudops: {stop.summary}", stop.detail]
    if isinstance(stop, NotUnderstood):
        lines += [f"nearest: {text}" for text in stop.nearest]
    return "\n  ".join(line for line in (*lines, stop.remedy) if line)


def document(stop: Stop) -> dict[str, Any]:
    error = {"summary": stop.summary, "detail": stop.detail, "remedy": stop.remedy}
    known = {"schema_version": 1, "outcome": stop.outcome, "exit_code": stop.exit_code}
    return dict.fromkeys(DOCUMENT) | known | {"error": error}


def emit(data: Any, *, indent: bool = True) -> None:
    """One JSON document on stdout."""
    print(json.dumps(data, indent=2 if indent else None, ensure_ascii=False, default=str))


def usage(error: typer.TyperException, arguments: Sequence[str]) -> Misused:
    context = getattr(error, "ctx", None)
    remedy = f"see {context.command_path if context else 'cloudops'} --help"
    sentence = next((a for a in arguments if " " in a.strip()), None)
    message = error.format_message().strip()
    if sentence and message.startswith("No such command"):
        message, remedy = "a request needs a verb", f'cloudops run "{sentence}"'
    return Misused(message, remedy=remedy)


def fault(error: Exception, arguments: Sequence[str]) -> Fault:
    """A fault of ours: one line, and the traceback for those who ask."""
    if "--debug" in arguments:
        import traceback

        traceback.print_exception(error)
    return Fault(
        f"a fault in cloudops: {type(error).__name__}: {str(error) or 'no message'}"[:500],
        remedy="run it again with --debug for the traceback, and please report it",
    )


def wanted_output(arguments: Sequence[str]) -> str:
    """The form of output, also where the command line or the configuration was not understood."""
    from cloudops.config import load

    flags = {
        "output": said(arguments, "-o", "--output"),
        "config": said(arguments, "--config"),
    }
    try:
        return str(load(flags, os.environ, Path.cwd())["output"])
    except (Stop, OSError):
        found = flags["output"] or os.environ.get("CLOUDOPS_OUTPUT")
        return found if found in ("json", "ndjson") else "human"


def said(arguments: Sequence[str], *names: str) -> str | None:
    """The value of an option in arguments that nobody has parsed."""
    found = None
    for here, after in zip_longest(arguments, arguments[1:]):
        if here == "--":
            break
        for name in names:
            if here == name:
                found = after
            elif name.startswith("--") and here.startswith(f"{name}="):
                found = here.partition("=")[2]
            elif not name.startswith("--") and here.startswith(name) and here != name:
                found = here.removeprefix(name)
    return found


def complete_streams() -> None:
    """A stream that whoever started us had closed leads to nowhere: Python has None for it, and
    the next file to be opened, the state's own perhaps, would get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            setattr(sys, name, os.fdopen(nowhere, mode, closefd=False))


def silence() -> None:
    """Whoever read our output has gone: write the rest to nowhere, without a complaint."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
