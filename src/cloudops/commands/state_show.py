"""cloudops state show: one resource, who wrote it, and what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudops.commands import known
from cloudops.commands.opening import configured, read
from cloudops.commands.options import Common
from cloudops.commands.voice import Voice
from cloudops.commands.which import called, scopes_of

if TYPE_CHECKING:
    from cloudops.state.contract import Provenance, Reach, Store
    from modalities.resource import Resource

EXAMPLES = ("cloudops state show web-1", "cloudops state show vm/web-1 -o json")
MOST = 1_000
"""Resources that are told of those that hang on one."""


def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, an id, or KIND/NAME.")],
    common: Common,
) -> None:
    """One resource: every attribute, which run and hand wrote it last, what it needs and what
    needs it. `state graph NAME --breaks` has all that breaks if it goes, in turn."""
    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        found = called(name, store, scopes_of(store, config, common.target))
        known_of = [_Known(resource, store) for resource in found]
    voice.say({"resources": [one.document() for one in known_of]})
    if voice.human:
        for one in known_of:
            one.show(voice)


UNSHOWN = ("looks",)
"""How a thing is looked at is for -o json."""


class _Known:
    """All that is known of one resource."""

    def __init__(self, resource: Resource, store: Store) -> None:
        self._resource = resource
        self._written: tuple[Provenance, ...] = store.provenance(resource.ref)
        self._needs: Reach = store.needs(resource, most=MOST)
        self._dependents: Reach = store.dependents(resource, most=MOST)

    def document(self) -> dict[str, Any]:
        from modalities.codec import encode

        return {
            **encode(self._resource),
            "provenance": encode(self._written),
            "needs": [known.reached(one) for one in self._needs.found],
            "dependents": [known.reached(one) for one in self._dependents.found],
            "more": self._needs.more or self._dependents.more,
        }

    def show(self, voice: Voice) -> None:
        resource = self._resource
        voice.say({}, f"{_called(resource)}{_id(resource)}")
        shown = (known.written(one) for one in self._written if one.attribute not in UNSHOWN)
        voice.table({}, known.WRITTEN, shown, "")
        ties = [
            *(("needs", *known.tied(one, tie)) for one, tie in known.direct(self._needs)),
            *(("needed by", *known.tied(one, tie)) for one, tie in known.direct(self._dependents)),
        ]
        voice.table({}, known.TIED, ties, "it hangs on nothing, and nothing on it")
        further = sum(one.depth > 1 for one in self._dependents.found)
        if further:
            more = "or more " if self._dependents.more else ""
            see = f"cloudops state graph {resource.ref} --breaks"
            voice.say({}, f"in turn {further} {more}others need it: {see}")


def _called(resource: Resource) -> str:
    kind = "" if resource.kind.value == "other" else f"{resource.kind.words} "
    return f"{kind}{resource.name}"


def _id(resource: Resource) -> str:
    """In brackets, where it is not the name."""
    return "" if resource.id == resource.name else f" ({resource.id})"
