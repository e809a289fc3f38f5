"""cloudops state list: what is known, all of it or what is wanted of it."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from cloudops.commands import known
from cloudops.commands.opening import configured, read
from cloudops.commands.options import Common
from cloudops.commands.voice import Voice
from cloudops.commands.which import Which, filter_of, resources_of

EXAMPLES = (
    "cloudops state list",
    "cloudops state list --kind vm --region us-east-1",
    "cloudops state list --tag env=prod --tag backup",
    "cloudops state list --owner ann --name 'web-*' -o json",
    "cloudops state list --by outside",
    "cloudops state list --type sqs:queue",
)
SHOWN = 1_000
"""Resources shown to people where they do not say how many."""


def list_(
    which: Which,
    common: Common,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help=f"At most so many [{SHOWN}; json: all]."),
    ] = None,
) -> None:
    """The resources seen so far, account by account. `state refresh` looks again.

    Each option leaves out what does not fit it. -o json has every attribute, tag and link, and
    ids as the provider has them; it may be millions.
    """
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        found = resources_of(store, filter_of(which, store, config, common.target))
        if not voice.human:
            voice.listing("resources", map(encode, islice(found, limit)))
            return
        most = limit or SHOWN
        shown = list(islice(found, most + 1))
    for scope, there in known.scopes(sorted(shown[:most], key=lambda r: r.ref)).items():
        voice.say({}, f"{len(there)} in {scope}: {known.counted(there)}")
        _shown(voice, [known.row(resource) for resource in there])
    if len(shown) > most:
        voice.say({}, f"and more: --limit shows more than {most}, -o json all")
    if not shown and which.all:
        voice.say({}, "nothing is known yet: `cloudops state refresh` reads the target")
    elif not shown:
        voice.say({}, "nothing that is known is like that")


def _shown(voice: Voice, rows: list[tuple[str, str, str]]) -> None:
    """Without the column of ids where they say nothing that names do not."""
    if any(id for _, id, _ in rows):
        voice.table({}, known.RESOURCE, rows, "")
    else:
        name, _, state = known.RESOURCE
        voice.table({}, (name, state), [(row[0], row[2]) for row in rows], "")
