"""Which part of a world a request is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cloudops.request import AnswerOf, Graph, Intent, ServiceHealth
from modalities.change import Attach, Change, Create, Delete, Detach, Operate, Selection
from modalities.resource import Kind, Resource, World
from modalities.wanted import Disk


def selections(intent: Intent) -> tuple[Selection, ...]:
    """Every selection of existing resources that the intent makes."""
    found = [s for change in intent.changes for s in _of_change(change)]
    match intent.question:
        case None | ServiceHealth() | AnswerOf():
            pass
        case Graph(focus=focus):
            found.append(focus or Selection(every=True))
        case question:
            found.append(question.what)
    return tuple(found)


def _of_change(change: Change) -> Iterator[Selection]:
    match change:
        case Create() | Operate():
            return
        case Attach():
            if not isinstance(change.what, Disk):
                yield change.what
            yield change.to
        case Detach():
            yield change.what
            if change.source is not None:
                yield change.source
        case _:
            yield change.what


def selected(selection: Selection, world: World) -> tuple[Resource, ...]:
    """The resources a selection means; none where it names nothing that is there."""
    if selection.names:
        named = [r for name in selection.names for r in world.named(selection.kind, name)]
        return tuple({r.id: r for r in named}.values())
    of_kind = [r for r in world if selection.kind in (None, r.kind)]
    wanted = set(selection.tags)
    return tuple(r for r in of_kind if wanted <= set(r.tags.items()))


def existing(intent: Intent, world: World) -> tuple[Resource, ...]:
    """What exists and is concerned: what is selected, what the wanted refers to by name, and
    whatever depends on either."""
    roots = [r for s in selections(intent) for r in selected(s, world)]
    roots += [r for name in sorted(_referred(intent.changes)) for r in world.named(None, name)]
    found = {(r.kind, r.id): r for r in roots}
    waiting = list(found.values())
    while waiting:
        for resource in world.needed_by(waiting.pop()):
            if (resource.kind, resource.id) not in found:
                found[resource.kind, resource.id] = resource
                waiting.append(resource)
    return tuple(found.values())


def kinds_named(intent: Intent) -> Iterator[Kind]:
    """Kinds of what is asked for, as far as the words tell them."""
    yield from (s.kind for s in selections(intent) if s.kind is not None)
    for change in intent.changes:
        if isinstance(change, Create):
            yield from (w.kind for w in change.wanted)
        elif isinstance(change, Attach) and isinstance(change.what, Disk):
            yield change.what.kind


def changed(intent: Intent, world: World) -> tuple[Resource, ...]:
    """What exists and is itself changed; with what is deleted goes what depends on it."""
    deletes = any(isinstance(change, Delete) for change in intent.changes)
    if deletes:
        return existing(intent, world)
    roots = [r for s in selections(intent) for r in selected(s, world)]
    return tuple({(r.kind, r.id): r for r in roots}.values())


def _referred(changes: Sequence[Change]) -> set[str]:
    """Names that wanted resources refer to and that are not wanted themselves."""
    wanted = [w for change in changes if isinstance(change, Create) for w in change.wanted]
    own = {w.name for w in wanted}
    return {name for w in wanted for name in links_of(w) if name not in own}


def links_of(wanted: object) -> tuple[str, ...]:
    """The names a wanted resource refers to: its network, its VM, its targets."""
    fields = ("network", "subnet", "attach_to", "key_pair", "security_groups", "targets")
    values = (getattr(wanted, field, None) or () for field in fields)
    return tuple(n for v in values for n in ((v,) if isinstance(v, str) else v))


def created(changes: Sequence[Change]) -> set[str]:
    """Names of what the changes make."""
    return {
        w.name
        for change in changes
        if isinstance(change, Create)
        for w in change.wanted
        if w.name is not None
    }


def named(changes: Sequence[Change]) -> set[str]:
    """Names that the changes refer to, whether it exists or is still to be made."""
    chosen = {n for change in changes for s in _of_change(change) for n in s.names}
    wanted = [w for change in changes if isinstance(change, Create) for w in change.wanted]
    return chosen | {name for w in wanted for name in links_of(w)}
