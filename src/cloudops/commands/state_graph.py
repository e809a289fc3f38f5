"""cloudops state graph: what hangs on what, and what breaks if something goes."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.commands import known
from cloudops.commands.opening import configured, read
from cloudops.commands.options import Common
from cloudops.commands.voice import Voice
from cloudops.commands.which import Which, filter_of, resources_of, scopes_of, the_one
from cloudops.errors import Misused

if TYPE_CHECKING:
    from cloudops.config import Config
    from cloudops.request import Answer, Table
    from cloudops.state.contract import Reach, Store
    from modalities.resource import Resource

EXAMPLES = (
    "cloudops state graph",
    "cloudops state graph --tag env=prod",
    "cloudops state graph web-1",
    "cloudops state graph network/main --breaks",
    "cloudops state graph subnet/front --breaks -o json",
)
DRAWN = 1_000
"""Resources in one picture; a larger one nobody can read."""
BREAKS = ("links away", "resource", "because")


def graph(
    which: Which,
    common: Common,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only what hangs together with this.")
    ] = None,
    breaks: Annotated[
        bool, typer.Option("--breaks", help="What breaks if NAME goes, link by link.")
    ] = False,
) -> None:
    """The dependency graph of what is known: a tree here, and a picture on disk (SVG, HTML).

    With NAME all that it needs and all that needs it, directly or in turn. With --breaks only
    what would break without it: how many links away each is, and by which link. -o json has
    nodes, edges and both lists.
    """
    if breaks and name is None:
        raise Misused("--breaks is about one resource", remedy="state graph NAME --breaks")
    if name is not None and not which.all:
        raise Misused("NAME stands for itself", remedy="leave it out, or the other options")
    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        if name is None:
            found = _answered(_some(store, which, config, common.target))
            _shown(_drawn(found, config, voice), voice)
            return
        focus = the_one(name, store, scopes_of(store, config, common.target))
        dependents = store.dependents(focus, most=DRAWN)
        needs = None if breaks else store.needs(focus, most=DRAWN)
    _around(focus, dependents, needs, config, voice)


def _some(store: Store, which: Which, config: Config, target: str | None) -> tuple[Resource, ...]:
    """Raises Misused where they are too many for a picture."""
    found = resources_of(store, filter_of(which, store, config, target))
    some = tuple(islice(found, DRAWN + 1))
    if len(some) > DRAWN:
        raise Misused(
            f"more than {DRAWN} resources are too many for one picture",
            remedy="say which: --kind, --tag, --region, --owner, --name, or a NAME; "
            "`cloudops state list -o json` has all, with their links",
        )
    return some


def _answered(
    resources: tuple[Resource, ...], focus: Resource | None = None, *, breaks: bool = False
) -> Answer:
    from cloudops.engine.answer import answer
    from cloudops.request import Graph
    from modalities.change import Selection
    from modalities.resource import Provider, World

    provider, scope = Provider.AWS, ""
    about = None
    if focus is not None:
        provider, scope = focus.ref.provider, focus.ref.scope
        about = Selection(kind=focus.kind, names=(focus.id,))
    question = Graph(focus=about)
    if breaks:
        question = Graph(focus=about, direction="needed_by", impact=True)
    return answer(question, World(provider, scope, resources))


def _around(
    focus: Resource, dependents: Reach, needs: Reach | None, config: Config, voice: Voice
) -> None:
    """``needs`` is None where only what breaks was asked for."""
    reached = (*dependents.found, *(needs.found if needs else ()))
    world = {(r.kind, r.id): r for r in (focus, *(one.resource for one in reached))}
    answer = _answered(tuple(world.values()), focus, breaks=needs is None)
    found = _drawn(answer, config, voice)
    more = dependents.more or (needs is not None and needs.more)
    if more:
        voice.aside(f"cloudops: only the nearest {DRAWN} are told, there are more")
    breaks = [known.reached(one) for one in dependents.found]
    if needs is None:
        people = replace(found, table=_because(dependents), graph=None)
        _shown(found, voice, people, breaks=breaks, more=more)
    else:
        needed = [known.reached(one) for one in needs.found]
        _shown(found, voice, breaks=breaks, needs=needed, more=more)


def _because(broken: Reach) -> Table | None:
    """What breaks, nearest first, and by which links."""
    from cloudops.request import Table

    rows = tuple(
        (str(one.depth), str(one.resource.ref), known.because(one)) for one in broken.found
    )
    return Table(columns=BREAKS, rows=rows) if rows else None


def _drawn(found: Answer, config: Config, voice: Voice) -> Answer:
    """With the files of its picture."""
    from cloudops.views import picture

    if found.graph is None:
        return found
    place = config.state_dir / "pictures" / "state"
    try:
        written = picture.write(found.graph, place, "state")
    except OSError as error:
        voice.aside(f"cloudops: no picture was written to {place}: {error.strerror}")
        return found
    return replace(found, files=tuple(str(file) for file in written))


def _shown(found: Answer, voice: Voice, people: Answer | None = None, **more: object) -> None:
    """``people``: the answer as they see it, where that is another."""
    from modalities.codec import encode

    voice.say({"answer": encode(found), **more})
    if voice.human:
        from cloudops.views.answer import show

        show(people or found, voice.console)
