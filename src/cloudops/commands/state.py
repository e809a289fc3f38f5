"""cloudops state: what is known of the clouds, where it came from, and what changed since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.commands import known
from cloudops.commands.opening import configured, opened, read
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate, Misused

if TYPE_CHECKING:
    from cloudops.config import Config
    from modalities.resource import Resource

app = typer.Typer(no_args_is_help=True, help="What is known of your resources, and since when.")

DRIFT = 9
"""The exit code of `state drift --exit-code` where something drifted."""


@command(app, "list", examples=("cloudops state list", "cloudops state list --kind vm -o json"))
def list_(
    common: Common,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Only this kind: vm, disk ...")
    ] = None,
) -> None:
    """The resources seen so far, account by account. `state refresh` looks again.

    -o json has every attribute, and ids as the provider has them.
    """
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    wanted = _kind(kind) if kind else None
    found = [r for r in _known(config, common.target) if wanted in (None, r.kind)]
    if not voice.human or not found:
        empty = "nothing is known yet: `cloudops state refresh` reads the target"
        voice.say({"resources": encode(found)}, empty)
        return
    for scope, there in known.scopes(found).items():
        voice.say({}, f"{len(there)} in {scope}:")
        voice.table({}, known.RESOURCE, map(known.row, there), "")


@command(app, "show", examples=("cloudops state show web-1", "cloudops state show vm/web-1"))
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, an id, or KIND/NAME.")],
    common: Common,
) -> None:
    """One resource: every attribute, and which run and hand wrote it last."""
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    found = known.called(name, _known(config, common.target))
    with read(config) as store:
        written = {r.ref: store.provenance(r.ref) for r in found}
    voice.say({"resources": [{**encode(r), "provenance": encode(written[r.ref])} for r in found]})
    if voice.human:
        for resource in found:
            voice.say({}, f"{resource.kind.words} {resource.name} ({resource.id})")
            voice.table({}, known.WRITTEN, map(known.written, written[resource.ref]), "")


@command(app, "refresh", examples=("cloudops state refresh", "cloudops state refresh -t staging"))
def refresh(common: Common) -> int:
    """Read all that the target holds into the state. Changes nothing in the cloud.

    Page by page, kinds side by side, slower where the cloud asks for it. What may not be read is
    named and stays as it is known (exit 8); all the rest is written.
    """
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
        },
        f"{len(world.resources)} resources in {world.scope}" + (f": {since}" if since else ""),
    )
    for line in known.unread(unread):
        voice.aside(line)
    return CannotEvaluate.exit_code if unread else 0


@command(
    app, "drift", examples=("cloudops state drift", "cloudops state drift --exit-code -o json")
)
def drift(
    common: Common,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 9 where something drifted.")
    ] = False,
) -> int:
    """Where state, code and cloud disagree, attribute by attribute, and whose doing it is.

    Told apart: changed by somebody outside, changed by us through another hand with Terraform's
    code not following, and code that is ahead of the cloud. Nothing is changed; `state refresh`
    accepts what is there now.
    """
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    with opened(config, voice) as app:
        fresh, found = app.drift()
    voice.table(
        {"scope": fresh.scope, "drift": encode(found)},
        known.DRIFT,
        map(known.drifted, found),
        "no drift: everything is as the state has it",
    )
    return DRIFT if found and exit_code else 0


@command(app, "graph", examples=("cloudops state graph", "cloudops state graph -o json"))
def graph(common: Common) -> None:
    """The dependency graph of what is known: a tree here, and a picture on disk."""
    from cloudops.engine.answer import answer
    from cloudops.request import Graph
    from cloudops.views import picture
    from modalities.codec import encode
    from modalities.resource import Provider, World

    config = configured(common)
    voice = Voice(config)
    found = answer(Graph(), World(Provider.AWS, "", tuple(_known(config, common.target))))
    if found.graph is not None:
        place = config.state_dir / "pictures" / "state"
        try:
            written = picture.write(found.graph, place, "state")
            found = replace(found, files=tuple(str(file) for file in written))
        except OSError as error:
            voice.aside(f"cloudops: no picture was written to {place}: {error.strerror}")
    voice.say({"answer": encode(found)})
    if voice.human:
        from cloudops.views.answer import show as show_answer

        show_answer(found, voice.console)


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


def _known(config: Config, target: str | None) -> list[Resource]:
    """What the state holds; of one target where one is named."""
    with read(config) as store:
        if target is None:
            return list(store.resources())
        config.target(target)
        scopes = {run.scope for run in store.runs(limit=10_000) if run.target == target}
        return [r for scope in sorted(scopes - {""}) for r in store.resources(scope)]


def _kind(name: str) -> str:
    from modalities.resource import Kind

    wanted = name.strip().lower().replace(" ", "_").replace("-", "_")
    for kind in Kind:
        if wanted in (kind.value, f"{kind.value}s", kind.words.lower().replace(" ", "_")):
            return kind
    raise Misused(f"there is no kind {name!r}", remedy=f"kinds: {', '.join(Kind)}")
