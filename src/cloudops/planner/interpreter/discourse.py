"""What "it", "them", "the second one" and "the VM" stand for."""

from __future__ import annotations

from collections.abc import Iterable

from cloudops.planner.interpreter.asking import Ask, ask
from cloudops.planner.interpreter.things import Thing
from cloudops.request import Context
from modalities.resource import Kind, ResourceRef


class Discourse:
    """Things spoken of so far in this request, and what the session spoke of before it."""

    def __init__(self, request: str, context: Context) -> None:
        self.request = request
        self.context = context
        self.mentioned: list[Thing] = []
        self.focus: Thing | None = None

    def mention(self, thing: Thing) -> None:
        if thing not in self.mentioned:
            self.mentioned.append(thing)

    def last(self, *kinds: Kind | None) -> Thing | None:
        """The thing mentioned last that is of one of ``kinds``, or a name without a kind."""
        for thing in reversed(self.mentioned):
            if thing.kind in kinds:
                return thing
        return None

    def resolve(self, thing: Thing, kind: Kind | None) -> Thing:
        """``thing`` with what it stands for, where it points at something.

        ``kind`` is what the verb needs. Raises Ask where it may be several or none.
        """
        kind = thing.kind or kind
        if thing.names or thing.stands_for or thing.pronoun == "everything":
            return thing
        if thing.ordinal is not None:
            found = self._several(kind)
            thing.stands_for = [self._nth(thing, found, kind)]
        elif thing.pronoun == "one":
            self.focus = self._one(thing, kind)
            thing.stands_for = [self.focus]
        elif thing.pronoun:
            thing.stands_for = self._many(thing, kind)
        elif thing.definite and not thing.tags and "all" not in thing.determiners:
            thing.stands_for = self._the(thing, kind)
        thing.kind = kind or (thing.stands_for[0].kind if thing.stands_for else None)
        return thing

    def _one(self, thing: Thing, kind: Kind | None) -> Thing:
        last = [self.focus] if self.focus is not None else []
        for spoken in (*last, *reversed(self.mentioned)):
            if spoken.is_bare or spoken.pronoun == "everything":
                continue
            if not spoken.several and (kind is None or spoken.kind in (kind, None)):
                return spoken
        recent = self._recent(kind)
        if recent:
            return as_thing(recent[-1])
        raise self.which(thing, kind)

    def _several(self, kind: Kind | None) -> list[Thing]:
        """Everything of the kind that was mentioned here, or else in the session."""
        here = [t for t in self.mentioned if t.kind is kind or (t.names and t.kind is None)]
        here = [t for t in here if not t.pronoun and t.ordinal is None]
        several = [t for t in here if t.several]
        if several:
            return several[-1:]
        return here or [as_thing(ref) for ref in self._recent(kind)]

    def _many(self, thing: Thing, kind: Kind | None) -> list[Thing]:
        if kind is None:
            kinds = {t.kind for t in self.mentioned} or {r.kind for r in self.context.recent}
            if len(kinds) > 1:
                raise self.which(thing, kind, "the VMs only", "everything by name")
            kind = kinds.pop() if kinds else None
        found = self._several(kind)
        if not found:
            raise self.which(thing, kind)
        names = sum(len(t.names) or t.count or 1 for t in found)
        if thing.pronoun == "both" and names != 2:
            raise self.which(thing, kind)
        return found

    def _nth(self, thing: Thing, found: list[Thing], kind: Kind | None) -> Thing:
        """The thing that holds the one counted; its place in it stays in ``ordinal``."""
        place = thing.ordinal or 0
        total = sum(len(t.names) or t.count or 1 for t in found)
        if not found or not -total <= place < total:
            raise self.which(thing, kind)
        if len(found) == 1:
            return found[0]
        together = Thing(start=thing.start, kind=kind or found[0].kind, count=total)
        together.stands_for = found
        return together

    def _the(self, thing: Thing, kind: Kind | None) -> list[Thing]:
        """ "the disk", "the VMs": what was mentioned, or the only one the session knows."""
        here = [t for t in self.mentioned if t.kind is kind and kind is not None]
        if here:
            return here if thing.plural else here[-1:]
        recent = self._recent(kind) if kind is not None else ()
        if thing.plural or len(recent) == 1:
            return [as_thing(ref) for ref in recent]
        if len(recent) > 1:
            raise self.which(thing, kind, *(ref.name for ref in recent))
        return []

    def _recent(self, kind: Kind | None) -> tuple[ResourceRef, ...]:
        return self.context.recent_of(kind) if kind else self.context.recent

    def which(self, thing: Thing, kind: Kind | None, *options: str) -> Ask:
        """The question which one is meant; the answer is put in place of the words."""
        kind = kind or thing.kind
        what = kind.words if kind else "resource"
        said = self.request[thing.start : thing.end]
        recent = tuple(dict.fromkeys(ref.name for ref in self._recent(kind)))
        return ask(
            f"Which {what} do you mean by “{said}”?",
            request=self.request,
            at=thing.start,
            until=thing.end,
            put="{answer}" if kind is None else f"{what} named {{answer}}",
            options=options or recent,
            hint=f"name it, for example: the {what} web-1",
        )


def as_thing(ref: ResourceRef) -> Thing:
    return Thing(start=0, kind=ref.kind, names=(ref.name,))


def kinds_of(things: Iterable[Thing]) -> set[Kind]:
    return {thing.kind for thing in things if thing.kind is not None}
