"""cloudops state: what is known of the clouds, where it came from, and what changed since."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudops.commands import known, state_graph, state_list, state_show
from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common, command
from cloudops.commands.own_code import Dir, with_code
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate

app = typer.Typer(no_args_is_help=True, help="What is known of your resources, and since when.")

DRIFT = 9
"""The exit code of `state drift --exit-code` where something drifted."""


command(app, "list", examples=state_list.EXAMPLES)(state_list.list_)
command(app, "show", examples=state_show.EXAMPLES)(state_show.show)
command(app, "graph", examples=state_graph.EXAMPLES)(state_graph.graph)


@command(app, "refresh", examples=("cloudops state refresh", "cloudops state refresh -t staging"))
def refresh(common: Common) -> int:
    """Read all that the target holds into the state. Changes nothing in the cloud.

    Page by page, kinds side by side, slower where the cloud asks for it. What may not be read is
    named and stays as it is known (exit 8); all the rest is written.
    """
    from cloudops.engine import elsewhere
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    with opened(config, voice) as app:
        read = app.refresh()
    world, unread = read.survey.world, read.survey.unread
    counts = {"appeared": read.appeared, "changed": read.changed, "vanished": read.vanished}
    since = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    voice.say(
        {
            "scope": world.scope,
            "resources": len(world.resources),
            **counts,
            "kinds": encode(read.survey.kinds),
            "unread": encode(unread),
            "elsewhere": read.elsewhere,
        },
        f"{len(world.resources)} resources in {world.scope}" + (f": {since}" if since else ""),
    )
    for line in known.unread(unread):
        voice.aside(line)
    if read.elsewhere:
        voice.aside(f"cloudops: {read.elsewhere}; {elsewhere.REMEDY}")
    return CannotEvaluate.exit_code if unread else 0


@command(
    app, "drift", examples=("cloudops state drift", "cloudops state drift --exit-code -o json")
)
def drift(
    common: Common,
    dir: Dir = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 9 where something drifted.")
    ] = False,
) -> int:
    """Where state, code and cloud disagree, attribute by attribute, since when and by whom.

    Told apart: changed by somebody outside, changed by us through another hand with Terraform's
    code not following, and code that is ahead of the cloud. Who it was is read from the cloud's
    own trail (AWS: CloudTrail; Azure: the activity log), as far as it may be read and tells.
    Nothing is changed; `state refresh` accepts what is there now. What may not be read is named
    (exit 8) and not compared.
    """
    from modalities.codec import encode

    config = with_code(configured(common), dir)
    voice = Voice(config)
    with opened(config, voice) as app:
        seen = app.drift()
    scope, unread = seen.survey.world.scope, seen.survey.unread
    if voice.human and seen.found:
        from cloudops.views.drift import show as show_drift

        show_drift(seen.found, scope, voice.console)
    else:
        voice.say(
            {
                "scope": scope,
                "drift": encode(seen.found),
                "trail": seen.trail or None,
                "unread": encode(unread),
            },
            "no drift: everything that was read is as the state has it"
            if unread
            else "no drift: everything is as the state has it",
        )
    for line in known.unread(unread):
        voice.aside(line)
    if seen.found and exit_code:
        return DRIFT
    return CannotEvaluate.exit_code if unread else 0


@command(
    app,
    "migrate",
    examples=(
        "cloudops state migrate --to postgresql://ann@db.example.com/cloudops",
        "cloudops state migrate --to ~/cloudops-state",
    ),
)
def migrate(
    to: Annotated[
        str, typer.Option("--to", metavar="URL|DIR", help="A PostgreSQL, or a state directory.")
    ],
    common: Common,
) -> None:
    """Move the state to a PostgreSQL, for a team, or from there into a file. Checked.

    The target must be empty, and nobody at work. What is there now stays, marked as moved, so
    that nobody goes on with it by mistake. No password in URL: libpq finds it, as for psql.
    """
    from cloudops.commands.opening import moved
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    place, tables = moved(config, to)
    voice.table(
        {"from": str(config.store), "to": str(place), "tables": encode(tables)},
        ("table", "rows", "sha256"),
        ((t.table, str(t.rows), t.digest[:12]) for t in tables),
        "",
    )
    if voice.human:
        how = f'state = "{place}" in your own configuration file, or CLOUDOPS_STATE'
        if not isinstance(place, str):
            how = f"--state-dir {place.parent} or CLOUDOPS_STATE_DIR, and no other state ="
        voice.say({}, f"moved and compared; from here on: {how}")
