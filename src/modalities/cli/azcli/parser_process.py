"""Runs in az's own interpreter, not in ours: says of commands whether ``az`` would take them.

Each line of its input is a command as a JSON list, without ``az``. For each it writes one line:
null where az's parser takes the command, else what az says about it, as a JSON text. The parser
is az's own, with its command table and its arguments' types and choices; when it is done, nothing
else of the command runs. No socket can be opened here, and no program started.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
from typing import Any

LONGEST = 2000
"""Characters of an answer."""

CLOSED = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.system")
"""What is not done here; see the audit events of Python."""


class Parsed(BaseException):
    """Az's parser has taken a command."""


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what az prints is no answer
    sys.addaudithook(closed)
    core = importlib.import_module("azure.cli.core")
    az = core.get_default_cli()
    az.register_event("CommandInvoker.OnPostParseArgs", stop)
    for line in sys.stdin:
        answers.write(json.dumps(verdict(az, json.loads(line))) + "\n")
        answers.flush()


def closed(event: str, _: tuple[Any, ...]) -> None:
    if event in CLOSED:
        raise PermissionError(f"{event} is closed here")


def stop(_: object, **__: Any) -> None:
    raise Parsed


def verdict(az: Any, argv: list[str]) -> str | None:
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            az.invocation = az.invocation_cls(
                cli_ctx=az,
                parser_cls=az.parser_cls,
                commands_loader_cls=az.commands_loader_cls,
                help_cls=az.help_cls,
            )
            az.invocation.execute(argv)
    except Parsed:
        return None
    except SystemExit:
        return said.getvalue().strip()[:LONGEST] or "az refuses it without a word"
    except Exception as error:  # noqa: BLE001 - whatever az says no with
        return f"{type(error).__name__}: {error}"[:LONGEST]
    return "az only shows help for it"


if __name__ == "__main__":
    main()
