"""The command line: one file a verb, put together here."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudops.commands import (
    apply,
    code,
    config,
    console,
    doctor,
    explore,
    gym,
    knowledge,
    locks,
    memory,
    plan,
    policy,
    prices,
    resume,
    run,
    runs,
    sandbox,
    show,
    state,
    undo,
)
from cloudops.commands.options import Common, Gates, Preview, Wishes, command, flags, spread
from cloudops.version import VERSION

app = typer.Typer(
    name="cloudops",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  cloudops run "Create three VMs in one network behind a load balancer" --yes
  cloudops run "Show the dependency graph of my resources"
  cloudops plan "Delete VM web-3" --out plan.json    then: show, apply
  cloudops undo                                      takes the last run back
Exit codes: 0 done, 3 needs approval, 4 denied, 5 try again, 10 not understood, 64 usage.""",
)


@app.callback()
@spread
def cloudops(
    context: typer.Context,
    common: Common,
    gates: Gates,
    wishes: Wishes,
    preview: Preview,
    version: Annotated[
        bool | None,
        typer.Option("--version", help="Print the version.", show_default=False),
    ] = None,
) -> int | None:
    """Ask for cloud infrastructure in words.

    Without a verb, on a terminal: an interactive session. By default everything happens in a
    sandbox on this machine, where nothing is real; --target names another cloud.
    """
    if version:
        print(f"cloudops {VERSION}")
        raise typer.Exit
    context.obj = flags(common, gates, wishes, preview)
    if context.invoked_subcommand is not None:
        return None
    from cloudops.commands import session

    return session.session(common, gates, wishes)


for verb in (run, plan, explore, show, apply, resume, undo, runs, doctor):
    name = verb.__name__.rpartition(".")[2]
    command(app, name, examples=verb.EXAMPLES)(getattr(verb, name))
for name, group in {
    "code": code.app,
    "state": state.app,
    "locks": locks.app,
    "memory": memory.app,
    "policy": policy.app,
    "prices": prices.app,
    "sandbox": sandbox.app,
    "gym": gym.app,
    "knowledge": knowledge.app,
    "config": config.app,
    "console": console.app,
}.items():
    app.add_typer(group, name=name)
