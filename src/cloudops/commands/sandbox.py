"""cloudops sandbox: the emulated cloud on this machine."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from cloudops.commands.opening import configured, explained
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice

app = typer.Typer(
    no_args_is_help=True, help="The emulated cloud on this machine, where nothing is real."
)


def _sandbox(config: Any) -> Any:
    from sandbox.daemon import Sandbox

    return Sandbox(config.state_dir / "sandbox")


@command(app, "up", examples=("cloudops sandbox up", "cloudops sandbox up --port 5000"))
def up(
    common: Common,
    port: Annotated[
        int | None, typer.Option("--port", help="The port to listen on [default: any free one].")
    ] = None,
) -> None:
    """Start it, or say that it runs already. It listens on loopback only."""
    config = configured(common)
    with explained():
        status, started = _sandbox(config).up(port)
    verb = "started" if started else "running already"
    Voice(config).say(
        {"started": started, "status": _status(status)},
        f"sandbox {verb}: {status.endpoint} (process {status.pid})",
        'use it with any AWS client: eval "$(cloudops sandbox env)"',
    )


@command(app, "down")
def down(common: Common) -> None:
    """End it, with all that it holds and every copy."""
    config = configured(common)
    with explained():
        ended = _sandbox(config).down()
    Voice(config).say({"ended": ended}, "sandbox ended" if ended else "the sandbox was not running")


@command(app, "status")
def status(common: Common) -> None:
    """Is it running, where, since when, and how much does it hold?"""
    config = configured(common)
    with explained():
        found = _sandbox(config).status()
    voice = Voice(config)
    if found is None:
        voice.say({"status": None}, "the sandbox is not running: cloudops sandbox up starts it")
        return
    holds = "it does not answer" if found.resources is None else f"{found.resources} resources"
    voice.say(
        {"status": _status(found)},
        f"running at {found.endpoint} (process {found.pid}) since "
        f"{found.since.astimezone():%Y-%m-%d %H:%M:%S}; {holds}",
        f"log: {found.log}",
    )


@command(
    app,
    "env",
    examples=(
        'eval "$(cloudops sandbox env)"      then: aws ec2 describe-instances',
        "cloudops sandbox env -o json",
    ),
)
def env(common: Common) -> None:
    """Print what another tool needs to talk to it: boto3, aws, terraform.

    Starts the sandbox where it is not running. Also unsets what would lead a tool elsewhere.
    """
    from sandbox.daemon import UNSET

    config = configured(common)
    voice = Voice(config)
    with explained():
        sandbox = _sandbox(config)
        started = sandbox.up()[1]
        variables = sandbox.environment(config.target("sandbox").region)
    if started:
        voice.aside("cloudops: started the sandbox")
    voice.say(
        {"environment": variables, "unset": list(UNSET)},
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
        f"unset {' '.join(name for name in UNSET if name not in variables)}",
    )


@command(app, "reset")
def reset(common: Common) -> None:
    """Forget everything it holds; it goes on running."""
    config = configured(common)
    with explained():
        sandbox = _sandbox(config)
        running = sandbox.status() is not None
        sandbox.reset()
    Voice(config).say(
        {"reset": running}, "the sandbox is empty" if running else "the sandbox was not running"
    )


def _status(status: Any) -> dict[str, Any]:
    return {
        "pid": status.pid,
        "port": status.port,
        "endpoint": status.endpoint,
        "since": status.since.isoformat(),
        "log": str(status.log),
        "resources": status.resources,
    }
