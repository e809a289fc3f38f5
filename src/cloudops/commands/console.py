"""cloudops console: teach the browser hand what it does not know yet."""

from __future__ import annotations

import re
import sys
import threading
from dataclasses import replace
from typing import Annotated

import typer

from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common, Wishes, command
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate, Misused

app = typer.Typer(no_args_is_help=True, help="The web console that the browser hand works in.")

CALL = re.compile(r"^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$")


@command(
    app,
    "record",
    examples=(
        "cloudops console record 'create volume' --call ec2:CreateVolume",
        "cloudops console record 'stop a machine' --call ec2:StopInstances --target staging",
    ),
)
def record(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the workflow is called.")],
    common: Common,
    wishes: Wishes,
    call: Annotated[
        str,
        typer.Option(
            "--call",
            metavar="SERVICE:OPERATION",
            help="The API call that it comes to, for instance ec2:CreateVolume.",
        ),
    ],
) -> None:
    """Do something once in the console, and the browser hand can do it from then on.

    Opens a window in which you work; everything you do there is really done. The workflow has
    labels and parameters, never a value or a secret, and is kept in the state directory.
    """
    if not CALL.match(call):
        raise Misused(f"{call!r} is no call", remedy="name it as ec2:CreateVolume")
    config = configured(common, replace(wishes, headed=True))
    voice = Voice(config)
    if not sys.stdin.isatty():
        raise Misused(
            "recording wants a person at a terminal", remedy="run it in a terminal, with a display"
        )
    over = threading.Event()
    threading.Thread(target=_wait, args=(over,), daemon=True).start()
    voice.aside("do it in the window that opens, once; then press Enter here")
    with opened(config, voice, common.target) as run:
        learned = run.record(name, call, over.is_set)
    if learned.file is None:
        raise CannotEvaluate("there is no directory to keep workflows in")
    voice.say(
        {"workflow": learned.name, "file": str(learned.file), "parameters": [*learned.parameters]},
        f"learned {learned.name}: {', '.join(learned.parameters) or 'no parameters'}",
        f"kept in {learned.file}",
    )


def _wait(over: threading.Event) -> None:
    sys.stdin.readline()
    over.set()
