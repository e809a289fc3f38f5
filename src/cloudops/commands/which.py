"""Which resources of the state are meant: by what is said of them, or by a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.errors import Misused

if TYPE_CHECKING:
    from cloudops.config import Config
    from cloudops.state.contract import Filter, Store
    from modalities.resource import Kind, Resource

PAGE = 500
"""Resources read at a time."""
SERVICES = ("network",)
"""Kinds that Azure calls a service by, too: both are meant."""
NEAR = 5_000
"""Names among which one like a misspelt one is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which resources: all that is said must hold."""

    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Only this kind: vm, disk ...")
    ] = None
    type: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="Only this type: a kind, sqs:queue of what has none, or all of a service: sqs.",
        ),
    ] = None
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag", metavar="KEY[=VALUE]", help="Only with this tag; several must all be there."
        ),
    ] = None
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Only in this region.")
    ] = None
    owner: Annotated[
        str | None,
        typer.Option("--owner", metavar="NAME", help="Only what the tag owner says is NAME's."),
    ] = None
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="HAND|RUN",
            help="Only what was written last by this hand (sdk, cli, iac, browser), this run, "
            "or outside.",
        ),
    ] = None
    named: Annotated[
        str | None,
        typer.Option("--name", metavar="PATTERN", help="Only names such as 'web-*'; any case."),
    ] = None

    @property
    def all(self) -> bool:
        """Whether nothing is said."""
        placed = (self.kind, self.type, self.region, self.named)
        return not any((*placed, self.tag, self.owner, self.by))


def filter_of(which: Which, store: Store, config: Config, target: str | None) -> Filter:
    """What was said, as the store is asked. Raises Misused where it means nothing."""
    from cloudops.state.contract import Filter

    kind, type = _typed(which.type) if which.type else (None, None)
    return Filter(
        scopes=scopes_of(store, config, target),
        kind=_kind(which.kind) if which.kind else kind,
        type=type,
        tags=tuple(_tag(tag) for tag in which.tag or ()),
        region=which.region,
        owner=which.owner,
        by=_writer(which.by, store) if which.by else None,
        name=which.named,
    )


def scopes_of(store: Store, config: Config, target: str | None) -> tuple[str, ...]:
    """Where looks and runs found the target; none for any target. Raises Misused."""
    if target is None:
        return ()
    config.target(target)
    return store.scopes(target) or ("",)


def resources_of(store: Store, wanted: Filter) -> Iterator[Resource]:
    """All of them, a page in memory at a time."""
    after: str | None = ""
    while after is not None:
        page = store.find(wanted, after=after, limit=PAGE)
        yield from page.resources
        after = page.after


def called(name: str, store: Store, scopes: tuple[str, ...] = ()) -> tuple[Resource, ...]:
    """What goes by ``name``: a name, an id, or either after its kind, as tables show them
    (``vm/web-1``), or a key, as locks have it. Raises Misused where nothing does."""
    there = store.called(name.strip())
    found = tuple(r for r in there if not scopes or r.ref.scope in scopes)
    if found:
        return found
    import difflib

    from cloudops.state.contract import Filter

    some = store.find(Filter(scopes=scopes), limit=NEAR).resources
    spelt = {spelt: None for r in some for spelt in (r.name, str(r.ref))}
    near = difflib.get_close_matches(name, spelt, 1)
    hint = f"did you mean {near[0]}?" if near else "`cloudops state refresh` reads the target"
    raise Misused(f"nothing is known of {name!r}", remedy=hint)


def the_one(name: str, store: Store, scopes: tuple[str, ...] = ()) -> Resource:
    """The resource that goes by ``name``. Raises Misused where several do, or none."""
    found = called(name, store, scopes)
    if len(found) > 1:
        spelt = sorted({str(r.ref) for r in found})
        meant = spelt if len(spelt) == len(found) else [r.ref.key for r in found]
        raise Misused(f"several go by {name!r}", remedy=f"say which: {', '.join(meant[:5])}")
    return found[0]


def _kind(name: str) -> Kind:
    from modalities.resource import Kind

    kind = _kind_called(name)
    if kind is None:
        raise Misused(f"there is no kind {name!r}", remedy=f"kinds: {', '.join(Kind)}")
    return kind


def _kind_called(name: str) -> Kind | None:
    from modalities.resource import Kind

    wanted = name.strip().lower().replace(" ", "_").replace("-", "_")
    for kind in Kind:
        if wanted in (kind.value, f"{kind.value}s", kind.words.lower().replace(" ", "_")):
            return kind
    return None


def _typed(said: str) -> tuple[Kind | None, str | None]:
    """A kind, or what a thing is that has none: ``sqs:queue``, also as ``sqs queue``."""
    kind = _kind_called(said)
    if kind is not None and kind.value not in SERVICES:
        return kind, None
    if kind is not None:
        return None, kind.value
    service, _, noun = said.strip().replace(":", " ", 1).partition(" ")
    return None, ":".join(filter(None, (service, noun.strip().replace(" ", "-"))))


def _tag(said: str) -> tuple[str, str | None]:
    name, equals, value = said.partition("=")
    if not name:
        raise Misused(f"--tag: {said!r} has no key", remedy="write --tag KEY or --tag KEY=VALUE")
    return name, value if equals else None


def _writer(by: str, store: Store) -> str:
    from cloudops.state.finding import OUTSIDE
    from modalities.plan import ModalityName

    if by in (OUTSIDE, *ModalityName):
        return by
    run = store.run(by)
    if run is None:
        hands = ", ".join(ModalityName)
        raise Misused(f"--by: {by!r} is neither a hand nor a run", remedy=f"{hands}, {OUTSIDE}")
    return run.id
